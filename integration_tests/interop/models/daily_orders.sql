select
    days.date_day,
    count(orders.order_id) as orders,
    {{ cutover.generate_pivot('product_category', ['Electronics', 'Clothing', 'Books'], prefix='orders_of_') }}

from {{ cutover.generate_date_spine('2024-02-26', '2024-03-04') }} as days
left join {{ ref('stg_orders') }} as orders on days.date_day = orders.order_date
group by days.date_day
