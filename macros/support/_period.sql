{#- A length of time as users write it, '3 days', as [part, number]. -#}
{% macro _period(origin, argument, value, allowed="a text such as '3 days': minutes, hours, days, weeks, months or years") -%}
    {%- set found = modules.re.match('\\s*([0-9]{1,6})\\s+(minute|hour|day|week|month|year)s?\\s*$', value | lower) if value is string else none -%}
    {%- if not found -%}
        {%- do cutover._refuse(origin, argument, allowed, value) -%}
    {%- endif -%}
    {{ return([found.group(2), found.group(1) | int]) }}
{%- endmacro %}
