{#- Cents as an exact decimal: no integer loses a cent on its way through a float. An expression; reads nothing itself. -#}
{% macro cents_to_dollars(column_name, precision=2) -%}
    {%- do cutover._require_known_arguments('cents_to_dollars', kwargs, varargs, ['column_name', 'precision']) -%}
    {%- do cutover._require_sql('cents_to_dollars', 'column_name', column_name, 'amount_cents') -%}
    {%- do cutover._require_integer('cents_to_dollars', 'precision', precision, 0, 8) -%}
cast(cast({{ column_name }} as {{ cutover.dialect_decimal_type(28, 6) }}) * 0.01 as {{ cutover.dialect_decimal_type(28, precision) }})
{%- endmacro %}
