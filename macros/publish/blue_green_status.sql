{% macro blue_green_status(output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('blue_green_status', ['output'], kwargs, varargs, output) -%}
    {%- set deployment = cutover._deployment(operation) -%}
    {%- do cutover._tell_blue_green(operation, cutover._blue_green_document(operation, deployment)) -%}
{%- endmacro %}


{#- What all blue/green operations answer, read from the catalog and the lease as they are now. -#}
{% macro _blue_green_document(operation, deployment, build_id=none, colour=none, gates=[]) -%}
    {%- set live = cutover._live_state(deployment) -%}
    {%- set row = cutover._lease_row_or_none() -%}
    {%- set lease = cutover._lease_document(row) -%}
    {%- set objects = [] -%}
    {%- for pointer in live.pointers -%}
        {%- do objects.append({'object': pointer.schema ~ '.' ~ pointer.name, 'points_at': pointer.colour}) -%}
    {%- endfor -%}
    {%- for stranger in live.strangers -%}
        {%- do objects.append({'object': stranger.schema ~ '.' ~ stranger.name, 'points_at': none}) -%}
    {%- endfor -%}
    {{ return({
        'operation': operation.name, 'state': cutover._deployment_state(deployment, live, row),
        'live': live.colour, 'idle': cutover._other_colour(live.colour) if live.colour else none,
        'colour': colour or live.colour, 'build_id': build_id or (row.live_build_id if row else none),
        'live_build_id': row.live_build_id if row else none, 'idle_build_id': row.idle_build_id if row else none,
        'lease': lease, 'objects': objects, 'gates': gates,
    }) }}
{%- endmacro %}


{#- The catalog is the truth for what is live, the row for the lease; where they contradict each other the state is `diverged`. -#}
{% macro _deployment_state(deployment, live, row) -%}
    {%- set published = row is not none and row.live_build_id is not none -%}
    {%- set taken = cutover._among(live.strangers, deployment.nodes) -%}
    {%- set lost = cutover._lost_objects(row.live_build_id, live.pointers) if published else [] -%}
    {%- if live.mixed or lost or (taken and (live.pointers or published)) or (row and row.live_colour != live.colour) -%}
        {{ return('diverged') }}
    {%- elif row and row.lease_build_id is not none and row.expired == 0 -%}
        {{ return('building') }}
    {%- endif -%}
    {{ return('live' if live.colour else 'idle') }}
{%- endmacro %}


{% macro _tell_blue_green(operation, outcome) -%}
    {%- if operation.output == 'json' -%}
        {{ return(cutover._print_json(outcome)) }}
    {%- endif -%}
    {%- do cutover._say('cutover.' ~ operation.name ~ ': ' ~ outcome.state ~ ', live ' ~ (outcome.live or 'nothing')
        ~ (' (build ' ~ outcome.live_build_id ~ ')' if outcome.live_build_id else '')) -%}
    {%- if outcome.lease -%}
        {%- do cutover._say('  lease: build ' ~ outcome.lease.build_id ~ ' in ' ~ outcome.lease.colour ~ ', held by ' ~ outcome.lease.holder
            ~ (', expired at ' if outcome.lease.expired else ' until ') ~ outcome.lease.expires_at ~ ' UTC') -%}
    {%- endif -%}
    {%- if outcome.idle_build_id -%}
        {%- do cutover._say('  behind it: build ' ~ outcome.idle_build_id ~ ' in ' ~ outcome.idle ~ ', one blue_green_rollback away') -%}
    {%- endif -%}
    {%- set rows = [] -%}
    {%- for object in outcome.objects -%}
        {%- do rows.append([object.object, object.points_at or 'not a pointer view']) -%}
    {%- endfor -%}
    {%- if rows -%}
        {%- do cutover._print_table(['live name', 'points at'], rows) -%}
    {%- endif -%}
    {%- if operation.name == 'blue_green_prepare' -%}
        {%- do cutover._say("  next: dbt build --vars '{cutover_colour: " ~ outcome.colour ~ ', cutover_build: ' ~ outcome.build_id
            ~ "}', then blue_green_publish with build_id " ~ outcome.build_id) -%}
    {%- endif -%}
{%- endmacro %}
