{{ config(materialized='incremental', incremental_strategy='append') }}

{{ cutover.link(ref('stage_orders'), hash_key='order_customer_hk', foreign_keys={'order_hk': ['order_id'], 'customer_hk': ['customer_id']}) }}
