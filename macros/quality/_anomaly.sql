{#-
    The query of anomaly_scores: the metric per bucket from one scan; the buckets in between, so that none is missing; each bucket beside those of its
    history, a join over buckets; what is typical of these; the verdict. The only large step is the first.
-#}
{% macro _anomaly_query(asked) -%}
    {%- set groups = [] -%}
    {%- for name in asked.group_by_columns -%}
        {%- do groups.append('cutover_group_' ~ loop.index) -%}
    {%- endfor -%}
    {%- do asked.update({'group_names': groups, 'double': cutover.dialect_type_name({'family': 'float'})}) -%}
(
    with cutover_span as (

        {{ cutover._anomaly_bounds_query(asked) }}

    ),

    cutover_measured as (

        {{ cutover._anomaly_measured(asked) }}

    ),

    {{ cutover._anomaly_series(asked) }},

    cutover_pairs as (

        {{ cutover._anomaly_pairs(asked) }}

    ),

    {{ cutover._anomaly_places(asked) }},

    {{ cutover._anomaly_spreads(asked) }},

    cutover_ranges as (

        {{ cutover._anomaly_ranges(asked) }}

    )

    {{ cutover._anomaly_verdict(asked) }}
)
{%- endmacro %}


{#- One row: the buckets that are judged, from begin to end, and those that are read for them. -#}
{% macro _anomaly_bounds_query(asked) -%}
        select
            cutover_begin,
            cutover_end,
            {{ cutover._bucket_after('cutover_begin', asked.granularity, -asked.history) }} as cutover_read_from,
            {{ cutover._bucket_after('cutover_end', asked.granularity, 1) }} as cutover_read_before

        from (
            select
                {{ asked.begins or 'cast(null as ' ~ cutover._spine_type(asked.steps[0]) ~ ')' }} as cutover_begin,
                cutover_end

            from (select {{ asked.ends }} as cutover_end) as cutover_last
        ) as cutover_asked
{%- endmacro %}


{% macro _anomaly_measured(asked) -%}
        {%- set value = 'cast(' ~ asked.value ~ ' as ' ~ (dbt.type_timestamp() if asked.metric == 'freshness' else asked.double) ~ ')' -%}
        select
            {%- for name in asked.group_by_columns %}
            {{ name }} as cutover_group_{{ loop.index }},
            {%- endfor %}
            {{ cutover._bucket(asked.time_column, asked.granularity) }} as cutover_bucket,
            {{ value }} as cutover_measure

        from {{ asked.relation }}
        {{ cutover._where([
            asked.time_column ~ ' < (select cutover_read_before from cutover_span)',
            asked.time_column ~ ' >= (select cutover_read_from from cutover_span)' if asked.begins else none,
            asked.where,
        ]) }}
        group by {{ (asked.group_by_columns + [cutover._bucket(asked.time_column, asked.granularity)]) | join(', ') }}
{%- endmacro %}


{#-
    Every bucket of each group, from the group's first to the end, numbered: with its value, whether it is left out, and whether it can stand in a history.
    Grouping puts a NULL beside a NULL, which a join would not.
-#}
{% macro _anomaly_series(asked) -%}
    {%- set groups = asked.group_names | join(', ') -%}
    {%- set grouped = groups ~ ', ' if groups else '' -%}
    {%- set type = dbt.type_timestamp() if asked.metric == 'freshness' else asked.double -%}
    {%- set first = 'min(cutover_bucket)' if groups else 'coalesce(min(cutover_bucket), (select cutover_end from cutover_span))' -%}
    {%- set value = 'coalesce(cutover_measure, 0)' if asked.of_nothing is not none else 'cutover_measure' -%}
    {%- if asked.metric == 'freshness' -%}
        {%- set newest = '(max(cutover_measure) over (' ~ ('partition by ' ~ groups ~ ' ' if groups else '') ~ 'order by cutover_bucket))' -%}
        {%- set until = 'cast(' ~ cutover._bucket_after('cutover_bucket', asked.granularity, 1) ~ ' as ' ~ type ~ ')' -%}
        {%- set value = 'cast(' ~ dbt.datediff(newest, until, 'second') | trim ~ ' as ' ~ asked.double ~ ') / 3600' -%}
    {%- endif -%}
    cutover_firsts as (

        select {{ grouped }}{{ first }} as cutover_first
        from cutover_measured
        {{- '\n        group by ' ~ groups if groups }}

    ),

    cutover_filled as (

        select {{ grouped }}cutover_bucket, max(cutover_measure) as cutover_measure
        from (
            select {{ grouped }}cutover_bucket, cutover_measure from cutover_measured
            union all
            select {{ grouped }}cutover_bucket, cast(null as {{ type }}) as cutover_measure
            from cutover_firsts
            inner join {{ cutover.generate_date_spine('(select min(cutover_first) from cutover_firsts)', '(select cutover_end from cutover_span)',
                asked.granularity, column='cutover_bucket') }} as cutover_spine on cutover_spine.cutover_bucket >= cutover_firsts.cutover_first
        ) as cutover_both
        group by {{ grouped }}cutover_bucket

    ),

    cutover_values as (

        select
            {{ grouped }}cutover_bucket,
            {{ cutover._bucket_after('cutover_bucket', asked.granularity, 1) }} as cutover_bucket_end,
            {{ value }} as cutover_value,
            {{ 'dense_rank() over (order by ' ~ groups ~ ')' if groups else '1' }} as cutover_series,
            row_number() over ({{ 'partition by ' ~ groups ~ ' ' if groups }}order by cutover_bucket) as cutover_number

        from cutover_filled

    ),

    cutover_buckets as (

        select
            *,
            {{ 'case when ' ~ asked.ignored ~ ' then 1 else 0 end' if asked.ignored else '0' }} as cutover_is_ignored,
            {{ 'case when cutover_bucket >= (select cutover_begin from cutover_span) then 1 else 0 end' if asked.begins else '1' }} as cutover_is_asked

        from cutover_values

    )
{%- endmacro %}


{#-
    Each bucket that is judged beside those before it that count as its history: neither ignored nor without a value, nor with one (infinite, not a number)
    that no mean survives. With a cycle, those at the same place in it are its own.
-#}
{% macro _anomaly_pairs(asked) -%}
        {%- set cycle = asked.cycle.buckets if asked.cycle else 1 -%}
        select
            judged.cutover_series,
            judged.cutover_number,
            past.cutover_value,
            {{ 'mod(past.cutover_number, ' ~ cycle ~ ')' if asked.cycle else '0' }} as cutover_place,
            {{ 'mod(judged.cutover_number, ' ~ cycle ~ ')' if asked.cycle else '0' }} as cutover_own_place

        from cutover_buckets as judged
        inner join cutover_buckets as past
            on
                past.cutover_series = judged.cutover_series
                and past.cutover_number >= judged.cutover_number - {{ asked.history }}
                and past.cutover_number < judged.cutover_number

        where
            judged.cutover_is_asked = 1
            and judged.cutover_is_ignored = 0
            and judged.cutover_value is not null
            and past.cutover_is_ignored = 0
            and past.cutover_value between -1e150 and 1e150
{%- endmacro %}


{#- Whether there is history enough to compare by the place in the cycle; without, all points stand at one place. -#}
{% macro _anomaly_places(asked) -%}
    {%- set cycle = asked.cycle.buckets if asked.cycle else 1 -%}
    {%- set key = 'cutover_series, cutover_number' -%}
    cutover_counted as (

        select
            {{ key }},
            count(*) as cutover_points,
            {{ 'case when count(*) >= ' ~ 4 * cycle ~ ' and count(case when cutover_place = cutover_own_place then 1 end) >= 4 then 1 else 0 end'
                if asked.cycle else '0' }} as cutover_is_seasonal

        from cutover_pairs
        group by {{ key }}

    ),

    cutover_placed as (

        select
            p.cutover_series,
            p.cutover_number,
            p.cutover_value,
            c.cutover_points,
            c.cutover_is_seasonal,
            case when c.cutover_is_seasonal = 1 then p.cutover_place else 0 end as cutover_place,
            case when c.cutover_is_seasonal = 1 and p.cutover_place <> p.cutover_own_place then 0 else 1 end as cutover_is_own

        from cutover_pairs as p
        inner join cutover_counted as c on c.cutover_series = p.cutover_series and c.cutover_number = p.cutover_number

    )
{%- endmacro %}


{#- What is typical: the centre of each place in the cycle, and how far values are from their own centre. -#}
{% macro _anomaly_spreads(asked) -%}
    {%- set key = 'cutover_series, cutover_number' -%}
    {%- set centre = 'avg(cutover_value)' if asked.method == 'zscore' else cutover.dialect_quantile('cutover_value', 0.5) -%}
    cutover_centres as (

        select {{ key }}, cutover_place, {{ centre }} as cutover_centre
        from cutover_placed
        group by {{ key }}, cutover_place

    ),

    cutover_distances as (

        select p.*, c.cutover_centre, abs(p.cutover_value - c.cutover_centre) as cutover_distance
        from cutover_placed as p
        inner join cutover_centres as c
            on c.cutover_series = p.cutover_series and c.cutover_number = p.cutover_number and c.cutover_place = p.cutover_place

    ),

    cutover_spreads as (

        select
            {{ key }},
            max(cutover_points) as cutover_points,
            max(cutover_is_seasonal) as cutover_is_seasonal,
            max(case when cutover_is_own = 1 then cutover_centre end) as cutover_centre,
            avg(cutover_distance) as cutover_mean_distance,
            {{ cutover._anomaly_spread(asked) }} as cutover_spread

        from cutover_distances
        group by {{ key }}

    )
{%- endmacro %}


{#-
    The larger of two: how far all values are from the centre of their own place, and how far those of the judged place are. Of four Mondays alone the spread
    would be too small by chance too often; that of all days alone is too small for a day on which there is far more of everything.
-#}
{% macro _anomaly_spread(asked) -%}
    {%- set own = 'case when cutover_is_own = 1 then cutover_distance end' -%}
    {%- if asked.method == 'mad' -%}
        {%- set all_days, own_days = cutover.dialect_quantile('cutover_distance', 0.5), cutover.dialect_quantile(own, 0.5) -%}
    {%- else -%}
        {%- set squares = 'case when cutover_is_own = 1 then cutover_distance * cutover_distance end' -%}
        {%- set all_days = 'sqrt(sum(cutover_distance * cutover_distance) / nullif(count(*) - count(distinct cutover_place), 0))' -%}
        {%- set own_days = 'sqrt(sum(' ~ squares ~ ') / nullif(count(' ~ own ~ ') - 1, 0))' -%}
    {%- endif -%}
    {{ return('greatest(' ~ all_days ~ ', ' ~ own_days ~ ')' if asked.cycle else all_days) }}
{%- endmacro %}


{#-
    The scale in units of a standard deviation, and the range. 1.4826 and 1.2533 make a median and a mean of absolute deviations estimate that of a normal
    distribution (B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993). What is a billionth of the values is the rounding of floats.
-#}
{% macro _anomaly_ranges(asked) -%}
        {%- set enough = 'cutover_points >= 8' ~ (' and cutover_is_seasonal = 1' if asked.cycle and asked.seasonality != 'auto' else '') %}
        {%- set allowed = 'greatest(' ~ asked.threshold ~ ' * cutover_scale, ' ~ asked.min_change ~ ' * abs(cutover_centre))' -%}
        select
            *,
            {{ 'cutover_centre - ' ~ allowed if asked.direction != 'above' else 'cast(null as ' ~ asked.double ~ ')' }} as cutover_lower,
            {{ 'cutover_centre + ' ~ allowed if asked.direction != 'below' else 'cast(null as ' ~ asked.double ~ ')' }} as cutover_upper

        from (
            select
                *,
                case when {{ enough }} then 1 else 0 end as cutover_is_enough,
                case
                    when cutover_spread > cutover_rounding then cutover_spread{{ ' * 1.482602218505602' if asked.method == 'mad' }}
                    when cutover_mean_distance > cutover_rounding then cutover_mean_distance * 1.2533141373155
                    else 0
                end as cutover_scale,
                case
                    when cutover_spread > cutover_rounding then '{{ asked.method }}'
                    when cutover_mean_distance > cutover_rounding then 'mean_deviation'
                    else 'equality'
                end as cutover_judged_by

            from (
                select *, greatest(abs(cutover_centre), cutover_mean_distance) * 1e-9 as cutover_rounding
                from cutover_spreads
            ) as cutover_rounded
        ) as cutover_scaled
{%- endmacro %}


{#- A bucket without a history has no row among the ranges: it is learning. -#}
{% macro _anomaly_verdict(asked) -%}
    {%- set wrong = [] -%}
    {%- if asked.direction != 'above' -%}
        {%- do wrong.append('b.cutover_value < r.cutover_lower - r.cutover_rounding') -%}
    {%- endif -%}
    {%- if asked.direction != 'below' -%}
        {%- do wrong.append('b.cutover_value > r.cutover_upper + r.cutover_rounding') -%}
    {%- endif -%}
    select
        {%- for name in asked.group_by_columns %}
        b.cutover_group_{{ loop.index }} as {{ name }},
        {%- endfor %}
        b.cutover_bucket as bucket_start,
        b.cutover_value as metric_value,
        r.cutover_centre as expected_value,
        r.cutover_lower as lower_bound,
        r.cutover_upper as upper_bound,
        b.cutover_value - r.cutover_centre as deviation,
        (b.cutover_value - r.cutover_centre) / nullif(r.cutover_scale, 0) as anomaly_score,
        case
            when b.cutover_is_ignored = 1 then 'ignored'
            when b.cutover_value is null then 'empty'
            when r.cutover_number is null then 'learning'
            when {{ wrong | join(' or ') }} then 'anomaly'
            else 'normal'
        end as anomaly_status,
        coalesce(s.cutover_points, 0) as history_points,
        r.cutover_judged_by as judged_by,
        case
            when r.cutover_is_seasonal = 1 then '{{ asked.cycle.name if asked.cycle else 'none' }}'
            when r.cutover_is_seasonal = 0 then 'all'
        end as compared_with

    from cutover_buckets as b
    left join cutover_counted as s on s.cutover_series = b.cutover_series and s.cutover_number = b.cutover_number
    left join cutover_ranges as r
        on r.cutover_series = b.cutover_series and r.cutover_number = b.cutover_number and r.cutover_is_enough = 1
    where b.cutover_is_asked = 1
{%- endmacro %}
