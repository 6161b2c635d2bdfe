select 1 as order_id, {{ net_price(11900, 0.19) }} as net_price
