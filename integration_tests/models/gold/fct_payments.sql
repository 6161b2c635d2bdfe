{{ config(materialized='incremental', unique_key='payment_id') }}

select
    payment_id,
    order_id,
    method,
    amount,
    paid_at,
    '{{ invocation_id }}' as loaded_by

from {{ ref('silver_payments') }}
where {{ cutover.incremental_filter('payment_id', inclusive=false) }}
