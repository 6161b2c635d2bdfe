{#- What `label_rows` adds to a row, and how it finds it. -#}

{% macro _label_names() -%}
    {{ return(['cutover_failed_checks', 'cutover_failed_reasons', 'cutover_warned_checks']) }}
{%- endmacro %}


{#- The same columns for a row of nothing, while parsing. -#}
{% macro _no_labels() -%}
    {%- set columns = [] -%}
    {%- for name in cutover._label_names() -%}
        {%- do columns.append('cast(null as ' ~ dbt.type_string() ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{% macro _column_list(columns, indent=8) -%}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append(cutover._quoted(column.name)) -%}
    {%- endfor -%}
    {{ return(names | join(',\n' ~ ' ' * indent)) }}
{%- endmacro %}


{#- The labels as text; `counted` adds how many rows there are and how many of them fail. -#}
{% macro _labels_query(relation, where, checks, counted) -%}
    {%- set errors = checks | selectattr('severity', 'equalto', 'error') | list -%}
    {%- set warnings = checks | selectattr('severity', 'equalto', 'warn') | list -%}
        select
            {{ cutover._column_list(relation.columns, 12) }},
            {{ cutover._failed_texts(errors, 'name', ', ') }} as cutover_failed_checks,
            {{ cutover._failed_texts(errors, 'reason', '; ') }} as cutover_failed_reasons,
            {{ cutover._failed_texts(warnings, 'name', ', ') }} as cutover_warned_checks
            {%- if counted %},
            count(*) over () as cutover_row_count,
            sum({{ 'case when ' ~ cutover._any_fails(errors) ~ ' then 1 else 0 end' if errors else '0' }}) over () as cutover_failed_count
            {%- endif %}

        from (
            {{ cutover._judged_query(relation, where, checks) }}
            {{ cutover.dialect_fence() }}
        ) as cutover_judged
{%- endmacro %}


{#- The names or the reasons of the checks that a row fails, in the order of the list; NULL where it fails none. -#}
{% macro _failed_texts(checks, what, separator) -%}
    {%- set texts = [] -%}
    {%- for check in checks -%}
        {%- set text = check.name if what == 'name' else cutover._reason(check) -%}
        {%- do texts.append('case when cutover_fails_' ~ check.number ~ ' = 1 then ' ~ cutover._literal(separator ~ text) ~ " else '' end") -%}
    {%- endfor -%}
    {%- if not texts -%}
        {{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}
    {%- endif -%}
    {{ return("nullif(substr(" ~ dbt.concat(texts) | trim ~ ', ' ~ (separator | length + 1) ~ "), '')") }}
{%- endmacro %}


{#- Why a row fails a check, in words. -#}
{% macro _reason(check) -%}
    {{ return((check.column ~ ' ' if check.column else '') ~ check.label) }}
{%- endmacro %}


{% macro _any_fails(checks) -%}
    {%- set conditions = [] -%}
    {%- for check in checks -%}
        {%- do conditions.append('cutover_fails_' ~ check.number ~ ' = 1') -%}
    {%- endfor -%}
    {{ return(conditions | join(' or ')) }}
{%- endmacro %}


{#-
    The relation's columns and cutover_fails_<number>, 1 where a row fails that check: the one place where its condition is evaluated. The relation has no
    alias, so that conditions of the user's own may name it.
-#}
{% macro _judged_query(relation, where, checks) -%}
            select
                {{ cutover._column_list(relation.columns, 16) }},
                {%- for check in checks %}
                {{ cutover._comment(check.name) }}
                case when {{ cutover._fails(check) }} then 1 else 0 end as cutover_fails_{{ check.number }}{{ ',' if not loop.last }}
                {%- endfor %}

            from {{ relation.relation }}
            {%- for check in checks if check.check == 'relationship' %}
            left join (
                {{ cutover._comparable_parents(relation, check) }}
            ) as cutover_parents_{{ check.number }}
                on cutover_parents_{{ check.number }}.cutover_parent_{{ check.number }} = {{ cutover._self_compared(check.columns[0]) }}
            {%- endfor %}
            {{ cutover._where([where]) }}
{%- endmacro %}


{#- A condition that is true where the row fails. Windows see the rows that the check looks at, as its pass would. -#}
{% macro _fails(check) -%}
    {%- set present = [] -%}
    {%- set compared = [] -%}
    {%- for column in check.columns -%}
        {%- do present.append(cutover._quoted(column.name) ~ ' is not null') -%}
        {%- do compared.append(cutover._self_compared(column)) -%}
    {%- endfor -%}
    {%- if check.check == 'unique' -%}
        {%- set looked_at = cutover._and([check.where] + present) -%}
        {%- set copies = 'count(case when ' ~ looked_at ~ ' then 1 end) over (partition by ' ~ compared | join(', ') ~ ')' -%}
        {{ return(looked_at ~ ' and ' ~ copies ~ ' > 1') }}
    {%- elif check.check == 'relationship' -%}
        {%- set parent = 'cutover_parents_' ~ check.number ~ '.cutover_parent_' ~ check.number -%}
        {{ return(cutover._and([check.where] + present + [parent ~ ' is null'])) }}
    {%- elif check.check == 'monotonic' -%}
        {%- set value, place = cutover._quoted(check.columns[0].name), cutover._quoted(check.sort_column.name) -%}
        {%- set looked_at = cutover._and([check.where] + present + [place ~ ' is not null']) -%}
        {%- set groups = ['case when ' ~ looked_at ~ ' then 1 else 0 end'] -%}
        {%- for column in check.groups -%}
            {%- do groups.append(cutover._self_compared(column)) -%}
        {%- endfor -%}
        {%- set before = 'lag(' ~ value ~ ') over (partition by ' ~ groups | join(', ') ~ ' order by ' ~ place ~ ', ' ~ value ~ check.order ~ ')' -%}
        {{ return(looked_at ~ ' and ' ~ value ~ ' ' ~ check.wrong ~ ' ' ~ before) }}
    {%- endif -%}
    {{ return(cutover._and([check.where, check.failing])) }}
{%- endmacro %}


{#-
    The parents' values, each once as the child's column compares them: in the type and the collation of both. Values that are two in the parent and one to the
    child would double its row.
-#}
{% macro _comparable_parents(relation, check) -%}
                select distinct cutover_value as cutover_parent_{{ check.number }}
                from (
                    select {{ cutover._self_compared(check.columns[0]) }} as cutover_value from {{ relation.relation }} where false
                    union all
                    select {{ cutover._self_compared(check.field) }} as cutover_value
                    from {{ check.to.relation }}
                    where {{ cutover._quoted(check.field.name) }} is not null
                ) as cutover_values
{%- endmacro %}


{#- Ends the query where too many rows fail; true for every row where they don't. -#}
{% macro _within_fraction(relation, fraction) -%}
    {%- set counts = [] -%}
    {%- for name in ('cutover_failed_count', 'cutover_row_count') -%}
        {%- do counts.append('cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {%- set message = dbt.concat([cutover._literal('cutover.label_rows: '), counts[0], "' of '", counts[1],
        cutover._literal(' rows of ' ~ relation.text ~ ' fail, more than max_quarantine_fraction ' ~ fraction ~ ' allows.')]) | trim -%}
    {{ return('case when cutover_failed_count * 1000000 > cutover_row_count * ' ~ cutover._millionths(fraction) ~ ' then '
        ~ cutover.dialect_raise(message) ~ ' else true end') }}
{%- endmacro %}
