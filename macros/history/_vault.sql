{#- What the tables of a vault have in common. -#}

{#- The relations to load from: one, or a list of them; a parenthesised select will do for one. -#}
{% macro _vault_relations(origin, relation) -%}
    {%- set several = relation is not string and relation is not mapping and relation.identifier is not defined and relation is sequence -%}
    {%- if several -%}
        {%- do cutover._require_list(origin, 'relation', relation, "[ref('stg_crm'), ref('stg_shop')]", min=1) -%}
    {%- endif -%}
    {%- for item in (relation if several else [relation]) -%}
        {%- if item.identifier is not defined -%}
            {%- do cutover._require_sql(origin, 'relation' ~ ('[' ~ loop.index0 ~ ']' if several else ''), item, "ref('stg_customers')") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(relation if several else [relation]) }}
{%- endmacro %}


{#- Columns that are read and written under one name each: an expression would have none. -#}
{% macro _require_vault_columns(origin, argument, names, example, min=0) -%}
    {%- do cutover._require_names(origin, argument, names, example, min) -%}
    {%- for name in names -%}
        {%- do cutover._require_column_name(origin, argument ~ '[' ~ loop.index0 ~ ']', name, example) -%}
    {%- endfor -%}
{%- endmacro %}


{#- No two columns of the table that is made may have one name. -#}
{% macro _require_different(origin, names) -%}
    {%- set seen = [] -%}
    {%- for name in names -%}
        {%- if name | trim | lower in seen -%}
            {%- do cutover._fail(origin, 'the column ' ~ name | trim ~ ' would be there twice: give each of ' ~ names | map('trim') | join(', ')
                ~ ' a name of its own.') -%}
        {%- endif -%}
        {%- do seen.append(name | trim | lower) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Hash keys by their business keys, as a link has them. Answers all business keys, in order, each once. -#}
{% macro _vault_foreign_keys(origin, foreign_keys, min) -%}
    {%- set example = "{customer_hk: ['customer_id'], product_hk: ['product_id']}" -%}
    {%- do cutover._require_mapping(origin, 'foreign_keys', foreign_keys, example) -%}
    {%- if foreign_keys | length < min -%}
        {%- do cutover._refuse(origin, 'foreign_keys', 'a mapping of ' ~ min ~ ' or more hash keys to their business keys', foreign_keys, example=example) -%}
    {%- endif -%}
    {%- set all = [] -%}
    {%- for name in foreign_keys -%}
        {%- do cutover._require_column_name(origin, 'foreign_keys', name, example) -%}
        {%- do cutover._require_vault_columns(origin, 'foreign_keys[' ~ name ~ ']', foreign_keys[name], "['customer_id']", min=1) -%}
        {%- do all.extend(foreign_keys[name]) -%}
    {%- endfor -%}
    {{ return(all) }}
{%- endmacro %}


{#- A business key of which every column is NULL names nothing. -#}
{% macro _is_known(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append(column ~ ' is not null') -%}
    {%- endfor -%}
    {{ return('(' ~ parts | join(' or ') ~ ')' if parts | length > 1 else parts[0]) }}
{%- endmacro %}


{#- Whether there is a table to go on from; outside of a model, as in an analysis or an operation, there is none. -#}
{% macro _continues() -%}
    {{ return(this is defined and is_incremental()) }}
{%- endmacro %}


{#-
    The body of a hub or a link: each hash key once, with the row that it came with first, unless the table has it already. `hashes` are SQL by column, the
    table's own key first.
-#}
{% macro _vault_first_seen(relations, hashes, columns, load_date, record_source, conditions) -%}
    {%- set key = hashes.keys() | list | first -%}
    {%- set all = hashes.keys() | list + columns + [load_date, record_source] -%}
(
    with cutover_loaded as (
        {%- for relation in relations %}

        {{ 'union all\n\n        ' if not loop.first }}select
            {%- for name in hashes %}
            {{ hashes[name] }} as {{ name }},
            {%- endfor %}
            {{ (columns + [load_date, record_source]) | join(',\n            ') }}

        from {{ relation }} as cutover_source
        where {{ conditions | join(' and ') }}
        {%- endfor %}

    ),

    cutover_numbered as (

        select
            {{ all | join(',\n            ') }},
            row_number() over (
                partition by {{ key }} order by {{ load_date }} nulls last, {{ record_source }} nulls last
            ) as cutover_place

        from cutover_loaded

    )

    select
        {{ all | join(',\n        ') }}

    from cutover_numbered
    where
        cutover_place = 1
    {%- if cutover._continues() %}
        and not exists (select 1 from {{ this }} as cutover_target where cutover_target.{{ key }} = cutover_numbered.{{ key }})
    {%- endif %}
)
{%- endmacro %}


{#-
    The rows to load with their hashes, as two CTEs. Of those of one unit - a key at one load date - the last by the user's order has the place 1; what the
    order leaves open is settled by `last_by`, so that every run makes the same choice.
-#}
{% macro _vault_staged(relations, hashes, columns, unit, order_by, last_by, condition) -%}
    {%- set all = hashes.keys() | list + columns -%}
    {%- set order = [] -%}
    {%- for column in order_by -%}
        {%- do order.append('cutover_order_' ~ loop.index ~ ' desc nulls last') -%}
    {%- endfor -%}
    {%- for column in last_by -%}
        {%- do order.append(column ~ ' desc nulls last') -%}
    {%- endfor -%}
cutover_loaded as (
        {%- for relation in relations %}

        {{ 'union all\n\n        ' if not loop.first }}select
            {%- for name in hashes %}
            {{ hashes[name] }} as {{ name }},
            {%- endfor %}
            {%- for column in order_by %}
            {{ column }} as cutover_order_{{ loop.index }},
            {%- endfor %}
            {{ columns | join(',\n            ') }}

        from {{ relation }} as cutover_source
        where {{ condition }}
        {%- endfor %}

    ),

    cutover_staged as (

        select
            {{ all | join(',\n            ') }},
            row_number() over (partition by {{ unit | join(', ') }} order by {{ order | join(', ') }}) as cutover_place

        from cutover_loaded

    )
{%- endmacro %}
