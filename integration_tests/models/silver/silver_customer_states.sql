with cleaned as (

    select
        customer_id,
        updated_at,
        {{ cutover.normalise('email', ['trim', 'lower', 'empty_as_null']) }} as email,
        {{ cutover.normalise('country', ['trim', 'upper', 'empty_as_null']) }} as country_code,
        {{ cutover.normalise('tier', [{'map': {'bronze': 'basic'}}]) }} as tier,
        is_deleted

    from {{ ref('bronze_customer_states') }}

)

select
    cleaned.*,
    {{ cutover.forward_fill('tier', partition_by='customer_id', order_by='updated_at') }} as last_known_tier,
    {{ cutover.generate_surrogate_key(['customer_id', 'updated_at']) }} as state_key,
    {{ cutover.hash_diff(['email', 'country_code', 'tier']) }} as state_hash

from cleaned
