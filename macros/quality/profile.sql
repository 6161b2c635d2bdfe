{% macro profile(relation=none, columns=none, approximate=false, dry_run=false, output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('profile', ['relation', 'columns', 'approximate', 'dry_run', 'output'], kwargs, varargs, output, dry_run) -%}
    {%- do cutover._require_boolean(operation, 'approximate', approximate) -%}
    {%- if columns is not none -%}
        {%- do cutover._require_names(operation, 'columns', columns, '[amount, status]', min=1) -%}
    {%- endif -%}
    {%- set found = cutover._relation(operation, 'relation', relation) -%}
    {%- set profiled = [] -%}
    {%- for name in (columns or []) -%}
        {%- do profiled.append(cutover._column(operation, 'columns[' ~ loop.index0 ~ ']', name, found)) -%}
    {%- endfor -%}
    {%- set profiled = profiled if columns is not none else found.columns -%}
    {%- set exact = [] -%}
    {%- for column in profiled -%}
        {%- do exact.extend(['min_' ~ loop.index, 'max_' ~ loop.index, 'mean_' ~ loop.index]) -%}
    {%- endfor -%}
    {%- set row = (cutover._run(operation, 'one scan of ' ~ found.text, cutover._profile_query(found, profiled, approximate), exact=exact) or [none])[0] -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set results = [] -%}
    {%- for column in profiled -%}
        {%- set mean = row['mean_' ~ loop.index] -%}
        {%- do results.append({
            'column': column.name, 'type': column.type,
            'nulls': cutover._count(row['nulls_' ~ loop.index]), 'distinct': cutover._count(row['distinct_' ~ loop.index]),
            'min': row['min_' ~ loop.index], 'max': row['max_' ~ loop.index], 'mean': cutover._number_or_text(mean),
        }) -%}
    {%- endfor -%}
    {%- do cutover._tell_profile(operation, {'operation': 'profile', 'relations': [{'relation': found.text, 'rows': cutover._count(row['row_count']),
        'columns': results}]}) -%}
{%- endmacro %}


{#- What each kind of column can be asked: every column has nulls; an order gives min and max; a number gives a mean. -#}
{% macro _profile_query(relation, columns, approximate) -%}
select
    count(*) as row_count
    {%- for column in columns %}
    {%- set facts = cutover.dialect_type_facts(column.type) -%}
    {%- set name = cutover._quoted(column.name) -%}
    {%- set compared = cutover.dialect_comparable(name, facts) -%}
    {%- set ordered = facts.family not in ('other', 'boolean') %},
    {{ cutover._comment(column.name) }}
    count(*) - count({{ name }}) as nulls_{{ loop.index }},
    {{ cutover.dialect_approx_distinct(compared) if approximate else 'count(distinct ' ~ compared ~ ')' }} as distinct_{{ loop.index }},
    {{ cutover._exact_text('min(' ~ compared ~ ')') if ordered else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as min_{{ loop.index }},
    {{ cutover._exact_text('max(' ~ compared ~ ')') if ordered else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as max_{{ loop.index }},
    {{ cutover._exact_text('avg(' ~ compared ~ ')') if facts.family in ('integer', 'decimal', 'float') else 'cast(null as ' ~ dbt.type_string()
        ~ ')' }} as mean_{{ loop.index }}
    {%- endfor %}

from {{ relation.relation }}
{%- endmacro %}


{#- JSON has no NaN and no infinity: those stay text. -#}
{% macro _number_or_text(value) -%}
    {{ return(value | float if value is not none and modules.re.match('^-?[0-9.]+([eE][-+]?[0-9]+)?$', value) else value) }}
{%- endmacro %}


{% macro _tell_profile(operation, outcome) -%}
    {%- if operation.output == 'json' -%}
        {{ return(cutover._print_json(outcome)) }}
    {%- endif -%}
    {%- set relation = outcome.relations[0] -%}
    {%- set rows = [] -%}
    {%- for column in relation.columns -%}
        {%- do rows.append([column.column, column.type, column.nulls, column.distinct, column.min, column.max, column.mean | round(4)
            if column.mean is number else column.mean]) -%}
    {%- endfor -%}
    {%- do cutover._say('cutover.profile: ' ~ relation.relation ~ ', ' ~ cutover._cell(relation.rows) ~ ' rows') -%}
    {%- do cutover._print_table(['column', 'type', 'nulls', 'distinct', 'min', 'max', 'mean'], rows) -%}
{%- endmacro %}
