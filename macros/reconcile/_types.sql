{#- The common type of a column's two sides, as {family, precision, scale}, or none: `_common_facts` has the table. -#}
{% macro _common_type(legacy_type, migrated_type) -%}
    {{ return(cutover._common_facts(cutover.dialect_type_facts(legacy_type), cutover.dialect_type_facts(migrated_type))) }}
{%- endmacro %}
