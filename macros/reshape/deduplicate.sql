{#- One row per key, the first by an order, with exactly the relation's columns. Runs no query while compiling; reads the relation once. -#}
{% macro deduplicate(relation, partition_by, order_by, ties='any') -%}
    {%- do cutover._require_known_arguments('deduplicate', kwargs, varargs, ['relation', 'partition_by', 'order_by', 'ties']) -%}
    {%- set relation = cutover._readable('deduplicate', relation) -%}
    {%- set keys = cutover._sql_list('deduplicate', 'partition_by', partition_by, 'order_id') -%}
    {%- set order = cutover._sql_list('deduplicate', 'order_by', order_by, 'updated_at desc') -%}
    {%- do cutover._require_one_of('deduplicate', 'ties', ties, ['any', 'error']) -%}
    {%- set check = cutover._tie_check(keys, order) if ties == 'error' else none -%}
(
    {{ cutover.dialect_first_rows('(select * from ' ~ relation ~ ') as cutover_rows', 'cutover_rows', keys, order, check) }}
)
{%- endmacro %}


{#-
    Ends the query in a row that the order can't tell from its key's first one while the two differ; else NULL. Equal rows are no tie: whichever of them is
    kept, the outcome is the same.
-#}
{% macro _tie_check(keys, order) -%}
    {%- set over = 'over (partition by ' ~ keys ~ ' order by ' ~ order ~ ')' -%}
    {%- set whole = cutover.dialect_whole_row('cutover_rows') -%}
    {%- set message = cutover._literal('cutover.deduplicate: the order (' ~ order ~ ') leaves open which row to keep of the key (' ~ keys ~ ') ') -%}
    {%- set raised = cutover.dialect_raise(dbt.concat([message, 'cast(row(' ~ keys ~ ') as ' ~ dbt.type_string() ~ ')']) | trim) -%}
    {{ return('case when rank() ' ~ over ~ ' = 1 and first_value(' ~ whole ~ ') ' ~ over ~ ' is distinct from ' ~ whole ~ ' then ' ~ raised ~ ' end') }}
{%- endmacro %}
