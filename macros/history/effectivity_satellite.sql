{#- The body of a link's effectivity satellite: which link held for a driving key, from when. Runs no query; reads source and target once each. -#}
{% macro effectivity_satellite(relation, hash_key, foreign_keys, driving_keys, load_date='load_date', record_source='record_source', active='is_active',
                               order_by=[], compatible_with=none) -%}
    {%- set known = ['relation', 'hash_key', 'foreign_keys', 'driving_keys', 'load_date', 'record_source', 'active', 'order_by', 'compatible_with'] -%}
    {%- set here = 'effectivity_satellite' -%}
    {%- do cutover._require_known_arguments(here, kwargs, varargs, known) -%}
    {%- set relations = cutover._vault_relations(here, relation) -%}
    {%- do cutover._require_column_name(here, 'hash_key', hash_key, 'order_customer_hk') -%}
    {%- set business_keys = cutover._vault_foreign_keys(here, foreign_keys, min=2) -%}
    {%- do cutover._require_vault_columns(here, 'driving_keys', driving_keys, "['order_hk']", min=1) -%}
    {%- do cutover._require_vault_columns(here, 'order_by', order_by, "['updated_at']") -%}
    {%- for name in ['load_date', 'record_source', 'active'] -%}
        {%- do cutover._require_column_name(here, name, {'load_date': load_date, 'record_source': record_source, 'active': active}[name], name) -%}
    {%- endfor -%}
    {%- do cutover._require_different(here, [hash_key] + foreign_keys.keys() | list + [load_date, active, record_source]) -%}
    {%- for name in driving_keys if name not in foreign_keys -%}
        {%- do cutover._refuse(here, 'driving_keys', 'names of hash keys in `foreign_keys`', name, candidates=foreign_keys.keys() | list) -%}
    {%- endfor -%}
    {%- set hashes, known_drivers, known_others = {}, [], [] -%}
    {%- for name in foreign_keys -%}
        {%- if name in driving_keys -%}
            {%- do hashes.update({name: cutover._hash(here, foreign_keys[name], compatible_with)}) -%}
        {%- endif -%}
        {%- do (known_drivers if name in driving_keys else known_others).append(cutover._is_known(foreign_keys[name])) -%}
    {%- endfor -%}
    {%- if not known_others -%}
        {%- do cutover._refuse(here, 'driving_keys', 'only some of the hash keys in `foreign_keys`', driving_keys, example="['order_hk']") -%}
    {%- endif -%}
    {%- set link = cutover._hash(here, business_keys, compatible_with) -%}
    {%- do hashes.update({hash_key: 'case when ' ~ known_others | join(' and ') ~ ' then ' ~ link ~ ' end'}) -%}
    {%- set staged = cutover._vault_staged(relations, hashes, [load_date, record_source], driving_keys + [load_date], order_by, [hash_key, record_source],
        known_drivers | join(' and ')) -%}
    {%- set names = {'key': hash_key, 'drivers': driving_keys, 'date': load_date, 'source': record_source, 'active': active} -%}
    {{ return(cutover._effectivity_query(names, staged)) }}
{%- endmacro %}


{#-
    What changes beside a loaded moment: the link before is closed there and the new one opened. What the target has of a link and a moment is left as it is: a
    row that came late may ask for a closing that is there.
-#}
{% macro _effectivity_query(names, staged) -%}
    {%- set drivers = names.drivers | join(', ') -%}
    {%- set changed = '(cutover_previous <> ' ~ names.key ~ ' or (cutover_previous is null) <> (' ~ names.key ~ ' is null))' -%}
(
    with {{ staged }},

    {{ cutover._effectivity_steps(names) }},

    cutover_changes as (

        select {{ names.key }}, {{ drivers }}, {{ names.date }}, true as {{ names.active }}, {{ names.source }}
        from cutover_steps
        where
            cutover_is_new = 1
            and {{ names.key }} is not null
            and {{ changed }}

        union all

        select cutover_previous, {{ drivers }}, {{ names.date }}, false, {{ names.source }}
        from cutover_steps
        where
            (cutover_is_new = 1 or cutover_previous_is_new = 1)
            and cutover_previous is not null
            and {{ changed }}

    )

    select {{ names.key }}, {{ drivers }}, {{ names.date }}, {{ names.active }}, {{ names.source }}
    from cutover_changes
    {%- if cutover._continues() %}
    where
        not exists (
            select 1
            from cutover_target
            where
                cutover_target.{{ names.key }} = cutover_changes.{{ names.key }}
                and (
                    cutover_target.{{ names.date }} = cutover_changes.{{ names.date }}
                    or (cutover_target.{{ names.date }} is null and cutover_changes.{{ names.date }} is null)
                )
        )
    {%- endif %}
)
{%- endmacro %}


{#-
    One line of load dates per driving key, of what the target knows and what was loaded: at each the link that holds from then on, or NULL for none. What the
    target says of a moment stands; a moment at which it only closes is one without a link.
-#}
{% macro _effectivity_steps(names) -%}
    {%- set drivers = names.drivers | join(', ') -%}
    {%- if cutover._continues() -%}
cutover_target as (

        select {{ names.key }}, {{ drivers }}, {{ names.date }}, {{ names.active }}, {{ names.source }}
        from {{ this }}
        where {{ names.drivers[0] }} in (select {{ names.drivers[0] }} from cutover_staged)

    ),

    {% endif -%}
    cutover_states as (

        select {{ names.key }}, {{ drivers }}, {{ names.date }}, {{ names.source }}, 1 as cutover_is_new
        from cutover_staged
        where cutover_place = 1
        {%- if cutover._continues() %}

        union all

        select max(case when {{ names.active }} then {{ names.key }} end), {{ drivers }}, {{ names.date }}, max({{ names.source }}), 0
        from cutover_target
        group by {{ drivers }}, {{ names.date }}
        {%- endif %}

    ),

    cutover_settled as (

        select
            {{ names.key }}, {{ drivers }}, {{ names.date }}, {{ names.source }}, cutover_is_new,
            min(cutover_is_new) over (partition by {{ drivers }}, {{ names.date }}) as cutover_is_unknown

        from cutover_states

    ),

    cutover_steps as (

        select
            {{ names.key }}, {{ drivers }}, {{ names.date }}, {{ names.source }}, cutover_is_new,
            lag({{ names.key }}) over (partition by {{ drivers }} order by {{ names.date }} nulls first) as cutover_previous,
            lag(cutover_is_new) over (partition by {{ drivers }} order by {{ names.date }} nulls first) as cutover_previous_is_new

        from cutover_settled
        where cutover_is_new = cutover_is_unknown

    )
{%- endmacro %}
