{#-
    Runs the phases inside one transaction that sees one moment of both sides, and answers what they found: {legacy_rows, migrated_rows, today, pairs (one row
    of totals), samples, duplicates}. Reads each side once when they are equal, and the rows of differing buckets once more when not.
-#}
{% macro _compare(operation, plan) -%}
    {%- set found = {'pairs': none, 'samples': [], 'duplicates': none} -%}
    {%- do cutover._run_command(operation, 'both sides as of one moment', cutover.dialect_begin_snapshot()) -%}
    {%- if not plan['keys'] -%}
        {%- do found.update((cutover._run(operation, 'count both sides', cutover._counts_query(plan)) or [{}])[0]) -%}
    {%- else -%}
        {%- do cutover._compare_rows(operation, plan, found) -%}
    {%- endif -%}
    {%- do cutover._run_command(operation, 'the end of that moment', 'commit') -%}
    {{ return(found) }}
{%- endmacro %}


{% macro _compare_rows(operation, plan, found) -%}
    {%- set suffix = operation.run_id[:12] -%}
    {%- set buckets = 'cutover_buckets_' ~ suffix -%}
    {%- set pairs = 'cutover_pairs_' ~ suffix -%}
    {%- do cutover._run_command(operation, 'phase one: checksums per bucket of the keys', cutover.dialect_temp_table(buckets, cutover._buckets_query(plan))) -%}
    {%- set totals = cutover._run(operation, 'totals of phase one', cutover._bucket_totals_query(buckets), exact=['today']) -%}
    {%- do found.update((totals or [{'differing': 1, 'today': ''}])[0]) -%}
    {%- for difference in plan.accepted if difference.until is not none and difference.until < found.today -%}
        {%- do difference.update({'expired': true}) -%}
    {%- endfor -%}
    {%- if found.differing > 0 -%}
        {%- set pairing = cutover.dialect_temp_table(pairs, cutover._pairs_query(plan, buckets)) -%}
        {%- do cutover._run_command(operation, 'phase two: the rows of differing buckets, paired', pairing) -%}
        {%- do found.update({'pairs': (cutover._run(operation, 'totals of phase two', cutover._pair_totals_query(plan, pairs, buckets)) or [none])[0]}) -%}
        {%- if plan.sample_size > 0 -%}
            {%- set query = cutover._samples_query(plan, pairs) -%}
            {%- do found.update({'samples': cutover._run(operation, 'sample rows', query, exact=cutover._sample_columns(plan))}) -%}
        {%- endif -%}
        {%- do cutover._run_command(operation, 'tidy up', 'drop table ' ~ pairs) -%}
    {%- endif -%}
    {%- if plan.require_unique_keys -%}
        {%- do found.update({'duplicates': (cutover._run(operation, 'duplicated keys', cutover._duplicated_keys_query(plan)) or [none])[0]}) -%}
    {%- endif -%}
    {%- do cutover._run_command(operation, 'tidy up', 'drop table ' ~ buckets) -%}
{%- endmacro %}


{% macro _counts_query(plan) -%}
select
    (select count(*) from {{ plan.legacy.relation }} {{ cutover._where([plan.where.legacy]) }}) as legacy_rows,
    (select count(*) from {{ plan.migrated.relation }} {{ cutover._where([plan.where.migrated]) }}) as migrated_rows
{%- endmacro %}


{% macro _bucket_totals_query(buckets) -%}
select
    coalesce(sum(legacy_rows), 0) as legacy_rows,
    coalesce(sum(migrated_rows), 0) as migrated_rows,
    coalesce(sum(differs), 0) as differing,
    {{ cutover._exact_text('cast(' ~ cutover.dialect_utc_now() ~ ' as date)') }} as today

from {{ buckets }}
{%- endmacro %}


{#- `unexplained` counts differing buckets in which no unequal pair was found: never to be called equal. -#}
{% macro _pair_totals_query(plan, pairs, buckets) -%}
{%- set covered = [] -%}
{%- for column in plan['columns'] -%}
    {%- do covered.append('(differs_' ~ loop.index ~ ' = 0 or accepted_' ~ loop.index ~ ' > 0)') -%}
{%- endfor -%}
select
    (select count(*) from {{ buckets }} where differs = 1 and bucket not in (select bucket from {{ pairs }})) as unexplained,
    {%- for status in ('only_in_legacy', 'only_in_migrated', 'mismatch', 'tolerated') %}
    count(case when status = '{{ status }}' then 1 end) as {{ status }},
    {%- endfor %}
    {%- for status, other in [('only_in_legacy', 'migrated'), ('only_in_migrated', 'legacy')] %}
    count(case when status = '{{ status }}' and accepted_row > 0 then 1 end) as accepted_{{ status }},
    count(case when status = '{{ status }}' and key_rows_in_{{ other }} = 0 and place = 1 then 1 end) as keys_{{ status }},
    count(case when status = '{{ status }}' and key_rows_in_{{ other }} = 0 and accepted_row = 0 then 1 end) as open_keys_{{ status }},
    {%- endfor %}
    count(case when status = 'mismatch' and {{ covered | join(' and ') or 'true' }} then 1 end) as accepted_mismatch,
    count(case when place = 1 and key_rows_in_legacy > 1 then 1 end) as repeated_in_legacy,
    count(case when place = 1 and key_rows_in_migrated > 1 then 1 end) as repeated_in_migrated
    {%- for column in plan['columns'] %},
    count(case when differs_{{ loop.index }} = 1 then 1 end) as differs_{{ loop.index }},
    count(case when differs_{{ loop.index }} = 1 and accepted_{{ loop.index }} > 0 then 1 end) as accepted_{{ loop.index }},
    count(case when tolerated_{{ loop.index }} = 1 then 1 end) as tolerated_{{ loop.index }}
    {%- endfor %}
    {%- for difference in plan.accepted %}
    {%- set touched = ['accepted_row = ' ~ difference.number] -%}
    {%- for column in plan['columns'] -%}
        {%- do touched.append('accepted_' ~ loop.index ~ ' = ' ~ difference.number) -%}
    {%- endfor %},
    count(case when {{ touched | join(' or ') }} then 1 end) as difference_{{ difference.number }}
    {%- endfor %}

from {{ pairs }}
{%- endmacro %}


{#-
    Up to sample_size rows of each status, those that somebody accepted counted apart. One row of each combination of differing columns comes first, then a
    second of each: no kind of difference hides behind a more frequent one.
-#}
{% macro _samples_query(plan, pairs) -%}
{%- set keys = cutover._names(plan['keys'], 'key') | join(', ') -%}
{%- set accepted = (['accepted_row'] + cutover._names(plan['columns'], 'accepted')) | join(' + ') -%}
{%- set groups = 'status, case when ' ~ accepted ~ ' > 0 then 1 else 0 end' -%}
select
    status,
    accepted_row
    {%- for column in plan['keys'] %},
    {{ cutover._exact_text('key_' ~ loop.index) }} as key_{{ loop.index }}
    {%- endfor %}
    {%- for column in plan['columns'] %},
    differs_{{ loop.index }},
    accepted_{{ loop.index }},
    {{ cutover._exact_text('legacy_' ~ loop.index) }} as legacy_{{ loop.index }},
    {{ cutover._exact_text('migrated_' ~ loop.index) }} as migrated_{{ loop.index }}
    {%- endfor %}

from (
    select
        of_a_kind.*,
        row_number() over (partition by {{ groups }} order by rank_of_kind, {{ keys }}, place) as rank_in_status

    from (
        select
            pairs.*,
            row_number() over (
                partition by {{ ([groups] + cutover._names(plan['columns'], 'differs')) | join(', ') }}
                order by {{ keys }}, place
            ) as rank_of_kind

        from {{ pairs }} as pairs
        where status <> 'tolerated'
    ) as of_a_kind
) as ranked
where rank_in_status <= {{ plan.sample_size }}
order by {{ accepted }}, status, rank_in_status
{%- endmacro %}


{% macro _sample_columns(plan) -%}
    {{ return(cutover._names(plan['keys'], 'key') + cutover._names(plan['columns'], 'legacy') + cutover._names(plan['columns'], 'migrated')) }}
{%- endmacro %}


{#- Keys that stand in more than one row, counted over the whole of each side. -#}
{% macro _duplicated_keys_query(plan) -%}
{%- set keys = cutover._names(plan['keys'], 'key') | join(', ') -%}
select
    {%- for side in ('legacy', 'migrated') %}
    (
        select count(*)
        from (
            select {{ keys }}
            from (
            {{ cutover._side_query(plan, side) }}
            ) as side
            group by {{ keys }}
            having count(*) > 1
        ) as duplicated
    ) as {{ side }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
