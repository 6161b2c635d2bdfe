select *
from {{ cutover.scd2_as_of(ref('customer_history'), '2024-11-02') }} as customers
