select
    revenue_date,
    channel,
    payments,
    cast(revenue as decimal(18, 2)) as revenue

from {{ cutover.source_switch(source('legacy', 'daily_revenue'), ref('daily_revenue')) }}
