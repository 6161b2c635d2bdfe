{#- One aggregate per value of a column, as a list of select items. Runs no query; the query that it stands in reads its input once. -#}
{% macro generate_pivot(column_name, values, agg_func='sum', then_value=1, else_value='auto', prefix='', suffix='', aliases={}, quote_identifiers=false,
                        distinct=false) -%}
    {%- set known = ['column_name', 'values', 'agg_func', 'then_value', 'else_value', 'prefix', 'suffix', 'aliases', 'quote_identifiers', 'distinct'] -%}
    {%- do cutover._require_known_arguments('generate_pivot', kwargs, varargs, known) -%}
    {%- do cutover._require_sql('generate_pivot', 'column_name', column_name, 'category') -%}
    {%- do cutover._require_list('generate_pivot', 'values', values, "['Electronics', 'Books']", min=1 if execute else 0) -%}
    {%- do cutover._require_one_of('generate_pivot', 'agg_func', agg_func, ['sum', 'count', 'count_distinct', 'avg', 'min', 'max']) -%}
    {%- do cutover._require_boolean('generate_pivot', 'quote_identifiers', quote_identifiers) -%}
    {%- do cutover._require_boolean('generate_pivot', 'distinct', distinct) -%}
    {%- set then = cutover._pivot_value('then_value', then_value) -%}
    {#- Rows of other values don't take part: only a sum may see them, as 0, so that a group without the value has 0. -#}
    {%- set other = (0 if agg_func == 'sum' else none) if else_value == 'auto' else else_value -%}
    {%- set otherwise = '' if other is none else ' else ' ~ cutover._pivot_value('else_value', other) -%}
    {%- set function = 'count' if agg_func == 'count_distinct' else agg_func -%}
    {%- set once = 'distinct ' if distinct or agg_func == 'count_distinct' else '' -%}
    {%- set names = cutover._pivot_names(values, prefix, suffix, aliases) -%}
    {%- set items = [] -%}
    {%- for value in values -%}
        {%- set matches = column_name ~ (' is null' if value is none else ' = ' ~ cutover._literal(value)) -%}
        {%- set name = names[loop.index0] -%}
        {%- set name = cutover.dialect_quoted(name) if quote_identifiers or not cutover._is_plain_name(name) else name -%}
        {%- do items.append(function ~ '(' ~ once ~ 'case when ' ~ matches ~ ' then ' ~ then ~ otherwise ~ ' end) as ' ~ name) -%}
    {%- endfor -%}
    {#- Values that come from a query are unknown while dbt parses: then any column will do. -#}
    {{ return(items | join(',\n    ') or 'null as cutover_no_values') }}
{%- endmacro %}


{#- What stands after `then` and `else`: a number, or the user's SQL. -#}
{% macro _pivot_value(argument, value) -%}
    {%- if value is number -%}
        {{ return(cutover._literal(value)) }}
    {%- endif -%}
    {%- do cutover._require_sql('generate_pivot', argument, value, 'amount') -%}
    {{ return(value) }}
{%- endmacro %}


{#- A column's name for each value: its alias, or its slug between prefix and suffix. No two of them are the same. -#}
{% macro _pivot_names(values, prefix, suffix, aliases) -%}
    {%- do cutover._require_mapping('generate_pivot', 'aliases', aliases, "{'n/a': unknown}") -%}
    {%- for value in aliases if value not in values -%}
        {%- do cutover._refuse('generate_pivot', 'aliases', 'a mapping of the given values to names', value, candidates=values | select('string') | list) -%}
    {%- endfor -%}
    {%- set names, slugs = [], {} -%}
    {%- for value in values -%}
        {%- if value in aliases -%}
            {%- do cutover._require_text('generate_pivot', 'aliases[' ~ value ~ ']', aliases[value], 'unknown') -%}
        {%- endif -%}
        {%- set name = aliases[value] if value in aliases else cutover._slug(prefix ~ cutover._slug_text(value) ~ suffix) -%}
        {%- if name == '' -%}
            {%- do cutover._fail('generate_pivot', 'no column can be named after the value ' ~ cutover._shown(value) ~ ': give it a name in `aliases`.') -%}
        {%- elif name | lower in slugs -%}
            {%- do cutover._fail('generate_pivot', 'the values ' ~ cutover._shown(slugs[name | lower]) ~ ' and ' ~ cutover._shown(value)
                ~ ' would share the column ' ~ name ~ ': give one of them a name in `aliases`.') -%}
        {%- endif -%}
        {%- do slugs.update({name | lower: value}) -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
