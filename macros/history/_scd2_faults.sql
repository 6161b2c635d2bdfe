{#- The versions of a history that have a fault, with what it is. Each is compared with the one before it; the relation is read once. -#}
{% macro _scd2_faults(relation, keys, effective, expiry, flag, last, allow_gaps) -%}
    {%- set over = 'over (partition by ' ~ keys | join(', ') ~ ' order by case when ' ~ effective ~ ' is null then 0 else 1 end, ' ~ effective ~ ', '
        ~ expiry ~ ' nulls last)' -%}
    with versions as (

        select
            {{ keys | join(',\n            ') }},
            {{ effective }},
            {{ expiry }},
            {%- if flag is not none %}
            {{ flag }},
            {%- endif %}
            {{ expiry }} is null{{ ' or ' ~ expiry ~ ' = ' ~ last if last is not none }} as cutover_open,
            lag({{ effective }}) {{ over }} as cutover_previous_effective,
            lag({{ expiry }}) {{ over }} as cutover_previous_expiry,
            lead(1) {{ over }} is null as cutover_last

        from {{ relation }}

    ),

    faults as (

        select
            {{ keys | join(',\n            ') }},
            {{ cutover._scd2_fault(effective, expiry, flag, last is not none, allow_gaps) }} as cutover_fault,
            {{ effective }},
            {{ expiry }},
            {%- if flag is not none %}
            {{ flag }},
            {%- endif %}
            cutover_previous_effective,
            cutover_previous_expiry

        from versions

    )

    select *

    from faults
    where cutover_fault is not null
{%- endmacro %}


{#- The column that says which version is the current one; none where there is none, as in a snapshot. -#}
{% macro _scd2_flag(is_current, snapshot) -%}
    {%- if is_current is none -%}
        {{ return(none if snapshot else 'is_current') }}
    {%- elif is_current is boolean and not is_current -%}
        {{ return(none) }}
    {%- elif is_current is not string or is_current | trim == '' -%}
        {%- do cutover._refuse('scd2_is_consistent', 'is_current', 'a column, or false where there is none', is_current, example='is_current') -%}
    {%- endif -%}
    {{ return(is_current) }}
{%- endmacro %}


{#- A version's first fault. Each is compared with the one before it in the order of their starts; one without a start has no place in it. -#}
{% macro _scd2_fault(effective, expiry, flag, has_last, allow_gaps) -%}
case
                when {{ effective }} is null then 'null_start'
                when {{ effective }} >= {{ expiry }} then 'empty_interval'
                when {{ effective }} = cutover_previous_effective then 'duplicate_start'
                when cutover_previous_effective is not null and (cutover_previous_expiry is null or cutover_previous_expiry > {{ effective }}) then 'overlap'
                {%- if not allow_gaps %}
                when cutover_previous_effective is not null and cutover_previous_expiry < {{ effective }} then 'gap'
                {%- endif %}
                {%- if has_last %}
                when {{ expiry }} is null then 'null_end'
                {%- endif %}
                {%- if flag is not none %}
                when {{ flag }} is distinct from cutover_open then 'wrong_flag'
                {%- endif %}
                {%- if not allow_gaps %}
                when cutover_last and not cutover_open then 'no_current'
                {%- endif %}
            end
{%- endmacro %}
