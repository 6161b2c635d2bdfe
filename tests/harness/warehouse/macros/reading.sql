{#- Macros that read nodes. -#}

{% macro place_of(name) -%}
    {{ return(ref(name) | string) }}
{%- endmacro %}


{% macro number_of(name) -%}
    {{ return(run_query('select count(*) as n from ' ~ ref(name)).rows[0]['n'] | int) }}
{%- endmacro %}


{% macro number_of_sourced(source_name, name) -%}
    {{ return(run_query('select count(*) as n from ' ~ source(source_name, name)).rows[0]['n'] | int) }}
{%- endmacro %}


{#- An override of dbt's own, as projects have it. -#}
{% macro ref() -%}
    {{ return(builtins.ref(*varargs, **kwargs)) }}
{%- endmacro %}


{% macro only_new(column) -%}
{% if is_incremental() %}{{ column }} > (select max({{ column }}) from {{ this }}){% else %}true{% endif %}
{%- endmacro %}


{% macro key_and_name() -%}
    {{ return([config.get('unique_key'), config.get('materialized'), model.name, this is not none]) }}
{%- endmacro %}


{#- An on-run-end hook. -#}
{% macro summary(results) -%}
    {%- set lines = [] -%}
    {%- for result in results -%}
        {%- do lines.append([result.node.name, result.status | string, result.execution_time, result.failures, result.message]) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}
