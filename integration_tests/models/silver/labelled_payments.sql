{%- set checks = [
    {'check': 'not_null', 'column': 'payment_id'},
    {'check': 'relationship', 'column': 'order_id', 'to': ref('silver_orders'), 'field': 'order_id', 'name': 'order_known'},
    {'check': 'in_range', 'column': 'amount', 'min': -800, 'max': 800, 'name': 'amount_sane'},
    {'check': 'accepted_values', 'column': 'method', 'values': ['card', 'paypal'], 'severity': 'warn'},
] -%}

select *
from {{ cutover.label_rows(ref('silver_payments'), checks, max_quarantine_fraction=0.5) }} as labelled
