{#-
    An operation's own record while it runs: `origin` for every check, and what it sent. Validates what all operations share.
    `known` are the names of the operation's arguments; `unknown` and `extra` what Jinja caught in kwargs and varargs.
-#}
{% macro _operation(name, known, unknown, extra, output='table', dry_run=false) -%}
    {%- set operation = {
        'name': name, 'output': output, 'dry_run': dry_run, 'statements': 0, 'planned': [],
        'started': modules.datetime.datetime.now(modules.pytz.utc), 'run_id': none,
    } -%}
    {%- do cutover._require_known_arguments(operation, unknown, extra, known) -%}
    {%- do cutover._require_one_of(name, 'output', output, ['table', 'json']) -%}
    {%- do cutover._require_boolean(operation, 'dry_run', dry_run) -%}
    {%- do cutover._require_known_vars(operation) -%}
    {%- do operation.update({'run_id': local_md5(invocation_id ~ name ~ operation.started.isoformat())}) -%}
    {{ return(operation) }}
{%- endmacro %}


{#- Sends one statement of an operation, or, in a dry run, keeps it to be shown. `purpose` says what it is for; a comment carries it into the engine's logs. -#}
{% macro _run(operation, purpose, sql, exact=[]) -%}
    {%- if operation.dry_run -%}
        {%- do operation.planned.append({'purpose': purpose, 'sql': sql.strip()}) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- do operation.update({'statements': operation.statements + 1}) -%}
    {{ return(cutover._rows(cutover._comment('cutover.' ~ operation.name ~ ': ' ~ purpose) ~ '\n' ~ sql, exact)) }}
{%- endmacro %}


{#- A comment that its text cannot leave. -#}
{% macro _comment(text) -%}
    {{ return('/* ' ~ text.replace('*/', '* /').replace('/*', '/ *').replace('\n', ' ') ~ ' */') }}
{%- endmacro %}


{% macro _show_plan(operation) -%}
    {%- if operation.output == 'json' -%}
        {%- do cutover._print_json({'operation': operation.name, 'verdict': 'dry_run', 'statements': operation.planned}) -%}
    {%- else -%}
        {%- for statement in operation.planned -%}
            {%- do cutover._say('-- ' ~ statement.purpose ~ '\n' ~ statement.sql ~ ';\n') -%}
        {%- endfor -%}
        {%- do cutover._say('cutover.' ~ operation.name ~ ': dry run, nothing was changed.') -%}
    {%- endif -%}
{%- endmacro %}


{% macro _seconds(operation) -%}
    {{ return((modules.datetime.datetime.now(modules.pytz.utc) - operation.started).total_seconds() | round(3)) }}
{%- endmacro %}


{#- The end of an operation whose verdict is bad: its document is out already, so the message is raised bare, for the exit code. -#}
{% macro _end_badly(operation, message) -%}
    {%- do exceptions.raise_compiler_error('cutover.' ~ operation.name ~ ': ' ~ message) -%}
{%- endmacro %}


{#- A statement without rows to read: DDL, begin, commit. -#}
{% macro _run_command(operation, purpose, sql) -%}
    {%- if operation.dry_run -%}
        {%- do operation.planned.append({'purpose': purpose, 'sql': sql.strip()}) -%}
    {%- else -%}
        {%- do operation.update({'statements': operation.statements + 1}) -%}
        {%- do run_query(cutover._comment('cutover.' ~ operation.name ~ ': ' ~ purpose) ~ '\n' ~ sql) -%}
    {%- endif -%}
{%- endmacro %}
