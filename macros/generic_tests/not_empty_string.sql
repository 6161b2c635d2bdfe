{#- Rows whose text is NULL, empty or blank. One scan. -#}
{% test not_empty_string(model, column_name, row_condition=none) %}
    {%- do cutover._require_known_arguments('not_empty_string', kwargs, varargs, ['model', 'column_name', 'row_condition']) -%}
    {%- set check = {'check': 'not_empty_string', 'column': column_name, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('not_empty_string', model, check, {'column': 'column_name', 'where': 'row_condition'}) }}
{% endtest %}
