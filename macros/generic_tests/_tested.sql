{#-
    What a generic test is asked to look at, as [relation, condition]. With `where` in its config dbt hands over a filtered subquery: its relation and its
    condition are taken from there.
-#}
{% macro _tested(origin, model) -%}
    {%- if model is not string -%}
        {{ return([model, none]) }}
    {%- endif -%}
    {%- set part = '(?:"(?:[^"]|"")+"|`[^`]+`|[^\\s."`()]+)' -%}
    {%- set found = modules.re.match('\\(\\s*select \\* from (' ~ part ~ '(?:\\.' ~ part ~ '){1,2}) where ([\\s\\S]+)\\) dbt_subquery\\s*$', model | trim) -%}
    {%- if not found -%}
        {%- do cutover._fail(origin, 'cannot tell which relation is tested from ' ~ cutover._shown(model)
            ~ ": a `get_where_subquery` of the project's own gave it. Write the condition as the test's `row_condition`.") -%}
    {%- endif -%}
    {{ return([found.group(1).replace('`', '"'), found.group(2)]) }}
{%- endmacro %}


{#- The rows that fail one check: all columns, so that `store_failures` keeps them. Of a table check: what was measured, when it is wrong. -#}
{% macro _failing_rows_of(origin, model, check, labels) -%}
    {%- do cutover._require_checks(origin, [check], labels) -%}
    {%- if not execute -%}
        {{ return('select * from ' ~ model ~ ' where false') }}
    {%- endif -%}
    {%- set tested = cutover._tested(origin, model) -%}
    {%- set relations = cutover._relations(origin, cutover._asked_relations('model', tested[0], [check])) -%}
    {%- set read = cutover._checks(origin, [check], relations, labels)[0] -%}
    {%- if read.judges == 'table' -%}
        {{ return('select observed, message from (\n' ~ cutover._results_query(relations.model, tested[1], [read]) ~ "\n) as results where status <> 'pass'") }}
    {%- endif -%}
    {{ return('select * from ' ~ relations.model.relation ~ '\n'
        ~ cutover._where([tested[1], read.where, cutover._failing_condition(relations.model, tested[1], read)])) }}
{%- endmacro %}
