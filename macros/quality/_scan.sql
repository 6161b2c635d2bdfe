{#-
    One statement for a whole list: every row check and aggregate from one scan of the table; each uniqueness adds a pass, each relationship a pass of both
    tables. Columns `failures_<number>` per check, `rows_<number>` for one with a filter of its own, `row_count` for the table.
-#}
{% macro _scan_query(relation, where, checks) -%}
select
    *

from (
    select
        count(*) as row_count
        {%- for check in checks if cutover._scan_columns(check) %},
        {{ cutover._comment(check.name) }}
        {{ cutover._scan_columns(check) }}
        {%- endfor %}

    from {{ relation.relation }}
    {{ cutover._where([where]) }}
) as scan
{%- for check in checks if check.check in ('unique', 'relationship') %}

cross join (
    {{ cutover._comment(check.name) }}
    {{ cutover._duplicates_query(relation, where, check) if check.check == 'unique' else cutover._orphans_query(relation, where, check) }}
) as pass_{{ check.number }}
{%- endfor %}
{%- endmacro %}


{% macro _scan_columns(check) -%}
    {%- set columns = [] -%}
    {%- if check.where is not none -%}
        {%- do columns.append('count(case when ' ~ cutover._and([check.where]) ~ ' then 1 end) as rows_' ~ check.number) -%}
    {%- endif -%}
    {%- if check.failing is not none -%}
        {%- do columns.append('count(case when ' ~ cutover._and([check.where, check.failing]) ~ ' then 1 end) as failures_' ~ check.number) -%}
    {%- endif -%}
    {%- if check.check == 'in_range' -%}
        {%- set name = cutover._quoted(check.columns[0].name) -%}
        {%- set seen = name if check.where is none else 'case when ' ~ cutover._and([check.where]) ~ ' then ' ~ name ~ ' end' -%}
        {%- do columns.append(cutover._exact_text('min(' ~ seen ~ ')') ~ ' as lowest_' ~ check.number) -%}
        {%- do columns.append(cutover._exact_text('max(' ~ seen ~ ')') ~ ' as highest_' ~ check.number) -%}
    {%- endif -%}
    {{ return(columns | join(',\n        ')) }}
{%- endmacro %}


{#- A column as it is compared with itself. Types that an engine can't compare (json, for one) are compared by their text. -#}
{% macro _self_compared(column) -%}
    {%- set facts = cutover.dialect_type_facts(column.type) -%}
    {%- set name = cutover._quoted(column.name) -%}
    {{ return(cutover.dialect_comparable(name, facts) if facts.family == 'other' else name) }}
{%- endmacro %}


{#- Every row whose values stand in another row too counts; a row with a NULL among them doesn't. -#}
{% macro _duplicates_query(relation, where, check) -%}
    select coalesce(sum(copies), 0) as failures_{{ check.number }}
    from (
        {{ cutover._duplicated_values(relation, where, check) }}
    ) as duplicated
{%- endmacro %}


{% macro _duplicated_values(relation, where, check) -%}
    {%- set present = [] -%}
    {%- set compared = [] -%}
    {%- for column in check.columns -%}
        {%- do present.append(cutover._quoted(column.name) ~ ' is not null') -%}
        {%- do compared.append(cutover._self_compared(column)) -%}
    {%- endfor -%}
        select
            {%- for expression in compared %}
            {{ expression }} as cutover_value_{{ loop.index }},
            {%- endfor %}
            count(*) as copies
        from {{ relation.relation }}
        {{ cutover._where([where, check.where] + present) }}
        group by {{ compared | join(', ') }}
        having count(*) > 1
{%- endmacro %}


{% macro _orphans_query(relation, where, check) -%}
    {%- set child = check.columns[0] -%}
    select count(*) as failures_{{ check.number }}
    from (
        select {{ cutover._self_compared(child) }} as cutover_reference
        from {{ relation.relation }}
        {{ cutover._where([where, check.where, cutover._quoted(child.name) ~ ' is not null']) }}
    ) as child
    left join (
        {{ cutover._parent_values(check) }}
    ) as parent on child.cutover_reference = parent.cutover_parent
    where parent.cutover_parent is null
{%- endmacro %}


{% macro _parent_values(check) -%}
        select distinct {{ cutover._self_compared(check.field) }} as cutover_parent
        from {{ check.to.relation }}
        where {{ cutover._quoted(check.field.name) }} is not null
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
    {%- endif -%}
    {{ return(check.failing) }}
{%- endmacro %}


{#- Up to `sample_size` rows that fail one check, every column as exact text. -#}
{% macro _failing_rows_query(relation, where, check, sample_size) -%}
select
    {%- for column in relation.columns %}
    {{ cutover._exact_text(cutover._quoted(column.name)) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}

from {{ relation.relation }}
{{ cutover._where([where, check.where, cutover._failing_condition(relation, where, check)]) }}
limit {{ sample_size }}
{%- endmacro %}
