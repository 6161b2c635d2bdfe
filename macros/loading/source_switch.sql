{#- One of two relations, by a flag of the project. The caller names both, so that both stay in the lineage. Runs no query. -#}
{% macro source_switch(legacy, migrated, flag='use_new_warehouse') -%}
    {%- do cutover._require_known_arguments('source_switch', kwargs, varargs, ['legacy', 'migrated', 'flag']) -%}
    {%- do cutover._require_given_relation('source_switch', 'legacy', legacy) -%}
    {%- do cutover._require_given_relation('source_switch', 'migrated', migrated) -%}
    {%- do cutover._require_text('source_switch', 'flag', flag, 'use_new_warehouse') -%}
    {%- set given = var(flag, false) -%}
    {#- A text is what a shell makes of a boolean; in Jinja the text 'false' counts as true. -#}
    {%- set value = given | lower | trim if given is string else given -%}
    {%- if value is not boolean and value not in ['true', 'false'] -%}
        {%- do cutover._fail('source_switch', 'the var `' ~ flag ~ '` must be true or false; got ' ~ cutover._shown(given)
            ~ ". Set it in dbt_project.yml under `vars:`, or by --vars '{" ~ flag ~ ": true}'.") -%}
    {%- endif -%}
    {{ return(migrated if value in [true, 'true'] else legacy) }}
{%- endmacro %}
