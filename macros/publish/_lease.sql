{#- The row of `deployments`: who builds until when, and which builds the two colours hold. `expired` by the database's clock. -#}
{% macro _lease_row() -%}
    {%- set now = cutover.dialect_utc_now() -%}
    {%- set query -%}
select
    state, live_colour, live_build_id, idle_build_id, lease_build_id, lease_colour, lease_holder,
    {{ cutover._exact_text('lease_expires_at') }} as expires_at,
    case when lease_expires_at < {{ now }} then 1 else 0 end as expired

from {{ cutover._state_relation('deployments') }}
where deployment = 'default'
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['expires_at'])[0]) }}
{%- endmacro %}


{#- The tables of the lease, with the one row there is: made and filled in one transaction, so that two first runs can't both make it. -#}
{% macro _ensure_deployments() -%}
    {%- do run_query('begin transaction') -%}
    {%- do cutover._ensure_state(['deployments', 'deployment_events']) -%}
    {%- if cutover._count(cutover._rows('select count(*) as n from ' ~ cutover._state_relation('deployments'))[0].n) == 0 -%}
        {%- do cutover._record('deployments', [{'deployment': 'default', 'state': 'idle'}]) -%}
    {%- endif -%}
    {%- do run_query('commit') -%}
{%- endmacro %}


{#- Whether the state tables are there at all: `_status` must not make them. -#}
{% macro _has_deployments() -%}
    {{ return(cutover.dialect_catalog([cutover._state_relation('deployments')]) | length > 0) }}
{%- endmacro %}


{#- Sets columns of the row, where `condition` holds; `values` maps column to SQL. Compare and swap: read the row back to see who won. -#}
{% macro _update_lease_query(values, condition='true') -%}
    {%- set all = dict(values) -%}
    {%- do all.update({'invocation_id': cutover._literal(invocation_id), 'recorded_at': cutover.dialect_utc_now(), 'target_name': cutover._literal(target.name)}) -%}
    {%- set assignments = [] -%}
    {%- for name in all -%}
        {%- do assignments.append(cutover._quoted(name) ~ ' = ' ~ all[name]) -%}
    {%- endfor -%}
    {{ return('update ' ~ cutover._state_relation('deployments') ~ ' set ' ~ assignments | join(', ') ~ " where deployment = 'default' and (" ~ condition ~ ')') }}
{%- endmacro %}


{% macro _event_query(event, build_id, colour, details={}, holder=none) -%}
    {{ return(cutover._insert_statement('deployment_events', [{
        'deployment': 'default', 'event': event, 'build_id': build_id, 'colour': colour, 'holder': holder, 'details': tojson(details),
    }])) }}
{%- endmacro %}


{% macro _lease_document(row) -%}
    {%- if row is none or row.lease_build_id is none -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return({'build_id': row.lease_build_id, 'colour': row.lease_colour, 'holder': row.lease_holder, 'expires_at': row.expires_at, 'expired': row.expired == 1}) }}
{%- endmacro %}
