{#- What the macros over histories share. -#}

{#- The names of a version's first moment and of the one after its last: scd2's own, or those that dbt gives to a snapshot. -#}
{% macro _scd2_interval(origin, snapshot, effective_date, expiry_date) -%}
    {%- do cutover._require_boolean(origin, 'snapshot', snapshot) -%}
    {%- set names = [effective_date, expiry_date] -%}
    {%- set usual = ['dbt_valid_from', 'dbt_valid_to'] if snapshot else ['effective_date', 'expiry_date'] -%}
    {%- for argument in ['effective_date', 'expiry_date'] -%}
        {%- if names[loop.index0] is not none -%}
            {%- do cutover._require_text(origin, argument, names[loop.index0], usual[loop.index0]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return([effective_date or usual[0], expiry_date or usual[1]]) }}
{%- endmacro %}


{#- A day or a moment as SQL. What looks like one has to be one, on every engine; anything else is the user's SQL. -#}
{% macro _scd2_moment(origin, argument, value) -%}
    {%- if value is not string and value is not none and value.isoformat is defined and value.year is defined -%}
        {{ return(cutover._literal(value)) }}
    {%- endif -%}
    {%- do cutover._require_text(origin, argument, value, example="'2024-12-31'") -%}
    {%- set text = value | trim -%}
    {%- if not modules.re.match('\\d+\\s*-\\s*\\d+\\s*-', text) -%}
        {%- do cutover._require_sql(origin, argument, text, example="'2024-12-31'") -%}
        {{ return(cutover._scd2_expression(text)) }}
    {%- endif -%}
    {%- set time = '[ T]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?' -%}
    {%- set found = modules.re.match('(\\d{4})-(0[1-9]|1[0-2])-(\\d\\d)(' ~ time ~ ')?$', text) -%}
    {%- if not found or not cutover._is_day(found.group(1) | int, found.group(2) | int, found.group(3) | int) -%}
        {%- do cutover._refuse(origin, argument, 'a day as YYYY-MM-DD, with a time as HH:MM:SS if need be, or a SQL expression', value,
            example="'2024-12-31'") -%}
    {%- endif -%}
    {{ return("cast('" ~ text.replace('T', ' ') ~ "' as " ~ (dbt.type_timestamp() if found.group(4) else 'date') ~ ')') }}
{%- endmacro %}


{#- A user's expression, where ours goes on after it: on lines of its own it may end in a comment. -#}
{% macro _scd2_expression(text) -%}
    {%- set name = '([A-Za-z_]\\w*|"([^"]|"")+")' -%}
    {{ return(text | trim if modules.re.match('\\s*(' ~ name ~ '\\.)?' ~ name ~ '\\s*$', text) else cutover._and([text])) }}
{%- endmacro %}
