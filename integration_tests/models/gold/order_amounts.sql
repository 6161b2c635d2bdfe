{%- set measures = ['gross_amount', 'net_amount'] -%}

select *
from {{ cutover.unpivot(ref('fct_orders'), keys=['order_id'], columns=measures, name_column='measure', value_column='amount') }} as amounts
