{#- The transaction is in the script's text: of itself, `dbt run-operation` commits nothing on some engines. -#}
{% macro run_script(sql) -%}
    {%- call statement('script', fetch_result=false, auto_begin=false) -%}
begin;
{{ sql }}
commit;
    {%- endcall -%}
{%- endmacro %}
