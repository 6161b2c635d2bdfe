{#-
    A whole list of checks as one test: one row per check that doesn't pass, from one scan. A check of severity warn makes the test warn, one of severity error
    makes it fail.
-#}
{% test passes_checks(model, checks, row_condition=none) %}
    {{ config(error_if="> 0 and count(case when status = 'fail' then 1 end) > 0", warn_if='> 0') }}
    {%- do cutover._require_known_arguments('passes_checks', kwargs, varargs, ['model', 'checks', 'row_condition']) -%}
    {%- do cutover._require_checks('passes_checks', checks) -%}
    {%- if row_condition is not none -%}
        {%- do cutover._require_sql('passes_checks', 'row_condition', row_condition, "status <> 'test'") -%}
    {%- endif -%}
    {%- set relation, filter = cutover._tested('passes_checks', model) if execute else [model, none] -%}
    {%- set where = cutover._and([filter, row_condition]) or none -%}
    select *
    from {{ cutover._results_of('passes_checks', 'model', relation, checks, where) }} as results
    where status <> 'pass'
{% endtest %}
