{% macro print_rows(sql) -%}
    {%- set rows = [] -%}
    {%- for row in run_query(sql).rows -%}
        {%- set cells = [] -%}
        {%- for value in row.values() -%}
            {%- do cells.append(none if value is none else value | string) -%}
        {%- endfor -%}
        {%- do rows.append(cells) -%}
    {%- endfor -%}
    {%- do print(tojson(rows)) -%}
{%- endmacro %}
