{#- The faults of a history of versions: one row per version that has one. Reads the model once. -#}
{% test scd2_is_consistent(model, keys, effective_date=none, expiry_date=none, is_current=none, expiry_of_current=none, allow_gaps=false, snapshot=false) %}
    {%- do cutover._require_known_arguments('scd2_is_consistent', kwargs, varargs, ['model', 'keys', 'effective_date', 'expiry_date', 'is_current',
        'expiry_of_current', 'allow_gaps', 'snapshot']) -%}
    {%- do cutover._require_names('scd2_is_consistent', 'keys', keys, "['customer_id']", min=1) -%}
    {%- do cutover._require_boolean('scd2_is_consistent', 'allow_gaps', allow_gaps) -%}
    {%- set effective, expiry = cutover._scd2_interval('scd2_is_consistent', snapshot, effective_date, expiry_date) -%}
    {%- set flag = cutover._scd2_flag(is_current, snapshot) -%}
    {%- set last = cutover._scd2_moment('scd2_is_consistent', 'expiry_of_current', expiry_of_current) if expiry_of_current is not none else none -%}
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

        from {{ model }}

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
{% endtest %}


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
