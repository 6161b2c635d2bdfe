{#-
    One statement for a whole list: every row check and aggregate from one scan of the table; each uniqueness adds a pass, each relationship a pass of both
    tables. Columns `failures_<number>` and `observed_<number>` per check, `row_count` for the table.
-#}
{% macro _scan_query(relation, where, checks) -%}
    {%- set passes = checks | selectattr('check', 'in', ['unique', 'relationship']) | list -%}
select
    *

from (
    select
        count(*) as row_count
        {%- for check in checks if check.check not in ('unique', 'relationship') %},
        {{ cutover._comment(check.name) }}
        {{ cutover._scan_columns(check) }}
        {%- endfor %}

    from {{ relation.relation }}
    {{ cutover._where([where]) }}
) as scan
{%- for check in passes %}

cross join (
    {{ cutover._comment(check.name) }}
    {{ cutover._duplicates_query(relation, where, check) if check.check == 'unique' else cutover._orphans_query(relation, where, check) }}
) as pass_{{ check.number }}
{%- endfor %}
{%- endmacro %}


{% macro _scan_columns(check) -%}
    {%- if check.check == 'row_count' -%}
        {{ return('count(' ~ ('*' if check.where is none else 'case when (\n' ~ check.where ~ '\n) then 1 end') ~ ') as observed_' ~ check.number) }}
    {%- endif -%}
    {%- set failing = 'count(case when ' ~ cutover._and([check.where, check.failing]) ~ ' then 1 end) as failures_' ~ check.number -%}
    {%- if check.check != 'in_range' -%}
        {{ return(failing) }}
    {%- endif -%}
    {%- set name = cutover._quoted(check.columns[0].name) -%}
    {%- set seen = name if check.where is none else 'case when (\n' ~ check.where ~ '\n) then ' ~ name ~ ' end' -%}
    {{ return(failing
        ~ ',\n        ' ~ cutover._exact_text('min(' ~ seen ~ ')') ~ ' as lowest_' ~ check.number
        ~ ',\n        ' ~ cutover._exact_text('max(' ~ seen ~ ')') ~ ' as highest_' ~ check.number) }}
{%- endmacro %}


{#- Every row whose values stand in another row too counts; a row with a NULL among them doesn't. -#}
{% macro _duplicates_query(relation, where, check) -%}
    select coalesce(sum(copies), 0) as failures_{{ check.number }}
    from (
        {{ cutover._duplicated_values(relation, where, check) }}
    ) as duplicated
{%- endmacro %}


{% macro _duplicated_values(relation, where, check) -%}
    {%- set names = [] -%}
    {%- set present = [] -%}
    {%- for column in check.columns -%}
        {%- do names.append(cutover._quoted(column.name)) -%}
        {%- do present.append(cutover._quoted(column.name) ~ ' is not null') -%}
    {%- endfor -%}
        select {{ names | join(', ') }}, count(*) as copies
        from {{ relation.relation }}
        {{ cutover._where([where, check.where] + present) }}
        group by {{ names | join(', ') }}
        having count(*) > 1
{%- endmacro %}


{% macro _orphans_query(relation, where, check) -%}
    select count(*) as failures_{{ check.number }}
    from (
        select {{ cutover._quoted(check.columns[0].name) }} as reference
        from {{ relation.relation }}
        {{ cutover._where([where, check.where, cutover._quoted(check.columns[0].name) ~ ' is not null']) }}
    ) as child
    left join (
        {{ cutover._parent_values(check) }}
    ) as parent on child.reference = parent.reference
    where parent.reference is null
{%- endmacro %}


{% macro _parent_values(check) -%}
        select distinct {{ cutover._quoted(check.field.name) }} as reference
        from {{ check.to.relation }}
        where {{ cutover._quoted(check.field.name) }} is not null
{%- endmacro %}


{#- Up to `sample_size` rows that fail one check, every column as exact text. -#}
{% macro _failing_rows_query(relation, where, check, sample_size) -%}
    {%- set names = [] -%}
    {%- for column in check.columns -%}
        {%- do names.append(cutover._quoted(column.name)) -%}
    {%- endfor -%}
    {%- if check.check == 'unique' -%}
        {%- set failing = '(' ~ names | join(', ') ~ ') in (select ' ~ names | join(', ') ~ ' from (\n' ~ cutover._duplicated_values(relation, where, check) ~ '\n) as duplicated)' -%}
    {%- elif check.check == 'relationship' -%}
        {%- set failing = names[0] ~ ' is not null and ' ~ names[0] ~ ' not in (\n' ~ cutover._parent_values(check) ~ '\n)' -%}
    {%- else -%}
        {%- set failing = check.failing -%}
    {%- endif -%}
select
    {%- for column in relation.columns %}
    {{ cutover._exact_text(cutover._quoted(column.name)) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}

from {{ relation.relation }}
{{ cutover._where([where, check.where, failing]) }}
limit {{ sample_size }}
{%- endmacro %}
