{% macro cents_to_dollars(column, precision=2) -%}
    {%- if precision < 0 -%}
        {%- do exceptions.raise_compiler_error('cents_to_dollars: `precision` must be 0 or more; got ' ~ precision) -%}
    {%- endif -%}
    cast({{ column }} / 100.0 as decimal(16, {{ precision }}))
{%- endmacro %}
