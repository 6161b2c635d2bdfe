{% macro net_price(gross, rate) -%}
    {#- What is left of a gross price in cents without the tax. -#}
    {%- if rate < 0 -%}
        {{ exceptions.raise_compiler_error('rate must not be negative, got ' ~ rate) }}
    {%- endif -%}
    round({{ gross }} / {{ 1 + rate }}, 0)
{%- endmacro %}


{% macro currency() -%}
    {{ return(var('currency')) }}
{%- endmacro %}


{% macro case_of(column, labels) -%}
    case {{ column }}
    {%- for value, label in labels.items() %} when '{{ value }}' then '{{ label }}'{% endfor %} else 'other' end
{%- endmacro %}
