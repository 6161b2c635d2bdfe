with deliveries as (

    select
        customer_id,
        nullif(trim(first_name), '') as first_name,
        nullif(trim(last_name), '') as last_name,
        nullif(lower(trim(email)), '') as email,
        nullif(upper(trim(country)), '') as country_code,
        signed_up_at,
        updated_at,
        note,
        row_number() over (partition by customer_id order by updated_at desc) as recency

    from {{ ref('bronze_customers') }}

)

select
    customer_id,
    first_name,
    last_name,
    email,
    country_code,
    signed_up_at,
    updated_at,
    note

from deliveries
where recency = 1
