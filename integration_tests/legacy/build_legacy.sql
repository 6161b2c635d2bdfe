-- The old warehouse, as the nightly job of years builds it. What is wrong with it is marked; the numbers follow from the raw data.
create schema if not exists legacy;

drop table if exists legacy.product_catalogue;
drop table if exists legacy.customer_summary;
drop table if exists legacy.orders_report;
drop table if exists legacy.daily_revenue;
drop table if exists legacy.payment_log;


-- Right, in the old system's own form: prices in cents, article numbers with their spaces.
create table legacy.product_catalogue as
select
    product_id as prod_no,
    sku as article,
    product_name as title,
    category,
    price_cents as price
from raw.products;


-- Fault 1: orders of guests and of deleted customers are dropped.
-- Fault 2: orders without a line are dropped by the inner join.
-- Fault 3: test orders are counted as orders.
-- Fault 4: the day is that of Berlin's winter, so an order after 23:00 lands on the next day.
-- Fault 5: the net amount is cut to whole cents, not rounded.
-- Fault 6: 'canceled' stays beside 'cancelled'.
create table legacy.orders_report as
select
    o.order_id as order_no,
    o.customer_id as cust_no,
    o.channel,
    trim(lower(o.status)) as status,
    cast(o.ordered_at + interval '1 hour' as date) as order_date,
    cast(sum(i.quantity * i.unit_price_cents) as decimal(18, 2)) * 0.01 as gross_amount,
    floor(
        cast(sum(i.quantity * i.unit_price_cents) as decimal(18, 2)) * (100 - coalesce(o.discount_percent, 0)) * 0.01
    ) * 0.01 as net_amount
from raw.orders as o
inner join raw.order_items as i on o.order_id = i.order_id
where o.customer_id in (select c.customer_id from raw.customers as c)
group by o.order_id, o.customer_id, o.channel, o.status, o.ordered_at, o.discount_percent;


-- Fault 7: refunds are left out.
-- The sum is in floating point: right to the cent, not to the bit.
create table legacy.daily_revenue as
select
    cast(p.paid_at as date) as revenue_date,
    o.channel,
    count(*) as payments,
    sum(cast(p.amount_cents as double precision) / 100) as revenue
from (select distinct payment_id, order_id, method, amount_cents, paid_at from raw.payments) as p
inner join raw.orders as o on p.order_id = o.order_id
where p.amount_cents >= 0
group by cast(p.paid_at as date), o.channel;


-- Fault 8: customers without an order are missing.
-- Fault 9: a name of one word becomes no name at all.
-- Fault 10: a customer that was delivered twice has each order twice.
-- Mail addresses stand as they were typed.
create table legacy.customer_summary as
select
    c.customer_id,
    max(trim(c.first_name) || ' ' || trim(c.last_name)) as full_name,
    max(c.email) as email,
    count(*) as order_count,
    min(cast(o.ordered_at as date)) as first_order_on
from raw.customers as c
inner join raw.orders as o on c.customer_id = o.customer_id
where o.status <> 'test'
group by c.customer_id;


-- Fault 11: a payment that was delivered twice is there twice.
create table legacy.payment_log as
select
    payment_id,
    order_id,
    lower(trim(method)) as method,
    cast(amount_cents as decimal(18, 2)) * 0.01 as amount,
    paid_at
from raw.payments;
