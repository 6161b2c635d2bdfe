{#- Which build wrote a row. A reader that joins two gold tables can tell from it whether it saw one version or two. -#}
{% macro built_by() -%}
    '{{ var("cutover_build", "no build") }}'
{%- endmacro %}
