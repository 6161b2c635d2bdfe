{#- Macros that are in the way of an error. The lines are counted in the tests. -#}

{% macro wraps(relation) -%}
    {%- set statement_name = 'wraps' -%}

    {%- call specimen.surrounds() -%}
        select 1
        from {{ specimen.refuses('inside of a call block') }}
    {%- endcall -%}
{%- endmacro %}

{% macro surrounds() -%}
begin;
{{ caller() }}
{%- endmacro %}


{% macro divides_deep_down(number) -%}
    {%- if number is not none -%}
        {%- for turn in range(2) -%}
            {{ specimen.divides(number) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{% macro misspells() -%}
    {{ return(
        specimen.cents('amount', precison=2)
    ) }}
{%- endmacro %}


{% macro asks_what_is_not_there() -%}

    {{ specimen.nothing_of_the_kind() }}
{%- endmacro %}


{% macro dispatches() -%}
{{ return(adapter.dispatch('dispatched', 'specimen')()) }}
{%- endmacro %}

{% macro default__dispatched() -%}
{%- do specimen.refuses_deep_down('through a dispatch') -%}
{%- endmacro %}


{% macro asks_the_database(sql) -%}
    {%- set rows = run_query(sql) -%}
    {{ return(rows) }}
{%- endmacro %}
