{#- What users give as SQL. -#}

{#- Columns or expressions as they stand after `partition by` and `order by`: given as one text with commas, or as a list. -#}
{% macro _sql_list(origin, argument, value, example) -%}
    {%- if value is string -%}
        {%- do cutover._require_sql(origin, argument, value, example) -%}
        {{ return(value) }}
    {%- endif -%}
    {%- do cutover._require_list(origin, argument, value, example, min=1) -%}
    {%- for item in value -%}
        {%- do cutover._require_sql(origin, argument ~ '[' ~ loop.index0 ~ ']', item, example) -%}
    {%- endfor -%}
    {{ return(value | join(', ')) }}
{%- endmacro %}


{#- What stands after `from`: a Relation, the text of a `ref` or `source`, the name of a CTE, or a parenthesised select with an alias. -#}
{% macro _readable(origin, relation) -%}
    {%- if relation is string and modules.re.match('\\s*(ref|source)\\s*\\(', relation) -%}
        {{ return(cutover._parse_relation(origin, 'relation', relation)) }}
    {%- elif relation is string or relation.identifier is not defined -%}
        {%- do cutover._require_sql(origin, 'relation', relation, "ref('orders')") -%}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}
