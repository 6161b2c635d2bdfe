{#- One row when more than a share of a column's values is NULL. One scan. -#}
{% test null_fraction_at_most(model, column_name, at_most, row_condition=none) %}
    {%- do cutover._require_known_arguments('null_fraction_at_most', kwargs, varargs, ['model', 'column_name', 'at_most', 'row_condition']) -%}
    {%- set check = {'check': 'null_fraction', 'column': column_name, 'max': at_most, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('null_fraction_at_most', model, check, {'column': 'column_name', 'max': 'at_most', 'where': 'row_condition'}) }}
{% endtest %}
