{% macro check_contract(
    relation=none, columns=none, allow_unexpected=false, check_order=false, check_data=true, name=none, record=true, dry_run=false, output='table'
) -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set known = ['relation', 'columns', 'allow_unexpected', 'check_order', 'check_data', 'name', 'record', 'dry_run', 'output'] -%}
    {%- set operation = cutover._operation('check_contract', known, kwargs, varargs, output, dry_run) -%}
    {%- do cutover._require_contract(operation, columns, allow_unexpected, check_order, check_data) -%}
    {%- do cutover._require_boolean(operation, 'record', record) -%}
    {%- if name is not none -%}
        {%- do cutover._require_text(operation, 'name', name) -%}
    {%- endif -%}
    {%- set report = cutover._contract_report(operation, 'relation', relation, columns, allow_unexpected, check_order, check_data) -%}
    {%- set rows, checks = [], [] -%}
    {%- if report.checks -%}
        {%- set rows = cutover._run(operation, 'one scan for ' ~ report.checks | length ~ ' rules of ' ~ report.relation.text,
            cutover._told_query(report.relation, none, report.checks, []), exact=['observed', 'message']) -%}
    {%- endif -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set outcome = cutover._contract_outcome(operation, report, rows, cutover._check_results(report.checks, rows) if rows else []) -%}
    {%- if record -%}
        {%- do cutover._record_contract(operation, name, outcome) -%}
    {%- endif -%}
    {%- do cutover._tell_contract(operation, outcome, report.drift) -%}
{%- endmacro %}


{#- What the operation and the test take alike; a contract of the caller's own is read before any query. -#}
{% macro _require_contract(origin, columns, allow_unexpected, check_order, check_data) -%}
    {%- do cutover._require_boolean(origin, 'allow_unexpected', allow_unexpected) -%}
    {%- do cutover._require_boolean(origin, 'check_order', check_order) -%}
    {%- do cutover._require_boolean(origin, 'check_data', check_data) -%}
    {%- if columns is not none -%}
        {%- set example = '[{name: id, data_type: integer, constraints: [{type: not_null}]}]' -%}
        {%- do cutover._require_list(origin, 'columns', columns, example, min=1) -%}
        {%- set names = [] -%}
        {%- for column in columns -%}
            {%- set at = 'columns[' ~ loop.index0 ~ ']' -%}
            {%- do cutover._require_contract_column(origin, at, column, example) -%}
            {%- if column.get('name') in names -%}
                {%- do cutover._refuse(origin, at ~ '.name', 'a name that no other column of the contract has', column.get('name')) -%}
            {%- endif -%}
            {%- do names.append(column.get('name')) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_contract_column(origin, at, column, example) -%}
    {%- set known = ['name', 'data_type', 'constraints', 'data_tests', 'tests', 'description', 'quote', 'meta', 'tags', 'config'] -%}
    {%- do cutover._require_keys(origin, at, column, known, example) -%}
    {%- do cutover._require_text(origin, at ~ '.name', column.get('name')) -%}
    {%- if column.get('data_type') is not none -%}
        {%- do cutover._require_sql(origin, at ~ '.data_type', column.get('data_type'), 'integer') -%}
    {%- endif -%}
    {%- do cutover._require_list(origin, at ~ '.constraints', column.get('constraints') or [], '[{type: not_null}]') -%}
    {%- for constraint in column.get('constraints') or [] -%}
        {%- set inside = at ~ '.constraints[' ~ loop.index0 ~ ']' -%}
        {%- do cutover._require_mapping(origin, inside, constraint, '{type: not_null}') -%}
        {%- set types = ['not_null', 'unique', 'primary_key', 'check', 'foreign_key', 'custom'] -%}
        {%- do cutover._require_one_of(origin, inside ~ '.type', constraint.get('type'), types) -%}
        {%- if constraint.get('expression') is not none -%}
            {%- do cutover._require_sql(origin, inside ~ '.expression', constraint.get('expression'), 'amount >= 0') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for key in ['data_tests', 'tests'] -%}
        {%- do cutover._require_list(origin, at ~ '.' ~ key, column.get(key) or [], '[unique, {accepted_values: {values: [open, paid]}}]') -%}
        {%- for test in column.get(key) or [] if test is not string -%}
            {%- set inside = at ~ '.' ~ key ~ '[' ~ loop.index0 ~ ']' -%}
            {%- do cutover._require_mapping(origin, inside, test, '{accepted_values: {values: [open, paid]}}') -%}
            {%- if test | length != 1 or test[test | first] is not mapping -%}
                {%- do cutover._refuse(origin, inside, 'a mapping of one test to its arguments', test, example='{accepted_values: {values: [open, paid]}}') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _contract_outcome(operation, report, rows, results) -%}
    {%- set statuses = report.drift | map(attribute='status') | list + results | map(attribute='status') | list -%}
    {%- set told = {} -%}
    {%- for kind, key in [('added', 'added'), ('removed', 'removed'), ('respelled', 'respelled')] -%}
        {%- do told.update({key: report.drift | selectattr('kind', 'equalto', kind) | map(attribute='column') | list}) -%}
    {%- endfor -%}
    {%- set retyped = [] -%}
    {%- for item in report.drift if item.kind == 'retyped' -%}
        {%- do retyped.append({'column': item.column, 'expected': item.expected, 'found': item.found}) -%}
    {%- endfor -%}
    {%- do told.update({'retyped': retyped, 'reordered': report.drift | selectattr('kind', 'equalto', 'reordered') | list | length > 0}) -%}
    {{ return({
        'operation': operation.name, 'verdict': 'fail' if 'fail' in statuses else ('warn' if 'warn' in statuses else 'pass'),
        'relation': report.relation.text, 'contract': report.declared.by, 'rows': cutover._count(rows[0].relation_rows) if rows else none,
        'statements': operation.statements, 'columns': told, 'drift': report.drift, 'checks': results, 'not_checked': report.not_checked,
    }) }}
{%- endmacro %}


{#- A row of check_results per difference and per rule that was counted; one that says so when there is neither. -#}
{% macro _record_contract(operation, name, outcome) -%}
    {%- do cutover._ensure_state(['check_results']) -%}
    {%- set common = {
        'run_id': operation.run_id, 'name': name, 'relation': outcome.relation, 'row_count': outcome.rows, 'seconds': cutover._seconds(operation),
        'build_id': cutover._var('cutover_build'),
    } -%}
    {%- set rows = [] -%}
    {%- for item in outcome.drift -%}
        {%- set row = {
            'check_name': 'contract_' ~ item.kind ~ ('_' ~ item.column.replace(', ', '_') if item.column else ''), 'check_type': 'contract',
            'column_name': item.column,
            'severity': 'error' if item.status == 'fail' else 'note', 'status': 'fail' if item.status == 'fail' else 'pass', 'observed': item.found,
            'message': item.message,
        } -%}
        {%- do row.update(common) -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {%- for result in outcome.checks -%}
        {%- set row = {
            'check_name': result.name, 'check_type': result.check, 'column_name': result.column, 'severity': result.severity, 'status': result.status,
            'failures': result.failures, 'observed': none if result.observed is none else result.observed | string, 'message': result.message,
        } -%}
        {%- do row.update(common) -%}
        {%- do row.update({'row_count': result.rows}) -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {%- if not rows -%}
        {%- set row = {'check_name': 'contract', 'check_type': 'contract', 'severity': 'error', 'status': 'pass', 'message': 'as the contract says'} -%}
        {%- do row.update(common) -%}
        {%- do rows.append(row) -%}
    {%- endif -%}
    {%- do cutover._record('check_results', rows) -%}
{%- endmacro %}


{% macro _tell_contract(operation, outcome, drift) -%}
    {%- set rows = [] -%}
    {%- set bad = [] -%}
    {%- for item in drift -%}
        {%- do rows.append([item.status | upper, item.kind, item.column, item.message]) -%}
        {%- do bad.extend([item.message] if item.status == 'fail' else []) -%}
    {%- endfor -%}
    {%- for result in outcome.checks -%}
        {%- do rows.append([result.status | upper, result.check, result.column, result.message]) -%}
        {%- do bad.extend([result.message] if result.status == 'fail' else []) -%}
    {%- endfor -%}
    {%- for item in outcome.not_checked -%}
        {%- do rows.append(['NOT CHECKED', none, item.column, item.reason]) -%}
    {%- endfor -%}
    {%- if operation.output == 'json' -%}
        {%- do cutover._print_json(outcome) -%}
    {%- else -%}
        {%- do cutover._say('cutover.check_contract: ' ~ outcome.relation ~ ' against ' ~ outcome.contract ~ ': ' ~ outcome.verdict) -%}
        {%- if rows -%}
            {%- do cutover._print_table(['status', 'kind', 'column', 'message'], rows) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if bad -%}
        {%- do cutover._end_badly(operation, outcome.relation ~ ' differs from ' ~ outcome.contract ~ ': ' ~ bad | join('; ') ~ '.') -%}
    {%- endif -%}
{%- endmacro %}
