with orders as (

    select
        customer_id,
        count(*) as order_count,
        min(cast(ordered_at as date)) as first_order_on

    from {{ ref('silver_orders') }}
    group by customer_id

)

select
    customers.customer_id,
    trim(coalesce(customers.first_name, '') || ' ' || coalesce(customers.last_name, '')) as full_name,
    customers.email,
    customers.country_code,
    customers.note,
    coalesce(orders.order_count, 0) as order_count,
    orders.first_order_on

from {{ ref('silver_customers') }} as customers
left join orders on customers.customer_id = orders.customer_id
