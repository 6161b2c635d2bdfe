{#- One row per step from begin to end. Runs no query while compiling; reads what the expressions read, once. -#}
{% macro generate_date_spine(begin_date, end_date, granularity='day', end_inclusive=true, column=none) -%}
    {%- do cutover._require_known_arguments('generate_date_spine', kwargs, varargs, ['begin_date', 'end_date', 'granularity', 'end_inclusive', 'column']) -%}
    {%- set steps = cutover._spine_steps() -%}
    {%- do cutover._require_one_of('generate_date_spine', 'granularity', granularity, steps.keys() | list) -%}
    {%- do cutover._require_boolean('generate_date_spine', 'end_inclusive', end_inclusive) -%}
    {%- if column is not none -%}
        {%- do cutover._require_text('generate_date_spine', 'column', column, example='date_day') -%}
    {%- endif -%}
    {%- set part, every = steps[granularity] -%}
    {%- set begins = cutover._spine_bound('begin_date', begin_date, part) -%}
    {%- set ends = cutover._spine_bound('end_date', end_date, part) -%}
    {%- if begins.literal is not none and ends.literal is not none and begins.literal > ends.literal -%}
        {%- do cutover._fail('generate_date_spine', '`begin_date` ' ~ begins.literal ~ ' is after `end_date` ' ~ ends.literal ~ '.') -%}
    {%- endif -%}
    {%- set value = 'cast(' ~ dbt.dateadd(part, 'cutover_step', 'cutover_begin') | trim ~ ' as ' ~ cutover._spine_type(part) ~ ')' -%}
    {%- set bounds -%}
(
        select
            {{ begins.sql }} as cutover_begin,
            {{ ends.sql }} as cutover_end
    )
    {%- endset -%}
(
    select {{ value }} as {{ cutover.dialect_quoted(column) if column is not none else 'date_' ~ granularity }}

    from {{ cutover.dialect_steps(bounds, 'cutover_bounds', dbt.datediff('cutover_begin', 'cutover_end', part) | trim, every) }}

    where {{ value }} {{ '<=' if end_inclusive else '<' }} cutover_end
)
{%- endmacro %}


{#- Granularity to the part of a date that is counted, and how many of it make one step: not every engine has quarters. -#}
{% macro _spine_steps() -%}
    {{ return({'hour': ('hour', 1), 'day': ('day', 1), 'week': ('day', 7), 'month': ('month', 1), 'quarter': ('month', 3), 'year': ('month', 12)}) }}
{%- endmacro %}


{#- Hours are counted in timestamps without a zone, in which every day has 24 of them. -#}
{% macro _spine_type(part) -%}
    {{ return(dbt.type_timestamp() if part == 'hour' else 'date') }}
{%- endmacro %}


{#-
    A bound as SQL and, when it was given as a day or a moment, as text too: {sql, literal}. What looks like a date has to be one, on every engine; anything
    else is the user's SQL.
-#}
{% macro _spine_bound(argument, value, part, origin='generate_date_spine') -%}
    {%- set example = "'2024-01-01 06:00:00'" if part == 'hour' else "'2024-01-01'" -%}
    {%- if value is not string and value.isoformat is defined and value.year is defined -%}
        {%- set text = value.isoformat(' ') if value.hour is defined else value.isoformat() -%}
    {%- else -%}
        {%- do cutover._require_text(origin, argument, value, example=example) -%}
        {%- set text = value | trim -%}
    {%- endif -%}
    {%- set type = cutover._spine_type(part) -%}
    {%- if not modules.re.match('\\d+\\s*-\\s*\\d+\\s*-', text) -%}
        {%- do cutover._require_sql(origin, argument, text, example=example) -%}
        {{ return({'sql': 'cast((\n' ~ text ~ '\n) as ' ~ type ~ ')', 'literal': none}) }}
    {%- endif -%}
    {%- set found = modules.re.match('(\\d{4})-(\\d\\d)-(\\d\\d)(?:[ T]([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d))?)?$', text) -%}
    {%- if not found or not cutover._is_day(found.group(1) | int, found.group(2) | int, found.group(3) | int) or (found.group(4) and part != 'hour') -%}
        {%- set allowed = 'a day as YYYY-MM-DD' ~ (', with a time as HH:MM:SS if need be' if part == 'hour' else '') ~ ', or a SQL expression' -%}
        {%- do cutover._refuse(origin, argument, allowed, value, example=example) -%}
    {%- endif -%}
    {%- set time = ' ' ~ (found.group(4) or '00') ~ ':' ~ (found.group(5) or '00') ~ ':' ~ (found.group(6) or '00') -%}
    {%- set day = text[:10] ~ (time if part == 'hour' else '') -%}
    {{ return({'sql': "cast('" ~ day ~ "' as " ~ type ~ ')', 'literal': day}) }}
{%- endmacro %}
