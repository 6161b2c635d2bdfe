{% macro require_rows(tables) -%}
    {%- set empty = [] -%}
    {%- for table in tables -%}
        {%- if run_query('select count(*) from ' ~ table).rows[0][0] == 0 -%}
            {%- do empty.append(table) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do print(tojson({'checked': tables | length, 'empty': empty})) -%}
    {%- if empty -%}
        {%- do exceptions.raise_compiler_error('require_rows: no rows in ' ~ empty | join(', ')) -%}
    {%- endif -%}
{%- endmacro %}
