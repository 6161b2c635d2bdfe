{#- The row of `deployments`: who builds until when, and which builds the two colours hold. `expired` by the database's clock. -#}
{% macro _lease_row() -%}
    {%- set now = cutover.dialect_utc_now() -%}
    {%- set query -%}
select
    state, live_colour, live_build_id, idle_build_id, lease_build_id, lease_colour,
    {{ cutover._exact_text('lease_holder') }} as lease_holder,
    {{ cutover._exact_text('lease_expires_at') }} as expires_at,
    case when lease_expires_at < {{ now }} then 1 else 0 end as expired

from {{ cutover._state_relation('deployments') }}
where deployment = 'default'
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['lease_holder', 'expires_at']) | first | default(none)) }}
{%- endmacro %}


{#- The same, where the state tables may not be there: none, and nothing made. -#}
{% macro _lease_row_or_none() -%}
    {%- set there = cutover.dialect_catalog([cutover._state_relation('deployments')]) | length > 0 -%}
    {{ return(cutover._lease_row() if there else none) }}
{%- endmacro %}


{#- The tables of the lease, with the one row there is. Inside the transaction that takes the lease, so that two first runs can't both make them. -#}
{% macro _ensure_deployments() -%}
    {%- do cutover._ensure_state(['deployments', 'deployment_events']) -%}
    {%- if cutover._lease_row() is none -%}
        {%- do cutover._record('deployments', [{'deployment': 'default', 'state': 'idle'}]) -%}
    {%- endif -%}
{%- endmacro %}


{#- The details of the events of one kind, of one build or one colour, as they were written. -#}
{% macro _event_details(event, column, value) -%}
    {%- set query -%}
select {{ cutover._exact_text('details') }} as details
from {{ cutover._state_relation('deployment_events') }}
where event = {{ cutover._literal(event) }} and {{ column }} = {{ cutover._literal(value) }}
    {%- endset -%}
    {%- set details = [] -%}
    {%- for row in cutover._rows(query, exact=['details']) -%}
        {%- do details.append(fromjson(row.details)) -%}
    {%- endfor -%}
    {{ return(details) }}
{%- endmacro %}


{#- What was published of a build and is not among `objects` any more. -#}
{% macro _lost_objects(build_id, objects) -%}
    {%- set have = cutover._object_names(objects) | map('lower') | list -%}
    {%- set lost = [] -%}
    {%- for details in cutover._event_details('published', 'build_id', build_id) -%}
        {%- for name in details.objects if name | lower not in have -%}
            {%- do lost.append(name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(lost) }}
{%- endmacro %}


{#- Sets columns of the row, where `condition` holds; `values` maps column to SQL. Compare and swap: read the row back to see who won. -#}
{% macro _update_lease_query(values, condition='true') -%}
    {%- set all = dict(values) -%}
    {%- do all.update({'invocation_id': cutover._literal(invocation_id), 'recorded_at': cutover.dialect_utc_now(),
        'target_name': cutover._literal(target.name)}) -%}
    {%- set assignments = [] -%}
    {%- for name in all -%}
        {%- do assignments.append(cutover._quoted(name) ~ ' = ' ~ all[name]) -%}
    {%- endfor -%}
    {{ return('update ' ~ cutover._state_relation('deployments') ~ ' set ' ~ assignments | join(', ') ~ " where deployment = 'default' and (" ~ condition
        ~ ')') }}
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
    {{ return({'build_id': row.lease_build_id, 'colour': row.lease_colour, 'holder': row.lease_holder, 'expires_at': row.expires_at,
        'expired': row.expired == 1}) }}
{%- endmacro %}
