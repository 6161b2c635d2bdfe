{{ config(materialized='incremental', unique_key='payment_id') }}

select
    payment_id,
    customer_id,
    {{ shop_utils.cents_to_dollars('amount_cents') }} as amount,
    paid_on

from {{ source('shop', 'raw_payments') }}
{{ shop_utils.new_rows_only('paid_on') }}
