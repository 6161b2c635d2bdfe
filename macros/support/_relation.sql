{#-
    Relations as users give them. `asked` maps each argument's name to its value: a Relation, or a text such as ref('orders'), source('shop', 'orders'),
    legacy.orders or "Legacy"."Orders". Answers a mapping of the same names to {relation, columns: [{name, type}], text}, from one catalog query.
-#}
{% macro _relations(origin, asked) -%}
    {%- set wanted = [] -%}
    {%- for argument in asked -%}
        {%- do wanted.append(cutover._parse_relation(origin, argument, asked[argument])) -%}
    {%- endfor -%}
    {%- set rows = cutover.dialect_catalog(wanted) -%}
    {%- set found = {} -%}
    {%- for argument in asked -%}
        {%- set mine = rows | selectattr('asked', 'equalto', loop.index0) | list -%}
        {%- do found.update({argument: cutover._found_relation(origin, argument, wanted[loop.index0], mine)}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{% macro _relation(origin, argument, value) -%}
    {{ return(cutover._relations(origin, {argument: value})[argument]) }}
{%- endmacro %}


{#- Picks among the catalog's rows: the exact name, else the only one that differs by case alone. -#}
{% macro _found_relation(origin, argument, wanted, rows) -%}
    {%- set spellings = [] -%}
    {%- for row in rows if [row.schema, row.name] not in spellings -%}
        {%- do spellings.append([row.schema, row.name]) -%}
    {%- endfor -%}
    {%- if not spellings -%}
        {%- do cutover._fail_missing_relation(origin, argument, wanted) -%}
    {%- endif -%}
    {%- if [wanted.schema, wanted.identifier] in spellings -%}
        {%- set spellings = [[wanted.schema, wanted.identifier]] -%}
    {%- elif spellings | length > 1 -%}
        {%- set names = [] -%}
        {%- for spelling in spellings | sort(case_sensitive=true) -%}
            {%- do names.append('"' ~ spelling | join('"."') ~ '"') -%}
        {%- endfor -%}
        {%- do cutover._fail(origin, '`' ~ argument ~ '` ' ~ cutover._relation_text(wanted) ~ ' could be any of ' ~ names | join(', ')
            ~ ', which differ by case alone. Write the one that is meant, quoted.') -%}
    {%- endif -%}
    {%- set mine = rows | selectattr('schema', 'equalto', spellings[0][0]) | selectattr('name', 'equalto', spellings[0][1]) | list -%}
    {%- set real = api.Relation.create(database=mine[0].database, schema=mine[0].schema, identifier=mine[0].name) -%}
    {%- if not mine[0].readable -%}
        {%- do cutover._fail(origin, '`' ~ argument ~ '` ' ~ cutover._relation_text(real)
            ~ ' is there, but this run has no right to read it. Grant it usage on the schema and select on the relation.') -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for row in mine if row.column is not none -%}
        {%- do columns.append({'name': row.column, 'type': row.type}) -%}
    {%- endfor -%}
    {{ return({'relation': cutover._renderable(real), 'columns': columns, 'text': cutover._relation_text(real)}) }}
{%- endmacro %}


{#- A Relation puts quotes around its parts and leaves those inside as they are: doubled here, so that it can stand in SQL. -#}
{% macro _renderable(relation) -%}
    {{ return(api.Relation.create(
        database=relation.database.replace('"', '""'), schema=relation.schema.replace('"', '""'), identifier=relation.identifier.replace('"', '""')
    )) }}
{%- endmacro %}


{#- The way back from `_renderable`: the parts of a relation by their names. -#}
{% macro _place(relation) -%}
    {{ return({
        'database': relation.database.replace('""', '"'), 'schema': relation.schema.replace('""', '"'), 'identifier': relation.identifier.replace('""', '"'),
    }) }}
{%- endmacro %}


{#- Says how far the look-up came: the database, the schema, the relation; one more query, for the names nearby. -#}
{% macro _fail_missing_relation(origin, argument, wanted) -%}
    {%- set start = '`' ~ argument ~ '` ' ~ cutover._relation_text(wanted) ~ ' is not there: ' -%}
    {%- if wanted.database | lower != target.database | lower and not cutover.dialect_capability('cross_database') -%}
        {%- do cutover._fail(origin, start ~ 'this engine reads the database ' ~ target.database ~ ' only.') -%}
    {%- endif -%}
    {%- set rows = cutover.dialect_relation_names(wanted.database) -%}
    {%- if not rows -%}
        {%- do cutover._fail(origin, start ~ 'there is no database ' ~ cutover._shown(wanted.database) ~ '.'
            ~ cutover._hint(wanted.database, [target.database])) -%}
    {%- endif -%}
    {%- set schemas = rows | map(attribute='schema') | unique(case_sensitive=true) | list -%}
    {%- set alike = [] -%}
    {%- for schema in schemas if schema | lower == wanted.schema | lower -%}
        {%- do alike.append(schema) -%}
    {%- endfor -%}
    {%- if not alike -%}
        {%- do cutover._fail(origin, start ~ 'the database ' ~ wanted.database ~ ' has no schema ' ~ cutover._shown(wanted.schema) ~ '.'
            ~ cutover._hint(wanted.schema, schemas)) -%}
    {%- endif -%}
    {%- set schema = wanted.schema if wanted.schema in alike else alike[0] -%}
    {%- set names = rows | selectattr('schema', 'equalto', schema) | map(attribute='name') | reject('none') | list -%}
    {%- do cutover._fail(origin, start ~ 'looked in schema ' ~ schema ~ ' of database ' ~ wanted.database ~ ', which holds '
        ~ names | length ~ ' relations.' ~ cutover._hint(wanted.identifier, names)) -%}
{%- endmacro %}


{#- The text form of an argument turned into a Relation; asks no catalog. A `ref` here makes an edge of the DAG when a test is parsed. -#}
{% macro _parse_relation(origin, argument, value) -%}
    {%- set allowed = "a relation: ref('orders'), source('shop', 'orders'), schema.table or database.schema.table" -%}
    {%- if value is not string and value is not none and value.identifier is defined and value.schema is defined -%}
        {{ return(cutover._with_database(value)) }}
    {%- elif value is not string -%}
        {%- do cutover._refuse(origin, argument, allowed, value) -%}
    {%- endif -%}
    {#- A shell eats the quotes of --args easily: ref(orders) is read as ref('orders'). -#}
    {%- set name = "['\"]?([^'\"(),=\\s]+)['\"]?" -%}
    {%- set ref_call = modules.re.match('^\\s*ref\\(\\s*' ~ name ~ '(?:\\s*,\\s*' ~ name
        ~ ')?(?:\\s*,\\s*(?:v|version)\\s*=\\s*([0-9A-Za-z_.]+))?\\s*,?\\s*\\)\\s*$', value) -%}
    {%- if ref_call -%}
        {%- set first = ref_call.group(1) -%}
        {%- set second = ref_call.group(2) -%}
        {{ return(cutover._ref(origin, argument, second or first, first if second else none, ref_call.group(3))) }}
    {%- endif -%}
    {%- set source_call = modules.re.match('^\\s*source\\(\\s*' ~ name ~ '\\s*,\\s*' ~ name ~ '\\s*,?\\s*\\)\\s*$', value) -%}
    {%- if source_call -%}
        {{ return(cutover._source(origin, argument, source_call.group(1), source_call.group(2))) }}
    {%- endif -%}
    {%- set part = '"(?:[^"]|"")+"|[^.,:;()\\[\\]{}\'"`\\s]+' -%}
    {%- if not modules.re.match('^\\s*(?:' ~ part ~ ')(?:\\.(?:' ~ part ~ ')){1,2}\\s*$', value) -%}
        {%- do cutover._refuse(origin, argument, allowed ~ ', each part in double quotes where needed', value) -%}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- for text in modules.re.findall(part, value) -%}
        {%- do parts.append(text[1:-1].replace('""', '"') if text.startswith('"') else text) -%}
    {%- endfor -%}
    {{ return(cutover._with_database(api.Relation.create(database=parts[0] if parts | length == 3 else none, schema=parts[-2], identifier=parts[-1]))) }}
{%- endmacro %}


{% macro _with_database(relation) -%}
    {{ return(relation if relation.database else api.Relation.create(database=target.database, schema=relation.schema, identifier=relation.identifier)) }}
{%- endmacro %}


{#- dbt's own `ref`, after a look at the graph (which dbt shows while running only): a name that isn't there is refused in our wording. -#}
{% macro _ref(origin, argument, name, package, version) -%}
    {%- if execute -%}
        {%- set names = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'snapshot') and (package is none or node.package_name == package) -%}
            {%- do names.append(node.name) -%}
            {%- if node.name == name and node.config.materialized == 'ephemeral' -%}
                {%- do cutover._fail(origin, '`' ~ argument ~ "` ref('" ~ name
                    ~ "') is ephemeral: it has no relation to read. Materialize it as a view or a table.") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if name not in names -%}
            {%- set where = 'this project and its packages' if package is none else 'the package ' ~ package -%}
            {%- do cutover._refuse(origin, argument, 'a model, seed or snapshot of ' ~ where, name, candidates=names) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if package is none -%}
        {{ return(ref(name) if version is none else ref(name, v=version)) }}
    {%- endif -%}
    {{ return(ref(package, name) if version is none else ref(package, name, v=version)) }}
{%- endmacro %}


{% macro _source(origin, argument, source_name, table_name) -%}
    {%- if execute -%}
        {%- set names = [] -%}
        {%- for node in graph.sources.values() -%}
            {%- do names.append(node.source_name ~ '.' ~ node.name) -%}
        {%- endfor -%}
        {%- if source_name ~ '.' ~ table_name not in names -%}
            {%- do cutover._refuse(origin, argument, 'a source of this project or its packages', source_name ~ '.' ~ table_name, candidates=names) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(source(source_name, table_name)) }}
{%- endmacro %}


{#- How a relation is named in messages and results: its parts, quoted only where a reader would need it. -#}
{% macro _relation_text(relation) -%}
    {%- set parts = [] -%}
    {%- for part in [relation.database, relation.schema, relation.identifier] if part -%}
        {%- do parts.append(part if modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', part) else '"' ~ part.replace('"', '""') ~ '"') -%}
    {%- endfor -%}
    {{ return(parts | join('.')) }}
{%- endmacro %}
