{% macro run_quality_checks(
    table_name=none, column_name=none, expected_min=none, expected_max=none, checks=none, select=none, where=none, sample_size=20, redact=[],
    fail_on='error', name=none, record=true, dry_run=false, output='table'
) -%}
    {%- set known = [
        'table_name', 'column_name', 'expected_min', 'expected_max', 'checks', 'select', 'where', 'sample_size', 'redact', 'fail_on', 'name', 'record',
            'dry_run', 'output',
    ] -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('run_quality_checks', known, kwargs, varargs, output, dry_run) -%}
    {%- if select is not none -%}
        {%- do cutover._not_yet(operation, '`select` (checks declared in meta)') -%}
    {%- endif -%}
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
    {%- set list = cutover._asked_checks(operation, column_name, expected_min, expected_max, checks) -%}
    {%- set labels = {} if checks is not none else {'column': 'column_name', 'min': 'expected_min', 'max': 'expected_max'} -%}
    {%- do cutover._require_checks(operation, list, labels) -%}
    {%- set relations = cutover._relations(operation, cutover._asked_relations('table_name', table_name, list)) -%}
    {%- set relation = relations.table_name -%}
    {%- set read = cutover._checks(operation, list, relations, labels) -%}
    {%- set hidden = [] -%}
    {%- for column in redact -%}
        {%- do hidden.append(cutover._column(operation, 'redact[' ~ loop.index0 ~ ']', column, relation).name) -%}
    {%- endfor -%}
    {%- set rows = cutover._run(operation, 'one scan for ' ~ read | length ~ ' checks of ' ~ relation.text,
        cutover._told_query(relation, where, read, hidden), exact=['observed', 'message']) -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set results = cutover._check_results(read, rows) -%}
    {%- set failed_rows = cutover._failed_rows(operation, relation, where, read, results, sample_size, hidden) -%}
    {%- set outcome = cutover._quality_outcome(operation, relation, rows, results, failed_rows) -%}
    {%- if record -%}
        {%- do cutover._record_quality(operation, name, relation, where, read, outcome) -%}
    {%- endif -%}
    {%- do cutover._tell_quality(operation, outcome, fail_on) -%}
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
{% macro _failed_rows(operation, relation, where, checks, results, sample_size, hidden) -%}
    {%- set failed_rows = [] -%}
    {%- set exact = [] -%}
    {%- for column in relation.columns -%}
        {%- do exact.append('value_' ~ loop.index) -%}
    {%- endfor -%}
    {%- for check in checks if sample_size > 0 and check.judges != 'table' and results[check.number - 1].failures > 0 -%}
        {%- set query = cutover._failing_rows_query(relation, where, check, sample_size) -%}
        {%- for row in cutover._run(operation, 'rows that fail ' ~ check.name, query, exact=exact) -%}
            {%- set values = {} -%}
            {%- for column in relation.columns -%}
                {%- set value = row['value_' ~ loop.index] -%}
                {%- do values.update({column.name: '[redacted]' if column.name in hidden and value is not none else value}) -%}
            {%- endfor -%}
            {%- do failed_rows.append({'check': check.name, 'reason': (check.column ~ ' ' if check.column else '') ~ check.label, 'row': values}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(failed_rows) }}
{%- endmacro %}


{% macro _quality_outcome(operation, relation, rows, results, failed_rows) -%}
    {%- set statuses = results | map(attribute='status') | list -%}
    {%- set verdict = 'fail' if 'fail' in statuses else ('warn' if 'warn' in statuses else 'pass') -%}
    {{ return({'operation': operation.name, 'verdict': verdict, 'relations': [{
        'relation': relation.text, 'rows': cutover._count(rows[0].relation_rows), 'verdict': verdict, 'statements': operation.statements,
        'checks': results, 'failed_rows': failed_rows,
    }]}) }}
{%- endmacro %}


{% macro _record_quality(operation, name, relation, where, checks, outcome) -%}
    {%- do cutover._ensure_state(['check_results', 'failed_rows']) -%}
    {%- set rows = [] -%}
    {%- for result in outcome.relations[0].checks -%}
        {%- do rows.append({
            'run_id': operation.run_id, 'name': name, 'relation': relation.text, 'check_name': result.name, 'check_type': result.check,
            'column_name': result.column, 'severity': result.severity, 'status': result.status, 'row_count': result.rows, 'failures': result.failures,
            'observed': none if result.observed is none else result.observed | string, 'message': result.message,
            'check_where': cutover._whole_where(where, checks[loop.index0].where), 'seconds': cutover._seconds(operation),
        }) -%}
    {%- endfor -%}
    {%- do cutover._record('check_results', rows) -%}
    {%- set samples = [] -%}
    {%- for failed in outcome.relations[0].failed_rows -%}
        {%- do samples.append({'run_id': operation.run_id, 'relation': relation.text, 'check_name': failed.check, 'reason': failed.reason,
            'row_json': tojson(failed.row)}) -%}
    {%- endfor -%}
    {%- do cutover._record('failed_rows', samples) -%}
{%- endmacro %}


{#- The run's filter and the check's own, as one text. -#}
{% macro _whole_where(where, own) -%}
    {{ return('(' ~ where ~ ') and (' ~ own ~ ')' if where is not none and own is not none else (own if where is none else where)) }}
{%- endmacro %}


{% macro _tell_quality(operation, outcome, fail_on) -%}
    {%- set relation = outcome.relations[0] -%}
    {%- if operation.output == 'json' -%}
        {%- do cutover._print_json(outcome) -%}
    {%- else -%}
        {%- set rows = [] -%}
        {%- for result in relation.checks -%}
            {%- do rows.append([result.status | upper, result.name, result.severity, result.failures, result.message]) -%}
        {%- endfor -%}
        {%- do cutover._say('cutover.run_quality_checks: ' ~ relation.relation ~ ', ' ~ cutover._cell(relation.rows) ~ ' rows') -%}
        {%- do cutover._print_table(['status', 'check', 'severity', 'failures', 'message'], rows) -%}
    {%- endif -%}
    {%- if outcome.verdict == 'fail' and fail_on != 'never' or outcome.verdict == 'warn' and fail_on == 'warn' -%}
        {%- set bad = relation.checks | rejectattr('status', 'equalto', 'pass') | map(attribute='message') | list -%}
        {%- do cutover._end_badly(operation, relation.relation ~ ': ' ~ bad | length ~ ' of ' ~ relation.checks | length ~ ' checks did not pass: '
            ~ bad | join('; ') ~ '.') -%}
    {%- endif -%}
{%- endmacro %}
