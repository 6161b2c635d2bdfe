{% macro with_vat(column, percent=20) -%}
    {{ column }} * (100 + {{ percent }}) / 100
{%- endmacro %}
