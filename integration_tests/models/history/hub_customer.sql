{{ config(materialized='incremental', incremental_strategy='append') }}

{{ cutover.hub([ref('stage_customers'), ref('stage_orders')], hash_key='customer_hk', business_keys=['customer_id']) }}
