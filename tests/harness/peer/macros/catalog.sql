{% macro get_tables(prefix) -%}
    {#- The names of the tables that begin so: asks the database. -#}
    {%- set found = run_query(
        "select table_name from information_schema.tables where table_name like '" ~ prefix ~ "%' order by table_name"
    ) -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro %}


{% macro replace_table(name, sql) -%}
    {%- do run_query('create or replace table ' ~ name ~ ' as ' ~ sql) -%}
    {{ return(name) }}
{%- endmacro %}


{% macro type_of_a_text() -%}
    {{ return(adapter.dispatch('type_of_a_text', 'shop')()) }}
{%- endmacro %}

{% macro default__type_of_a_text() -%}
    {{ return('text') }}
{%- endmacro %}

{% macro duckdb__type_of_a_text() -%}
    {{ return('varchar') }}
{%- endmacro %}
