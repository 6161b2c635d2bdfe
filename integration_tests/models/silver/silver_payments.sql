select distinct
    payment_id,
    order_id,
    lower(trim(method)) as method,
    cast(amount_cents as decimal(18, 2)) * 0.01 as amount,
    paid_at

from {{ ref('bronze_payments') }}
