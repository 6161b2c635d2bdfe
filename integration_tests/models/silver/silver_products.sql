select
    product_id,
    trim(sku) as sku,
    product_name,
    category,
    {{ cutover.cents_to_dollars('price_cents') }} as price

from {{ ref('bronze_products') }}
