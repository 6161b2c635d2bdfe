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
