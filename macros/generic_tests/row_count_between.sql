{#- One row when the number of rows lies outside the bounds. One scan. -#}
{% test row_count_between(model, min_value=none, max_value=none, row_condition=none) %}
    {%- do cutover._require_known_arguments('row_count_between', kwargs, varargs, ['model', 'min_value', 'max_value', 'row_condition']) -%}
    {%- set check = {'check': 'row_count', 'min': min_value, 'max': max_value, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('row_count_between', model, check, {'min': 'min_value', 'max': 'max_value', 'where': 'row_condition'}) }}
{% endtest %}
