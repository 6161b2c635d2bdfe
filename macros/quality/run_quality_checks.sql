{% macro run_quality_checks(
    table_name=none, column_name=none, expected_min=none, expected_max=none, checks=none, select=none, where=none, sample_size=20, redact=[], keys=none,
    fail_on='error', name=none, record=true, dry_run=false, output='table'
) -%}
    {%- set known = [
        'table_name', 'column_name', 'expected_min', 'expected_max', 'checks', 'select', 'where', 'sample_size', 'redact', 'keys', 'fail_on', 'name', 'record',
            'dry_run', 'output',
    ] -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('run_quality_checks', known, kwargs, varargs, output, dry_run) -%}
    {%- do cutover._require_integer(operation, 'sample_size', sample_size, min=0, max=10000) -%}
    {%- do cutover._require_one_of(operation, 'fail_on', fail_on, ['error', 'warn', 'never']) -%}
    {%- do cutover._require_boolean(operation, 'record', record) -%}
    {%- if where is not none -%}
        {%- do cutover._require_sql(operation, 'where', where, "status <> 'test'") -%}
    {%- endif -%}
    {%- if name is not none -%}
        {%- do cutover._require_text(operation, 'name', name) -%}
    {%- endif -%}
    {%- do cutover._require_names(operation, 'redact', redact, '[email]') -%}
    {%- if keys is not none -%}
        {%- do cutover._require_names(operation, 'keys', keys, '[order_id]', min=1) -%}
    {%- endif -%}
    {%- set given = {'table_name': table_name, 'column_name': column_name, 'expected_min': expected_min, 'expected_max': expected_max, 'checks': checks,
        'where': where, 'keys': keys} -%}
    {%- set asked = cutover._asked_lists(operation, given, redact) if select is none else cutover._declared_lists(operation, given, select) -%}
    {%- set lists = cutover._read_lists(operation, asked) -%}
    {%- do cutover._hide_columns(operation, lists, redact) -%}
    {%- set relations = [] -%}
    {%- for list in lists -%}
        {%- do relations.append(cutover._checked_list(operation, list, sample_size)) -%}
    {%- endfor -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set outcome = {'operation': operation.name, 'verdict': cutover._worst(relations | map(attribute='verdict') | list), 'relations': relations} -%}
    {%- if record -%}
        {%- do cutover._record_quality(operation, name, lists, outcome) -%}
    {%- endif -%}
    {%- do cutover._tell_quality(operation, outcome, fail_on) -%}
{%- endmacro %}


{#- One list for one relation, as the arguments give it: {at, list, relation, checks, labels, where, redact, keys}. -#}
{% macro _asked_lists(operation, given, redact) -%}
    {%- set list = cutover._asked_checks(operation, given.column_name, given.expected_min, given.expected_max, given.checks) -%}
    {%- set labels = {} if given.checks is not none else {'column': 'column_name', 'min': 'expected_min', 'max': 'expected_max'} -%}
    {%- do cutover._require_checks(operation, list, labels) -%}
    {{ return([{'at': 'table_name', 'list': 'checks', 'relation': given.table_name, 'checks': list, 'labels': labels, 'where': given.where, 'redact': [],
        'keys': given['keys'], 'keys_at': 'keys'}]) }}
{%- endmacro %}


{#- The list that was asked for: `checks`, or the four-argument form, which is a range check. -#}
{% macro _asked_checks(origin, column_name, expected_min, expected_max, checks) -%}
    {%- if checks is none -%}
        {%- if column_name is none -%}
            {%- do cutover._fail(origin, '`checks`, or `column_name` with `expected_min` and `expected_max`, is required; got neither. '
                ~ 'Example: checks: [{check: not_null, column: order_id}].') -%}
        {%- endif -%}
        {{ return([{'check': 'in_range', 'column': column_name, 'min': expected_min, 'max': expected_max}]) }}
    {%- endif -%}
    {%- for argument, value in [('column_name', column_name), ('expected_min', expected_min), ('expected_max', expected_max)] if value is not none -%}
        {%- do cutover._fail(origin, '`' ~ argument
            ~ '` belongs to the four-argument form and cannot stand beside `checks`: write {check: in_range, column: ..., min: ..., max: ...} there.') -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}


{#- The results as the operation fetches them: texts exactly. -#}
{% macro _told_query(relation, where, checks, hidden) -%}
select
    status,
    row_count,
    failures,
    {{ cutover._exact_text('observed') }} as observed,
    {{ cutover._exact_text('message') }} as message,
    relation_rows

from (
    {{ cutover._results_query(relation, where, checks, hidden) }}
) as results
order by check_number
{%- endmacro %}


{#- One result per check. `rows` is what the check looked at: with a `where` of its own, fewer than the table has. -#}
{% macro _check_results(checks, rows) -%}
    {%- set results = [] -%}
    {%- for check in checks -%}
        {%- set row = rows[loop.index0] -%}
        {%- set number = check.check in ('row_count', 'distinct_count', 'null_fraction', 'sum_between') -%}
        {%- do results.append({
            'name': check.name, 'check': check.check, 'column': check.column, 'severity': check.severity, 'status': row.status,
            'rows': cutover._count(row.row_count), 'failures': cutover._count(row.failures),
            'observed': cutover._count(row.observed) if check.check in ('row_count', 'distinct_count') else
                (cutover._number_or_text(row.observed) if number else row.observed),
            'message': row.message,
        }) -%}
    {%- endfor -%}
    {{ return(results) }}
{%- endmacro %}


{#- The rows behind the failures, one small query per check that failed and can say which row. -#}
{% macro _failed_rows(operation, list, results, sample_size) -%}
    {%- set failed_rows = [] -%}
    {%- set exact = [] -%}
    {%- for column in list.found.columns -%}
        {%- do exact.append('value_' ~ loop.index) -%}
    {%- endfor -%}
    {%- for check in list.read if sample_size > 0 and check.judges != 'table' and results[check.number - 1].failures > 0 -%}
        {%- set query = cutover._failing_rows_query(list.found, list.where, check, sample_size) -%}
        {%- for row in cutover._run(operation, 'rows that fail ' ~ check.name, query, exact=exact) -%}
            {%- set values = {} -%}
            {%- for column in list.found.columns -%}
                {%- set value = row['value_' ~ loop.index] -%}
                {%- do values.update({column.name: '[redacted]' if column.name in list.hidden and value is not none else value}) -%}
            {%- endfor -%}
            {%- set key = {} -%}
            {%- for column in list.key_columns -%}
                {%- do key.update({column: values[column]}) -%}
            {%- endfor -%}
            {%- do failed_rows.append({'check': check.name, 'reason': cutover._reason(check), 'key': key or none, 'row': values}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(failed_rows) }}
{%- endmacro %}


{#- One relation: its scan, and the samples of what failed. -#}
{% macro _checked_list(operation, list, sample_size) -%}
    {%- set sent = operation.statements -%}
    {%- set rows = cutover._run(operation, 'one scan for ' ~ list.read | length ~ ' checks of ' ~ list.found.text,
        cutover._told_query(list.found, list.where, list.read, list.hidden), exact=['observed', 'message']) -%}
    {%- if operation.dry_run -%}
        {{ return({'verdict': none}) }}
    {%- endif -%}
    {%- set results = cutover._check_results(list.read, rows) -%}
    {%- set failed_rows = cutover._failed_rows(operation, list, results, sample_size) -%}
    {{ return({
        'relation': list.found.text, 'rows': cutover._count(rows[0].relation_rows), 'verdict': cutover._worst(results | map(attribute='status') | list),
        'statements': operation.statements - sent, 'checks': results, 'failed_rows': failed_rows,
    }) }}
{%- endmacro %}


{% macro _worst(statuses) -%}
    {{ return('fail' if 'fail' in statuses else ('warn' if 'warn' in statuses else 'pass')) }}
{%- endmacro %}


{#- All relations at once, when the last has been looked at: what the engine refuses in the middle leaves nothing that says pass. -#}
{% macro _record_quality(operation, name, lists, outcome) -%}
    {%- do cutover._ensure_state(['check_results', 'failed_rows']) -%}
    {%- set build = cutover._var('cutover_build') -%}
    {%- set build = build | string if build is not none else none -%}
    {%- set rows = [] -%}
    {%- set samples = [] -%}
    {%- for relation in outcome.relations -%}
        {%- set list = lists[loop.index0] -%}
        {%- for result in relation.checks -%}
            {%- do rows.append({
                'run_id': operation.run_id, 'name': name, 'relation': relation.relation, 'check_name': result.name, 'check_type': result.check,
                'column_name': result.column, 'severity': result.severity, 'status': result.status, 'row_count': result.rows, 'failures': result.failures,
                'observed': none if result.observed is none else result.observed | string, 'message': result.message,
                'check_where': cutover._whole_where(list.where, list.read[loop.index0].where), 'seconds': cutover._seconds(operation), 'build_id': build,
            }) -%}
        {%- endfor -%}
        {%- for failed in relation.failed_rows -%}
            {%- do samples.append({'run_id': operation.run_id, 'relation': relation.relation, 'check_name': failed.check, 'reason': failed.reason,
                'key_json': none if failed.key is none else tojson(failed.key), 'row_json': tojson(failed.row)}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do cutover._record('check_results', rows) -%}
    {%- do cutover._record('failed_rows', samples) -%}
{%- endmacro %}


{#- The run's filter and the check's own, as one text. -#}
{% macro _whole_where(where, own) -%}
    {{ return('(' ~ where ~ ') and (' ~ own ~ ')' if where is not none and own is not none else (own if where is none else where)) }}
{%- endmacro %}


{% macro _tell_quality(operation, outcome, fail_on) -%}
    {%- if operation.output == 'json' -%}
        {%- do cutover._print_json(outcome) -%}
    {%- else -%}
        {%- for relation in outcome.relations -%}
            {%- set rows = [] -%}
            {%- for result in relation.checks -%}
                {%- do rows.append([result.status | upper, result.name, result.severity, result.failures, result.message]) -%}
            {%- endfor -%}
            {%- do cutover._say('cutover.run_quality_checks: ' ~ relation.relation ~ ', ' ~ cutover._cell(relation.rows) ~ ' rows') -%}
            {%- do cutover._print_table(['status', 'check', 'severity', 'failures', 'message'], rows) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if outcome.verdict == 'fail' and fail_on != 'never' or outcome.verdict == 'warn' and fail_on == 'warn' -%}
        {%- set told = [] -%}
        {%- for relation in outcome.relations if relation.verdict != 'pass' -%}
            {%- set bad = relation.checks | rejectattr('status', 'equalto', 'pass') | map(attribute='message') | list -%}
            {%- do told.append(relation.relation ~ ': ' ~ bad | length ~ ' of ' ~ relation.checks | length ~ ' checks did not pass: '
                ~ bad | join('; ') ~ '.') -%}
        {%- endfor -%}
        {%- do cutover._end_badly(operation, told | join(' ')) -%}
    {%- endif -%}
{%- endmacro %}
