{#-
    A user's list of checks, validated against the relation's columns before any scan. Each becomes a mapping: name, check, severity, where, columns (of
    {name, type}), label (what the messages call it), and what its kind needs: `failing` (a condition that says which row fails), `to`, `field`, `min`, `max`.
    `relations` are those that `_asked_relations` named. `labels` names a check's keys as the user gave them, where that isn't `checks[0].min`.
-#}
{% macro _checks(origin, checks, relations, labels=none) -%}
    {%- set read = [] -%}
    {%- set names = [] -%}
    {%- for check in checks -%}
        {%- set at = 'checks[' ~ loop.index0 ~ ']' -%}
        {%- do read.append(cutover._check(origin, at, check, relations, labels or {})) -%}
        {%- if check.get('name') is not none -%}
            {%- if check.get('name') in names -%}
                {%- do cutover._refuse(origin, at ~ '.name', 'a name that no other check of the list has', check.get('name')) -%}
            {%- endif -%}
            {%- do names.append(check.get('name')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for check in read -%}
        {%- if checks[loop.index0].get('name') is none -%}
            {%- do check.update({'name': cutover._free_name(check.name, names)}) -%}
            {%- do names.append(check.name) -%}
        {%- endif -%}
        {%- do check.update({'number': loop.index}) -%}
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
{% macro _asked_relations(table_name, checks) -%}
    {%- set asked = {'table_name': table_name} -%}
    {%- for check in checks -%}
        {%- if check is mapping and check.get('check') == 'relationship' -%}
            {%- do asked.update({'checks[' ~ loop.index0 ~ '].to': check.get('to')}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(asked) }}
{%- endmacro %}


{#- What each kind of check takes beyond check, where, severity and name. -#}
{% macro _check_keys() -%}
    {{ return({
        'not_null': ['column'],
        'unique': ['column', 'columns'],
        'in_range': ['column', 'min', 'max', 'inclusive'],
        'accepted_values': ['column', 'values'],
        'relationship': ['column', 'to', 'field'],
        'row_count': ['min', 'max'],
    }) }}
{%- endmacro %}


{% macro _check(origin, at, check, relations, labels) -%}
    {%- set kinds = cutover._check_keys() -%}
    {%- do cutover._require_mapping(origin, at, check, '{check: not_null, column: order_id}') -%}
    {%- set kind = check.get('check') -%}
    {%- if kind in ['not_empty_string', 'matches_regex', 'valid_email', 'length_between', 'expression', 'null_fraction', 'freshness', 'distinct_count',
        'sum_between', 'monotonic'] -%}
        {%- do cutover._not_yet(origin, '`' ~ at ~ '.check` ' ~ kind) -%}
    {%- endif -%}
    {%- do cutover._require_one_of(origin, at ~ '.check', kind, kinds.keys() | list) -%}
    {%- for key in check if key in ('mostly', 'max_failures', 'owner', 'description') -%}
        {%- do cutover._not_yet(origin, '`' ~ at ~ '.' ~ key ~ '`') -%}
    {%- endfor -%}
    {%- set known = ['check'] + kinds[kind] + ['where', 'severity', 'name'] -%}
    {%- do cutover._require_keys(origin, at, check, known, '{check: ' ~ kind ~ ', ' ~ kinds[kind][0] ~ ': ...}') -%}
    {%- set severity = check.get('severity', 'error') -%}
    {%- do cutover._require_one_of(origin, at ~ '.severity', severity, ['warn', 'error']) -%}
    {%- if check.get('where') is not none -%}
        {%- do cutover._require_sql(origin, at ~ '.where', check.get('where'), "status <> 'test'") -%}
    {%- endif -%}
    {%- set columns = cutover._check_columns(origin, at, check, kind, relations.table_name, labels) -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- if check.get('name') is not none -%}
        {%- do cutover._require_text(origin, at ~ '.name', check.get('name')) -%}
    {%- endif -%}
    {%- set read = {
        'name': check.get('name') or ([kind] + names) | join('_'), 'check': kind, 'severity': severity, 'where': check.get('where'),
        'columns': columns, 'column': names | join(', ') or none, 'failing': none,
    } -%}
    {%- do read.update(cutover._check_details(origin, at, check, kind, columns, relations, labels)) -%}
    {{ return(read) }}
{%- endmacro %}


{% macro _check_columns(origin, at, check, kind, relation, labels) -%}
    {%- if kind == 'row_count' -%}
        {{ return([]) }}
    {%- elif kind == 'unique' and check.get('columns') is not none -%}
        {%- if check.get('column') is not none -%}
            {%- do cutover._fail(origin, '`' ~ at ~ '` takes `column` or `columns`, not both.') -%}
        {%- endif -%}
        {%- do cutover._require_names(origin, at ~ '.columns', check.get('columns'), '[order_id, line]', min=1) -%}
        {%- set columns = [] -%}
        {%- for name in check.get('columns') -%}
            {%- set column = cutover._column(origin, at ~ '.columns[' ~ loop.index0 ~ ']', name, relation) -%}
            {%- if column in columns -%}
                {%- do cutover._refuse(origin, at ~ '.columns', 'a list that names each once', check.get('columns')) -%}
            {%- endif -%}
            {%- do columns.append(column) -%}
        {%- endfor -%}
        {{ return(columns) }}
    {%- endif -%}
    {{ return([cutover._column(origin, labels.get('column', at ~ '.column'), check.get('column'), relation)]) }}
{%- endmacro %}


{% macro _check_details(origin, at, check, kind, columns, relations, labels) -%}
    {%- if kind == 'not_null' -%}
        {{ return({'failing': cutover._quoted(columns[0].name) ~ ' is null', 'label': 'is null'}) }}
    {%- elif kind == 'in_range' -%}
        {{ return(cutover._range_details(origin, at, check, columns[0], labels)) }}
    {%- elif kind == 'accepted_values' -%}
        {%- do cutover._require_list(origin, at ~ '.values', check.get('values'), "['open', 'paid']", min=1) -%}
        {%- set literals = [] -%}
        {%- for value in check.get('values') -%}
            {%- do literals.append(cutover._bound(origin, at ~ '.values[' ~ loop.index0 ~ ']', value, columns[0])) -%}
        {%- endfor -%}
        {{ return({'failing': cutover._quoted(columns[0].name) ~ ' not in (' ~ literals | join(', ') ~ ')', 'label': 'is none of '
            ~ cutover._shown(check.get('values'))}) }}
    {%- elif kind == 'relationship' -%}
        {%- set parent = relations[at ~ '.to'] -%}
        {%- set field = cutover._column(origin, at ~ '.field', check.get('field'), parent) -%}
        {%- if cutover._comparison_family(field.type) != cutover._comparison_family(columns[0].type) -%}
            {%- do cutover._fail(origin, '`' ~ at ~ '` compares ' ~ columns[0].name ~ ' (' ~ columns[0].type ~ ') with ' ~ field.name ~ ' (' ~ field.type
                ~ ') of ' ~ parent.text ~ ': cast one of them in a view first.') -%}
        {%- endif -%}
        {{ return({'to': parent, 'field': field, 'label': 'is not in ' ~ parent.text ~ '.' ~ field.name}) }}
    {%- elif kind == 'unique' -%}
        {{ return({'label': 'is there more than once'}) }}
    {%- endif -%}
    {%- do cutover._require_bounds(origin, at, check, labels) -%}
    {%- for key in ('min', 'max') if check.get(key) is not none -%}
        {%- do cutover._require_integer(origin, at ~ '.' ~ key, check.get(key), min=0) -%}
    {%- endfor -%}
    {{ return({'min': check.get('min'), 'max': check.get('max'), 'label': cutover._outside(check)}) }}
{%- endmacro %}
