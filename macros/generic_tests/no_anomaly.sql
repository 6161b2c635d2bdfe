{#- The last buckets of a metric that are outside what their history lets expect, with the range. One scan. -#}
{% test no_anomaly(model, time_column, column_name=none, metric='row_count', granularity='day', group_by_columns=[], method='mad', threshold=none,
    direction='both', seasonality='auto', history=none, min_change=0, ignore=[], end=none, buckets=1, fail_on_learning=false, row_condition=none) %}
    {%- do cutover._require_known_arguments('no_anomaly', kwargs, varargs, [
        'model', 'time_column', 'column_name', 'metric', 'granularity', 'group_by_columns', 'method', 'threshold', 'direction', 'seasonality', 'history',
        'min_change', 'ignore', 'end', 'buckets', 'fail_on_learning', 'row_condition',
    ]) -%}
    {%- do cutover._require_integer('no_anomaly', 'buckets', buckets, min=1) -%}
    {%- do cutover._require_boolean('no_anomaly', 'fail_on_learning', fail_on_learning) -%}
    {%- set asked = cutover._anomaly_arguments('no_anomaly', {
        'relation': model, 'time_column': time_column, 'metric': metric, 'column': column_name, 'granularity': granularity,
        'group_by_columns': group_by_columns, 'method': method, 'threshold': threshold, 'direction': direction, 'seasonality': seasonality,
        'history': history, 'min_change': min_change, 'ignore': ignore, 'begin': none, 'end': end, 'buckets': buckets, 'where': row_condition,
    }, {'column': 'column_name', 'where': 'row_condition'}) -%}
    select *
    from {{ cutover._anomaly_query(asked) }} as scores
    where anomaly_status {{ "in ('anomaly', 'learning')" if fail_on_learning else "= 'anomaly'" }}
{% endtest %}
