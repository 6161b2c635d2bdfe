{#- The versions that were valid at a moment. Runs no query while compiling; reads the relation once. -#}
{% macro scd2_as_of(relation, timestamp, effective_date=none, expiry_date=none, snapshot=false) -%}
    {%- do cutover._require_known_arguments('scd2_as_of', kwargs, varargs, ['relation', 'timestamp', 'effective_date', 'expiry_date', 'snapshot']) -%}
    {%- set effective, expiry = cutover._scd2_interval('scd2_as_of', snapshot, effective_date, expiry_date) -%}
    {%- set moment = cutover._scd2_moment('scd2_as_of', 'timestamp', timestamp) -%}
(
    select *

    from {{ relation }}
    where
        {{ effective }} <= {{ moment }}
        and ({{ expiry }} is null or {{ expiry }} > {{ moment }})
)
{%- endmacro %}
