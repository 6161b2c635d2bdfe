{#-
    A user's list of checks, validated against the relation's columns before any scan. Each becomes a mapping: name, check, severity, where, columns (of
    {name, type}), label (what the messages call it), and what its kind needs: `failing` (a condition that says which row fails), `to`, `field`, `min`, `max`.
    `labels` names a check's keys as the user gave them, where that isn't `checks[0].min`.
-#}
{% macro _checks(origin, checks, relation, labels=none) -%}
    {%- set example = '[{check: not_null, column: order_id}]' -%}
    {%- do cutover._require_list(origin, 'checks', checks, example, min=1) -%}
    {%- set read = [] -%}
    {%- set names = [] -%}
    {%- for check in checks -%}
        {%- set at = 'checks[' ~ loop.index0 ~ ']' -%}
        {%- set one = cutover._check(origin, at, check, relation, labels or {}) -%}
        {%- if one.name in names and check.name is defined -%}
            {%- do cutover._refuse(origin, at ~ '.name', 'a name that no other check of the list has', one.name) -%}
        {%- endif -%}
        {%- set before = names | select('equalto', one.name) | list | length -%}
        {%- do names.append(one.name) -%}
        {%- do one.update({'name': one.name if before == 0 else one.name ~ '_' ~ (before + 1), 'number': loop.index}) -%}
        {%- do read.append(one) -%}
    {%- endfor -%}
    {{ return(read) }}
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


{% macro _check(origin, at, check, relation, labels) -%}
    {%- set kinds = cutover._check_keys() -%}
    {%- do cutover._require_mapping(origin, at, check, '{check: not_null, column: order_id}') -%}
    {%- set kind = check.get('check') -%}
    {%- if kind in ['not_empty_string', 'matches_regex', 'valid_email', 'length_between', 'expression', 'null_fraction', 'freshness', 'distinct_count', 'sum_between', 'monotonic'] -%}
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
        {%- do cutover._require_text(origin, at ~ '.where', check.get('where'), "status <> 'test'") -%}
    {%- endif -%}
    {%- set columns = cutover._check_columns(origin, at, check, kind, relation, labels) -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- if check.get('name') is not none -%}
        {%- do cutover._require_text(origin, at ~ '.name', check.get('name')) -%}
    {%- endif -%}
    {%- set read = {
        'name': check.get('name') or ([kind] + names) | join('_'), 'check': kind, 'severity': severity, 'where': check.get('where'),
        'columns': columns, 'column': names | join(', ') or none, 'failing': none,
    } -%}
    {%- do read.update(cutover._check_details(origin, at, check, kind, columns, labels)) -%}
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
            {%- do columns.append(cutover._column(origin, at ~ '.columns[' ~ loop.index0 ~ ']', name, relation)) -%}
        {%- endfor -%}
        {{ return(columns) }}
    {%- endif -%}
    {{ return([cutover._column(origin, labels.get('column', at ~ '.column'), check.get('column'), relation)]) }}
{%- endmacro %}


{% macro _check_details(origin, at, check, kind, columns, labels) -%}
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
        {{ return({'failing': cutover._quoted(columns[0].name) ~ ' not in (' ~ literals | join(', ') ~ ')', 'label': 'is none of ' ~ cutover._shown(check.get('values'))}) }}
    {%- elif kind == 'relationship' -%}
        {%- set parent = cutover._relation(origin, at ~ '.to', check.get('to')) -%}
        {%- set field = cutover._column(origin, at ~ '.field', check.get('field'), parent) -%}
        {%- if cutover._comparison_family(field.type) != cutover._comparison_family(columns[0].type) -%}
            {%- do cutover._fail(origin, '`' ~ at ~ '` compares ' ~ columns[0].name ~ ' (' ~ columns[0].type ~ ') with ' ~ field.name ~ ' (' ~ field.type ~ ') of ' ~ parent.text ~ ': cast one of them in a view first.') -%}
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


{% macro _range_details(origin, at, check, column, labels) -%}
    {%- do cutover._require_bounds(origin, at, check, labels) -%}
    {%- set inclusive = check.get('inclusive', true) -%}
    {%- do cutover._require_boolean(origin, at ~ '.inclusive', inclusive) -%}
    {%- set name = cutover._quoted(column.name) -%}
    {%- set conditions = [] -%}
    {%- for key, inside, edge in [('min', '<', '<='), ('max', '>', '>=')] if check.get(key) is not none -%}
        {%- set bound = cutover._bound(origin, labels.get(key, at ~ '.' ~ key), check.get(key), column, ordered=true) -%}
        {%- do conditions.append(name ~ ' ' ~ (inside if inclusive else edge) ~ ' ' ~ bound) -%}
    {%- endfor -%}
    {{ return({'failing': conditions | join(' or '), 'label': 'is ' ~ cutover._outside(check) ~ ('' if inclusive else ' (bounds excluded)')}) }}
{%- endmacro %}


{% macro _require_bounds(origin, at, check, labels) -%}
    {%- set low = check.get('min') -%}
    {%- set high = check.get('max') -%}
    {%- if low is none and high is none -%}
        {%- do cutover._fail(origin, '`' ~ labels.get('min', at ~ '.min') ~ '` or `' ~ labels.get('max', at ~ '.max') ~ '` is required; got neither.') -%}
    {%- elif low is number and high is number and low > high -%}
        {%- do cutover._fail(origin, '`' ~ labels.get('min', at ~ '.min') ~ '` ' ~ low ~ ' is above `' ~ labels.get('max', at ~ '.max') ~ '` ' ~ high ~ '.') -%}
    {%- endif -%}
{%- endmacro %}


{#- The bounds in words: what a value outside them is. -#}
{% macro _outside(check) -%}
    {%- if check.get('min') is none -%}
        {{ return('above ' ~ check.get('max')) }}
    {%- elif check.get('max') is none -%}
        {{ return('below ' ~ check.get('min')) }}
    {%- endif -%}
    {{ return('outside ' ~ check.get('min') ~ ' .. ' ~ check.get('max')) }}
{%- endmacro %}


{#- Types that compare with each other as they are. -#}
{% macro _comparison_family(type) -%}
    {%- set family = cutover.dialect_type_facts(type).family -%}
    {{ return('number' if family in ('integer', 'decimal', 'float') else family) }}
{%- endmacro %}


{#- A value that a column is compared with, as a literal of the column's kind. `ordered` columns have a smaller and a larger. -#}
{% macro _bound(origin, argument, value, column, ordered=false) -%}
    {%- set family = cutover._comparison_family(column.type) -%}
    {%- set of_column = ' as the column ' ~ column.name ~ ' is ' ~ column.type -%}
    {%- if family == 'number' -%}
        {%- if value is not number or value is boolean -%}
            {%- do cutover._refuse(origin, argument, 'a number,' ~ of_column, value) -%}
        {%- endif -%}
        {{ return(cutover._literal(value)) }}
    {%- elif family in ('date', 'timestamp', 'timestamptz') -%}
        {%- set text = value.isoformat() if value is not string and value is not none and value.isoformat is defined else value -%}
        {%- if text is not string or not modules.re.match('^\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?$', text) -%}
            {%- do cutover._refuse(origin, argument, 'a date (2024-01-31) or a time (2024-01-31 12:00:00),' ~ of_column, value) -%}
        {%- endif -%}
        {{ return('cast(' ~ cutover._literal(text) ~ ' as ' ~ column.type ~ ')') }}
    {%- elif family == 'text' or (family == 'boolean' and not ordered) -%}
        {%- if (family == 'text' and value is not string) or (family == 'boolean' and value is not boolean) -%}
            {%- do cutover._refuse(origin, argument, 'a ' ~ ('text' if family == 'text' else 'boolean') ~ ',' ~ of_column, value) -%}
        {%- endif -%}
        {{ return(cutover._literal(value)) }}
    {%- endif -%}
    {%- do cutover._fail(origin, '`' ~ argument ~ '` cannot be compared with the column ' ~ column.name ~ ', which is ' ~ column.type ~ '.') -%}
{%- endmacro %}
