{#- Checks that one look at each row can't decide: each is a pass of its own over the table. -#}

{% macro _pass_details(origin, at, check, kind, columns, relations) -%}
    {%- if kind == 'unique' -%}
        {{ return({'label': 'is there more than once'}) }}
    {%- elif kind == 'monotonic' -%}
        {%- set relation = relations.values() | first -%}
        {%- set falls = check.get('direction', 'increasing') == 'increasing' -%}
        {{ return({
            'label': 'is ' ~ ('not above' if check.get('strictly') else 'below') ~ ' the one before' if falls
                else 'is ' ~ ('not below' if check.get('strictly') else 'above') ~ ' the one before',
            'wrong': ('<=' if check.get('strictly') else '<') if falls else ('>=' if check.get('strictly') else '>'),
            'order': '' if falls else ' desc',
            'sort_column': cutover._column(origin, at ~ '.sort_column', check.get('sort_column'), relation),
            'groups': cutover._named_columns(origin, at ~ '.group_by', check.get('group_by') or [], relation),
        }) }}
    {%- endif -%}
    {%- set parent = relations[at ~ '.to'] -%}
    {%- set field = cutover._column(origin, at ~ '.field', check.get('field'), parent) -%}
    {%- if cutover._comparison_family(field.type) != cutover._comparison_family(columns[0].type) -%}
        {%- do cutover._fail(origin, '`' ~ at ~ '` compares ' ~ columns[0].name ~ ' (' ~ columns[0].type ~ ') with ' ~ field.name ~ ' (' ~ field.type
            ~ ') of ' ~ parent.text ~ ': cast one of them in a view first.') -%}
    {%- endif -%}
    {{ return({'to': parent, 'field': field, 'label': 'is not in ' ~ parent.text ~ '.' ~ field.name}) }}
{%- endmacro %}


{% macro _pass_query(relation, where, check) -%}
    {%- if check.check == 'unique' -%}
        {{ return(cutover._duplicates_query(relation, where, check)) }}
    {%- elif check.check == 'monotonic' -%}
        {{ return('select count(*) as failures_' ~ check.number ~ '\n    from ' ~ cutover._steps_query(relation, where, check) ~ '\n    where '
            ~ cutover._wrong_step(check)) }}
    {%- endif -%}
    {{ return(cutover._orphans_query(relation, where, check)) }}
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
    The rows with the value before theirs. Rows without a value, or without a place in the order, are left out; those that share a place stand in the order of
    their values, so that a tie never fails by chance.
-#}
{% macro _steps_query(relation, where, check) -%}
    {%- set value, place = cutover._quoted(check.columns[0].name), cutover._quoted(check.sort_column.name) -%}
    {%- set groups = [] -%}
    {%- for column in check.groups -%}
        {%- do groups.append(cutover._self_compared(column)) -%}
    {%- endfor -%}
(
        select
            cutover_rows.*,
            lag({{ value }}) over ({{ 'partition by ' ~ groups | join(', ') ~ ' ' if groups else '' }}order by {{ place }}, {{ value }}{{ check.order
                }}) as cutover_before
        from {{ relation.relation }} as cutover_rows
        {{ cutover._where([where, check.where, value ~ ' is not null', place ~ ' is not null']) }}
    ) as cutover_steps
{%- endmacro %}


{% macro _wrong_step(check) -%}
    {{ return(cutover._quoted(check.columns[0].name) ~ ' ' ~ check.wrong ~ ' cutover_before') }}
{%- endmacro %}
