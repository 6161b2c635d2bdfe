{#- The body of a hub: each business key once, with the load that brought it first. Runs no query; reads source and target once each. -#}
{% macro hub(relation, hash_key, business_keys, load_date='load_date', record_source='record_source', compatible_with=none) -%}
    {%- set known = ['relation', 'hash_key', 'business_keys', 'load_date', 'record_source', 'compatible_with'] -%}
    {%- do cutover._require_known_arguments('hub', kwargs, varargs, known) -%}
    {%- set relations = cutover._vault_relations('hub', relation) -%}
    {%- do cutover._require_column_name('hub', 'hash_key', hash_key, 'customer_hk') -%}
    {%- do cutover._require_vault_columns('hub', 'business_keys', business_keys, "['customer_id']", min=1) -%}
    {%- do cutover._require_column_name('hub', 'load_date', load_date, 'load_date') -%}
    {%- do cutover._require_column_name('hub', 'record_source', record_source, 'record_source') -%}
    {%- do cutover._require_different('hub', [hash_key] + business_keys + [load_date, record_source]) -%}
    {%- set hashes = {hash_key: cutover._hash('hub', business_keys, compatible_with)} -%}
    {{ return(cutover._vault_first_seen(relations, hashes, business_keys, load_date, record_source, [cutover._is_known(business_keys)])) }}
{%- endmacro %}
