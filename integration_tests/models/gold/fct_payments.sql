{{ config(materialized='incremental', unique_key='payment_id') }}

select
    payment_id,
    order_id,
    method,
    amount,
    paid_at,
    '{{ invocation_id }}' as loaded_by

from {{ ref('silver_payments') }}

{% if is_incremental() %}

where payment_id > (select max(payment_id) from {{ this }})

{% endif %}
