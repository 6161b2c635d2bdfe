{#-
    {column: {legacy, migrated, legacy_type, migrated_type}} for columns that a SQL expression gives on one side or both. The side without an expression reads
    its own column of that name. Types come from the engine, in one statement that reads at most one row of each side.
-#}
{% macro _expressions(origin, expressions, sides, map) -%}
    {%- set example = "{amount: {legacy: 'cents / 100.0'}}" -%}
    {%- do cutover._require_mapping(origin, 'expressions', expressions, example) -%}
    {%- set derived = {} -%}
    {%- for asked in expressions -%}
        {%- do cutover._require_text(origin, 'expressions', asked, example) -%}
        {%- set at = 'expressions.' ~ asked -%}
        {%- do cutover._require_keys(origin, at, expressions[asked], ['legacy', 'migrated'], example) -%}
        {#- An expression for a column of legacy goes under that column's own spelling, so that it stands for it everywhere. -#}
        {%- set name = cutover._meant(asked, sides.legacy.columns | map(attribute='name') | list) or asked -%}
        {%- if name in derived -%}
            {%- do cutover._fail(origin, '`' ~ at ~ '` gives the column ' ~ name ~ ' a second time.') -%}
        {%- endif -%}
        {%- set one = {} -%}
        {%- for side in ('legacy', 'migrated') -%}
            {%- set sql = expressions[asked].get(side) -%}
            {%- if sql is none -%}
                {%- set own = map.get(name, name) if side == 'migrated' else name -%}
                {%- set sql = cutover._quoted(cutover._column(origin, at ~ '.' ~ side, own, sides[side]).name) -%}
            {%- else -%}
                {%- do cutover._require_sql(origin, at ~ '.' ~ side, sql, example) -%}
            {%- endif -%}
            {%- do one.update({side: '(\n' ~ sql ~ '\n)'}) -%}
        {%- endfor -%}
        {%- do derived.update({name: one}) -%}
    {%- endfor -%}
    {%- if derived -%}
        {%- do cutover._add_expression_types(derived, sides) -%}
    {%- endif -%}
    {{ return(derived) }}
{%- endmacro %}


{% macro _add_expression_types(derived, sides) -%}
    {%- set query -%}
select
    *

from (select 1 as cutover_one) as one
    {%- for side in ('legacy', 'migrated') %}

left join (
    select
        {%- for name in derived %}
        {{ cutover._exact_text(cutover.dialect_typeof('value_' ~ loop.index)) }} as {{ side }}_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}

    from (select 1 as cutover_one) as one
    left join (
        select
            {%- for name in derived %}
            {{ derived[name][side] }} as value_{{ loop.index }}{{ ',' if not loop.last }}
            {%- endfor %}

        from {{ sides[side].relation }}
        limit 1
    ) as first_row on true
) as {{ side }}_types on true
    {%- endfor %}
    {%- endset -%}
    {%- set exact = [] -%}
    {%- for name in derived -%}
        {%- do exact.extend(['legacy_' ~ loop.index, 'migrated_' ~ loop.index]) -%}
    {%- endfor -%}
    {%- set row = cutover._rows(query, exact=exact)[0] -%}
    {%- for name in derived -%}
        {%- do derived[name].update({'legacy_type': row['legacy_' ~ loop.index], 'migrated_type': row['migrated_' ~ loop.index]}) -%}
    {%- endfor -%}
{%- endmacro %}
