{#-
    A row per check, from one statement: every row check and aggregate from one scan of the table; each uniqueness and each monotonic a pass more, each
    relationship a pass of both tables. Columns check_number, check_name, check_type, column_name, severity, status (pass, warn, fail), row_count (what it
    looked at), failures, observed, message, and relation_rows. Values of the columns in `hidden` aren't shown.
-#}
{% macro _results_query(relation, where, checks, hidden=[]) -%}
select
    asked.check_number,
    asked.check_name,
    asked.check_type,
    asked.column_name,
    asked.severity,
    case
        when counts.failures <= asked.max_failures then 'pass'
        when (counts.row_count - counts.failures) * 1000000 >= asked.required * counts.row_count and counts.row_count > 0 then 'pass'
        when asked.severity = 'error' then 'fail'
        else 'warn'
    end as status,
    counts.row_count,
    counts.failures,
    counts.observed,
    {{ cutover._message() }} as message,
    counts.relation_rows

from (
    select
        numbers.check_number,
        scan.row_count as relation_rows,
        {{ cutover._per_check(checks, 'rows') }} as row_count,
        {{ cutover._per_check(checks, 'failures') }} as failures,
        {{ cutover._per_check(checks, 'observed') }} as observed

    from (
        {{ cutover._scan_query(relation, where, checks, hidden) }}
    ) as scan
    cross join (
        {%- for check in checks %}
        select {{ check.number }} as check_number{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as numbers
) as counts
inner join (
    {{ cutover._asked_query(checks) }}
) as asked on counts.check_number = asked.check_number
{%- endmacro %}


{#- What was asked, a row per check: what the message needs is there as text, before and after the numbers. -#}
{% macro _asked_query(checks) -%}
    {%- for check in checks %}
    {%- set text = dbt.type_string() %}
    {%- set table = check.judges == 'table' %}
select
    {{ check.number }} as check_number,
    cast({{ cutover._literal(check.name) }} as {{ text }}) as check_name,
    cast({{ cutover._literal(check.check) }} as {{ text }}) as check_type,
    cast({{ cutover._literal(check.column) }} as {{ text }}) as column_name,
    cast({{ cutover._literal(check.severity) }} as {{ text }}) as severity,
    {{ check.required }} as required,
    {{ check.max_failures }} as max_failures,
    {{ 1 if table else 0 }} as of_table,
    cast({{ cutover._literal(check.unit if table else (check.column ~ ' ' if check.column else '') ~ check.label) }} as {{ text }}) as what,
    cast({{ cutover._literal(check.label if table else none) }} as {{ text }}) as limit_text
    {{- '\nunion all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Of a table check: what was measured, and whether it is outside. Of the others: how many rows, of how many, fail in which way, and what a range saw. -#}
{% macro _message() -%}
    {%- set counted = [] -%}
    {%- for count in ('counts.failures', 'counts.row_count') -%}
        {%- do counted.append('cast(cast(' ~ count ~ ' as ' ~ dbt.type_bigint() ~ ') as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {%- set seen = dbt.concat(["'; seen '", 'counts.observed']) | trim -%}
    {%- set outside = "case when counts.failures > 0 then ', ' else ', not ' end" -%}
    {{- return('case\n        when asked.of_table = 1 then ' ~ dbt.concat(['counts.observed', "' '", 'asked.what', outside, 'asked.limit_text']) | trim
        ~ '\n        else ' ~ dbt.concat([counted[0], "' of '", counted[1], "' rows: '", 'asked.what', 'coalesce(' ~ seen ~ ", '')"]) | trim ~ '\n    end') -}}
{%- endmacro %}


{#- One number of each check, from the scan's one row. -#}
{% macro _per_check(checks, what) -%}
    {%- set cases = [] -%}
    {%- for check in checks -%}
        {%- if what == 'failures' or (what == 'rows' and check.where is not none) or (what == 'observed' and cutover._is_observed(check)) -%}
            {%- do cases.append('when ' ~ check.number ~ ' then scan.' ~ what ~ '_' ~ check.number) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set other = {'rows': 'scan.row_count', 'failures': '0', 'observed': 'cast(null as ' ~ dbt.type_string() ~ ')'}[what] -%}
    {{ return('case numbers.check_number ' ~ cases | join(' ') ~ ' else ' ~ other ~ ' end' if cases else other) }}
{%- endmacro %}


{% macro _is_observed(check) -%}
    {{ return(check.judges == 'table' or check.check == 'in_range') }}
{%- endmacro %}


{#- One row: row_count of the table; per check failures_<number>, rows_<number> for one with a filter of its own, observed_<number> for what it saw. -#}
{% macro _scan_query(relation, where, checks, hidden) -%}
select
    *

from (
    select
        count(*) as row_count
        {%- for check in checks if check.judges != 'pass' or check.where is not none %},
        {{ cutover._comment(check.name) }}
        {{ cutover._scan_columns(check, hidden) }}
        {%- endfor %}

    from {{ relation.relation }}
    {{ cutover._where([where]) }}
) as scan
{%- for check in checks if check.judges == 'pass' %}

cross join (
    {{ cutover._comment(check.name) }}
    {{ cutover._pass_query(relation, where, check) }}
) as pass_{{ check.number }}
{%- endfor %}
{%- endmacro %}


{% macro _scan_columns(check, hidden) -%}
    {%- set columns = [] -%}
    {%- if check.where is not none -%}
        {%- do columns.append(cutover.dialect_count_where(cutover._and([check.where])) ~ ' as rows_' ~ check.number) -%}
    {%- endif -%}
    {%- if check.judges == 'rows' -%}
        {%- do columns.append(cutover.dialect_count_where(cutover._and([check.where, check.failing])) ~ ' as failures_' ~ check.number) -%}
    {%- elif check.judges == 'table' -%}
        {%- do columns.append('case when ' ~ check.outside ~ ' then 1 else 0 end as failures_' ~ check.number) -%}
    {%- endif -%}
    {%- if cutover._is_observed(check) -%}
        {%- set shown = cutover._seen_range(check) if check.check == 'in_range' else 'cast(' ~ check.measure ~ ' as ' ~ dbt.type_string() ~ ')' -%}
        {%- if check.column in hidden and check.check not in ('null_fraction', 'distinct_count') -%}
            {%- set shown = 'case when ' ~ shown ~ " is not null then '[redacted]' end" -%}
        {%- endif -%}
        {%- do columns.append('coalesce(' ~ shown ~ ", 'no value') as observed_" ~ check.number) -%}
    {%- endif -%}
    {{ return(columns | join(',\n        ')) }}
{%- endmacro %}


{#- The smallest and the largest value that a range check saw. -#}
{% macro _seen_range(check) -%}
    {%- set name = cutover._quoted(check.columns[0].name) -%}
    {%- set seen = name if check.where is none else 'case when ' ~ cutover._and([check.where]) ~ ' then ' ~ name ~ ' end' -%}
    {%- set ends = [] -%}
    {%- for end in ('min', 'max') -%}
        {%- do ends.append('cast(' ~ end ~ '(' ~ seen ~ ') as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {{- return(dbt.concat([ends[0], "' .. '", ends[1]]) | trim) -}}
{%- endmacro %}


{#-
    Which rows are behind a failure, as a condition. `not exists`, for some engines run a large `not in` row by row; inside it the user's column must not meet
    a name of ours, neither a column's nor an alias's.
-#}
{% macro _failing_condition(relation, where, check) -%}
    {%- if check.check == 'unique' -%}
        {%- set compared = [] -%}
        {%- set values = [] -%}
        {%- for column in check.columns -%}
            {%- do compared.append(cutover._self_compared(column)) -%}
            {%- do values.append('cutover_value_' ~ loop.index) -%}
        {%- endfor -%}
        {{ return('(' ~ compared | join(', ') ~ ') in (select ' ~ values | join(', ') ~ ' from (\n' ~ cutover._duplicated_values(relation, where, check)
            ~ '\n) as duplicated)') }}
    {%- elif check.check == 'relationship' -%}
        {{ return(cutover._quoted(check.columns[0].name) ~ ' is not null and not exists (select 1 from (\n' ~ cutover._parent_values(check)
            ~ '\n) as cutover_parents where cutover_parents.cutover_parent = ' ~ cutover._self_compared(check.columns[0]) ~ ')') }}
    {%- elif check.check == 'monotonic' -%}
        {{ return(cutover._wrong_step(check)) }}
    {%- endif -%}
    {{ return(check.failing) }}
{%- endmacro %}


{#- Up to `sample_size` rows that fail one check, every column as exact text. -#}
{% macro _failing_rows_query(relation, where, check, sample_size) -%}
select
    {%- for column in relation.columns %}
    {{ cutover._exact_text(cutover._quoted(column.name)) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}

from {{ cutover._steps_query(relation, where, check) if check.check == 'monotonic' else relation.relation }}
{{ cutover._where([where, check.where, cutover._failing_condition(relation, where, check)]) }}
limit {{ sample_size }}
{%- endmacro %}
