{#- Theirs counts what doesn't match as 0 with every function, so it is told `null` where ours leaves these rows out by itself. -#}
{% set values = ['Electronics', 'Clothing', 'Books', 'Garden'] %}
{% for function, else_value in [('sum', 0), ('count', 'null'), ('avg', 'null'), ('min', 'null'), ('max', 'null')] %}
(
    with ours as (

        select
            customer_id,
            {{ cutover.generate_pivot('product_category', values, function, then_value='amount', aliases={'Garden': 'select'}) }}

        from {{ ref('stg_orders') }}
        group by customer_id

    ),

    theirs as (

        select
            customer_id,
            {{ dbt_utils.pivot('product_category', values, agg=function, then_value='amount', else_value=else_value) }}

        from {{ ref('stg_orders') }}
        group by customer_id

    )

    select
        '{{ function }}' as function_name,
        ours.customer_id

    from ours
    full outer join theirs on ours.customer_id = theirs.customer_id
    where ours.electronics is distinct from theirs."Electronics"
        or ours.clothing is distinct from theirs."Clothing"
        or ours.books is distinct from theirs."Books"
        or ours."select" is distinct from theirs."Garden"
        or ours.customer_id is null
        or theirs.customer_id is null
)
{% if not loop.last %}union all{% endif %}
{% endfor %}
