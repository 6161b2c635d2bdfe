{#- A side as the compared values only: key_1 .., value_1 .. -#}
{% macro _side_query(plan, side) -%}
    select
        {%- for key in plan['keys'] %}
        {{ cutover.dialect_comparable(key[side], key.facts) }} as key_{{ loop.index }}{{ ',' if not loop.last or plan['columns'] }}
        {%- endfor %}
        {%- for column in plan['columns'] %}
        {{ cutover.dialect_comparable(column[side], column.facts) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ plan[side].relation }}
    {{ cutover._where([plan.where[side]]) }}
{%- endmacro %}


{#- key_1 .. or value_1 .. with what the dialect needs to hash them. -#}
{% macro _hashable(columns, prefix) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append({'sql': prefix ~ '_' ~ loop.index, 'family': column.facts.family}) -%}
    {%- endfor -%}
    {{ return(values) }}
{%- endmacro %}


{% macro _names(columns, prefix, alias=none) -%}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append((alias ~ '.' if alias else '') ~ prefix ~ '_' ~ loop.index) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{#-
    Phase one, one read of each side: per bucket of the keys' hash the rows and the order-independent sum of row hashes. Two sides with equal buckets are
    equal, but for a collision of 64 bit sums.
-#}
{% macro _buckets_query(plan) -%}
select
    coalesce(legacy.bucket, migrated.bucket) as bucket,
    coalesce(legacy.row_count, 0) as legacy_rows,
    coalesce(migrated.row_count, 0) as migrated_rows,
    case when legacy.row_count = migrated.row_count and legacy.checksum = migrated.checksum then 0 else 1 end as differs

from (
{{ cutover._bucket_sums(plan, 'legacy') }}
) as legacy
full outer join (
{{ cutover._bucket_sums(plan, 'migrated') }}
) as migrated on legacy.bucket = migrated.bucket
{%- endmacro %}


{% macro _bucket_sums(plan, side) -%}
{%- set keys = cutover._hashable(plan['keys'], 'key') -%}
    select bucket, count(*) as row_count, sum(row_hash) as checksum
    from (
        select
            {{ cutover.dialect_bucket(keys) }} as bucket,
            {{ cutover.dialect_row_hash(keys + cutover._hashable(plan['columns'], 'value')) }} as row_hash

        from (
        {{ cutover._side_query(plan, side) }}
        ) as side
        {{ cutover.dialect_fence() }}
    ) as hashed
    group by bucket
{%- endmacro %}


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


{#- status of each pair, and which accepted difference covers the row (accepted_row) or the cell (accepted_n); 0 is none. -#}
{% macro _judgement(plan) -%}
{%- set accepted = plan.accepted | rejectattr('expired') | list -%}
select
    compared.*,
    case
        when side <> 'both' then side
        when {{ cutover._names(plan['columns'], 'differs') | join(' + ') or '0' }} > 0 then 'mismatch'
        else 'tolerated'
    end as status,
    {{ cutover._acceptance(accepted | selectattr('status') | rejectattr('status', 'equalto', 'mismatch') | list, 'side') }} as accepted_row
    {%- for column in plan['columns'] %}
    {%- set mine = [] -%}
    {%- for difference in accepted if difference.column == column.name or difference.status == 'mismatch' -%}
        {%- do mine.append(difference) -%}
    {%- endfor %},
    case when differs_{{ loop.index }} = 1 then {{ cutover._acceptance(mine) }} else 0 end as accepted_{{ loop.index }}
    {%- endfor %}

from compared
{%- if accepted %}
cross join lateral (select {{ cutover._side_columns(plan, 'legacy') }}) as legacy
cross join lateral (select {{ cutover._side_columns(plan, 'migrated') }}) as migrated
{%- endif %}
{%- endmacro %}


{% macro _acceptance(differences, status_column=none) -%}
    {%- if not differences -%}
        {{ return('0') }}
    {%- endif -%}
    {%- set branches = [] -%}
    {%- for difference in differences -%}
        {%- set of_status = none if status_column is none else status_column ~ ' = ' ~ cutover._literal(difference.status) -%}
        {%- do branches.append('when ' ~ (cutover._and([of_status, difference.where]) or 'true') ~ ' then ' ~ difference.number) -%}
    {%- endfor -%}
    {{ return('case ' ~ branches | join(' ') ~ ' else 0 end') }}
{%- endmacro %}


{#- The names under which `where` of an accepted difference finds the compared values: each side's own. -#}
{% macro _side_columns(plan, side) -%}
    {%- set columns = [] -%}
    {%- for key in plan['keys'] -%}
        {%- do columns.append('compared.key_' ~ loop.index ~ ' as ' ~ cutover._quoted(cutover._name_on(side, key))) -%}
    {%- endfor -%}
    {%- for column in plan['columns'] -%}
        {%- do columns.append('compared.' ~ side ~ '_' ~ loop.index ~ ' as ' ~ cutover._quoted(cutover._name_on(side, column))) -%}
    {%- endfor -%}
    {{ return(columns | join(', ')) }}
{%- endmacro %}


{% macro _name_on(side, column) -%}
    {{ return(column.get('migrated_name', column.name) if side == 'migrated' else column.name) }}
{%- endmacro %}
