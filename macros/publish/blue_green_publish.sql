{% macro blue_green_publish(build_id=none, allow_missing=[], dry_run=false, output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set known = ['build_id', 'allow_missing', 'dry_run', 'output'] -%}
    {%- for argument in kwargs if argument in ('gates', 'force') -%}
        {%- do cutover._not_yet({'name': 'blue_green_publish', 'output': output}, '`' ~ argument ~ '`') -%}
    {%- endfor -%}
    {%- set operation = cutover._operation('blue_green_publish', known, kwargs, varargs, output, dry_run) -%}
    {%- set build_id = cutover._var('cutover_build') if build_id is none else build_id -%}
    {%- do cutover._require_text(operation, 'build_id', build_id, 'the build_id that blue_green_prepare answered') -%}
    {%- do cutover._require_names(operation, 'allow_missing', allow_missing, '[old_report]') -%}
    {%- set deployment = cutover._deployment(operation) -%}
    {%- set row = cutover._lease_row_or_none() -%}
    {%- if row is none -%}
        {%- do cutover._fail(operation, 'nothing was prepared: run blue_green_prepare, build with its colour and build id, then publish.') -%}
    {%- endif -%}
    {%- do cutover._require_lease(operation, row, build_id) -%}
    {%- set live = cutover._live_state(deployment) -%}
    {%- set built = cutover._colour_objects(deployment, live, row.lease_colour) -%}
    {%- set gates = cutover._publish_gates(deployment, live, built, row.lease_colour, allow_missing) -%}
    {%- do cutover._require_gates(operation, gates) -%}
    {%- do cutover._point_live_at(operation, deployment, live, built, row.lease_colour, 'published', build_id,
        {'live_build_id': cutover._literal(build_id), 'idle_build_id': 'live_build_id', 'lease_build_id': 'null', 'lease_colour': 'null',
            'lease_holder': 'null', 'lease_expires_at': 'null'},
        'lease_build_id = ' ~ cutover._literal(build_id) ~ ' and lease_expires_at >= ' ~ cutover.dialect_utc_now()) -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- do cutover._tell_blue_green(operation, cutover._blue_green_document(operation, deployment, gates=gates)) -%}
{%- endmacro %}


{% macro _require_lease(operation, row, build_id) -%}
    {%- if row.lease_build_id is none -%}
        {%- do cutover._fail(operation, 'no build holds the lease' ~ (' (the live build is ' ~ row.live_build_id ~ ')' if row.live_build_id else '')
            ~ ': run blue_green_prepare, build with its colour and build id, then publish.') -%}
    {%- elif row.lease_build_id != build_id -%}
        {%- do cutover._fail(operation, '`build_id` ' ~ cutover._shown(build_id) ~ ' does not hold the lease: the build ' ~ row.lease_build_id ~ ' of '
            ~ row.lease_holder ~ ' does, until ' ~ row.expires_at ~ ' UTC.') -%}
    {%- elif row.expired == 1 -%}
        {%- do cutover._fail(operation, 'the lease of the build ' ~ build_id ~ ' expired at ' ~ row.expires_at
            ~ ' UTC. Another build may have written since: prepare and build again.') -%}
    {%- endif -%}
{%- endmacro %}


{#- Each {gate, status, message}; nothing is published unless all pass. -#}
{% macro _publish_gates(deployment, live, built, colour, allow_missing) -%}
    {%- set gates = [] -%}
    {%- set unbuilt = cutover._object_names(cutover._among(deployment.nodes, built, found=false)) -%}
    {%- do gates.append(cutover._gate('built', unbuilt, 'The project builds these, but ' ~ colour ~ ' does not hold them',
        'Build them with --vars {cutover_colour: ' ~ colour ~ ', ...}.')) -%}
    {%- set missing = [] -%}
    {%- for pointer in cutover._among(live.pointers, built, found=false) if pointer.name not in allow_missing -%}
        {%- do missing.append(pointer.schema ~ '.' ~ pointer.name) -%}
    {%- endfor -%}
    {%- do gates.append(cutover._gate('complete', missing, 'These are live, but not in ' ~ colour ~ ': publishing would take them away from their readers',
        'Build them with this colour, or pass allow_missing: [name].')) -%}
    {%- set taken = cutover._object_names(cutover._among(live.strangers, built)) -%}
    {%- do gates.append(cutover._gate('live_names', taken, 'These live names are no pointer views of ours', 'Rename them away first.')) -%}
    {%- set bound = [] -%}
    {%- for reader in cutover._readers_of(deployment, live, cutover._other_colour(colour))
        if reader.schema | lower in cutover._colour_schemas(deployment, colour) -%}
        {%- do bound.append(reader.schema ~ '.' ~ reader.name) -%}
    {%- endfor -%}
    {%- do gates.append(cutover._gate('one_colour', bound, 'These views of ' ~ colour ~ ' read the other colour, which the next build empties',
        'Build what they read with this colour too.')) -%}
    {{ return(gates) }}
{%- endmacro %}


{% macro _colour_schemas(deployment, colour) -%}
    {%- set schemas = [] -%}
    {%- for schema in deployment.schemas -%}
        {%- do schemas.append(cutover._colour_schema(schema, colour) | lower) -%}
    {%- endfor -%}
    {{ return(schemas) }}
{%- endmacro %}


{% macro _gate(gate, offenders, problem, way_out) -%}
    {{ return({
        'gate': gate, 'status': 'fail' if offenders else 'pass',
        'message': problem ~ ': ' ~ offenders | join(', ') ~ '. ' ~ way_out if offenders else none,
    }) }}
{%- endmacro %}


{% macro _require_gates(operation, gates) -%}
    {%- set messages = gates | selectattr('status', 'equalto', 'fail') | map(attribute='message') | list -%}
    {%- if messages -%}
        {%- set message = 'nothing was published. ' ~ messages | join(' ') -%}
        {%- if operation.output == 'json' -%}
            {%- do cutover._print_json({'operation': operation.name, 'verdict': 'error', 'error': 'cutover.' ~ operation.name ~ ': ' ~ message,
                'gates': gates}) -%}
        {%- endif -%}
        {%- do cutover._end_badly(operation, message) -%}
    {%- endif -%}
{%- endmacro %}


{#-
    The flip: every pointer view, and the record of it, in one transaction in a fixed order. `values` and `condition` are the compare and swap on the lease's
    row, done first: a second publisher conflicts there, before it touches a view.
-#}
{% macro _point_live_at(operation, deployment, live, objects, colour, event, build_id, values, condition) -%}
    {%- set all = dict(values) -%}
    {%- do all.update({'state': "'live'", 'live_colour': cutover._literal(colour)}) -%}
    {%- do cutover._run_command(operation, 'all of it or nothing', 'begin transaction') -%}
    {%- do cutover._run_command(operation, 'the lease is still ours', cutover._update_lease_query(all, condition)) -%}
    {%- if not operation.dry_run and cutover._lease_row().live_build_id != build_id -%}
        {%- do run_query('rollback') -%}
        {%- do cutover._fail(operation, 'the lease changed hands meanwhile: nothing was changed. Look at blue_green_status.') -%}
    {%- endif -%}
    {%- for schema in deployment.schemas -%}
        {%- do cutover._run_command(operation, 'the live schema', 'create schema if not exists ' ~ cutover._in_schema(schema)) -%}
    {%- endfor -%}
    {%- for object in objects | sort(attribute='schema,name') -%}
        {%- do cutover._run_command(operation, 'point ' ~ object.name ~ ' at ' ~ colour, 'create or replace view '
            ~ cutover._in_schema(object.schema, object.name)
            ~ ' as select * from ' ~ cutover._in_schema(cutover._colour_schema(object.schema, colour), object.name)) -%}
    {%- endfor -%}
    {%- for pointer in cutover._among(live.pointers, objects, found=false) -%}
        {%- do cutover._run_command(operation, 'take ' ~ pointer.name ~ ' away', 'drop view ' ~ cutover._in_schema(pointer.schema, pointer.name)) -%}
    {%- endfor -%}
    {%- do cutover._run_command(operation, 'log it', cutover._event_query(event, build_id, colour, {'objects': cutover._object_names(objects)})) -%}
    {%- do cutover._run_command(operation, 'all of it or nothing', 'commit') -%}
{%- endmacro %}
