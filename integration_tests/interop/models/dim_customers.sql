select *
from {{ cutover.scd2(
    ref('raw_customers'),
    keys=['customer_id'],
    updated_at='updated_at',
    tracked_columns=['first_name', 'last_name', 'email', 'phone'],
    expiry_of_current='9999-12-31',
) }} as versions
