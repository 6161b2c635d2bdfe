select
    coalesce(channel, 'unknown') as sold_by,
    {{ cutover.generate_pivot('status', cutover.column_values(ref('fct_orders'), 'status'), agg_func='count') }}

from {{ ref('fct_orders') }}
group by coalesce(channel, 'unknown')
