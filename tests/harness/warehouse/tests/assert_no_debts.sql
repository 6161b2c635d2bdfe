{{ config(warn_if='> 1', error_if='> 2') }}
select customer_id, total from {{ ref('order_totals') }} where total < 0
