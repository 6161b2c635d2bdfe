{#-
    Rows of a query as mappings. dbt's result tables turn the texts '' and 'null' into nothing: a text column that must come back exactly is selected through
    `_exact_text` and named in `exact`.
-#}
{% macro _rows(query, exact=[]) -%}
    {%- set result = run_query(query) -%}
    {%- set names = [] -%}
    {%- for name in result.column_names -%}
        {%- do names.append(name | lower) -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for values in result.rows -%}
        {%- set row = {} -%}
        {%- for name in names -%}
            {%- set value = values[loop.index0] -%}
            {%- do row.update({name: value[1:] if name in exact and value is not none else value}) -%}
        {%- endfor -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{% macro _exact_text(expression) -%}
    {{- return(dbt.concat(["':'", 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')'])) -}}
{%- endmacro %}


{#- A count as a JSON number: engines answer with integers, decimals or text. -#}
{% macro _count(value) -%}
    {{ return(none if value is none else (value | string).split('.')[0] | int) }}
{%- endmacro %}
