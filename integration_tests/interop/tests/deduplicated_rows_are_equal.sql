{#- Of columns without NULLs: where theirs joins a row to itself (DuckDB among others), a row that holds a NULL is lost. -#}
{% set theirs -%}
(
    {{ dbt_utils.deduplicate(ref('order_dates'), 'customer_id', 'order_date desc, order_id') }}
)
{%- endset %}
with ours as (

    select *
    from {{ cutover.deduplicate(ref('order_dates'), 'customer_id', 'order_date desc, order_id') }} as latest

),

theirs as (

    select *
    from {{ theirs }} as latest

)

select
    ours.order_id as ours,
    theirs.order_id as theirs

from ours
full outer join theirs on ours.customer_id = theirs.customer_id
where ours.order_id is distinct from theirs.order_id
    or ours.order_date is distinct from theirs.order_date
