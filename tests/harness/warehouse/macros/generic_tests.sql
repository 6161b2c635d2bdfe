{#- Generic tests: what their block configures, and what they are given. -#}

{% test below(model, column_name, bound=100) %}
    select {{ column_name }} as value from {{ model }} where {{ column_name }} >= {{ bound }} order by 1
{% endtest %}


{% test tolerant(model, column_name) %}
    {{ config(severity='warn', warn_if='> 1', fail_calc='sum(value)', limit=3) }}
    select {{ column_name }} as value from {{ model }} order by 1
{% endtest %}


{% test positive_where(model, column_name) %}
    {{ config(where='id > 1') }}
    select {{ column_name }} as value from {{ model }} order by 1
{% endtest %}


{% test says(model) %}
    {%- do log('said') -%}
    {%- set found = run_query('select 1 as one') -%}
    select {{ found.rows | length if execute else 0 }} as n, '{{ config.get("severity") }}' as severity from {{ model }}
{% endtest %}


{#- While dbt parses, nothing is executed, and a table has no columns yet. -#}
{% test parses(model) %}
    {%- if execute -%} {{ config(limit=0) }} {%- endif -%}
    {%- if not adapter.get_columns_in_relation(model) -%} {{ config(severity='warn') }} {%- endif -%}
    select id as value from {{ model }} order by 1
{% endtest %}


{% test takes_anything(model) %}
    select '{{ kwargs.keys() | sort | join(",") }}' as given from {{ model }}
{% endtest %}


{#- An override of dbt's own, as projects have it. -#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where') -%}
    {%- if where -%}
        {%- set filtered -%}
            (select * from {{ relation }} where {{ where | replace('__first__', '1') }}) as filtered
        {%- endset -%}
        {{ return(filtered) }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}
