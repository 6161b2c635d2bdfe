{% macro month_of(column) -%}
    {{ return(adapter.dispatch('month_of', 'shop_utils')(column)) }}
{%- endmacro %}

{% macro default__month_of(column) -%}
    cast(date_trunc('month', {{ column }}) as date)
{%- endmacro %}

{% macro bigquery__month_of(column) -%}
    date_trunc(date({{ column }}), month)
{%- endmacro %}
