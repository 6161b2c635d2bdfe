{#- The tables of `cutover_schema` and their columns, beyond the three that every row carries. Columns are only ever added. -#}
{% macro _state_tables() -%}
    {%- set text = dbt.type_string() -%}
    {%- set count = dbt.type_bigint() -%}
    {%- set moment = dbt.type_timestamp() -%}
    {#- Not type_float: on DuckDB that has 32 bits. -#}
    {%- set double = cutover.dialect_type_name({'family': 'float'}) -%}
    {%- set seconds = dbt.type_numeric() -%}
    {{ return({
        'check_results': {
            'run_id': text, 'name': text, 'relation': text, 'check_name': text, 'check_type': text, 'column_name': text, 'severity': text,
            'status': text, 'row_count': count, 'failures': count, 'observed': text, 'message': text, 'check_where': text, 'seconds': seconds,
            'build_id': text,
        },
        'profile_results': {
            'run_id': text, 'name': text, 'relation': text, 'row_count': count, 'column_number': count, 'column_name': text, 'data_type': text,
            'is_approximate': 'boolean', 'nulls': count, 'distinct_count': count, 'min_value': text, 'max_value': text, 'mean': double, 'stddev': double,
            'p25': double, 'median': double, 'p75': double, 'min_length': count, 'max_length': count, 'mean_length': double, 'blank': count,
            'is_candidate_key': 'boolean', 'top_json': text,
        },
        'failed_rows': {'run_id': text, 'relation': text, 'check_name': text, 'reason': text, 'row_json': text, 'key_json': text},
        'reconciliation_results': {
            'run_id': text, 'name': text, 'legacy': text, 'migrated': text, 'level': text, 'verdict': text, 'legacy_rows': count, 'migrated_rows': count,
            'matches': count, 'mismatches': count, 'only_in_legacy': count, 'only_in_migrated': count, 'details': text, 'arguments': text, 'seconds': seconds,
        },
        'reconciliation_samples': {'run_id': text, 'name': text, 'status': text, 'accepted': text, 'key_json': text, 'columns_json': text},
        'deployments': {
            'deployment': text, 'state': text, 'live_colour': text, 'live_build_id': text, 'idle_build_id': text, 'lease_build_id': text,
            'lease_colour': text, 'lease_holder': text, 'lease_expires_at': moment,
        },
        'deployment_events': {'deployment': text, 'event': text, 'build_id': text, 'colour': text, 'holder': text, 'details': text},
        'loads': {'relation': text, 'row_count': count, 'loaded_at': moment},
    }) }}
{%- endmacro %}


{% macro _state_columns(table) -%}
    {%- set columns = {'invocation_id': dbt.type_string(), 'recorded_at': dbt.type_timestamp(), 'target_name': dbt.type_string()} -%}
    {%- do columns.update(cutover._state_tables()[table]) -%}
    {{ return(columns) }}
{%- endmacro %}


{% macro _state_relation(table) -%}
    {%- set schema = cutover._var('cutover_schema') -%}
    {%- set database = target.database if cutover._var('cutover_database') is none else cutover._var('cutover_database') -%}
    {%- do cutover._require_state_place('cutover_schema', schema) -%}
    {%- do cutover._require_state_place('cutover_database', database) -%}
    {%- if database | lower != target.database | lower and not cutover.dialect_capability('cross_database') -%}
        {%- do cutover._refuse('_record', 'cutover_database', target.database ~ ', for this engine writes to that database only', database) -%}
    {%- endif -%}
    {{ return(api.Relation.create(database=database, schema=schema, identifier=table)) }}
{%- endmacro %}


{#- A Relation leaves quotes inside a name as they are: the place of our own tables has none. -#}
{% macro _require_state_place(name, value) -%}
    {%- do cutover._require_text('_record', name, value) -%}
    {%- if '"' in value -%}
        {%- do cutover._refuse('_record', name, 'a name without double quotes', value) -%}
    {%- endif -%}
{%- endmacro %}


{#- Makes what is missing of the named state tables. One catalog query when all is there. -#}
{% macro _ensure_state(tables) -%}
    {%- for statement in cutover._state_statements(tables) -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{%- endmacro %}


{#- The statements that make what is missing: the schema, a table, a column that a later version added. -#}
{% macro _state_statements(tables) -%}
    {%- set wanted = [] -%}
    {%- for table in tables -%}
        {%- do wanted.append(cutover._state_relation(table)) -%}
    {%- endfor -%}
    {%- set rows = cutover.dialect_catalog(wanted) -%}
    {%- set statements = [] -%}
    {%- for table in tables -%}
        {%- set have = rows | selectattr('asked', 'equalto', loop.index0) | map(attribute='column') | map('lower') | list -%}
        {%- do statements.extend(cutover._state_ddl(table, wanted[loop.index0], have)) -%}
    {%- endfor -%}
    {#- Not adapter.create_schema: it opens a transaction of dbt's own, which DuckDB loses when an operation ends. -#}
    {{ return([cutover.dialect_create_schema(wanted[0])] + statements if statements else []) }}
{%- endmacro %}


{% macro _state_ddl(table, relation, have) -%}
    {%- set columns = cutover._state_columns(table) -%}
    {%- set statements = [] -%}
    {%- if not have -%}
        {%- set definitions = [] -%}
        {%- for name in columns -%}
            {%- do definitions.append(cutover._quoted(name) ~ ' ' ~ columns[name]) -%}
        {%- endfor -%}
        {%- do statements.append('create table if not exists ' ~ relation ~ ' (' ~ definitions | join(', ') ~ ')') -%}
    {%- else -%}
        {%- for name in columns if name not in have -%}
            {%- do statements.append('alter table ' ~ relation ~ ' add column ' ~ cutover._quoted(name) ~ ' ' ~ columns[name]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(statements) }}
{%- endmacro %}


{#- Appends `rows` (mappings of column to value) to a state table, in statements of at most 200 rows: named columns, every value a literal. -#}
{% macro _record(table, rows) -%}
    {#- All of them written before the first is sent: a value without a literal refuses the whole. -#}
    {%- set statements = [] -%}
    {%- for batch in rows | batch(200) -%}
        {%- do statements.append(cutover._insert_statement(table, batch)) -%}
    {%- endfor -%}
    {%- for statement in statements -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _insert_statement(table, rows) -%}
    {%- set columns = cutover._state_columns(table) -%}
    {%- set names = [] -%}
    {%- for name in columns -%}
        {%- do names.append(cutover._quoted(name)) -%}
    {%- endfor -%}
    {%- set common = {'invocation_id': invocation_id, 'recorded_at': cutover._utc_now(), 'target_name': target.name} -%}
    {%- set tuples = [] -%}
    {%- for row in rows -%}
        {%- for name in row if name not in columns -%}
            {%- do cutover._fail('_record', 'the table ' ~ table ~ ' has no column ' ~ name) -%}
        {%- endfor -%}
        {%- set values = [] -%}
        {%- for name in columns -%}
            {%- do values.append(cutover._literal(common[name] if name in common else row.get(name))) -%}
        {%- endfor -%}
        {%- do tuples.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {{ return('insert into ' ~ cutover._state_relation(table) ~ ' (' ~ names | join(', ') ~ ')\nvalues\n    ' ~ tuples | join(',\n    ')) }}
{%- endmacro %}


{#- Naive UTC, as the state tables keep it. -#}
{% macro _utc_now() -%}
    {{ return(modules.datetime.datetime.now(modules.pytz.utc).replace(tzinfo=none)) }}
{%- endmacro %}
