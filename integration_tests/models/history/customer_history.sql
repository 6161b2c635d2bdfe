{{ cutover.scd2(
    ref('silver_customer_states'),
    keys=['customer_id'],
    updated_at='updated_at',
    tracked_columns=['email', 'country_code', 'tier'],
    deleted='is_deleted',
    surrogate_key='customer_version_key',
) }}
