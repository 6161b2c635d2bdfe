{#- Rows whose text is no e-mail address; NULL passes. One scan. -#}
{% test valid_email(model, column_name, row_condition=none) %}
    {%- do cutover._require_known_arguments('valid_email', kwargs, varargs, ['model', 'column_name', 'row_condition']) -%}
    {%- set check = {'check': 'valid_email', 'column': column_name, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('valid_email', model, check, {'column': 'column_name', 'where': 'row_condition'}) }}
{% endtest %}
