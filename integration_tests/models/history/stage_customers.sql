{{ config(materialized='view') }}

select
    customer_id,
    email,
    country_code,
    tier,
    updated_at as load_date,
    'app' as record_source

from {{ ref('silver_customer_states') }}
