{#-
    The rows that fail a check of severity error, with the checks, the reasons and when each came first, from what `label_rows` made. In a model of
    materialization table: what it held before is asked for the moment. Looks the columns up while compiling.
-#}
{% macro quarantined_rows(labelled, keys=none, first_seen=none) -%}
    {%- do cutover._require_known_arguments('quarantined_rows', kwargs, varargs, ['labelled', 'keys', 'first_seen']) -%}
    {%- if keys is not none -%}
        {%- do cutover._require_names('quarantined_rows', 'keys', keys, '[order_id]', min=1) -%}
    {%- endif -%}
    {%- if first_seen is not none -%}
        {%- do cutover._require_sql('quarantined_rows', 'first_seen', first_seen, 'loaded_at') -%}
    {%- endif -%}
    {%- set given = cutover._parse_relation('quarantined_rows', 'labelled', labelled) -%}
    {%- if not execute -%}
        {{ return('(select cutover_rows.*, cast(null as ' ~ dbt.type_timestamp() ~ ') as cutover_first_seen from ' ~ given
            ~ ' as cutover_rows where false)') }}
    {%- endif -%}
    {%- set found, before = cutover._labelled_and_before(given) -%}
    {%- set identity = cutover._row_identity(found, before, keys) -%}
    {%- set moment = cutover._literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')) if first_seen is none else '(\n' ~ first_seen ~ '\n)' -%}
(
    select
        {{ cutover._column_list(found.columns) }},
        cutover_failed_checks,
        cutover_failed_reasons,
        {{ 'coalesce(cutover_before.cutover_since, cutover_now)' if identity else 'cutover_now' }} as cutover_first_seen

    from (
        select
            {{ cutover._column_list(found.columns, 12) }},
            cutover_failed_checks,
            cutover_failed_reasons,
            {{ cutover._identity_columns(identity) }}
            cast({{ moment }} as {{ dbt.type_timestamp() }}) as cutover_now
        from {{ found.relation }}
        where cutover_failed_checks is not null
    ) as cutover_failed
    {%- if identity %}
    left join (
        {{ cutover._quarantined_before(before, identity) }}
    ) as cutover_before on {{ cutover.dialect_null_safe_match('cutover_failed', 'cutover_before', identity | map(attribute='alias') | list) }}
    {%- endif %}
)
{%- endmacro %}


{#- The labelled relation, and the model's own table as it was before this run, or none: from one catalog query. -#}
{% macro _labelled_and_before(labelled) -%}
    {#- Not where somebody only looks: in an analysis, or a query of `dbt show`. -#}
    {%- set in_model = model is defined and this is defined and model.resource_type == 'model' -%}
    {%- if in_model and model.config.materialized in ('view', 'ephemeral', 'incremental', 'materialized_view') -%}
        {%- do cutover._fail('quarantined_rows', 'a model of materialization ' ~ model.config.materialized ~ ' cannot keep a quarantine: '
            ~ ('rows that were mended would never leave it' if model.config.materialized == 'incremental' else 'it does not know what it held before')
            ~ '. Materialize it as a table; the labelled model may be incremental.') -%}
    {%- endif -%}
    {%- set rows = cutover.dialect_catalog([labelled, this] if in_model else [labelled]) -%}
    {%- set found = cutover._found_relation('quarantined_rows', 'labelled', labelled, rows | selectattr('asked', 'equalto', 0) | list) -%}
    {%- set own = rows | selectattr('asked', 'equalto', 1) | list -%}
    {%- set before = cutover._found_relation('quarantined_rows', 'this', this, own) if own else none -%}
    {%- if before is not none and 'cutover_first_seen' not in before.columns | map(attribute='name') | list -%}
        {%- set before = none -%}
    {%- endif -%}
    {{ return([cutover._labelled('quarantined_rows', found), before]) }}
{%- endmacro %}


{#-
    By which columns a row is known again, as {alias, now, before}: the keys, or all columns that the quarantine had before, in the same kind of type. None
    where there was no quarantine, or where it lacked a key.
-#}
{% macro _row_identity(labelled, before, keys) -%}
    {%- set asked = labelled.columns if keys is none else cutover._named_columns('quarantined_rows', 'keys', keys, labelled) -%}
    {%- set identity = [] -%}
    {%- for column in asked if before is not none -%}
        {%- set own = before.columns | selectattr('name', 'equalto', column.name) | list -%}
        {%- if own and cutover._comparison_family(own[0].type) == cutover._comparison_family(column.type) -%}
            {%- do identity.append({
                'alias': 'cutover_key_' ~ loop.index,
                'now': cutover.dialect_comparable(cutover._quoted(column.name), cutover.dialect_type_facts(column.type)),
                'before': cutover.dialect_comparable(cutover._quoted(column.name), cutover.dialect_type_facts(own[0].type)),
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(identity if keys is none or identity | length == asked | length else []) }}
{%- endmacro %}


{% macro _identity_columns(identity) -%}
    {%- set columns = [] -%}
    {%- for key in identity -%}
        {%- do columns.append(key.now ~ ' as ' ~ key.alias ~ ',') -%}
    {%- endfor -%}
    {{ return(columns | join('\n            ')) }}
{%- endmacro %}


{% macro _quarantined_before(before, identity) -%}
        select
            {{ identity | map(attribute='alias') | join(',\n            ') }},
            min(cutover_first_seen) as cutover_since
        from (
            select
                {%- for key in identity %}
                {{ key.before }} as {{ key.alias }},
                {%- endfor %}
                cutover_first_seen
            from {{ before.relation }}
        ) as cutover_rows
        group by {{ identity | map(attribute='alias') | join(', ') }}
{%- endmacro %}
