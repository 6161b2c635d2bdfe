{% macro blue_green_prepare(lease_minutes=120, carry='incremental', holder=none, dry_run=false, output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('blue_green_prepare', ['lease_minutes', 'carry', 'holder', 'dry_run', 'output'], kwargs, varargs, output,
        dry_run) -%}
    {%- do cutover._require_integer(operation, 'lease_minutes', lease_minutes, min=1, max=10080) -%}
    {%- do cutover._require_one_of(operation, 'carry', carry, ['incremental', 'none', 'all']) -%}
    {%- if carry == 'all' -%}
        {%- do cutover._not_yet(operation, '`carry: all`') -%}
    {%- endif -%}
    {%- if holder is not none -%}
        {%- do cutover._require_text(operation, 'holder', holder, 'nightly on ci-3') -%}
    {%- endif -%}
    {%- set deployment = cutover._deployment(operation) -%}
    {%- set live = cutover._live_state(deployment) -%}
    {%- do cutover._require_unmixed(operation, live) -%}
    {%- do cutover._require_clean_live(operation, live, deployment.nodes) -%}
    {%- set row = cutover._lease_row_or_none() -%}
    {%- do cutover._require_free_lease(operation, row) -%}
    {#- Where somebody dropped the live views, the record still knows which colour holds what they showed. -#}
    {%- set kept = live.colour or (row.live_colour if row else none) -%}
    {%- set colour = cutover._other_colour(kept) if kept else 'blue' -%}
    {%- set readers = cutover._readers_of(deployment, live, colour) -%}
    {%- if readers -%}
        {%- do cutover._fail(operation, 'these views read the idle colour ' ~ colour ~ ', which a new build overwrites: '
            ~ cutover._object_names(readers) | join(', ')
            ~ '. Their readers would see rows that nobody has checked. Point them at the live schema first.') -%}
    {%- endif -%}
    {%- do cutover._require_own_colour(operation, deployment, live, colour, known=row is not none) -%}
    {#- Starts with a letter, so that no YAML reader takes it for a number. -#}
    {%- set build_id = 'build_' ~ operation.started.strftime('%Y%m%dT%H%M%S') ~ '_' ~ operation.run_id[:8] -%}
    {%- set carried = cutover._carried(deployment, live, kept) if carry == 'incremental' and kept else [] -%}
    {%- do cutover._take_lease(operation, deployment, carried, kept, colour, build_id, lease_minutes, holder or 'invocation ' ~ invocation_id) -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- do cutover._tell_blue_green(operation, cutover._blue_green_document(operation, deployment, build_id=build_id, colour=colour)) -%}
{%- endmacro %}


{% macro _require_unmixed(operation, live) -%}
    {%- if live.mixed -%}
        {%- do cutover._fail(operation, 'the live views point at both colours, so that neither is idle: ' ~ cutover._object_names(live.pointers) | join(', ')
            ~ '. Point them at one colour by hand; `blue_green_repair` arrives in 0.2.') -%}
    {%- endif -%}
{%- endmacro %}


{#- Putting a view over a real table, or over somebody else's view, would take it away from its readers. `wanted` are the live names that are to be ours. -#}
{% macro _require_clean_live(operation, live, wanted) -%}
    {%- set taken = [] -%}
    {%- for stranger in cutover._among(live.strangers, wanted) -%}
        {%- do taken.append(stranger.schema ~ '.' ~ stranger.name ~ ' (' ~ stranger.kind ~ ')') -%}
    {%- endfor -%}
    {%- if taken -%}
        {%- do cutover._fail(operation, 'the live names ' ~ taken | join(', ')
            ~ ' are no pointer views of ours, and putting views in their place would leave readers a hole. '
            ~ 'Two ways on: publish into a schema of its own (another `+schema`), and move the readers there; '
            ~ 'or rename these relations away in a maintenance window, then run this again.') -%}
    {%- endif -%}
{%- endmacro %}


{#- The idle schemas are emptied: only those that an earlier prepare made. `known` says that there is a record of earlier ones at all. -#}
{% macro _require_own_colour(operation, deployment, live, colour, known) -%}
    {%- set ours = [] -%}
    {%- for details in (cutover._event_details('prepared', 'colour', colour) if known else []) -%}
        {%- do ours.extend(details.schemas) -%}
    {%- endfor -%}
    {%- set there = [] -%}
    {%- for object in cutover._colour_objects(deployment, live, colour) if object.schema not in ours -%}
        {%- do there.append(cutover._colour_schema(object.schema, colour) ~ '.' ~ object.name) -%}
    {%- endfor -%}
    {%- if there -%}
        {%- do cutover._fail(operation, 'the idle colour would be emptied, but ' ~ there | join(', ')
            ~ ' was not made by an earlier blue_green_prepare. Rename that schema away, or drop it, if nobody needs it.') -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_free_lease(operation, row) -%}
    {%- if row is not none and row.lease_build_id is not none and row.expired == 0 -%}
        {%- do cutover._fail(operation, 'the build ' ~ row.lease_build_id ~ ' of ' ~ row.lease_holder ~ ' holds the lease on ' ~ row.lease_colour ~ ' until '
            ~ row.expires_at ~ ' UTC. Wait for it to publish or to expire.') -%}
    {%- endif -%}
{%- endmacro %}


{#- One transaction: the lease, the emptied idle schemas, and what is carried into them from the live colour. All of it, or nothing. -#}
{% macro _take_lease(operation, deployment, carried, live_colour, colour, build_id, lease_minutes, holder) -%}
    {%- set now = cutover.dialect_utc_now() -%}
    {%- do cutover._run_command(operation, 'all of it or nothing', 'begin transaction') -%}
    {%- if not operation.dry_run -%}
        {%- do cutover._ensure_deployments() -%}
    {%- endif -%}
    {%- do cutover._run_command(operation, 'take the lease if it is free', cutover._update_lease_query({
        'state': "'building'", 'lease_build_id': cutover._literal(build_id), 'lease_colour': cutover._literal(colour), 'lease_holder': cutover._literal(holder),
        'lease_expires_at': now ~ " + interval '" ~ lease_minutes ~ " minutes'", 'idle_build_id': 'null',
    }, 'lease_build_id is null or lease_expires_at < ' ~ now)) -%}
    {%- set row = none if operation.dry_run else cutover._lease_row() -%}
    {%- if row is not none and row.lease_build_id != build_id -%}
        {%- do run_query('rollback') -%}
        {%- do cutover._require_free_lease(operation, row) -%}
        {%- do cutover._fail(operation, 'the lease changed hands while it was asked for. Run this again.') -%}
    {%- endif -%}
    {%- for schema in deployment.schemas -%}
        {%- set idle = cutover._in_schema(cutover._colour_schema(schema, colour)) -%}
        {%- do cutover._run_command(operation, 'empty the idle colour', 'drop schema if exists ' ~ idle ~ ' cascade') -%}
        {%- do cutover._run_command(operation, 'empty the idle colour', 'create schema ' ~ idle) -%}
    {%- endfor -%}
    {%- for object in carried -%}
        {%- set source = cutover._in_schema(cutover._colour_schema(object.schema, live_colour), object.name) -%}
        {%- set copy = cutover._in_schema(cutover._colour_schema(object.schema, colour), object.name) -%}
        {%- do cutover._run_command(operation, 'carry ' ~ object.name ~ ' from live', 'create table ' ~ copy ~ ' as select * from ' ~ source) -%}
    {%- endfor -%}
    {%- set details = {'carried': cutover._object_names(carried), 'lease_minutes': lease_minutes, 'schemas': deployment.schemas} -%}
    {%- do cutover._run_command(operation, 'log it', cutover._event_query('prepared', build_id, colour, details, holder)) -%}
    {%- do cutover._run_command(operation, 'all of it or nothing', 'commit') -%}
{%- endmacro %}


{#- What the live colour holds of the models that continue from their own state, which the emptied colour no longer has. -#}
{% macro _carried(deployment, live, live_colour) -%}
    {%- set incremental = deployment.nodes | selectattr('materialized', 'in', ['incremental', 'microbatch', 'snapshot']) | list -%}
    {%- set tables = cutover._colour_objects(deployment, live, live_colour) | selectattr('kind', 'equalto', 'table') | list -%}
    {{ return(cutover._among(tables, incremental)) }}
{%- endmacro %}
