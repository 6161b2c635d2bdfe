{#- Theirs calls the key `exclude` and what is left out `remove`; both see the same columns. -#}
{% set keys, others = ['order_id'], ['order_date'] %}
{% set theirs -%}
(
    {{ dbt_utils.unpivot(ref('stg_orders'), cast_to=dbt.type_string(), exclude=keys, remove=others) }}
)
{%- endset %}
select
    coalesce(ours.order_id, theirs.order_id) as order_id,
    ours.field_name,
    ours.value as ours,
    theirs.value as theirs

from {{ cutover.unpivot(ref('stg_orders'), keys=keys, exclude=others, cast_to=dbt.type_string()) }} as ours
full outer join {{ theirs }} as theirs on ours.order_id = theirs.order_id and ours.field_name = theirs.field_name
where ours.order_id is null
    or theirs.order_id is null
    or ours.value is distinct from theirs.value
