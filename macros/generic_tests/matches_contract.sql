{#-
    A relation against its contract: one row per difference and per rule that doesn't hold. Rules of severity warn make the test warn, everything else makes it
    fail.
-#}
{% test matches_contract(model, columns=none, allow_unexpected=false, check_order=false, check_data=true) %}
    {{ config(error_if="> 0 and count(case when status = 'fail' then 1 end) > 0", warn_if='> 0') }}
    {%- set known = ['model', 'columns', 'allow_unexpected', 'check_order', 'check_data'] -%}
    {%- do cutover._require_known_arguments('matches_contract', kwargs, varargs, known) -%}
    {%- do cutover._require_contract('matches_contract', columns, allow_unexpected, check_order, check_data) -%}
    {%- set relation, filter = cutover._tested('matches_contract', model) if execute else [model, none] -%}
    {{ cutover._broken_contract(relation, filter, columns, allow_unexpected, check_order, check_data) }}
{% endtest %}
