{#-
    Records how many rows a relation holds after a load: as a post-hook, of the model itself, or by run-operation. One count, one look at each catalog, one
    insert. Elsewhere without a relation it only makes the table of records.
-#}
{% macro record_load(relation=none, dry_run=false, output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('record_load', ['relation', 'dry_run', 'output'], kwargs, varargs, output, dry_run) -%}
    {%- set relation = this if relation is none and cutover._is_hook() and model.resource_type != 'operation' else relation -%}
    {%- set found = none if relation is none else cutover._relation(operation, 'relation', relation) -%}
    {%- set rows = [] -%}
    {%- if found is not none -%}
        {%- set query -%}
            select
                count(*) as row_count,
                {{ cutover.dialect_utc_now() }} as loaded_at

            from {{ found.relation }}
        {%- endset -%}
        {%- for row in cutover._run(operation, 'count ' ~ found.text, query) -%}
            {%- do rows.append({'relation': found.text, 'row_count': cutover._count(row.row_count), 'loaded_at': row.loaded_at}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if dry_run -%}
        {%- for statement in cutover._state_statements(['loads']) -%}
            {%- do cutover._run_command(operation, 'make the table of records', statement) -%}
        {%- endfor -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- do cutover._ensure_loads() -%}
    {%- do cutover._record('loads', rows) -%}
    {{ return(cutover._tell_load(operation, rows)) }}
{%- endmacro %}


{#- Two models may come here at once for the first time: where the engine can wait for the other's transaction, the second one finds the table made. -#}
{% macro _ensure_loads() -%}
    {%- if cutover._state_statements(['loads']) -%}
        {%- set wait = cutover.dialect_wait_for_transaction('cutover_loads') -%}
        {%- if wait is not none -%}
            {%- do run_query(wait) -%}
        {%- endif -%}
        {%- do cutover._ensure_state(['loads']) -%}
    {%- endif -%}
{%- endmacro %}


{#- A hook says nothing: it runs with each build. -#}
{% macro _tell_load(operation, rows) -%}
    {%- if cutover._is_hook() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set document = {'operation': operation.name, 'verdict': 'recorded' if rows else 'prepared'} -%}
    {%- if operation.output == 'json' -%}
        {%- for row in rows -%}
            {%- do document.update({'relation': row.relation, 'rows': row.row_count, 'loaded_at': row.loaded_at | string}) -%}
        {%- endfor -%}
        {{ return(cutover._print_json(document)) }}
    {%- endif -%}
    {%- for row in rows -%}
        {%- do cutover._say('cutover.record_load: ' ~ row.relation ~ ' has ' ~ cutover._cell(row.row_count) ~ (' row' if row.row_count == 1 else ' rows')) -%}
    {%- else -%}
        {%- do cutover._say('cutover.record_load: the table of records is there') -%}
    {%- endfor -%}
    {{ return('') }}
{%- endmacro %}


{#- Whether a model or a project's hook calls, and not run-operation, in which the macro itself stands as the model. -#}
{% macro _is_hook() -%}
    {{ return(model is defined and model.resource_type != 'macro') }}
{%- endmacro %}
