{{ config(materialized='incremental', unique_key='customer_id', database='analytics') }}
with orders as (

    select * from {{ ref('paid_orders') }}

)

select customer_id, sum(amount) as total, max(id) as last_id
from orders
{% if is_incremental() %}
where id > (select max(last_id) from {{ this }})
{% endif %}
group by customer_id
