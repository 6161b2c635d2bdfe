select
    payment_id,
    customer_id,
    cast(amount_cents / 100.0 as decimal(16, 2)) as amount,
    paid_on

from "testdb"."shop"."raw_payments"
