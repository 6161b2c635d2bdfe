{#-
    The newest value of a column, such as the one that a table is partitioned by, as a scalar expression. Runs no query while compiling, but with
    `watermark='literal'`, which runs one; the relation is read once.
-#}
{% macro latest_partition(relation, column, default=none, watermark='subquery') -%}
    {%- do cutover._require_known_arguments('latest_partition', kwargs, varargs, ['relation', 'column', 'default', 'watermark']) -%}
    {%- do cutover._require_given_relation('latest_partition', 'relation', relation) -%}
    {%- do cutover._require_column_name('latest_partition', 'column', column, 'updated_at') -%}
    {%- set start = cutover._start('latest_partition', default, 'default') -%}
    {%- do cutover._require_one_of('latest_partition', 'watermark', watermark, ['subquery', 'literal']) -%}
    {%- set otherwise = start if start is not none else 'null' -%}
    {%- if not execute or not cutover._is_there(relation) -%}
        {{ return(otherwise) }}
    {%- endif -%}
    {%- set newest = 'max(cutover_target.' ~ (column | trim) ~ ')' -%}
    {%- if watermark == 'literal' -%}
        {{ return(cutover._newest_literal(relation, newest) or otherwise) }}
    {%- endif -%}
    {%- set found = cutover._newest_subquery(relation, newest) -%}
    {{ return(found if start is none else 'coalesce(' ~ found ~ ', ' ~ start ~ ')') }}
{%- endmacro %}


{#- Only a relation that dbt itself answered: a text would leave the lineage. -#}
{% macro _require_given_relation(origin, argument, value) -%}
    {%- if value is string or value is none or value.identifier is undefined or value.schema is undefined -%}
        {%- do cutover._refuse(origin, argument, 'a relation, as ref(), source() and this give it', value, example="ref('orders')") -%}
    {%- endif -%}
{%- endmacro %}


{#- An ephemeral model is there as a part of the query. -#}
{% macro _is_there(relation) -%}
    {%- if relation.is_cte -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(adapter.get_relation(database=relation.database, schema=relation.schema, identifier=relation.identifier) is not none) }}
{%- endmacro %}
