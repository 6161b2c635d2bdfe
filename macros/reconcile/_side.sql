{#- A side as the compared values only: key_1 .., value_1 .. -#}
{% macro _side_query(plan, side) -%}
    select
        {%- for key in plan['keys'] %}
        {{ cutover.dialect_comparable(key[side], key.facts) }} as key_{{ loop.index }}{{ ',' if not loop.last or plan['columns'] }}
        {%- endfor %}
        {%- for column in plan['columns'] %}
        {{ cutover.dialect_comparable(column[side], column.facts) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ plan[side].relation }}
    {{ cutover._where([plan.where[side]]) }}
{%- endmacro %}


{#- key_1 .. or value_1 .. with what the dialect needs to hash them. -#}
{% macro _hashable(columns, prefix) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append({'sql': prefix ~ '_' ~ loop.index, 'family': column.facts.family}) -%}
    {%- endfor -%}
    {{ return(values) }}
{%- endmacro %}


{% macro _names(columns, prefix, alias=none) -%}
    {%- set names = [] -%}
    {%- for column in columns -%}
        {%- do names.append((alias ~ '.' if alias else '') ~ prefix ~ '_' ~ loop.index) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
