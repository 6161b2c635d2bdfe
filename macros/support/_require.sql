{#- Argument checks. Each refuses in the one wording of `_refuse` and returns nothing; none of them runs SQL. -#}

{% macro _require_one_of(origin, argument, value, allowed) -%}
    {%- if value is not string or value not in allowed -%}
        {%- do cutover._refuse(origin, argument, 'one of ' ~ allowed | join(', '), value, candidates=allowed) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_text(origin, argument, value, example=none) -%}
    {%- if value is not string or value | trim == '' -%}
        {%- do cutover._refuse(origin, argument, 'a text that is not empty', value, example=example) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_boolean(origin, argument, value) -%}
    {%- if value is not boolean -%}
        {%- do cutover._refuse(origin, argument, 'true or false', value) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_integer(origin, argument, value, min, max=none) -%}
    {%- set allowed = 'a whole number of at least ' ~ min if max is none else 'a whole number from ' ~ min ~ ' to ' ~ max -%}
    {%- if value is not integer or value is boolean or value < min or (max is not none and value > max) -%}
        {%- do cutover._refuse(origin, argument, allowed, value) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_number(origin, argument, value, min=none) -%}
    {%- set allowed = 'a number' if min is none else 'a number of at least ' ~ min -%}
    {#- Python compares a NaN with nothing, and a decimal's signalling NaN not even with itself: told by its text. -#}
    {%- if value is not number or value is boolean or 'nan' in value | string | lower or (min is not none and value < min) -%}
        {%- do cutover._refuse(origin, argument, allowed, value) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_mapping(origin, argument, value, example) -%}
    {%- if value is not mapping -%}
        {%- do cutover._refuse(origin, argument, 'a mapping', value, example=example) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _require_list(origin, argument, value, example, min=0) -%}
    {%- set allowed = 'a list' if min == 0 else 'a list with at least one item' -%}
    {%- if value is undefined or value is string or value is mapping or value is not sequence or value | length < min -%}
        {%- do cutover._refuse(origin, argument, allowed, value, example=example) -%}
    {%- endif -%}
{%- endmacro %}


{#- A list of names, none of them twice. -#}
{% macro _require_names(origin, argument, value, example, min=0) -%}
    {%- do cutover._require_list(origin, argument, value, example, min) -%}
    {%- set seen = [] -%}
    {%- for name in value -%}
        {%- do cutover._require_text(origin, argument ~ '[' ~ loop.index0 ~ ']', name, example) -%}
        {%- if name in seen -%}
            {%- do cutover._refuse(origin, argument, 'a list that names each once', value) -%}
        {%- endif -%}
        {%- do seen.append(name) -%}
    {%- endfor -%}
{%- endmacro %}


{#- The name of a column, where no catalog is asked and no expression is taken. -#}
{% macro _require_column_name(origin, argument, name, example) -%}
    {%- do cutover._require_text(origin, argument, name, example) -%}
    {%- if not modules.re.match('\\s*(?:[^\\W\\d][\\w$]*|"(?:[^"]|"")+"|`[^`]+`)\\s*$', name) -%}
        {%- do cutover._refuse(origin, argument, 'the name of one column, in quotes where SQL wants them', name, example=example) -%}
    {%- endif -%}
{%- endmacro %}


{#- A mapping whose keys are all known. -#}
{% macro _require_keys(origin, argument, value, known, example) -%}
    {%- do cutover._require_mapping(origin, argument, value, example) -%}
    {%- for key in value -%}
        {%- if key not in known -%}
            {%- do cutover._refuse(origin, argument, 'a mapping with the keys ' ~ known | join(', '), key, candidates=known, example=example) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- What a macro caught in Jinja's `kwargs` and `varargs`: arguments that it doesn't have. -#}
{% macro _require_known_arguments(origin, unknown, extra, known) -%}
    {%- for name in unknown -%}
        {%- do cutover._fail(origin, 'unknown argument ' ~ cutover._shown(name) ~ '.' ~ cutover._hint(name, known) ~ ' Known: ' ~ known | join(', ') ~ '.') -%}
    {%- endfor -%}
    {%- if extra -%}
        {%- do cutover._fail(origin, 'takes at most ' ~ known | length ~ ' arguments (' ~ known | join(', ') ~ '); got ' ~ extra | length ~ ' more: '
            ~ cutover._shown(extra | list) ~ '.') -%}
    {%- endif -%}
{%- endmacro %}


{% macro _is_day(year, month, day) -%}
    {%- set leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {{ return(1 <= month <= 12 and 1 <= day <= days[month - 1]) }}
{%- endmacro %}
