{#- The gaps in a column's values, a row each: between which two values, and how many steps are missing. Runs no query while compiling; one scan. -#}
{% macro gaps(relation, column, granularity='day', group_by_columns=[]) -%}
    {%- do cutover._require_known_arguments('gaps', kwargs, varargs, ['relation', 'column', 'granularity', 'group_by_columns']) -%}
    {%- do cutover._require_text('gaps', 'column', column, 'order_date') -%}
    {%- set steps = cutover._spine_steps() -%}
    {%- do cutover._require_one_of('gaps', 'granularity', granularity, steps.keys() | list + ['integer']) -%}
    {%- do cutover._require_names('gaps', 'group_by_columns', group_by_columns, "['customer_id']") -%}
    {%- set groups = group_by_columns | map('trim') | list -%}
    {%- set grouped = (groups | join(',\n            ') ~ ',\n            ') if groups else '' -%}
    {%- if granularity == 'integer' -%}
        {%- set value, distance = column, 'cutover_next - cutover_previous' -%}
    {%- else -%}
        {%- set part, every = steps[granularity] -%}
        {%- set value = 'cast(' ~ dbt.date_trunc(granularity, column) | trim ~ ' as ' ~ cutover._spine_type(part) ~ ')' -%}
        {%- set distance = 'cast(' ~ dbt.datediff('cutover_previous', 'cutover_next', part) | trim ~ ' as integer)' -%}
        {%- set distance = distance if every == 1 else cutover._whole(distance, every) -%}
    {%- endif -%}
(
    with steps as (

        select distinct
            {{ grouped }}{{ value }} as cutover_previous

        from {{ relation }}
        where {{ column }} is not null

    ),

    pairs as (

        select
            {{ grouped }}cutover_previous,
            lead(cutover_previous) over ({{ 'partition by ' ~ groups | join(', ') ~ ' ' if groups else '' }}order by cutover_previous) as cutover_next

        from steps

    )

    select
        {{ grouped }}cutover_previous,
        cutover_next,
        {{ distance }} - 1 as cutover_missing

    from pairs
    where {{ distance }} > 1
)
{%- endmacro %}
