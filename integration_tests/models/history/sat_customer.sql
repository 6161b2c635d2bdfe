{{ config(materialized='incremental', incremental_strategy='append') }}

{{ cutover.satellite(ref('stage_customers'), hash_key='customer_hk', business_keys=['customer_id'], columns=['email', 'country_code', 'tier']) }}
