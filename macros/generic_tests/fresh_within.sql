{#- One row when the newest value is older than asked, or there is none. One scan. -#}
{% test fresh_within(model, column_name, within, row_condition=none) %}
    {%- do cutover._require_known_arguments('fresh_within', kwargs, varargs, ['model', 'column_name', 'within', 'row_condition']) -%}
    {%- set check = {'check': 'freshness', 'column': column_name, 'within': within, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('fresh_within', model, check, {'column': 'column_name', 'within': 'within', 'where': 'row_condition'}) }}
{% endtest %}
