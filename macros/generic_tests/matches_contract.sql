{#-
    A relation against its contract: one row per difference and per rule that doesn't hold. Rules of severity warn make the test warn, everything else makes it
    fail.
-#}
{% test matches_contract(model, columns=none, allow_unexpected=false, check_order=false, check_data=true) %}
    {{ config(error_if="> 0 and count(case when status = 'fail' then 1 end) > 0", warn_if='> 0') }}
    {%- set known = ['model', 'columns', 'allow_unexpected', 'check_order', 'check_data'] -%}
    {%- do cutover._require_known_arguments('matches_contract', kwargs, varargs, known) -%}
    {%- do cutover._require_contract('matches_contract', columns, allow_unexpected, check_order, check_data) -%}
    {{ cutover._broken_contract(model, columns, allow_unexpected, check_order, check_data) }}
{% endtest %}


{#- Differences that the catalog told are rows of literals; the rules are counted by the test's own statement. -#}
{% macro _broken_contract(model, columns, allow_unexpected, check_order, check_data) -%}
    {%- set text = dbt.type_string() -%}
    {%- set names = ['status', 'kind', 'column_name', 'expected', 'found', 'message'] -%}
    {%- set selects = [] -%}
    {%- if execute -%}
        {%- set relation, filter = cutover._tested('matches_contract', model) -%}
        {%- set report = cutover._contract_report('matches_contract', 'model', relation, columns, allow_unexpected, check_order, check_data) -%}
        {%- for item in report.drift if item.status == 'fail' -%}
            {%- set values = [] -%}
            {%- for value in [item.status, item.kind, item.column, item.expected, item.found, item.message] -%}
                {%- do values.append('cast(' ~ cutover._literal(value) ~ ' as ' ~ text ~ ') as ' ~ names[loop.index0]) -%}
            {%- endfor -%}
            {%- do selects.append('select ' ~ values | join(', ')) -%}
        {%- endfor -%}
        {%- if report.checks -%}
            {%- do selects.append('select status, check_type as kind, column_name, cast(null as ' ~ text ~ ') as expected, observed as found, message\nfrom (\n'
                ~ cutover._results_query(report.relation, filter, report.checks) ~ "\n) as results\nwhere status <> 'pass'") -%}
        {%- endif -%}
    {%- endif -%}
    {%- if not selects -%}
        {%- set nulls = [] -%}
        {%- for name in names -%}
            {%- do nulls.append('cast(null as ' ~ text ~ ') as ' ~ name) -%}
        {%- endfor -%}
        {%- do selects.append('select ' ~ nulls | join(', ') ~ '\nwhere 1 = 0') -%}
    {%- endif -%}
    {{ return(selects | join('\nunion all\n')) }}
{%- endmacro %}
