{#- Theirs gives NULL among the values, by their number; ours leaves it out, in the values' order unless told. -#}
{% set ours = cutover.column_values(ref('stg_orders'), 'product_category') %}
{% set theirs = dbt_utils.get_column_values(ref('stg_orders'), 'product_category', where='product_category is not null', order_by='product_category') %}
select 1 as fault
where {{ 'true' if ours != theirs or (execute and ours | length != 4) else 'false' }}
