{#- What every blue/green operation asks first. Answers {schemas, nodes}: the live schemas that take part, and the models, seeds and snapshots built there. -#}
{% macro _deployment(operation) -%}
    {%- if not cutover.dialect_capability('pointer_views') -%}
        {%- do cutover._not_yet(operation, 'blue/green publishing on this engine') -%}
    {%- endif -%}
    {%- if cutover._var('cutover_colour') is not none -%}
        {%- do cutover._fail(operation, 'runs without `cutover_colour`: with it, names mean one colour and not what is live. Take it out of --vars.') -%}
    {%- endif -%}
    {%- set schemas = cutover._blue_green_schemas(operation) -%}
    {%- if not schemas -%}
        {%- do cutover._fail(operation, 'no schema is published by colour on the target ' ~ target.name
            ~ ": list the live schemas in `cutover_blue_green_schemas`, and the target in `cutover_blue_green_targets` "
            ~ "or `cutover_production_targets`. Example: vars: {cutover_blue_green_schemas: ['marts']}.") -%}
    {%- endif -%}
    {%- set state = cutover._state_relation('deployments') -%}
    {%- if state.database | lower != target.database | lower -%}
        {%- do cutover._fail(operation, '`cutover_database` is ' ~ state.database ~ ', and the lease has to stand in the database that is published, '
            ~ target.database
            ~ ', so that one transaction holds both. Take `cutover_database` out for this target.') -%}
    {%- endif -%}
    {%- set nodes = [] -%}
    {%- set built = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'snapshot') and node.config.materialized != 'ephemeral'
        and node.config.enabled -%}
        {%- do built.append(node.schema) -%}
        {%- if node.schema in schemas -%}
            {%- if node.database is defined and node.database and node.database | lower != target.database | lower -%}
                {%- do cutover._fail(operation, node.unique_id ~ ' is built in the database ' ~ node.database
                    ~ ', and colours are published in the database of the target, ' ~ target.database
                    ~ '. Give it another `+schema`, or take its `+database` out.') -%}
            {%- endif -%}
            {%- do nodes.append({'schema': node.schema, 'name': node.alias or node.name, 'materialized': node.config.materialized,
                'unique_id': node.unique_id}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for schema in schemas if schema not in built -%}
        {%- do cutover._refuse(operation, 'cutover_blue_green_schemas', 'schemas that this project builds on the target ' ~ target.name ~ ' ('
            ~ built | unique | sort | join(', ') ~ ')', schema, candidates=built) -%}
    {%- endfor -%}
    {{ return({'schemas': schemas, 'nodes': nodes}) }}
{%- endmacro %}


{% macro _colour_schema(schema, colour) -%}
    {{ return(schema ~ '__' ~ colour) }}
{%- endmacro %}


{% macro _other_colour(colour) -%}
    {{ return('green' if colour == 'blue' else 'blue') }}
{%- endmacro %}


{#-
    What is live, from the catalog: {objects, pointers: [{schema, name, colour}], strangers, mixed, colour}. A pointer is a view that reads exactly the relation
    of
    its own name in a colour of its schema; a stranger is anything else in a live schema.
-#}
{% macro _live_state(deployment) -%}
    {%- set objects = cutover.dialect_objects(target.database) -%}
    {%- set pointers = [] -%}
    {%- set strangers = [] -%}
    {%- for object in objects if object.schema | lower in deployment.schemas | map('lower') | list -%}
        {%- set colour = cutover._pointed_colour(object) -%}
        {%- if colour is none -%}
            {%- do strangers.append(object) -%}
        {%- else -%}
            {%- do pointers.append({'schema': object.schema, 'name': object.name, 'colour': colour}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set colours = pointers | map(attribute='colour') | unique | list -%}
    {{ return({
        'objects': objects, 'pointers': pointers, 'strangers': strangers, 'mixed': colours | length > 1,
        'colour': colours[0] if colours | length == 1 else none,
    }) }}
{%- endmacro %}


{#-
    The colour that a view of ours points at, or none. The whole text is compared, so that a view which only ends like ours isn't taken for it; engines give it
    back with quoting of their own, and with or without the database.
-#}
{% macro _pointed_colour(object) -%}
    {%- if object.kind != 'view' or object.definition is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set text = cutover._plain_sql(object.definition) -%}
    {%- for colour in ('blue', 'green') -%}
        {%- set pointed = cutover._colour_schema(object.schema, colour) ~ '.' ~ object.name -%}
        {%- if text == cutover._plain_sql('create view ' ~ object.schema ~ '.' ~ object.name ~ ' as select * from ' ~ pointed) -%}
            {{ return(colour) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}


{% macro _plain_sql(text) -%}
    {{ return((text.replace('"', '').rstrip('; \n') | lower).replace(' ' ~ target.database | lower ~ '.', ' ')) }}
{%- endmacro %}


{#- The relations of one colour, as {schema (the live one), name, kind, definition}. -#}
{% macro _colour_objects(deployment, live, colour) -%}
    {%- set found = [] -%}
    {%- for schema in deployment.schemas -%}
        {%- for object in live.objects if object.schema | lower == cutover._colour_schema(schema, colour) | lower -%}
            {%- do found.append({'schema': schema, 'name': object.name, 'kind': object.kind, 'definition': object.definition}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#- Views anywhere that name a schema of `colour`, those inside that colour left out: what reads it. -#}
{% macro _readers_of(deployment, live, colour) -%}
    {%- set readers = [] -%}
    {%- set own = [] -%}
    {%- for schema in deployment.schemas -%}
        {%- do own.append(cutover._colour_schema(schema, colour) | lower) -%}
    {%- endfor -%}
    {%- for object in live.objects if object.kind == 'view' and object.schema | lower not in own -%}
        {%- set text = object.definition.replace('"', '') | lower -%}
        {%- set named = [] -%}
        {%- for schema in own -%}
            {%- if modules.re.search('(^|[^a-z0-9_])' ~ modules.re.escape(schema.replace('"', '')) ~ '\\s*\\.', text) -%}
                {%- do named.append(schema) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if named -%}
            {%- do readers.append({'schema': object.schema, 'name': object.name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(readers) }}
{%- endmacro %}


{% macro _object_names(objects) -%}
    {%- set names = [] -%}
    {%- for object in objects -%}
        {%- do names.append(object.schema ~ '.' ~ object.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{#-
    Those of `objects` that are (or, with `found` false, are not) among `others` by schema and name: on engines with pointer views, case is not part of a name.
-#}
{% macro _among(objects, others, found=true) -%}
    {%- set keys = [] -%}
    {%- for other in others -%}
        {%- do keys.append([other.schema | lower, other.name | lower]) -%}
    {%- endfor -%}
    {%- set kept = [] -%}
    {%- for object in objects if ([object.schema | lower, object.name | lower] in keys) == found -%}
        {%- do kept.append(object) -%}
    {%- endfor -%}
    {{ return(kept) }}
{%- endmacro %}


{#- Names that others gave to what they put into our schemas may hold anything, quotes too. -#}
{% macro _in_schema(schema, name=none) -%}
    {%- set parts = [cutover._quoted(target.database), cutover._quoted(schema)] -%}
    {{ return((parts if name is none else parts + [cutover._quoted(name)]) | join('.')) }}
{%- endmacro %}
