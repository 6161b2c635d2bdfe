{#- The faults of a history of versions: one row per version that has one. Reads the model once. -#}
{% test scd2_is_consistent(model, keys, effective_date=none, expiry_date=none, is_current=none, expiry_of_current=none, allow_gaps=false, snapshot=false) %}
    {%- do cutover._require_known_arguments('scd2_is_consistent', kwargs, varargs, ['model', 'keys', 'effective_date', 'expiry_date', 'is_current',
        'expiry_of_current', 'allow_gaps', 'snapshot']) -%}
    {%- do cutover._require_names('scd2_is_consistent', 'keys', keys, "['customer_id']", min=1) -%}
    {%- do cutover._require_boolean('scd2_is_consistent', 'allow_gaps', allow_gaps) -%}
    {%- set effective, expiry = cutover._scd2_interval('scd2_is_consistent', snapshot, effective_date, expiry_date) -%}
    {%- set flag = cutover._scd2_flag(is_current, snapshot) -%}
    {%- set last = cutover._scd2_moment('scd2_is_consistent', 'expiry_of_current', expiry_of_current) if expiry_of_current is not none else none -%}
    {{ cutover._scd2_faults(model, keys, effective, expiry, flag, last, allow_gaps) }}
{% endtest %}
