select *
from {{ cutover.anomaly_scores(ref('revenue_by_day'), 'revenue_date', metric='sum', column='revenue', end='2024-12-31') }} as scores
