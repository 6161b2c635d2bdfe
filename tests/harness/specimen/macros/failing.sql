{#- Macros that refuse. -#}

{% macro refuses(message) -%}
    {%- do exceptions.raise_compiler_error(message) -%}
{%- endmacro %}


{% macro refuses_deep_down(message) -%}
    {%- do specimen.refuses(message) -%}
{%- endmacro %}


{% macro divides(number) -%}
    {{ return(1 // number) }}
{%- endmacro %}
