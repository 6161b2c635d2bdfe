{% macro profile_diff(relation=none, before=none, after=none, dry_run=false, output='table') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('profile_diff', ['relation', 'before', 'after', 'dry_run', 'output'], kwargs, varargs, output, dry_run) -%}
    {%- for argument, value in [('before', before), ('after', after)] if value is not none -%}
        {%- do cutover._require_text(operation, argument, value) -%}
    {%- endfor -%}
    {%- if relation is none and (before is none or after is none) -%}
        {%- do cutover._fail(operation, '`relation`, or `before` and `after` for all that two runs profiled, is required. '
            ~ "Example: relation: ref('orders').") -%}
    {%- endif -%}
    {%- set text = none if relation is none else cutover._relation_text(cutover._parse_relation(operation, 'relation', relation)) -%}
    {%- if not cutover.dialect_catalog([cutover._state_relation('profile_results')]) -%}
        {%- do cutover._fail(operation, 'no profile was recorded in ' ~ cutover._relation_text(cutover._state_relation('profile_results'))
            ~ '. Run profile with record: true first.') -%}
    {%- endif -%}
    {%- set rows = cutover._run(operation, 'the recorded profiles', cutover._recorded_profiles(text), exact=['relation', 'run_id', 'name']) -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set pairs = cutover._profile_pairs(operation, text, before, after, rows) -%}
    {%- set relations = [] -%}
    {%- for pair in pairs -%}
        {%- do relations.append(cutover._profile_changes(operation, pair)) -%}
    {%- endfor -%}
    {%- do cutover._tell_profile_diff(operation, {'operation': 'profile_diff', 'relations': relations}) -%}
{%- endmacro %}


{#- The newest first. A run's id or its name tells it. -#}
{% macro _recorded_profiles(text) -%}
select
    {{ cutover._exact_text('relation') }} as relation,
    {{ cutover._exact_text('run_id') }} as run_id,
    {{ cutover._exact_text('name') }} as name,
    max(row_count) as row_count,
    cast(max(recorded_at) as {{ dbt.type_string() }}) as recorded_at

from {{ cutover._state_relation('profile_results') }}
{{ cutover._where([none if text is none else 'lower(relation) = lower(' ~ cutover._literal(text) ~ ')']) }}
group by relation, run_id, name
order by max(recorded_at) desc
{%- endmacro %}


{#- Which two profiles are compared, per relation: the named ones, else the latest and the one before it. -#}
{% macro _profile_pairs(operation, text, before, after, rows) -%}
    {%- set pairs = [] -%}
    {%- for relation in rows | map(attribute='relation') | unique(case_sensitive=true) | sort(case_sensitive=true) -%}
        {%- set mine = rows | selectattr('relation', 'equalto', relation) | list -%}
        {%- set state = namespace(after=none, before=none) -%}
        {%- for row in mine -%}
            {%- set is_before = before is not none and before in (row.run_id, row.name) -%}
            {%- set is_after = after in (row.run_id, row.name) if after is not none else not is_before -%}
            {%- if state.after is none and is_after -%}
                {%- set state.after = row -%}
            {%- elif state.before is none and (is_before or (before is none and state.after is not none)) -%}
                {%- set state.before = row -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if state.after is not none and state.before is not none -%}
            {%- do pairs.append({'relation': relation, 'before': state.before, 'after': state.after}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not pairs -%}
        {%- set runs = [] -%}
        {%- for row in rows -%}
            {%- do runs.append(row.name or row.run_id) -%}
        {%- endfor -%}
        {%- do cutover._fail(operation, 'two recorded profiles ' ~ ('' if text is none else 'of ' ~ text ~ ' ') ~ 'are needed; found '
            ~ (runs[:10] | join(', ') or 'none') ~ '. Run profile with record: true.') -%}
    {%- endif -%}
    {{ return(pairs) }}
{%- endmacro %}


{% macro _profile_changes(operation, pair) -%}
    {%- set sides = {} -%}
    {%- for side in ['before', 'after'] -%}
        {%- set names = ['column_name', 'data_type', 'min_value', 'max_value', 'mean', 'stddev', 'median'] -%}
        {%- set exact = [] -%}
        {%- for name in names -%}
            {%- do exact.append(cutover._exact_text(name) ~ ' as ' ~ name) -%}
        {%- endfor -%}
        {%- set query = 'select ' ~ exact | join(', ') ~ ', row_count, nulls, distinct_count, is_approximate\nfrom '
            ~ cutover._state_relation('profile_results') ~ '\n' ~ cutover._where(['run_id = ' ~ cutover._literal(pair[side].run_id),
            'relation = ' ~ cutover._literal(pair.relation)]) ~ '\norder by column_number' -%}
        {%- set columns = {} -%}
        {%- for row in cutover._run(operation, side ~ ' of ' ~ pair.relation, query, exact=names) -%}
            {%- do columns.update({row.column_name: row}) -%}
        {%- endfor -%}
        {%- do sides.update({side: columns}) -%}
    {%- endfor -%}
    {%- set told = {'relation': pair.relation} -%}
    {%- set rows = {} -%}
    {%- for side in ['before', 'after'] -%}
        {%- set run = pair[side] -%}
        {%- do rows.update({side: cutover._count(run.row_count)}) -%}
        {%- do told.update({side: {'run_id': run.run_id, 'name': run.name, 'recorded_at': run.recorded_at, 'rows': rows[side]}}) -%}
    {%- endfor -%}
    {%- do told.update({'rows': cutover._change('rows', rows.before, rows.after), 'columns': cutover._column_changes(sides)}) -%}
    {{ return(told) }}
{%- endmacro %}


{#- In the order of the later profile; columns that are gone come last. -#}
{% macro _column_changes(sides) -%}
    {%- set changes = [] -%}
    {%- for name in sides.after -%}
        {%- set after = sides.after[name] -%}
        {%- if name not in sides.before -%}
            {%- do changes.append({'column': name, 'status': 'added', 'changes': []}) -%}
        {%- else -%}
            {%- set measures = [] -%}
            {%- for change in cutover._measure_changes(sides.before[name], after) if not cutover._is_same(change) -%}
                {%- do measures.append(change) -%}
            {%- endfor -%}
            {%- do changes.append({'column': name, 'status': 'changed' if measures else 'same', 'changes': measures}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in sides.before if name not in sides.after -%}
        {%- do changes.append({'column': name, 'status': 'removed', 'changes': []}) -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro %}


{#- Two counts of distinct values of which one is approximate say nothing beside each other. -#}
{% macro _measure_changes(before, after) -%}
    {%- set shares = [] -%}
    {%- for row in [before, after] -%}
        {%- set rows = cutover._count(row.row_count) -%}
        {%- do shares.append(none if not rows else (cutover._count(row.nulls) / rows) | round(6)) -%}
    {%- endfor -%}
    {%- set changes = [
        cutover._change('type', before.data_type, after.data_type),
        cutover._change('null_share', shares[0], shares[1]),
    ] -%}
    {%- if before.is_approximate == after.is_approximate -%}
        {%- do changes.append(cutover._change('distinct', cutover._count(before.distinct_count), cutover._count(after.distinct_count))) -%}
    {%- endif -%}
    {%- set numbers = cutover._comparison_family(before.data_type) == 'number' and cutover._comparison_family(after.data_type) == 'number' -%}
    {%- for name, measure in [('min_value', 'min'), ('max_value', 'max'), ('mean', 'mean'), ('stddev', 'stddev'), ('median', 'median')] -%}
        {%- set pair = [before[name], after[name]] -%}
        {%- if numbers or measure not in ('min', 'max') -%}
            {%- set pair = [cutover._number_or_text(pair[0]), cutover._number_or_text(pair[1])] -%}
        {%- endif -%}
        {%- do changes.append(cutover._change(measure, pair[0], pair[1])) -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro %}


{#- `difference` and `change`, which is the difference as a share of what was, are none where one side is no number, `change` also where nothing was. -#}
{% macro _change(measure, before, after) -%}
    {%- set numbers = before is number and after is number -%}
    {%- set difference = after - before if numbers else none -%}
    {{ return({
        'measure': measure, 'before': before, 'after': after, 'difference': difference,
        'change': (difference / (before | abs)) | round(6) if numbers and before != 0 else none,
    }) }}
{%- endmacro %}


{#- A mean of the same values may differ in its last digits: they are summed up in another order. -#}
{% macro _is_same(change) -%}
    {%- if change.difference is none or change.measure not in ('mean', 'stddev', 'median') -%}
        {{ return(change.before == change.after) }}
    {%- endif -%}
    {{ return(change.difference | abs <= 1e-9 * [change.before | abs, change.after | abs] | max) }}
{%- endmacro %}


{% macro _tell_profile_diff(operation, outcome) -%}
    {%- if operation.output == 'json' -%}
        {{ return(cutover._print_json(outcome)) }}
    {%- endif -%}
    {%- for relation in outcome.relations -%}
        {%- set rows = [['', 'rows', relation.before.rows, relation.after.rows, cutover._as_percent(relation.rows.change)]] -%}
        {%- for column in relation.columns -%}
            {%- if column.status in ('added', 'removed') -%}
                {%- do rows.append([column.column, column.status, none, none, none]) -%}
            {%- endif -%}
            {%- for change in column.changes -%}
                {%- do rows.append([column.column, change.measure, change.before, change.after, cutover._as_percent(change.change)]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set same = relation.columns | selectattr('status', 'equalto', 'same') | list | length -%}
        {%- do cutover._say('cutover.profile_diff: ' ~ relation.relation ~ ', ' ~ relation.before.recorded_at ~ ' against ' ~ relation.after.recorded_at
            ~ ', ' ~ same ~ ' of ' ~ relation.columns | length ~ ' columns as before') -%}
        {%- do cutover._print_table(['column', 'measure', 'before', 'after', 'change'], rows) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _as_percent(change) -%}
    {{ return(none if change is none else ('+' if change > 0 else '') ~ (change * 100) | round(2) ~ ' %') }}
{%- endmacro %}
