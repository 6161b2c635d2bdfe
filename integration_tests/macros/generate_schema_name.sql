{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ cutover.schema_name(custom_schema_name, node) }}
{%- endmacro %}
