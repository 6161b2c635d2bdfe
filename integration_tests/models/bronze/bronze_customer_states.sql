{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['customer_id', 'updated_at'],
    post_hook=["{{ cutover.record_load(this) }}", "{{ cutover.create_indexes(this, ['delivered_on', ['customer_id', 'updated_at']]) }}"],
) }}

select *
from {{ cutover.deduplicate(source('raw', 'customer_feed'), partition_by='customer_id, updated_at', order_by='delivered_on') }} as states
where {{ cutover.incremental_filter('updated_at', lookback='2 days') }}
