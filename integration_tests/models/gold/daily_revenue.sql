select
    cast(payments.paid_at as date) as revenue_date,
    orders.channel,
    count(*) as payments,
    sum(payments.amount) as revenue

from {{ ref('fct_payments') }} as payments
inner join {{ ref('silver_orders') }} as orders on payments.order_id = orders.order_id
group by cast(payments.paid_at as date), orders.channel
