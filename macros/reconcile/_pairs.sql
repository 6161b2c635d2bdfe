{#-
    Phase two, the rows of the buckets that differ: rows that are equal as multisets pair off first; what is left is paired within its key in the order of the
    compared values. One row per pair that isn't exactly equal.
-#}
{% macro _pairs_query(plan, buckets) -%}
{%- set keys = cutover._names(plan['keys'], 'key') -%}
{%- set values = cutover._names(plan['columns'], 'value') -%}
{%- set whole = (keys + values) | join(', ') -%}
with both_sides as (

    {{ cutover._side_rows(plan, 'legacy', buckets) }}

    union all

    {{ cutover._side_rows(plan, 'migrated', buckets) }}

),

counted as (

    select
        both_sides.*,
        sum(in_legacy) over (partition by {{ keys | join(', ') }}) as key_rows_in_legacy,
        sum(in_migrated) over (partition by {{ keys | join(', ') }}) as key_rows_in_migrated,
        sum(in_legacy) over (partition by {{ whole }}) as copies_in_legacy,
        sum(in_migrated) over (partition by {{ whole }}) as copies_in_migrated,
        row_number() over (partition by in_legacy, {{ whole }} order by in_legacy) as copy

    from both_sides

),

unequal as (

    select
        counted.*,
        row_number() over (partition by in_legacy, {{ keys | join(', ') }} order by {{ (values or ['in_legacy']) | join(', ') }}) as place

    from counted
    where copy > least(copies_in_legacy, copies_in_migrated)

),

paired as (

    {{ cutover._pairing(plan) }}

),

compared as (

    {{ cutover._comparison(plan) }}

)

{{ cutover._judgement(plan) }}
{%- endmacro %}


{% macro _side_rows(plan, side, buckets) -%}
    select
        {{ 1 if side == 'legacy' else 0 }} as in_legacy,
        {{ 1 if side == 'migrated' else 0 }} as in_migrated,
        bucketed.*

    from (
        select {{ cutover.dialect_bucket(cutover._hashable(plan['keys'], 'key')) }} as bucket, side.*
        from (
        {{ cutover._side_query(plan, side) }}
        ) as side
    ) as bucketed
    where bucket in (select bucket from {{ buckets }} where differs = 1)
{%- endmacro %}


{% macro _pairing(plan) -%}
    select
        coalesce(legacy.bucket, migrated.bucket) as bucket,
        case
            when migrated.place is null then 'only_in_legacy'
            when legacy.place is null then 'only_in_migrated'
            else 'both'
        end as side,
        coalesce(legacy.place, migrated.place) as place,
        coalesce(legacy.key_rows_in_legacy, migrated.key_rows_in_legacy) as key_rows_in_legacy,
        coalesce(legacy.key_rows_in_migrated, migrated.key_rows_in_migrated) as key_rows_in_migrated
        {%- for key in plan['keys'] %},
        coalesce(legacy.key_{{ loop.index }}, migrated.key_{{ loop.index }}) as key_{{ loop.index }}
        {%- endfor %}
        {%- for column in plan['columns'] %},
        legacy.value_{{ loop.index }} as legacy_{{ loop.index }},
        migrated.value_{{ loop.index }} as migrated_{{ loop.index }}
        {%- endfor %}

    from (select * from unequal where in_legacy = 1) as legacy
    full outer join (select * from unequal where in_migrated = 1) as migrated
        on {{ cutover.dialect_null_safe_match('legacy', 'migrated', cutover._names(plan['keys'], 'key') + ['place']) }}
{%- endmacro %}


{#- Per column: differs_n (1 where the values differ by more than allowed) and tolerated_n (1 where they differ within it). -#}
{% macro _comparison(plan) -%}
    select
        paired.*
        {%- for column in plan['columns'] %}
        {%- set legacy = 'legacy_' ~ loop.index -%}
        {%- set migrated = 'migrated_' ~ loop.index -%}
        {%- set within = cutover._within(legacy, migrated, column) %},
        case when side = 'both' and {{ legacy }} is distinct from {{ migrated }} and not {{ within }} then 1 else 0 end as differs_{{ loop.index }},
        case when side = 'both' and {{ legacy }} is distinct from {{ migrated }} and {{ within }} then 1 else 0 end as tolerated_{{ loop.index }}
        {%- endfor %}

    from paired
{%- endmacro %}


{#-
    Within the absolute or the relative tolerance. A NULL is within none, nor are NaN and the infinities, for which engines say NaN <= NaN; nor what would
    overflow.
-#}
{% macro _within(legacy, migrated, column) -%}
    {%- set tolerance = column.get('tolerance') -%}
    {%- if not tolerance -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set difference = cutover.dialect_difference(legacy, migrated, column.facts) -%}
    {%- set conditions = [] -%}
    {%- if tolerance.get('absolute') is not none -%}
        {%- do conditions.append(difference ~ ' <= ' ~ cutover._literal(tolerance.absolute)) -%}
    {%- endif -%}
    {%- if tolerance.get('relative') is not none -%}
        {%- set float = {'family': 'float'} -%}
        {%- set size = 'greatest(abs(' ~ cutover.dialect_comparable(legacy, float) ~ '), abs(' ~ cutover.dialect_comparable(migrated, float) ~ '))' -%}
        {%- do conditions.append(cutover.dialect_comparable(difference, float) ~ ' <= ' ~ cutover._literal(tolerance.relative) ~ ' * ' ~ size) -%}
    {%- endif -%}
    {%- set within = conditions | join(' or ') -%}
    {%- if column.facts.get('precision') is none -%}
        {{ return('case when abs(' ~ legacy ~ ') < 8e307 and abs(' ~ migrated ~ ') < 8e307 then ' ~ within ~ ' else false end') }}
    {%- endif -%}
    {{ return('coalesce(' ~ within ~ ', false)') }}
{%- endmacro %}
