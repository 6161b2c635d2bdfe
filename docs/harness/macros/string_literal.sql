{% macro string_literal(value) -%}
    '{{ value | replace("'", "''") }}'
{%- endmacro %}
