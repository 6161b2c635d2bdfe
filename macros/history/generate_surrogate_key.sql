{#- A key made of several values: the hash of a text that only these values give. An expression; runs no query and reads nothing itself. -#}
{% macro generate_surrogate_key(columns, compatible_with=none) -%}
    {%- do cutover._require_known_arguments('generate_surrogate_key', kwargs, varargs, ['columns', 'compatible_with']) -%}
    {{ return(cutover._hash('generate_surrogate_key', columns, compatible_with)) }}
{%- endmacro %}
