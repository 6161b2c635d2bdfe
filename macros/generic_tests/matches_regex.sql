{#- Rows whose text holds no match; NULL passes. One scan. -#}
{% test matches_regex(model, column_name, regex, row_condition=none) %}
    {%- do cutover._require_known_arguments('matches_regex', kwargs, varargs, ['model', 'column_name', 'regex', 'row_condition']) -%}
    {%- set check = {'check': 'matches_regex', 'column': column_name, 'regex': regex, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('matches_regex', model, check, {'column': 'column_name', 'regex': 'regex', 'where': 'row_condition'}) }}
{% endtest %}
