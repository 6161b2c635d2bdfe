{#-
    The vocabulary: each kind of check with the keys that are its own, and what it judges - `rows`, one by one in the scan; `pass`, rows that are told by a
    pass of their own; `table`, the relation as a whole. `families` are the types of column that it takes, where not all.
-#}
{% macro _check_kinds() -%}
    {%- set ordered = ['integer', 'decimal', 'float', 'text', 'date', 'timestamp', 'timestamptz', 'time'] -%}
    {{ return({
        'not_null': {'judges': 'rows', 'own': ['column']},
        'not_empty_string': {'judges': 'rows', 'own': ['column'], 'families': ['text']},
        'unique': {'judges': 'pass', 'own': ['column', 'columns']},
        'in_range': {'judges': 'rows', 'own': ['column', 'min', 'max', 'inclusive']},
        'accepted_values': {'judges': 'rows', 'own': ['column', 'values']},
        'matches_regex': {'judges': 'rows', 'own': ['column', 'regex'], 'families': ['text']},
        'valid_email': {'judges': 'rows', 'own': ['column'], 'families': ['text']},
        'length_between': {'judges': 'rows', 'own': ['column', 'min', 'max'], 'families': ['text']},
        'expression': {'judges': 'rows', 'own': ['expression']},
        'relationship': {'judges': 'pass', 'own': ['column', 'to', 'field']},
        'monotonic': {'judges': 'pass', 'own': ['column', 'sort_column', 'direction', 'strictly', 'group_by'], 'families': ordered},
        'row_count': {'judges': 'table', 'own': ['min', 'max']},
        'null_fraction': {'judges': 'table', 'own': ['column', 'max']},
        'freshness': {'judges': 'table', 'own': ['column', 'within'], 'families': ['date', 'timestamp', 'timestamptz']},
        'distinct_count': {'judges': 'table', 'own': ['column', 'min', 'max']},
        'sum_between': {'judges': 'table', 'own': ['column', 'min', 'max'], 'families': ['integer', 'decimal', 'float']},
    }) }}
{%- endmacro %}


{#- All that can be said of a list of checks without a look at the catalog: what a test says while it is parsed. `list` is what errors call it. -#}
{% macro _require_checks(origin, checks, labels={}, list='checks') -%}
    {%- do cutover._require_list(origin, list, checks, '[{check: not_null, column: order_id}]', min=1) -%}
    {%- set names = [] -%}
    {%- for check in checks -%}
        {%- set at = list ~ '[' ~ loop.index0 ~ ']' -%}
        {%- do cutover._require_check(origin, at, check, labels) -%}
        {%- if check.get('name') is not none -%}
            {%- if check.get('name') in names -%}
                {%- do cutover._refuse(origin, at ~ '.name', 'a name that no other check of the list has', check.get('name')) -%}
            {%- endif -%}
            {%- do names.append(check.get('name')) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _require_check(origin, at, check, labels) -%}
    {%- set kinds = cutover._check_kinds() -%}
    {%- do cutover._require_mapping(origin, at, check, '{check: not_null, column: order_id}') -%}
    {%- set kind = check.get('check') -%}
    {%- do cutover._require_one_of(origin, at ~ '.check', kind, kinds.keys() | list) -%}
    {%- set own = kinds[kind].own -%}
    {%- set tolerance = [] if kinds[kind].judges == 'table' else ['mostly', 'max_failures'] -%}
    {%- set known = ['check'] + own + ['where', 'severity'] + tolerance + ['name', 'owner', 'description'] -%}
    {%- do cutover._require_keys(origin, at, check, known, '{check: ' ~ kind ~ ', ' ~ own[0] ~ ': ...}') -%}
    {%- do cutover._require_one_of(origin, at ~ '.severity', check.get('severity', 'error'), ['warn', 'error']) -%}
    {%- if check.get('where') is not none -%}
        {%- do cutover._require_sql(origin, labels.get('where', at ~ '.where'), check.get('where'), "status <> 'test'") -%}
    {%- endif -%}
    {%- for key in ['name', 'owner', 'description'] if check.get(key) is not none -%}
        {%- do cutover._require_text(origin, at ~ '.' ~ key, check.get(key)) -%}
    {%- endfor -%}
    {%- if check.get('mostly') is not none and check.get('max_failures') is not none -%}
        {%- do cutover._fail(origin, '`' ~ at ~ '` takes `mostly` or `max_failures`, not both.') -%}
    {%- elif check.get('mostly') is not none -%}
        {%- do cutover._require_share(origin, at ~ '.mostly', check.get('mostly')) -%}
    {%- elif check.get('max_failures') is not none -%}
        {%- do cutover._require_integer(origin, at ~ '.max_failures', check.get('max_failures'), min=0) -%}
    {%- endif -%}
    {%- do cutover._require_own_keys(origin, at, check, kind, labels) -%}
{%- endmacro %}


{#- What each kind needs. Whether columns are there, and bounds of their type, is looked at with the catalog. -#}
{% macro _require_own_keys(origin, at, check, kind, labels) -%}
    {%- if kind == 'unique' and check.get('columns') is not none -%}
        {%- if check.get('column') is not none -%}
            {%- do cutover._fail(origin, '`' ~ at ~ '` takes `column` or `columns`, not both.') -%}
        {%- endif -%}
        {%- do cutover._require_names(origin, labels.get('columns', at ~ '.columns'), check.get('columns'), '[order_id, line]', min=1) -%}
    {%- elif 'column' in cutover._check_kinds()[kind].own -%}
        {%- do cutover._require_text(origin, labels.get('column', at ~ '.column'), check.get('column')) -%}
    {%- endif -%}
    {%- if kind in ('in_range', 'length_between', 'row_count', 'distinct_count', 'sum_between') -%}
        {%- do cutover._require_boolean(origin, labels.get('inclusive', at ~ '.inclusive'), check.get('inclusive', true)) -%}
        {%- do cutover._require_bounds(origin, at, check, labels, whole=kind not in ('in_range', 'sum_between')) -%}
    {%- elif kind == 'accepted_values' -%}
        {%- do cutover._require_list(origin, labels.get('values', at ~ '.values'), check.get('values'), "['open', 'paid']", min=1) -%}
    {%- elif kind == 'matches_regex' -%}
        {%- do cutover._require_regex(origin, labels.get('regex', at ~ '.regex'), check.get('regex')) -%}
    {%- elif kind == 'expression' -%}
        {%- do cutover._require_sql(origin, labels.get('expression', at ~ '.expression'), check.get('expression'), 'amount >= 0') -%}
    {%- elif kind == 'relationship' -%}
        {%- do cutover._parse_relation(origin, labels.get('to', at ~ '.to'), check.get('to')) -%}
        {%- do cutover._require_text(origin, labels.get('field', at ~ '.field'), check.get('field')) -%}
    {%- elif kind == 'null_fraction' -%}
        {%- do cutover._require_share(origin, labels.get('max', at ~ '.max'), check.get('max')) -%}
    {%- elif kind == 'freshness' -%}
        {%- do cutover._period(origin, labels.get('within', at ~ '.within'), check.get('within')) -%}
    {%- elif kind == 'monotonic' -%}
        {%- do cutover._require_text(origin, labels.get('sort_column', at ~ '.sort_column'), check.get('sort_column')) -%}
        {%- set direction = check.get('direction', 'increasing') -%}
        {%- do cutover._require_one_of(origin, labels.get('direction', at ~ '.direction'), direction, ['increasing', 'decreasing']) -%}
        {%- do cutover._require_boolean(origin, labels.get('strictly', at ~ '.strictly'), check.get('strictly', false)) -%}
        {%- do cutover._require_names(origin, labels.get('group_by', at ~ '.group_by'), check.get('group_by', []), '[customer_id]') -%}
    {%- endif -%}
{%- endmacro %}


{#- A share of rows. It is compared in whole millionths: 0.07 of 100 rows are seven rows, which in floating point they are not. -#}
{% macro _require_share(origin, argument, value) -%}
    {%- set refused = value is not number or value is boolean or 'n' in value | string | lower -%}
    {%- if refused or value < 0 or value > 1 or (value * 1000000) | round(3) != (value * 1000000) | round -%}
        {%- do cutover._refuse(origin, argument, 'a share from 0 to 1 with at most six decimals', value, example='0.95') -%}
    {%- endif -%}
{%- endmacro %}


{% macro _millionths(share) -%}
    {{ return((share * 1000000) | round | int) }}
{%- endmacro %}
