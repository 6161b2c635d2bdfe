with cleaned as (

    select
        order_id,
        customer_id,
        channel,
        case lower(trim(status)) when 'canceled' then 'cancelled' else lower(trim(status)) end as status,
        ordered_at,
        coalesce(discount_percent, 0) as discount_percent,
        note

    from {{ ref('bronze_orders') }}

)

select *
from cleaned
where status <> 'test'
