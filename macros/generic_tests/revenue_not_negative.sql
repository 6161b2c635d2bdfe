{#- Rows whose amount is below zero. One scan. -#}
{% test revenue_not_negative(model, column_name, row_condition=none) %}
    {%- do cutover._require_known_arguments('revenue_not_negative', kwargs, varargs, ['model', 'column_name', 'row_condition']) -%}
    {%- set check = {'check': 'in_range', 'column': column_name, 'min': 0, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('revenue_not_negative', model, check, {'column': 'column_name', 'where': 'row_condition'}) }}
{% endtest %}
