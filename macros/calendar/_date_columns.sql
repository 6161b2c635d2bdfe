{#- The columns of date_dimension: each a portable expression over a day. -#}

{% macro _weekdays() -%}
    {{ return(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) }}
{%- endmacro %}


{% macro _require_weekdays(origin, argument, days) -%}
    {%- do cutover._require_names(origin, argument, days, "['friday', 'saturday']") -%}
    {%- for day in days -%}
        {%- do cutover._require_one_of(origin, argument ~ '[' ~ loop.index0 ~ ']', day, cutover._weekdays()) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _months() -%}
    {{ return(['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']) }}
{%- endmacro %}


{#- Days from the first of the two to the second. -#}
{% macro _days_between(first, second) -%}
    {{ return('cast(' ~ dbt.datediff(first, second, 'day') | trim ~ ' as integer)') }}
{%- endmacro %}


{#- 1 is Monday, on every engine: the first day that a date can be is one. -#}
{% macro _weekday_number(day) -%}
    {{ return('mod(' ~ cutover._days_between("cast('0001-01-01' as date)", day) ~ ', 7) + 1') }}
{%- endmacro %}


{% macro _first_day(day, part) -%}
    {{ return('cast(' ~ dbt.date_trunc(part, day) | trim ~ ' as date)') }}
{%- endmacro %}


{% macro _moved(day, part, by) -%}
    {{ return('cast(' ~ dbt.dateadd(part, by, day) | trim ~ ' as date)') }}
{%- endmacro %}


{% macro _part(part, day) -%}
    {{ return('cast(extract(' ~ part ~ ' from ' ~ day ~ ') as integer)') }}
{%- endmacro %}


{#- The whole number of sevens, or of threes, in a number that isn't negative. -#}
{% macro _whole(dividend, divisor) -%}
    {{ return('cast(floor((' ~ dividend ~ ') / ' ~ divisor ~ '.0) as integer)') }}
{%- endmacro %}


{#- A name by a number from 1. -#}
{% macro _name_of(number, names, length=none) -%}
    {%- set cases = [] -%}
    {%- for name in names -%}
        {%- do cases.append('when ' ~ loop.index ~ " then '" ~ (name | capitalize)[:length] ~ "'") -%}
    {%- endfor -%}
    {{ return('case ' ~ number ~ ' ' ~ cases | join(' ') ~ ' end') }}
{%- endmacro %}


{% macro _date_columns(fiscal_year_start_month, fiscal_year_named_by, fiscal_shift, weekend) -%}
    {%- set month = cutover._part('month', 'date_day') -%}
    {%- set year = cutover._part('year', 'date_day') -%}
    {%- set period = cutover._part('month', 'fiscal_month') -%}
    {%- set fiscal_year_start = cutover._moved(cutover._first_day('fiscal_month', 'year'), 'month', -fiscal_shift) -%}
    {%- set week_start = cutover._moved('date_day', 'day', '1 - day_of_week') -%}
    {%- set days_off = [] -%}
    {%- for day in weekend -%}
        {%- do days_off.append(cutover._weekdays().index(day) + 1) -%}
    {%- endfor -%}
date_day,
{{ year }} * 10000 + {{ month }} * 100 + {{ cutover._part('day', 'date_day') }} as date_key,
{{ year }} as year,
{{ cutover._part('quarter', 'date_day') }} as quarter,
{{ month }} as month,
{{ cutover._name_of(month, cutover._months()) }} as month_name,
{{ cutover._name_of(month, cutover._months(), 3) }} as month_name_short,
{{ cutover._part('day', 'date_day') }} as day_of_month,
day_of_year,
day_of_week,
iso_day_of_week,
{{ cutover._name_of('iso_day_of_week', cutover._weekdays()) }} as day_name,
{{ cutover._name_of('iso_day_of_week', cutover._weekdays(), 3) }} as day_name_short,
{{ 'iso_day_of_week in (' ~ days_off | join(', ') ~ ')' if days_off else 'false' }} as is_weekend,
{{ cutover._whole('day_of_year - day_of_week + 13', 7) }} as week_of_year,
{{ week_start }} as week_start_date,
{{ cutover._moved(week_start, 'day', 6) }} as week_end_date,
{{ cutover._part('year', 'iso_thursday') }} as iso_year,
{{ cutover._whole(cutover._days_between(cutover._first_day('iso_thursday', 'year'), 'iso_thursday'), 7) }} + 1 as iso_week,
month_start_date,
{{ cutover._moved(cutover._moved('month_start_date', 'month', 1), 'day', -1) }} as month_end_date,
quarter_start_date,
{{ cutover._moved(cutover._moved('quarter_start_date', 'month', 3), 'day', -1) }} as quarter_end_date,
year_start_date,
{{ cutover._moved(cutover._moved('year_start_date', 'month', 12), 'day', -1) }} as year_end_date,
{{ cutover._part('year', 'fiscal_month') }}{{ ' - 1' if fiscal_year_named_by == 'start' and fiscal_shift else '' }} as fiscal_year,
{{ cutover._whole(period ~ ' - 1', 3) }} + 1 as fiscal_quarter,
{{ period }} as fiscal_period,
{{ fiscal_year_start }} as fiscal_year_start_date,
{{ cutover._moved(cutover._moved(fiscal_year_start, 'month', 12), 'day', -1) }} as fiscal_year_end_date
{%- endmacro %}


{#- What changes every day: a table with these is stale on the next. -#}
{% macro _relative_columns(today, week_start) -%}
    {%- set today_in_week = 'mod(' ~ cutover._weekday_number(today) ~ ' + ' ~ cutover._week_shift(week_start) ~ ', 7)' -%}
{{ cutover._days_between(today, 'date_day') }} as days_from_today,
date_day = {{ today }} as is_today,
{{ cutover._moved('date_day', 'day', '1 - day_of_week') }} = {{ cutover._moved(today, 'day', '-' ~ today_in_week) }} as is_current_week,
month_start_date = {{ cutover._first_day(today, 'month') }} as is_current_month,
quarter_start_date = {{ cutover._first_day(today, 'quarter') }} as is_current_quarter,
year_start_date = {{ cutover._first_day(today, 'year') }} as is_current_year
{%- endmacro %}


{#- What is added to Monday's 1 to Sunday's 7 so that, taken modulo 7, the week's first day is 0. -#}
{% macro _week_shift(week_start) -%}
    {{ return(6 - cutover._weekdays().index(week_start)) }}
{%- endmacro %}
