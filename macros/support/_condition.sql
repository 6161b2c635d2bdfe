{#-
    Conditions joined by `and`, the ones that are none left out. Each stands in parentheses on lines of its own, so that an `or` inside, or a comment at its
    end, stays inside.
-#}
{% macro _and(conditions) -%}
    {%- set parts = [] -%}
    {%- for condition in conditions if condition is not none -%}
        {%- do parts.append('(\n' ~ condition ~ '\n)') -%}
    {%- endfor -%}
    {{ return(parts | join(' and ')) }}
{%- endmacro %}


{% macro _where(conditions) -%}
    {%- set condition = cutover._and(conditions) -%}
    {{ return('where ' ~ condition if condition else '') }}
{%- endmacro %}
