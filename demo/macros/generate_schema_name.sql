{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ return(cutover.schema_name(custom_schema_name, node)) }}
{%- endmacro %}
