select
    coalesce(channel, 'unknown') as sold_by,
    {{ cutover.generate_pivot('status', ['completed', 'shipped', 'cancelled', 'returned'], agg_func='count', suffix='_orders') }}

from {{ ref('fct_orders') }}
group by coalesce(channel, 'unknown')
