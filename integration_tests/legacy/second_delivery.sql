-- What the loader does when the second delivery arrives.
insert into raw.payments (payment_id, order_id, method, amount_cents, paid_at)
select payment_id, order_id, method, amount_cents, paid_at
from raw.payments_second_delivery;
