{#- Rows whose value lies outside the bounds; a NULL lies nowhere. One scan. -#}
{% test in_range(model, column_name, min_value=none, max_value=none, inclusive=true, row_condition=none) %}
    {%- do cutover._require_known_arguments('in_range', kwargs, varargs, ['model', 'column_name', 'min_value', 'max_value', 'inclusive', 'row_condition']) -%}
    {%- set check = {'check': 'in_range', 'column': column_name, 'min': min_value, 'max': max_value, 'inclusive': inclusive, 'where': row_condition} -%}
    {{ cutover._failing_rows_of('in_range', model, check, {'column': 'column_name', 'min': 'min_value', 'max': 'max_value', 'inclusive': 'inclusive',
        'where': 'row_condition'}) }}
{% endtest %}
