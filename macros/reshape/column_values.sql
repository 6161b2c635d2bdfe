{#- The values of a column as a list, for a pivot whose columns come from the data. One query while compiling; none while parsing. -#}
{% macro column_values(relation, column, where=none, order_by=none, max_values=100, default=none) -%}
    {%- do cutover._require_known_arguments('column_values', kwargs, varargs, ['relation', 'column', 'where', 'order_by', 'max_values', 'default']) -%}
    {%- if relation is not string and relation.is_cte -%}
        {%- do cutover._fail('column_values', '`relation` ' ~ relation.identifier
            ~ ' is ephemeral: it has no relation to read. Materialize it as a view or a table.') -%}
    {%- endif -%}
    {%- set wanted = cutover._parse_relation('column_values', 'relation', relation) -%}
    {%- do cutover._require_sql('column_values', 'column', column, 'category') -%}
    {%- if where is not none -%}
        {%- do cutover._require_sql('column_values', 'where', where, "status <> 'test'") -%}
    {%- endif -%}
    {%- if order_by is not none -%}
        {%- do cutover._require_sql('column_values', 'order_by', order_by, 'min(sort_order)') -%}
    {%- endif -%}
    {%- do cutover._require_integer('column_values', 'max_values', max_values, 1) -%}
    {%- if default is not none -%}
        {%- do cutover._require_list('column_values', 'default', default, "['Electronics', 'Books']") -%}
    {%- endif -%}
    {%- if not execute -%}
        {{ return(default or []) }}
    {%- elif adapter.get_relation(database=wanted.database, schema=wanted.schema, identifier=wanted.identifier) is none -%}
        {%- if default is none -%}
            {%- do cutover._fail('column_values', '`relation` ' ~ cutover._relation_text(wanted)
                ~ " isn't there yet. Build it first, or give the values to use until then. Example: default=['Electronics', 'Books'].") -%}
        {%- endif -%}
        {{ return(default) }}
    {%- endif -%}
    {%- set rows = cutover._found_values(wanted, column, where, order_by, max_values) -%}
    {%- if rows and rows[0].cutover_number | int > max_values -%}
        {%- do cutover._fail('column_values', column ~ ' of ' ~ cutover._relation_text(wanted) ~ ' has ' ~ rows[0].cutover_number | int
            ~ ' values, more than `max_values` (' ~ max_values ~ '). Raise it, or name in `where` the rows that count.') -%}
    {%- endif -%}
    {{ return(rows | sort(attribute='value', case_sensitive=true) | sort(attribute='cutover_rank') | map(attribute='value') | list or default or []) }}
{%- endmacro %}


{#-
    A row per value, up to one more than `max_values`. What is neither number, boolean, date nor timestamp is taken as its text. The relation is made anew for
    it to be read whole: with --empty or --sample dbt would give an empty one, or a part of it.
-#}
{% macro _found_values(relation, column, where, order_by, max_values) -%}
    {%- set rank = 'dense_rank() over (order by ' ~ ('count(*) desc' if order_by == 'frequency' else order_by) ~ ')' if order_by is not none else '1' -%}
    {%- set query -%}
select
    cutover_value,
    {{ cutover._exact_text('cutover_value') }} as cutover_text,
    {{ cutover.dialect_typeof('cutover_value') }} as cutover_type,
    cutover_rank,
    cutover_number

from (
    select
        {{ column }} as cutover_value,
        {{ rank }} as cutover_rank,
        count(*) over () as cutover_number

    from {{ cutover._renderable(relation) }}
    {{ cutover._where([where, column ~ ' is not null']) }}
    group by {{ column }}
) as cutover_values
limit {{ max_values + 1 }}
    {%- endset -%}
    {%- set rows = cutover._rows(query, exact=['cutover_text']) -%}
    {%- for row in rows -%}
        {%- set facts = cutover.dialect_type_facts(row.cutover_type) -%}
        {%- do row.update({'value': row.cutover_text if facts.family in ('text', 'time', 'other') else row.cutover_value}) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}
