{%- set first_day = '(select min(revenue_date) from ' ~ ref('daily_revenue') ~ ')' -%}
{%- set last_day = '(select max(revenue_date) from ' ~ ref('daily_revenue') ~ ')' -%}

select
    days.date_day as revenue_date,
    coalesce(sum(revenue.revenue), 0) as revenue

from {{ cutover.generate_date_spine(first_day, last_day) }} as days
left join {{ ref('daily_revenue') }} as revenue on days.date_day = revenue.revenue_date
group by days.date_day
