{#- Macros of which the tests reach a part. -#}

{% macro cents(column, precision=2) -%}
    round({{ column }} / 100.0, {{ precision }})
{%- endmacro %}


{% macro discount(kind, rates=[]) -%}
    {%- if kind == 'none' -%}
        {{ return(0) }}
    {%- elif kind == 'fixed' and rates -%}
        {{ return(rates[0]) }}
    {%- else -%}
        {%- set best = [
            0,
        ] -%}
        {%- for rate in rates -%}
            {%- do best.append(rate) -%}
        {%- endfor -%}
        {{ return(best | max) }}
    {%- endif -%}
{%- endmacro %}


{% macro unused() -%}
    {{ 'never' if execute else 'ever' }}
{%- endmacro %}


{% macro old() -%} {#- pragma: no cover -#}
    {{ return('left out') }}
{%- endmacro %}
