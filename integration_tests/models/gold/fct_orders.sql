with lines as (

    select
        order_id,
        count(*) as line_count,
        sum(line_cents) as gross_cents

    from {{ ref('silver_order_items') }}
    group by order_id

)

select
    orders.order_id,
    orders.customer_id,
    orders.channel,
    orders.status,
    cast(orders.ordered_at as date) as order_date,
    coalesce(lines.line_count, 0) as line_count,
    cast(coalesce(lines.gross_cents, 0) as decimal(18, 2)) * 0.01 as gross_amount,
    round(cast(coalesce(lines.gross_cents, 0) as decimal(18, 2)) * (100 - orders.discount_percent) * 0.0001, 2) as net_amount

from {{ ref('silver_orders') }} as orders
left join lines on orders.order_id = lines.order_id
