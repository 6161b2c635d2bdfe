{#-
    Makes the indexes that a table lacks: as a post-hook or by run-operation. One query of the catalog for the table and one for its indexes, then a statement
    for each index that isn't there.
-#}
{% macro create_indexes(table_name, columns, type=none, unique=false, if_unsupported='error', dry_run=false, output='table') -%}
    {#- dbt's materializations call a macro of this name, with a relation alone; for models of this package that name means this one. -#}
    {%- if columns is undefined and cutover._is_hook() and model.package_name == 'cutover' -%}
        {{ return(dbt.create_indexes(table_name)) }}
    {%- elif not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set known = ['table_name', 'columns', 'type', 'unique', 'if_unsupported', 'dry_run', 'output'] -%}
    {%- set operation = cutover._operation('create_indexes', known, kwargs, varargs, output, dry_run) -%}
    {%- set wanted = cutover._asked_indexes(operation, columns) -%}
    {%- do cutover._require_boolean(operation, 'unique', unique) -%}
    {%- do cutover._require_one_of(operation, 'if_unsupported', if_unsupported, ['error', 'skip']) -%}
    {%- set types = cutover.dialect_index_types() -%}
    {%- if not types -%}
        {%- if if_unsupported == 'error' -%}
            {%- do cutover._fail(operation, 'this engine has no indexes. ' ~ cutover.dialect_instead_of_indexes()
                ~ ' Say if_unsupported: skip where a project also runs on an engine that has them.') -%}
        {%- endif -%}
        {{ return(cutover._tell_indexes(operation, none, [])) }}
    {%- endif -%}
    {%- do cutover._require_index_type(operation, types, type, unique, wanted) -%}
    {%- set table = cutover._relation(operation, 'table_name', table_name) -%}
    {%- set indexes = cutover._planned_indexes(operation, table, wanted, type, unique, (types.keys() | list)[0]) -%}
    {%- for index in indexes if index.status == 'created' -%}
        {%- if index.stale is not none -%}
            {%- do cutover._run_command(operation, 'take the name from the table that dbt drops next', index.stale) -%}
        {%- endif -%}
        {%- do cutover._run_command(operation, 'index ' ~ index.columns | join(', ') ~ ' of ' ~ table.text, index.sql) -%}
    {%- endfor -%}
    {{ return(cutover._show_plan(operation) if dry_run else cutover._tell_indexes(operation, table.text, indexes)) }}
{%- endmacro %}


{#- The items of `columns` as lists: a text is an index of one column, a list in it one of several. -#}
{% macro _asked_indexes(origin, columns) -%}
    {%- set example = "['customer_id', ['country', 'city']]" -%}
    {%- do cutover._require_list(origin, 'columns', columns, example, min=1) -%}
    {%- set wanted = [] -%}
    {%- for item in columns -%}
        {%- set names = [item] if item is string else item -%}
        {%- do cutover._require_names(origin, 'columns[' ~ loop.index0 ~ ']', names, example, min=1) -%}
        {%- if names in wanted -%}
            {%- do cutover._refuse(origin, 'columns', 'a list that names each index once', columns) -%}
        {%- endif -%}
        {%- do wanted.append(names) -%}
    {%- endfor -%}
    {{ return(wanted) }}
{%- endmacro %}


{% macro _require_index_type(origin, types, type, unique, wanted) -%}
    {%- if type is not none -%}
        {%- do cutover._require_one_of(origin, 'type', type, types.keys() | list) -%}
    {%- endif -%}
    {%- set can = types[type or (types.keys() | list)[0]] -%}
    {%- if unique and not can.unique -%}
        {%- do cutover._fail(origin, 'an index of the type ' ~ type ~ ' can not be unique.') -%}
    {%- endif -%}
    {%- for names in wanted if names | length > 1 and not can.composite -%}
        {%- do cutover._fail(origin, 'an index of the type ' ~ type ~ ' has one column; got ' ~ cutover._shown(names) ~ '.') -%}
    {%- endfor -%}
{%- endmacro %}


{#-
    Each index with its name, its statement, and whether it is there: told by what it is and where, not by its name. Names are unique in a schema, and dbt drops
    the table of the previous build after the hooks: `stale` renames an index of that name there. Not a drop, which a foreign key could forbid.
-#}
{% macro _planned_indexes(operation, table, wanted, type, unique, default_type) -%}
    {%- set planned, names, place = [], [], cutover._place(table.relation) -%}
    {%- for asked in wanted -%}
        {%- set at, columns = loop.index0, [] -%}
        {%- for name in asked -%}
            {%- do columns.append(cutover._column(operation, 'columns[' ~ at ~ ']', name, table).name) -%}
        {%- endfor -%}
        {%- set name = cutover._index_name(place.identifier, columns, type or default_type, unique) -%}
        {%- do names.append(name) -%}
        {%- do planned.append({'name': name, 'columns': columns, 'stale': none, 'status': 'created', 'sql':
            cutover._create_index_statement(table.relation, name, columns, type, unique)}) -%}
    {%- endfor -%}
    {%- set found = cutover.dialect_indexes(place, names) -%}
    {%- set kind = (found | selectattr('owner', 'equalto', place.identifier) | list)[0].kind -%}
    {%- if kind != 'table' -%}
        {%- do cutover._fail(operation, '`table_name` ' ~ table.text ~ ' is a ' ~ kind ~ ', and only tables have indexes. Materialize it as a table, or '
            ~ 'index the tables that it reads.') -%}
    {%- endif -%}
    {%- for index in planned -%}
        {%- for other in found -%}
            {%- set is_here = other.owner == place.identifier -%}
            {%- set is_same = other.columns == index.columns and other.unique == unique and other.type == (type or default_type) and other.plain -%}
            {%- if is_here and is_same -%}
                {%- do index.update({'name': other.name, 'status': 'present', 'stale': none}) -%}
            {%- elif other.name == index.name and not is_here and other.owner.endswith('__dbt_backup') -%}
                {%- do index.update({'stale': 'alter index ' ~ table.relation.include(database=false, identifier=false) ~ '.' ~ cutover._quoted(other.name)
                    ~ ' rename to cutover_' ~ local_md5(other.name) ~ '__dbt_backup'}) -%}
            {%- elif other.name == index.name and index.status == 'created' -%}
                {%- do cutover._fail(operation, 'the index ' ~ index.name ~ ' is there on ' ~ other.owner ~ ', and is not what was asked for. '
                    ~ 'Drop it, or rename it.') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(planned) }}
{%- endmacro %}


{#- Readable as far as there is room; the hash of all that the index is keeps two of them apart. ASCII alone: the engine's limit is in bytes. -#}
{% macro _index_name(table, columns, type, unique) -%}
    {%- set ending = ('__key_' if unique else '__idx_') ~ local_md5(tojson([table, columns, type, unique]))[:8] -%}
    {%- set readable = modules.re.sub('[^a-z0-9_]+', '_', (table ~ '__' ~ columns | join('_')) | lower) -%}
    {{ return(readable[:cutover.dialect_max_identifier_length() - ending | length] ~ ending) }}
{%- endmacro %}


{% macro _create_index_statement(relation, name, columns, type, unique) -%}
    {%- set quoted = [] -%}
    {%- for column in columns -%}
        {%- do quoted.append(cutover._quoted(column)) -%}
    {%- endfor -%}
    {{ return('create ' ~ ('unique ' if unique else '') ~ 'index ' ~ cutover._quoted(name) ~ ' on ' ~ relation ~ (' using ' ~ type if type else '')
        ~ ' (' ~ quoted | join(', ') ~ ')') }}
{%- endmacro %}


{#- A hook says nothing: it runs with each build. -#}
{% macro _tell_indexes(operation, table, indexes) -%}
    {%- if cutover._is_hook() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set rows, documents = [], [] -%}
    {%- for index in indexes -%}
        {%- do rows.append([index.name, index.columns | join(', '), index.status]) -%}
        {%- do documents.append({'name': index.name, 'columns': index.columns, 'status': index.status}) -%}
    {%- endfor -%}
    {%- if operation.output == 'json' -%}
        {{ return(cutover._print_json({'operation': operation.name, 'verdict': 'done' if table else 'skipped', 'table': table, 'indexes': documents})) }}
    {%- endif -%}
    {%- do cutover._say('cutover.' ~ operation.name ~ ': ' ~ (table or 'skipped, for this engine has no indexes')) -%}
    {%- if rows -%}
        {%- do cutover._print_table(['index', 'columns', 'status'], rows) -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
