{% macro date_dimension(begin_date, end_date, week_start='monday', fiscal_year_start_month=1, fiscal_year_named_by='end', weekend=['saturday', 'sunday'],
                        holidays=none, relative_to=none) -%}
    {%- do cutover._require_known_arguments('date_dimension', kwargs, varargs, ['begin_date', 'end_date', 'week_start', 'fiscal_year_start_month',
        'fiscal_year_named_by', 'weekend', 'holidays', 'relative_to']) -%}
    {%- do cutover._require_one_of('date_dimension', 'week_start', week_start, cutover._weekdays()) -%}
    {%- do cutover._require_integer('date_dimension', 'fiscal_year_start_month', fiscal_year_start_month, 1, 12) -%}
    {%- do cutover._require_one_of('date_dimension', 'fiscal_year_named_by', fiscal_year_named_by, ['start', 'end']) -%}
    {%- do cutover._require_weekdays('date_dimension', 'weekend', weekend) -%}
    {%- if relative_to is not none -%}
        {%- do cutover._require_sql('date_dimension', 'relative_to', relative_to, 'current_date') -%}
    {%- endif -%}
    {%- set days_off, fiscal_shift = cutover._holidays(holidays), (13 - fiscal_year_start_month) % 12 -%}
(
    with days as (

        select
            date_day,
            {{ cutover._weekday_number('date_day') }} as iso_day_of_week,
            {{ cutover._first_day('date_day', 'month') }} as month_start_date,
            {{ cutover._first_day('date_day', 'quarter') }} as quarter_start_date,
            {{ cutover._first_day('date_day', 'year') }} as year_start_date

        from {{ cutover.generate_date_spine(begin_date, end_date) }} as spine

    ),

    weeks as (

        select
            days.*,
            {{ cutover._moved('date_day', 'day', '4 - iso_day_of_week') }} as iso_thursday,
            mod(iso_day_of_week + {{ cutover._week_shift(week_start) }}, 7) + 1 as day_of_week,
            {{ cutover._days_between('year_start_date', 'date_day') }} + 1 as day_of_year,
            {{ cutover._moved('month_start_date', 'month', fiscal_shift) }} as fiscal_month

        from days

    )

    select
        {{ cutover._date_columns(fiscal_year_start_month, fiscal_year_named_by, fiscal_shift, weekend) | indent(8) }}
        {%- if days_off is not none %},
        cutover_holidays.day is not null as is_holiday,
        cutover_holidays.name as holiday_name
        {%- endif %}
        {%- if relative_to is not none %},
        {{ cutover._relative_columns('cutover_now.today', week_start) | indent(8) }}
        {%- endif %}

    from weeks
    {%- if days_off is not none %}
    left join {{ days_off }} as cutover_holidays on cutover_holidays.day = weeks.date_day
    {%- endif %}
    {%- if relative_to is not none %}
    cross join (select cast((
{{ relative_to }}
) as date) as today) as cutover_now
    {%- endif %}
)
{%- endmacro %}


{#-
    Holidays as a parenthesised select of `day` and `name`, each day once: from a list of days, a mapping of day to name, or a relation with a column of days
    and perhaps one of names. None where none are given.
-#}
{% macro _holidays(holidays) -%}
    {%- set example = "{'2024-12-25': 'Christmas'}, or {relation: ref('holidays'), date: day, name: title}" -%}
    {%- if holidays is none -%}
        {{ return(none) }}
    {%- elif holidays is mapping and 'relation' in holidays -%}
        {{ return(cutover._holidays_of(holidays, example)) }}
    {%- elif holidays is not mapping -%}
        {%- do cutover._require_list('date_dimension', 'holidays', holidays, example) -%}
    {%- endif -%}
    {%- set rows = [] -%}
    {%- set seen = [] -%}
    {%- for day in holidays -%}
        {%- set bound = cutover._spine_bound('holidays', day, 'day', 'date_dimension') -%}
        {%- if bound.literal is none or bound.literal in seen -%}
            {%- do cutover._refuse('date_dimension', 'holidays', 'days as YYYY-MM-DD, each once', day, example=example) -%}
        {%- endif -%}
        {%- do seen.append(bound.literal) -%}
        {%- do rows.append('select ' ~ bound.sql ~ ' as day, cast(' ~ cutover._literal(holidays[day] if holidays is mapping else none) ~ ' as '
            ~ dbt.type_string() ~ ') as name') -%}
    {%- endfor -%}
    {{ return('(' ~ (rows or ['select cast(null as date) as day, cast(null as ' ~ dbt.type_string() ~ ') as name']) | join(' union all ') ~ ')') }}
{%- endmacro %}


{#- A day that the relation holds twice has one row, with the first of its names. -#}
{% macro _holidays_of(holidays, example) -%}
    {%- do cutover._require_keys('date_dimension', 'holidays', holidays, ['relation', 'date', 'name'], example) -%}
    {%- do cutover._require_text('date_dimension', 'holidays.date', holidays['date'], 'day') -%}
    {%- set day = 'cast(' ~ cutover.dialect_quoted(holidays['date']) ~ ' as date)' -%}
    {%- set name = 'null' if holidays['name'] is not defined else 'min(' ~ cutover.dialect_quoted(holidays['name']) ~ ')' -%}
    {{ return('(select ' ~ day ~ ' as day, cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ') as name from ' ~ holidays['relation'] ~ ' group by ' ~ day ~ ')') }}
{%- endmacro %}
