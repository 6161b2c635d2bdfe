{{ config(materialized='view') }}

select
    order_id,
    customer_id,
    ordered_at as load_date,
    'shop' as record_source

from {{ ref('silver_orders') }}
