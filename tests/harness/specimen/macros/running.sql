{#- Macros that send statements. -#}

{% macro counts(relation) -%}
    {%- do log('counting ' ~ relation.identifier) -%}
    {{ return(run_query('select count(*) as n from ' ~ relation).rows[0]['n'] | int) }}
{%- endmacro %}


{% macro columns(relation) -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | list) }}
{%- endmacro %}


{% macro exists(database, schema, identifier) -%}
    {{ return(adapter.get_relation(database, schema, identifier) is not none) }}
{%- endmacro %}


{% macro runs(sql) -%}
    {%- do run_query(sql) -%}
{%- endmacro %}


{#- As dbt's own macros do it: within a transaction that dbt opens. -#}
{% macro runs_in_a_transaction(sql) -%}
    {%- call statement('specimen') -%}
        {{ sql }}
    {%- endcall -%}
{%- endmacro %}


{% macro has_a_result() -%}
    {{ return(load_result('specimen') is not none) }}
{%- endmacro %}


{#- An operation: prints, logs, runs, fails, as it is told. -#}
{% macro acts(prints=[], logs=[], sql=none, fails=none, answers=none) -%}
    {%- for line in logs -%}
        {%- do log(line, info=true) -%}
    {%- endfor -%}
    {%- for line in prints -%}
        {%- do print(line) -%}
    {%- endfor -%}
    {%- if sql is not none -%}
        {%- do run_query(sql) -%}
    {%- endif -%}
    {%- if fails is not none -%}
        {%- do exceptions.raise_compiler_error(fails) -%}
    {%- endif -%}
    {{ return(answers) }}
{%- endmacro %}


{% test above(model, column_name, bound=0) %}
    {{ config(severity='warn') }}
    select {{ column_name }} as value, {{ bound }} as bound from {{ model }} where {{ column_name }} <= {{ bound }}
{% endtest %}
