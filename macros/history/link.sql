{#- The body of a link: each combination of hubs once, with the load that brought it first. Runs no query; reads source and target once each. -#}
{% macro link(relation, hash_key, foreign_keys, child_keys=[], load_date='load_date', record_source='record_source', compatible_with=none) -%}
    {%- set known = ['relation', 'hash_key', 'foreign_keys', 'child_keys', 'load_date', 'record_source', 'compatible_with'] -%}
    {%- do cutover._require_known_arguments('link', kwargs, varargs, known) -%}
    {%- set relations = cutover._vault_relations('link', relation) -%}
    {%- do cutover._require_column_name('link', 'hash_key', hash_key, 'order_product_hk') -%}
    {%- set business_keys = cutover._vault_foreign_keys('link', foreign_keys, min=1) -%}
    {%- do cutover._require_vault_columns('link', 'child_keys', child_keys, "['line_number']") -%}
    {%- do cutover._require_column_name('link', 'load_date', load_date, 'load_date') -%}
    {%- do cutover._require_column_name('link', 'record_source', record_source, 'record_source') -%}
    {%- do cutover._require_different('link', [hash_key] + foreign_keys.keys() | list + child_keys + [load_date, record_source]) -%}
    {%- set hashes = {hash_key: cutover._hash('link', business_keys + child_keys, compatible_with)} -%}
    {%- set conditions = [] -%}
    {%- for name in foreign_keys -%}
        {%- do hashes.update({name: cutover._hash('link', foreign_keys[name], compatible_with)}) -%}
        {%- do conditions.append(cutover._is_known(foreign_keys[name])) -%}
    {%- endfor -%}
    {{ return(cutover._vault_first_seen(relations, hashes, child_keys, load_date, record_source, conditions)) }}
{%- endmacro %}
