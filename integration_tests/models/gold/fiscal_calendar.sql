select *
from {{ cutover.date_dimension('2024-01-01', '2024-12-31', fiscal_year_start_month=4, holidays={'2024-12-25': 'Christmas'}) }} as days
