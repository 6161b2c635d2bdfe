{#-
    A user's list of checks read against the relation's columns, before any scan; `_require_checks` has seen it. Each becomes a mapping: number, name, check,
    severity, where, required (millionths of the rows that must pass), max_failures, columns (of {name, type}), column (their names), label (what messages call
    a failure), and what it judges by: `failing`, a condition on a row; or `measure`, an aggregate with `outside`, the condition on it, and `unit`; or what its
    pass needs. `relations` are those that `_asked_relations` named. `labels` names a check's keys as the user gave them, where that isn't `checks[0].min`.
-#}
{% macro _checks(origin, checks, relations, labels={}, list='checks') -%}
    {%- set names = [] -%}
    {%- for check in checks if check.get('name') is not none -%}
        {%- do names.append(check.get('name')) -%}
    {%- endfor -%}
    {%- set read = [] -%}
    {%- for check in checks -%}
        {%- set one = cutover._check(origin, list ~ '[' ~ loop.index0 ~ ']', check, relations, labels) -%}
        {%- if check.get('name') is none -%}
            {%- do one.update({'name': cutover._free_name(one.name, names)}) -%}
            {%- do names.append(one.name) -%}
        {%- endif -%}
        {%- do one.update({'number': loop.index}) -%}
        {%- do read.append(one) -%}
    {%- endfor -%}
    {{ return(read) }}
{%- endmacro %}


{% macro _free_name(name, taken) -%}
    {%- for number in range(1, taken | length + 2) -%}
        {%- set candidate = name if number == 1 else name ~ '_' ~ number -%}
        {%- if candidate not in taken -%}
            {{ return(candidate) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Every relation that the list names, by its argument, so that one catalog query finds them all. -#}
{% macro _asked_relations(argument, relation, checks, list='checks') -%}
    {%- set asked = {argument: relation} -%}
    {%- for check in checks -%}
        {%- if check.get('check') == 'relationship' -%}
            {%- do asked.update({list ~ '[' ~ loop.index0 ~ '].to': check.get('to')}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(asked) }}
{%- endmacro %}


{% macro _check(origin, at, check, relations, labels) -%}
    {%- set kind = check.get('check') -%}
    {%- set vocabulary = cutover._check_kinds()[kind] -%}
    {%- set relation = relations.values() | first -%}
    {%- set columns = cutover._check_columns(origin, at, check, kind, relation, labels) -%}
    {%- for column in columns if vocabulary.families is defined and cutover.dialect_type_facts(column.type).family not in vocabulary.families -%}
        {%- do cutover._fail(origin, '`' ~ at ~ '` ' ~ kind ~ ' takes a column of type ' ~ vocabulary.families | join(', ') ~ '; ' ~ column.name ~ ' is '
            ~ column.type ~ '.') -%}
    {%- endfor -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set read = {
        'name': check.get('name') or ([kind] + names) | join('_'), 'check': kind, 'judges': vocabulary.judges, 'severity': check.get('severity', 'error'),
        'where': check.get('where'), 'required': cutover._millionths(check.get('mostly', 1) if check.get('mostly') is not none else 1),
        'max_failures': check.get('max_failures') or 0, 'owner': check.get('owner'), 'description': check.get('description'),
        'columns': columns, 'column': names | join(', ') or none, 'failing': none,
    } -%}
    {%- if vocabulary.judges == 'rows' -%}
        {%- do read.update(cutover._row_details(origin, at, check, kind, columns, labels)) -%}
    {%- elif vocabulary.judges == 'table' -%}
        {%- do read.update(cutover._table_details(origin, at, check, kind, columns, labels)) -%}
    {%- else -%}
        {%- do read.update(cutover._pass_details(origin, at, check, kind, columns, relations)) -%}
    {%- endif -%}
    {{ return(read) }}
{%- endmacro %}


{% macro _check_columns(origin, at, check, kind, relation, labels) -%}
    {%- if kind in ('row_count', 'expression') -%}
        {{ return([]) }}
    {%- elif kind == 'unique' and check.get('columns') is not none -%}
        {{ return(cutover._named_columns(origin, at ~ '.columns', check.get('columns'), relation)) }}
    {%- endif -%}
    {{ return([cutover._column(origin, labels.get('column', at ~ '.column'), check.get('column'), relation)]) }}
{%- endmacro %}


{% macro _named_columns(origin, argument, names, relation) -%}
    {%- set columns = [] -%}
    {%- for name in names -%}
        {%- set column = cutover._column(origin, argument ~ '[' ~ loop.index0 ~ ']', name, relation) -%}
        {%- if column in columns -%}
            {%- do cutover._refuse(origin, argument, 'a list that names each once', names) -%}
        {%- endif -%}
        {%- do columns.append(column) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- Checks of a row by itself: a condition that is true for the rows that fail. A NULL fails none but not_null and not_empty_string. -#}
{% macro _row_details(origin, at, check, kind, columns, labels) -%}
    {%- set name = cutover._quoted(columns[0].name) if columns else none -%}
    {%- if kind == 'not_null' -%}
        {{ return({'failing': name ~ ' is null', 'label': 'is null'}) }}
    {%- elif kind == 'not_empty_string' -%}
        {{ return({'failing': name ~ ' is null or not ' ~ cutover.dialect_regex_like(name, '[^\\s]'), 'label': 'is null or blank'}) }}
    {%- elif kind == 'in_range' -%}
        {{ return({'failing': cutover._outside_bounds(origin, at, check, name, columns[0], labels),
            'label': 'is ' ~ cutover._outside(check) ~ ('' if check.get('inclusive', true) else ' (bounds excluded)')}) }}
    {%- elif kind == 'accepted_values' -%}
        {%- set literals = [] -%}
        {%- for value in check.get('values') -%}
            {%- do literals.append(cutover._bound(origin, at ~ '.values[' ~ loop.index0 ~ ']', value, columns[0])) -%}
        {%- endfor -%}
        {{ return({'failing': name ~ ' not in (' ~ literals | join(', ') ~ ')', 'label': 'is none of ' ~ cutover._shown(check.get('values'))}) }}
    {%- elif kind == 'matches_regex' -%}
        {{ return({'failing': 'not ' ~ cutover.dialect_regex_like(name, check.get('regex')),
            'label': 'does not match ' ~ cutover._shown(check.get('regex'))}) }}
    {%- elif kind == 'valid_email' -%}
        {{ return({'failing': cutover._no_email(name), 'label': 'is no e-mail address'}) }}
    {%- elif kind == 'length_between' -%}
        {%- set length = {'name': 'length', 'type': 'bigint'} -%}
        {{ return({'failing': cutover._outside_bounds(origin, at, check, dbt.length(name) | trim, length, labels),
            'label': 'has a length ' ~ cutover._outside(check)}) }}
    {%- endif -%}
    {{ return({'failing': 'not (\n' ~ check.get('expression') ~ '\n)', 'label': 'not ' ~ cutover._shown(check.get('expression'))}) }}
{%- endmacro %}


{#- Checks of the table as a whole: an aggregate, and a condition that is true when it is wrong. -#}
{% macro _table_details(origin, at, check, kind, columns, labels) -%}
    {%- set filter = check.get('where') -%}
    {%- set rows = 'count(*)' if filter is none else 'count(case when ' ~ cutover._and([filter]) ~ ' then 1 end)' -%}
    {%- set whole = {'name': kind, 'type': 'bigint'} -%}
    {%- if kind == 'row_count' -%}
        {{ return({'measure': rows, 'outside': cutover._outside_bounds(origin, at, check, rows, whole, labels), 'unit': 'rows',
            'label': cutover._outside(check)}) }}
    {%- endif -%}
    {%- set name, column = cutover._quoted(columns[0].name), columns[0].name -%}
    {%- set kept = name if filter is none else 'case when ' ~ cutover._and([filter]) ~ ' then ' ~ name ~ ' end' -%}
    {%- if kind == 'null_fraction' -%}
        {%- set nulls = '(' ~ rows ~ ' - count(' ~ kept ~ '))' -%}
        {{ return({'measure': 'cast(' ~ nulls ~ ' * 1.0 / nullif(' ~ rows ~ ', 0) as ' ~ cutover.dialect_decimal_type(9, 6) ~ ')',
            'outside': nulls ~ ' * 1000000 > ' ~ rows ~ ' * ' ~ cutover._millionths(check.get('max')), 'unit': 'of ' ~ column ~ ' null',
            'label': cutover._outside(check)}) }}
    {%- elif kind == 'freshness' -%}
        {%- set part, number = cutover._period(origin, at ~ '.within', check.get('within')) -%}
        {%- set newest = cutover.dialect_utc('max(' ~ kept ~ ')', cutover.dialect_type_facts(columns[0].type)) -%}
        {%- set oldest = dbt.dateadd(part, -number, cutover.dialect_utc_now()) | trim -%}
        {{ return({'measure': newest, 'outside': 'coalesce(' ~ newest ~ ' < ' ~ oldest ~ ', true)', 'unit': 'is the newest ' ~ column,
            'label': 'older than ' ~ check.get('within') | trim}) }}
    {%- elif kind == 'distinct_count' -%}
        {%- set compared = cutover._self_compared(columns[0]) -%}
        {%- set kept = compared if filter is none else 'case when ' ~ cutover._and([filter]) ~ ' then ' ~ compared ~ ' end' -%}
        {%- set measure = 'count(distinct ' ~ kept ~ ')' -%}
        {{ return({'measure': measure, 'outside': cutover._outside_bounds(origin, at, check, measure, whole, labels), 'unit': 'distinct ' ~ column,
            'label': cutover._outside(check)}) }}
    {%- endif -%}
    {%- set measure = 'coalesce(sum(' ~ kept ~ '), 0)' -%}
    {{ return({'measure': measure, 'outside': cutover._outside_bounds(origin, at, check, measure, columns[0], labels), 'unit': 'is the sum of ' ~ column,
        'label': cutover._outside(check)}) }}
{%- endmacro %}
