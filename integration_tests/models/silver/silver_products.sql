select
    product_id,
    trim(sku) as sku,
    product_name,
    category,
    cast(price_cents as decimal(18, 2)) * 0.01 as price

from {{ ref('bronze_products') }}
