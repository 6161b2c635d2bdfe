{% macro column_summary(relation, columns) -%}
    {%- set counts = [] -%}
    {%- for column in columns -%}
        {%- do counts.append('count(' ~ column ~ '), count(distinct ' ~ column ~ ')') -%}
    {%- endfor -%}
    {%- set values = run_query('select count(*), ' ~ counts | join(', ') ~ ' from ' ~ relation).rows[0] -%}
    {%- set summary = {} -%}
    {%- for column in columns -%}
        {%- set filled, distinct = values[2 * loop.index0 + 1], values[2 * loop.index0 + 2] -%}
        {%- do summary.update({column: {'nulls': (values[0] - filled) | int, 'distinct': distinct | int}}) -%}
    {%- endfor -%}
    {{ return(summary) }}
{%- endmacro %}
