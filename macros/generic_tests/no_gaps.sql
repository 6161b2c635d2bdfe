{#- The steps that are missing between two values of a column, per group: one row per gap. Reads the model once. -#}
{% test no_gaps(model, column_name, granularity='day', group_by_columns=[]) %}
    {%- do cutover._require_known_arguments('no_gaps', kwargs, varargs, ['model', 'column_name', 'granularity', 'group_by_columns']) -%}
    {{ cutover.gaps(model, column_name, granularity, group_by_columns) }}
{% endtest %}
