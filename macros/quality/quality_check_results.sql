{#- A row per check with its status, as a parenthesised select: one scan, as `run_quality_checks` does it. Looks the columns up while compiling. -#}
{% macro quality_check_results(relation, checks, where=none) -%}
    {%- do cutover._require_known_arguments('quality_check_results', kwargs, varargs, ['relation', 'checks', 'where']) -%}
    {%- do cutover._require_checks('quality_check_results', checks) -%}
    {%- if where is not none -%}
        {%- do cutover._require_sql('quality_check_results', 'where', where, "status <> 'test'") -%}
    {%- endif -%}
    {%- do cutover._parse_relation('quality_check_results', 'relation', relation) -%}
    {{- cutover._results_of('quality_check_results', 'relation', relation, checks, where) -}}
{%- endmacro %}


{#- Without a catalog, while parsing: the same columns and no row. -#}
{% macro _results_of(origin, argument, relation, checks, where) -%}
    {%- if not execute -%}
        {%- set columns = [] -%}
        {%- for name in ['check_number', 'check_name', 'check_type', 'column_name', 'severity', 'status', 'row_count', 'failures', 'observed', 'message'] -%}
            {%- set type = dbt.type_bigint() if name in ('check_number', 'row_count', 'failures') else dbt.type_string() -%}
            {%- do columns.append('cast(null as ' ~ type ~ ') as ' ~ name) -%}
        {%- endfor -%}
        {{ return('(\n    select ' ~ columns | join(', ') ~ '\n    where false\n)') }}
    {%- endif -%}
    {%- set relations = cutover._relations(origin, cutover._asked_relations(argument, relation, checks)) -%}
    {%- set read = cutover._checks(origin, checks, relations) -%}
(
    select
        check_number,
        check_name,
        check_type,
        column_name,
        severity,
        status,
        cast(row_count as {{ dbt.type_bigint() }}) as row_count,
        cast(failures as {{ dbt.type_bigint() }}) as failures,
        observed,
        message

    from (
{{ cutover._results_query(relations[argument], where, read) }}
    ) as results
)
{%- endmacro %}
