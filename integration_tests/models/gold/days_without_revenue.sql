select
    cutover_previous as last_day_before,
    cutover_next as first_day_after,
    cutover_missing as days

from {{ cutover.gaps(ref('daily_revenue'), 'revenue_date') }} as gaps
