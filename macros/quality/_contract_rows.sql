{#- Differences that the catalog told are rows of literals; the rules are counted by the test's own statement. -#}
{% macro _broken_contract(relation, filter, columns, allow_unexpected, check_order, check_data) -%}
    {%- set text = dbt.type_string() -%}
    {%- set names = ['status', 'kind', 'column_name', 'expected', 'found', 'message'] -%}
    {%- set selects = [] -%}
    {%- if execute -%}
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
