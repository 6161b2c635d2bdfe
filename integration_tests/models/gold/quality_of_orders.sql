{%- set checks = [
    {'check': 'not_null', 'column': 'customer_id', 'severity': 'warn'},
    {'check': 'not_null', 'column': 'channel', 'severity': 'warn', 'mostly': 0.5},
    {'check': 'in_range', 'column': 'net_amount', 'min': 0, 'max': 1000},
] -%}

select *
from {{ cutover.quality_check_results(ref('fct_orders'), checks) }} as results
