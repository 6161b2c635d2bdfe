{#- What anomaly_scores and no_anomaly are asked, checked and read, before any SQL. -#}

{#- The columns that stand in the answer beside those of the groups. -#}
{% macro _anomaly_columns() -%}
    {{ return([
        'bucket_start', 'metric_value', 'expected_value', 'lower_bound', 'upper_bound', 'deviation', 'anomaly_score', 'anomaly_status', 'history_points',
        'judged_by', 'compared_with',
    ]) }}
{%- endmacro %}


{#- How many buckets make a cycle, by granularity: cycles that users may name, the one of `auto` last. -#}
{% macro _anomaly_cycles(granularity) -%}
    {{ return({'hour': {'hour_of_day': 24, 'hour_of_week': 168}, 'day': {'day_of_week': 7}}.get(granularity, {})) }}
{%- endmacro %}


{#-
    The arguments with what follows from them: steps (part and number of a bucket), cycle (name, buckets; none without), threshold, history, groups, value
    (SQL of the metric over the rows of a bucket), of_nothing (its value for an empty bucket, or none), begins and ends (SQL of the first and the last bucket).
-#}
{% macro _anomaly_arguments(origin, given, labels={}) -%}
    {%- set asked = {} -%}
    {%- do asked.update(given) -%}
    {%- set steps = cutover._spine_steps() -%}
    {%- do asked.update({'relation': cutover._readable(origin, given.relation)}) -%}
    {%- do cutover._require_sql(origin, 'time_column', given.time_column, 'created_at') -%}
    {%- do asked.update({'time_column': cutover._enclosed(given.time_column)}) -%}
    {%- do cutover._require_one_of(origin, 'granularity', given.granularity, steps.keys() | list) -%}
    {%- do asked.update({'steps': steps[given.granularity]}) -%}
    {%- do asked.update(cutover._anomaly_metric(origin, given, labels)) -%}
    {%- do cutover._require_names(origin, 'group_by_columns', given.group_by_columns, "['country']") -%}
    {%- for name in given.group_by_columns -%}
        {%- set at = 'group_by_columns[' ~ loop.index0 ~ ']' -%}
        {%- do cutover._require_column_name(origin, at, name, 'country') -%}
        {%- if name | trim | replace('"', '') | lower in cutover._anomaly_columns() -%}
            {%- do cutover._refuse(origin, at, 'a name that the answer does not have itself (' ~ cutover._anomaly_columns() | join(', ') ~ ')', name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do cutover._require_one_of(origin, 'method', given.method, ['mad', 'zscore']) -%}
    {%- do cutover._require_one_of(origin, 'direction', given.direction, ['both', 'above', 'below']) -%}
    {%- if given.threshold is none -%}
        {%- do asked.update({'threshold': {'mad': 3.5, 'zscore': 3}[given.method]}) -%}
    {%- else -%}
        {%- do cutover._require_number(origin, 'threshold', given.threshold, min=0) -%}
    {%- endif -%}
    {%- set cycles = cutover._anomaly_cycles(given.granularity) -%}
    {%- do cutover._require_one_of(origin, 'seasonality', given.seasonality, ['auto', 'none'] + cycles.keys() | list) -%}
    {%- set cycle = cycles.keys() | last if given.seasonality == 'auto' and cycles else given.seasonality -%}
    {%- do asked.update({'cycle': {'name': cycle, 'buckets': cycles[cycle]} if cycle in cycles else none}) -%}
    {%- if given.history is none -%}
        {%- do asked.update({'history': 56 * 24 if given.granularity == 'hour' else 56}) -%}
    {%- else -%}
        {%- do cutover._require_integer(origin, 'history', given.history, min=8) -%}
    {%- endif -%}
    {%- do cutover._require_number(origin, 'min_change', given.min_change, min=0) -%}
    {%- if given.where is not none -%}
        {%- do cutover._require_sql(origin, labels.get('where', 'where'), given.where, "status <> 'test'") -%}
    {%- endif -%}
    {%- do asked.update({'ignored': cutover._anomaly_ignored(origin, given.ignore, asked.steps)}) -%}
    {%- do asked.update(cutover._anomaly_bounds(origin, given, asked.steps)) -%}
    {{ return(asked) }}
{%- endmacro %}


{#- The metric's SQL over the rows of a bucket. What counts or sums is 0 where there are none; of anything else nothing is known then. -#}
{% macro _anomaly_metric(origin, given, labels) -%}
    {%- set known = ['row_count', 'sum', 'avg', 'min', 'max', 'null_fraction', 'distinct_count', 'freshness'] -%}
    {%- set name = labels.get('column', 'column') -%}
    {%- set metric = given.metric -%}
    {%- if metric is string and '(' in metric -%}
        {%- do cutover._require_sql(origin, 'metric', metric, 'sum(amount) / count(*)') -%}
    {%- elif metric is not string or metric not in known -%}
        {%- do cutover._refuse(origin, 'metric', 'one of ' ~ known | join(', ') ~ ', or an aggregate in SQL', metric, candidates=known,
            example='sum(amount) / count(*)') -%}
    {%- endif -%}
    {%- if metric in known[1:7] -%}
        {%- do cutover._require_sql(origin, name, given.column, 'amount') -%}
    {%- elif given.column is not none -%}
        {%- do cutover._fail(origin, '`' ~ name ~ '` ' ~ cutover._shown(given.column) ~ ' is not for the metric ' ~ cutover._shown(metric)
            ~ '. Those of a column: ' ~ known[1:7] | join(', ') ~ '.') -%}
    {%- endif -%}
    {%- set column = cutover._enclosed(given.column) if given.column is not none else none -%}
    {%- set sql = {
        'row_count': 'count(*)', 'null_fraction': '(count(*) - count(' ~ column ~ ')) * 1.0 / count(*)',
        'distinct_count': 'count(distinct ' ~ column ~ ')', 'freshness': 'max(' ~ cutover._enclosed(given.time_column) ~ ')',
    } -%}
    {%- set value = sql.get(metric, cutover._enclosed(metric) if '(' in metric else metric ~ '(' ~ column ~ ')') -%}
    {{ return({'value': value, 'of_nothing': 0 if metric in ('row_count', 'sum', 'distinct_count') else none}) }}
{%- endmacro %}


{#- Days that are left out, [first, last] each, as a condition on a bucket's begin and end; none without. -#}
{% macro _anomaly_ignored(origin, ignore, steps) -%}
    {%- set example = "['2024-12-25', ['2024-12-31', '2025-01-02']]" -%}
    {%- do cutover._require_list(origin, 'ignore', ignore, example) -%}
    {%- set conditions = [] -%}
    {%- for item in ignore -%}
        {%- set at = 'ignore[' ~ loop.index0 ~ ']' -%}
        {%- set pair = item if item is not string and item is not mapping and item is sequence else [item, item] -%}
        {%- if pair | length != 2 -%}
            {%- do cutover._refuse(origin, at, 'a day, or a list of the first and the last day', item, example=example) -%}
        {%- endif -%}
        {%- set days = [] -%}
        {%- for day in pair -%}
            {%- set text = day.isoformat() if day is not string and day.isoformat is defined else day -%}
            {%- set found = modules.re.match('(\\d{4})-(0[1-9]|1[0-2])-(\\d\\d)(?!\\n)$', text) if text is string else none -%}
            {%- if not found or not cutover._is_day(found.group(1) | int, found.group(2) | int, found.group(3) | int) -%}
                {%- do cutover._refuse(origin, at, 'a day as YYYY-MM-DD, or a list of the first and the last day', day, example=example) -%}
            {%- endif -%}
            {%- do days.append(text) -%}
        {%- endfor -%}
        {%- if days[0] > days[1] -%}
            {%- do cutover._fail(origin, '`' ~ at ~ '` ends on ' ~ days[1] ~ ', before it begins on ' ~ days[0] ~ '.') -%}
        {%- endif -%}
        {%- set last = dbt.dateadd('day', 1, "cast('" ~ days[1] ~ "' as date)") | trim -%}
        {%- do conditions.append('(cutover_bucket < ' ~ last ~ " and cutover_bucket_end > cast('" ~ days[0] ~ "' as date))") -%}
    {%- endfor -%}
    {{ return(conditions | join(' or ') or none) }}
{%- endmacro %}


{#- The first and the last bucket as SQL. The last is by default the one before that of this moment, which isn't over. -#}
{% macro _anomaly_bounds(origin, given, steps) -%}
    {%- set part, every = steps -%}
    {%- set type = cutover._spine_type(part) -%}
    {%- set bounds = {} -%}
    {%- for name in ['begin', 'end'] if given[name] is not none -%}
        {%- do bounds.update({name: cutover._spine_bound(name, given[name], part, origin)}) -%}
    {%- endfor -%}
    {%- set first, last = bounds.get('begin'), bounds.get('end') -%}
    {%- if first and last and first.literal is not none and last.literal is not none and first.literal > last.literal -%}
        {%- do cutover._fail(origin, '`begin` ' ~ first.literal ~ ' is after `end` ' ~ last.literal ~ '.') -%}
    {%- endif -%}
    {%- if last -%}
        {%- set ends = cutover._bucket(last.sql, given.granularity) -%}
    {%- else -%}
        {%- set ends = cutover._bucket_after(cutover._bucket(cutover.dialect_utc_now(), given.granularity), given.granularity, -1) -%}
    {%- endif -%}
    {%- set begins = cutover._bucket(first.sql, given.granularity) if first else none -%}
    {%- if given.buckets is defined -%}
        {%- set begins = cutover._bucket_after('cutover_end', given.granularity, 1 - given.buckets) -%}
    {%- endif -%}
    {{ return({'begins': begins, 'ends': ends}) }}
{%- endmacro %}


{#- A user's SQL where it stands beside an operator: what is no plain name in parentheses of its own, on lines of its own, for it may end with a comment. -#}
{% macro _enclosed(sql) -%}
    {{ return(sql if modules.re.match('["A-Za-z0-9_.$`]+(?!\\n)$', sql) else '(\n' ~ sql ~ '\n)') }}
{%- endmacro %}


{#- The bucket of a moment, by its begin; and the one so many buckets after another. -#}
{% macro _bucket(moment, granularity) -%}
    {{ return('cast(' ~ dbt.date_trunc(granularity, moment) | trim ~ ' as ' ~ cutover._spine_type(cutover._spine_steps()[granularity][0]) ~ ')') }}
{%- endmacro %}


{% macro _bucket_after(bucket, granularity, number) -%}
    {%- set part, every = cutover._spine_steps()[granularity] -%}
    {{ return('cast(' ~ dbt.dateadd(part, number * every, bucket) | trim ~ ' as ' ~ cutover._spine_type(part) ~ ')') }}
{%- endmacro %}
