{#- Bounds as the list gives them: at least one, the lower not above the upper; whole numbers where they count something. -#}
{% macro _require_bounds(origin, at, check, labels, whole=false) -%}
    {%- set low, high = check.get('min'), check.get('max') -%}
    {%- set low_name, high_name = labels.get('min', at ~ '.min'), labels.get('max', at ~ '.max') -%}
    {%- if low is none and high is none -%}
        {%- do cutover._fail(origin, '`' ~ low_name ~ '` or `' ~ high_name ~ '` is required; got neither.') -%}
    {%- endif -%}
    {%- for name, value in [(low_name, low), (high_name, high)] if whole and value is not none -%}
        {%- do cutover._require_integer(origin, name, value, min=0) -%}
    {%- endfor -%}
    {%- if low is number and high is number and low > high -%}
        {%- do cutover._fail(origin, '`' ~ low_name ~ '` ' ~ low ~ ' is above `' ~ high_name ~ '` ' ~ high ~ '.') -%}
    {%- endif -%}
{%- endmacro %}


{#- What is outside the bounds, as a condition on an expression of a column's type; times in the wrong order are seen here, where they are known as times. -#}
{% macro _outside_bounds(origin, at, check, expression, column, labels) -%}
    {%- set inclusive = check.get('inclusive', true) -%}
    {%- set conditions = [] -%}
    {%- for key, inside, edge in [('min', '<', '<='), ('max', '>', '>=')] if check.get(key) is not none -%}
        {%- set bound = cutover._bound(origin, labels.get(key, at ~ '.' ~ key), check.get(key), column, ordered=true) -%}
        {%- do conditions.append(expression ~ ' ' ~ (inside if inclusive else edge) ~ ' ' ~ bound) -%}
    {%- endfor -%}
    {%- set low, high = check.get('min') | string, check.get('max') | string -%}
    {%- if conditions | length == 2 and cutover._comparison_family(column.type) in ('date', 'timestamp') and low > high -%}
        {%- do cutover._fail(origin, '`' ~ labels.get('min', at ~ '.min') ~ '` ' ~ low ~ ' is above `' ~ labels.get('max', at ~ '.max') ~ '` ' ~ high ~ '.') -%}
    {%- endif -%}
    {{ return(conditions | join(' or ')) }}
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
    {%- set facts = cutover.dialect_type_facts(type) -%}
    {{ return('number' if facts.family in ('integer', 'decimal', 'float') else (type if facts.family == 'other' else facts.family)) }}
{%- endmacro %}


{#- A value that a column is compared with, as a literal of the column's kind. `ordered` columns have a smaller and a larger. -#}
{% macro _bound(origin, argument, value, column, ordered=false) -%}
    {%- set family = cutover._comparison_family(column.type) -%}
    {%- set of_column = ', as the column ' ~ column.name ~ ' is ' ~ column.type -%}
    {%- if family == 'number' -%}
        {{ return(cutover._number_bound(origin, argument, value, column, of_column)) }}
    {%- elif family in ('date', 'timestamp', 'timestamptz') -%}
        {{ return('cast(' ~ cutover._literal(cutover._time_bound(origin, argument, value, family, of_column)) ~ ' as ' ~ column.type ~ ')') }}
    {%- elif family == 'text' or (family == 'boolean' and not ordered) -%}
        {%- if (family == 'text' and value is not string) or (family == 'boolean' and value is not boolean) -%}
            {%- do cutover._refuse(origin, argument, 'a ' ~ family ~ of_column, value) -%}
        {%- endif -%}
        {{ return(cutover._literal(value)) }}
    {%- endif -%}
    {%- do cutover._fail(origin, '`' ~ argument ~ '` cannot be compared with the column ' ~ column.name ~ ', which is ' ~ column.type ~ '.') -%}
{%- endmacro %}


{#- Against floats a bound is rounded as the values were: 0.1 as a real is more than 0.1. What a real can't hold is left as it is. -#}
{% macro _number_bound(origin, argument, value, column, of_column) -%}
    {%- set floats = cutover.dialect_type_facts(column.type).family == 'float' -%}
    {%- if value is not number or value is boolean or value != value or (not floats and value | string in ('inf', '-inf')) -%}
        {%- do cutover._refuse(origin, argument, 'a number' ~ of_column, value) -%}
    {%- endif -%}
    {%- set literal = cutover._literal(value) -%}
    {{ return('cast(' ~ literal ~ ' as ' ~ column.type ~ ')' if floats and value | abs < 3.4e38 else literal) }}
{%- endmacro %}


{#-
    The text of a date or a time that is in the calendar. An offset must be there exactly when the column keeps moments: what a missing one means differs by
    session.
-#}
{% macro _time_bound(origin, argument, value, family, of_column) -%}
    {%- set allowed = {
        'date': 'a date (2024-01-31)',
        'timestamp': 'a date (2024-01-31) or a time without an offset (2024-01-31 12:00:00)',
        'timestamptz': 'a time with its offset (2024-01-31 12:00:00+00:00)',
    } -%}
    {%- set clock = '[ T]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?' -%}
    {%- set rest = {'date': '', 'timestamp': '(' ~ clock ~ ')?', 'timestamptz': clock ~ '(Z|[+-](0\\d|1[0-4])(:?[0-5]\\d)?)'} -%}
    {%- set text = value.isoformat() if value is not string and value is not none and value.isoformat is defined else value -%}
    {%- set found = modules.re.match('([1-9]\\d{3})-(0[1-9]|1[0-2])-([0-3]\\d)' ~ rest[family] ~ '(?!\\n)$', text) if text is string else none -%}
    {%- if not found or not cutover._is_day(found.group(1) | int, found.group(2) | int, found.group(3) | int) -%}
        {%- do cutover._refuse(origin, argument, allowed[family] ~ of_column, value) -%}
    {%- endif -%}
    {{ return(text) }}
{%- endmacro %}
