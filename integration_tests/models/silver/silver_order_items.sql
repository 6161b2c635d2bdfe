select
    order_item_id,
    order_id,
    product_id,
    quantity,
    quantity * unit_price_cents as line_cents

from {{ ref('bronze_order_items') }}
