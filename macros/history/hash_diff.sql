{#- What tells one state of a row from another: the hash of the columns' values, in the order given. An expression; runs no query and reads nothing itself. -#}
{% macro hash_diff(columns, normalise={}, compatible_with=none) -%}
    {%- do cutover._require_known_arguments('hash_diff', kwargs, varargs, ['columns', 'normalise', 'compatible_with']) -%}
    {{ return(cutover._hash('hash_diff', columns, compatible_with, normalise)) }}
{%- endmacro %}
