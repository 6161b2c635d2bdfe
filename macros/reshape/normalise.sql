{#- A value in the form that it should have, by steps in their order. An expression; reads nothing itself. -#}
{% macro normalise(column, steps) -%}
    {%- do cutover._require_known_arguments('normalise', kwargs, varargs, ['column', 'steps']) -%}
    {%- do cutover._require_sql('normalise', 'column', column, 'country') -%}
    {{ return(cutover._normalised(column, cutover._normalise_steps('normalise', 'steps', steps))) }}
{%- endmacro %}
