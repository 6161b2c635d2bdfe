{% macro generate_contract(
    relation=none, schema=none, select=[], exclude=[], resource='source', not_null='catalog', dry_run=false, output='yaml'
) -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- do cutover._require_one_of('generate_contract', 'output', output, ['yaml', 'json']) -%}
    {%- set known = ['relation', 'schema', 'select', 'exclude', 'resource', 'not_null', 'dry_run', 'output'] -%}
    {%- set operation = cutover._operation('generate_contract', known, kwargs, varargs, 'json' if output == 'json' else 'table', dry_run) -%}
    {%- do cutover._require_one_of(operation, 'resource', resource, ['source', 'model']) -%}
    {%- do cutover._require_one_of(operation, 'not_null', not_null, ['catalog', 'data']) -%}
    {%- do cutover._require_several(operation, relation, schema, select, exclude) -%}
    {%- set tables, unread = [], [] -%}
    {%- for one in cutover._several(operation, relation, schema, select, exclude) -%}
        {%- if one.found is none -%}
            {%- do unread.append(one.text ~ ': ' ~ one.error) -%}
        {%- else -%}
            {%- do tables.append(cutover._contract_of_table(operation, one.found, not_null)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set yaml = (cutover._sources_lines(tables) if resource == 'source' else cutover._models_lines(tables)) | join('\n') -%}
    {%- if output == 'json' -%}
        {%- do cutover._print_json({'operation': 'generate_contract', 'yaml': yaml ~ '\n', 'relations': tables | map(attribute='text') | list}) -%}
    {%- else -%}
        {%- do print(yaml) -%}
    {%- endif -%}
    {%- if unread -%}
        {%- do cutover._end_badly(operation, unread | length ~ ' of ' ~ (unread | length + tables | length) ~ ' relations could not be read: '
            ~ unread | join('; ') ~ '.') -%}
    {%- endif -%}
{%- endmacro %}


{#- What the catalog says of a table, as {place, text, columns: [{name, type, constraints}], keys: [{type, columns}]}, the keys of several columns apart. -#}
{% macro _contract_of_table(operation, found, not_null) -%}
    {%- set place = cutover._place(found.relation) -%}
    {%- set held = cutover.dialect_constraints(place) -%}
    {%- set by_data = cutover._columns_without_nulls(operation, found) if not_null == 'data' else [] -%}
    {%- set columns, keys = [], [] -%}
    {%- for column in found.columns -%}
        {%- set constraints = [] -%}
        {%- for kind in ['not_null', 'primary_key', 'unique'] -%}
            {%- set is_held = held | selectattr('kind', 'equalto', kind) | selectattr('columns', 'equalto', [column.name]) | list | length > 0 -%}
            {%- if is_held or (kind == 'not_null' and column.name in by_data) -%}
                {%- do constraints.append(kind) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do columns.append({'name': column.name, 'type': column.type, 'constraints': constraints}) -%}
    {%- endfor -%}
    {%- for key in held if key.columns | length > 1 -%}
        {%- do keys.append({'type': key.kind, 'columns': key.columns}) -%}
    {%- endfor -%}
    {{ return({'place': place, 'text': found.text, 'columns': columns, 'keys': keys}) }}
{%- endmacro %}


{#- One scan. An empty table tells nothing. -#}
{% macro _columns_without_nulls(operation, found) -%}
    {%- set counts = ['count(*) as row_count'] -%}
    {%- for column in found.columns -%}
        {%- do counts.append('count(' ~ cutover._quoted(column.name) ~ ') as values_' ~ loop.index) -%}
    {%- endfor -%}
    {%- set rows = cutover._run(operation, 'nulls of ' ~ found.text, 'select\n    ' ~ counts | join(',\n    ') ~ '\n\nfrom ' ~ found.relation) -%}
    {%- set names = [] -%}
    {%- for column in (found.columns if rows and cutover._count(rows[0].row_count) > 0 else []) -%}
        {%- if cutover._count(rows[0]['values_' ~ loop.index]) == cutover._count(rows[0].row_count) -%}
            {%- do names.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{% macro _sources_lines(tables) -%}
    {%- set schemas = [] -%}
    {%- for table in tables if [table.place.database, table.place.schema] not in schemas -%}
        {%- do schemas.append([table.place.database, table.place.schema]) -%}
    {%- endfor -%}
    {%- set lines, sources = ['version: 2', '', 'sources:'], [] -%}
    {%- for database, schema in schemas -%}
        {%- set source = cutover._free_name(cutover._plain_name(schema), sources) -%}
        {%- do sources.append(source) -%}
        {%- do lines.extend(['  - name: ' ~ cutover._yaml_text(source), '    database: ' ~ cutover._yaml_text(database),
            '    schema: ' ~ cutover._yaml_text(schema), '    tables:']) -%}
        {%- set names = [] -%}
        {%- for table in tables if table.place.database == database and table.place.schema == schema -%}
            {%- set name = cutover._free_name(cutover._plain_name(table.place.identifier), names) -%}
            {%- do names.append(name) -%}
            {%- do lines.append('      - name: ' ~ cutover._yaml_text(name)) -%}
            {%- if name != table.place.identifier -%}
                {%- do lines.append('        identifier: ' ~ cutover._yaml_text(table.place.identifier)) -%}
            {%- endif -%}
            {#- dbt has no constraints of a source's table: those of several columns stand in its meta, where check_contract finds them. -#}
            {%- if table['keys'] -%}
                {%- do lines.extend(['        config:', '          meta:', '            cutover:']) -%}
                {%- do lines.extend(cutover._key_lines(table['keys'], ' ' * 14)) -%}
            {%- endif -%}
            {%- do lines.extend(cutover._column_lines(table.columns, ' ' * 8)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}


{% macro _models_lines(tables) -%}
    {%- set lines, names = ['version: 2', '', 'models:'], [] -%}
    {%- for table in tables -%}
        {%- set name = cutover._free_name(cutover._plain_name(table.place.identifier), names) -%}
        {%- do names.append(name) -%}
        {%- do lines.extend(['  - name: ' ~ cutover._yaml_text(name), '    config:', '      contract:', '        enforced: true']) -%}
        {%- if table['keys'] -%}
            {%- do lines.extend(cutover._key_lines(table['keys'], ' ' * 4)) -%}
        {%- endif -%}
        {%- do lines.extend(cutover._column_lines(table.columns, ' ' * 4)) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}


{% macro _key_lines(keys, indent) -%}
    {%- set lines = [indent ~ 'constraints:'] -%}
    {%- for key in keys -%}
        {%- do lines.extend([indent ~ '  - type: ' ~ key.type, indent ~ '    columns:']) -%}
        {%- for name in key.columns -%}
            {%- do lines.append(indent ~ '      - ' ~ cutover._yaml_text(name)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}


{#- `quote: true` where the name means something else, or nothing, without quotes. -#}
{% macro _column_lines(columns, indent) -%}
    {%- set lines = [indent ~ 'columns:'] if columns else [] -%}
    {%- for column in columns -%}
        {%- do lines.extend([indent ~ '  - name: ' ~ cutover._yaml_text(column.name), indent ~ '    data_type: ' ~ cutover._yaml_text(column.type)]) -%}
        {%- if not modules.re.match('[a-z_][a-z0-9_]*(?!\\n)$', column.name) or column.name in cutover._sql_words() -%}
            {%- do lines.append(indent ~ '    quote: true') -%}
        {%- endif -%}
        {%- if column.constraints -%}
            {%- do lines.append(indent ~ '    constraints:') -%}
            {%- for kind in column.constraints -%}
                {%- do lines.append(indent ~ '      - type: ' ~ kind) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}


{% macro _sql_words() -%}
    {{ return([
        'all', 'analyse', 'analyze', 'and', 'any', 'array', 'as', 'asc', 'between', 'both', 'by', 'case', 'cast', 'check', 'collate', 'column', 'constraint',
        'create', 'cross', 'current_date', 'current_time', 'current_timestamp', 'current_user', 'default', 'delete', 'desc', 'describe', 'distinct', 'drop',
        'else', 'end', 'except', 'exists', 'false', 'fetch', 'for', 'foreign', 'from', 'full', 'grant', 'group', 'having', 'in', 'inner', 'insert', 'intersect',
        'interval', 'into', 'is', 'join', 'lateral', 'leading', 'left', 'like', 'limit', 'localtime', 'natural', 'not', 'null', 'offset', 'on', 'only', 'or',
        'order', 'outer', 'over', 'partition', 'pivot', 'primary', 'qualify', 'references', 'right', 'row', 'rows', 'select', 'session_user', 'set', 'show',
        'some', 'summarize', 'table', 'tablesample', 'then', 'to', 'trailing', 'true', 'union', 'unique', 'unpivot', 'update', 'user', 'using', 'values',
        'when', 'where', 'window', 'with',
    ]) }}
{%- endmacro %}


{#- A name for dbt's own names: letters, digits and underscores. -#}
{% macro _plain_name(name) -%}
    {%- set plain = modules.re.sub('[^A-Za-z0-9_]+', '_', name) -%}
    {{ return(plain if plain.strip('_') else 'relation') }}
{%- endmacro %}


{#-
    A text in YAML that dbt reads back as it is: bare where it can't be taken for anything else, in single quotes, or, with what can't be printed, in double
    ones. dbt renders Jinja in its YAML, so that an opening brace pair is written as Jinja that gives one.
-#}
{% macro _yaml_text(value) -%}
    {%- set words = ['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n', 'nan', 'inf'] -%}
    {%- if modules.re.match('[A-Za-z_][A-Za-z0-9_]*(?: [A-Za-z]+)*(?!\\n)$', value) and value | lower not in words -%}
        {{ return(value) }}
    {%- endif -%}
    {%- set text = modules.re.sub('(\\{[{%#])', "{{ '\\1' }}", value) -%}
    {%- set hidden = '[^ -~\\u00a0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]' -%}
    {%- if not modules.re.findall(hidden, text) -%}
        {{ return("'" ~ text.replace("'", "''") ~ "'") }}
    {%- endif -%}
    {%- set letters = [] -%}
    {%- for letter in text -%}
        {%- if letter in ('"', '\\') -%}
            {%- do letters.append('\\' ~ letter) -%}
        {%- else -%}
            {%- do letters.append(tojson(letter)[1:-1] if modules.re.findall(hidden, letter) else letter) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return('"' ~ letters | join('') ~ '"') }}
{%- endmacro %}
