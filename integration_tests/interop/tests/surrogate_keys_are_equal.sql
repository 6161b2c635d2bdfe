{#- NULLs, texts that hold the separator, numbers and dates among the keys. -#}
{% for columns in [['order_id'], ['customer_id', 'product_category'], ['note', 'product_category', 'amount', 'order_date']] %}
select
    order_id,
    {{ cutover.generate_surrogate_key(columns, compatible_with='dbt_utils') }} as ours,
    {{ dbt_utils.generate_surrogate_key(columns) }} as theirs

from {{ ref('stg_orders') }}
where {{ cutover.generate_surrogate_key(columns, compatible_with='dbt_utils') }} is distinct from {{ dbt_utils.generate_surrogate_key(columns) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
