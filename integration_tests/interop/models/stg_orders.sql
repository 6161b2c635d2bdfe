{{ config(indexes=[{'columns': ['order_id']}]) }}

select *
from {{ ref('raw_orders') }}
