{#- The last value that isn't NULL, up to and including the row. An expression; reads nothing itself. -#}
{% macro forward_fill(column, partition_by, order_by) -%}
    {%- do cutover._require_known_arguments('forward_fill', kwargs, varargs, ['column', 'partition_by', 'order_by']) -%}
    {%- do cutover._require_sql('forward_fill', 'column', column, 'price') -%}
    {%- set parts = none -%}
    {%- if partition_by is not none -%}
        {%- set parts = cutover._sql_list('forward_fill', 'partition_by', partition_by, 'product_id') -%}
    {%- endif -%}
    {%- set order = cutover._sql_list('forward_fill', 'order_by', order_by, 'price_date') -%}
    {%- set window = ('partition by ' ~ parts ~ ' ' if parts else '') ~ 'order by ' ~ order ~ ' rows between unbounded preceding and current row' -%}
    {{ return(cutover.dialect_last_known(column, window)) }}
{%- endmacro %}
