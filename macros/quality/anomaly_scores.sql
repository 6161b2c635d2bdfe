{#- What a metric was in each bucket of time, what was to be expected, and whether the difference is an anomaly. One scan. -#}
{% macro anomaly_scores(relation, time_column, metric='row_count', column=none, granularity='day', group_by_columns=[], method='mad', threshold=none,
    direction='both', seasonality='auto', history=none, min_change=0, ignore=[], begin=none, end=none, where=none) -%}
    {%- do cutover._require_known_arguments('anomaly_scores', kwargs, varargs, [
        'relation', 'time_column', 'metric', 'column', 'granularity', 'group_by_columns', 'method', 'threshold', 'direction', 'seasonality', 'history',
        'min_change', 'ignore', 'begin', 'end', 'where',
    ]) -%}
    {{- cutover._anomaly_query(cutover._anomaly_arguments('anomaly_scores', {
        'relation': relation, 'time_column': time_column, 'metric': metric, 'column': column, 'granularity': granularity,
        'group_by_columns': group_by_columns, 'method': method, 'threshold': threshold, 'direction': direction, 'seasonality': seasonality,
        'history': history, 'min_change': min_change, 'ignore': ignore, 'begin': begin, 'end': end, 'where': where,
    })) -}}
{%- endmacro %}
