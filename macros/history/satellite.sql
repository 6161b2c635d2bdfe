{#- The body of a satellite: the states that a key went through. Runs no query; reads source and target once each. -#}
{% macro satellite(relation, hash_key, business_keys, columns, child_keys=[], hash_diff='hash_diff', load_date='load_date', record_source='record_source',
                   order_by=[], normalise={}, compatible_with=none) -%}
    {%- set known = ['relation', 'hash_key', 'business_keys', 'columns', 'child_keys', 'hash_diff', 'load_date', 'record_source', 'order_by', 'normalise',
        'compatible_with'] -%}
    {%- do cutover._require_known_arguments('satellite', kwargs, varargs, known) -%}
    {%- set relations = cutover._vault_relations('satellite', relation) -%}
    {%- do cutover._require_column_name('satellite', 'hash_key', hash_key, 'customer_hk') -%}
    {%- do cutover._require_vault_columns('satellite', 'business_keys', business_keys, "['customer_id']", min=1) -%}
    {%- do cutover._require_vault_columns('satellite', 'columns', columns, "['name', 'email']", min=1) -%}
    {%- do cutover._require_vault_columns('satellite', 'child_keys', child_keys, "['phone_type']") -%}
    {%- do cutover._require_vault_columns('satellite', 'order_by', order_by, "['updated_at']") -%}
    {%- set given = {'hash_diff': hash_diff, 'load_date': load_date, 'record_source': record_source} -%}
    {%- for name in given -%}
        {%- do cutover._require_column_name('satellite', name, given[name], name) -%}
    {%- endfor -%}
    {%- do cutover._require_different('satellite', [hash_key] + child_keys + columns + [hash_diff, load_date, record_source]) -%}
    {%- do cutover._checked_normalise('satellite', columns, normalise) -%}
    {%- set names = {'key': hash_key, 'children': child_keys, 'payload': columns, 'diff': hash_diff, 'date': load_date, 'source': record_source} -%}
    {%- set hashes = {
        hash_key: cutover._hash('satellite', business_keys, compatible_with),
        hash_diff: cutover._hash('satellite', child_keys + columns, compatible_with, normalise),
    } -%}
    {%- set staged = cutover._vault_staged(relations, hashes, child_keys + columns + [load_date, record_source], [hash_key] + child_keys + [load_date],
        order_by, [hash_diff, record_source], cutover._is_known(business_keys)) -%}
    {{ return(cutover._satellite_query(names, staged)) }}
{%- endmacro %}


{#-
    What the target knows and what was loaded are laid along one line of load dates per key. A loaded state stays when it differs from the state before it,
    wherever that one came from, and the target has no state of that moment yet: that one would stand right behind it.
-#}
{% macro _satellite_query(names, staged) -%}
    {%- set carried = names.children + names.payload -%}
    {%- set together = names.children | length > 0 -%}
(
    with {{ staged }},

    cutover_states as (

        select {{ names.key }}, {{ names.date }}, {{ cutover._hash_of_set(names.diff) if together else names.diff }} as cutover_state, 1 as cutover_is_new
        from cutover_staged
        where cutover_place = 1
        {{ 'group by ' ~ names.key ~ ', ' ~ names.date if together }}
        {%- if cutover._continues() %}

        union all

        select {{ 'distinct ' if together }}{{ names.key }}, {{ names.date }}, {{ names.diff }}, 0
        from {{ this }}
        where {{ names.key }} in (select {{ names.key }} from cutover_staged)
        {%- endif %}

    ),

    cutover_steps as (

        select
            {{ names.key }}, {{ names.date }}, cutover_state, cutover_is_new,
            lag(cutover_state) over (partition by {{ names.key }} order by {{ names.date }} nulls first, cutover_is_new desc) as cutover_previous,
            lead(cutover_is_new) over (partition by {{ names.key }} order by {{ names.date }} nulls first, cutover_is_new desc) as cutover_next_is_new,
            lead({{ names.date }}) over (partition by {{ names.key }} order by {{ names.date }} nulls first, cutover_is_new desc) as cutover_next_date

        from cutover_states

    )

    select
        cutover_staged.{{ ([names.key] + carried) | join(',\n        cutover_staged.') }},
        cutover_steps.cutover_state as {{ names.diff }},
        cutover_staged.{{ names.date }},
        cutover_staged.{{ names.source }}

    from cutover_steps
    inner join cutover_staged
        on cutover_staged.{{ names.key }} = cutover_steps.{{ names.key }}
        and (
            cutover_staged.{{ names.date }} = cutover_steps.{{ names.date }}
            or (cutover_staged.{{ names.date }} is null and cutover_steps.{{ names.date }} is null)
        )
    where
        cutover_steps.cutover_is_new = 1
        and (
            coalesce(cutover_steps.cutover_next_is_new, 1) = 1
            or cutover_steps.cutover_next_date <> cutover_steps.{{ names.date }}
            or (cutover_steps.{{ names.date }} is null and cutover_steps.cutover_next_date is not null)
        )
        and (cutover_steps.cutover_previous is null or cutover_steps.cutover_previous <> cutover_steps.cutover_state)
        and cutover_staged.cutover_place = 1
)
{%- endmacro %}


{#- One hash for the rows of a set, in whatever order they come. -#}
{% macro _hash_of_set(hash) -%}
    {{ return(cutover.dialect_hash(dbt.listagg(hash, "','", 'order by ' ~ hash) | trim, cutover._var('cutover_hash_algorithm'))) }}
{%- endmacro %}
