{#-
    The contract between cutover and the engines: each macro here says what an engine must answer, with the portable answer where there is one. What an engine
    lacks is refused while compiling, never guessed. An engine's file holds only its differences. _dialect.yml has the meaning of each.
-#}

{% macro dialect_capability(name) -%}
    {%- set known = ['cross_database', 'transactional_ddl', 'pointer_views'] -%}
    {%- if name not in known -%}
        {%- do cutover._refuse('dialect_capability', 'name', 'one of ' ~ known | join(', '), name, candidates=known) -%}
    {%- endif -%}
    {{ return(adapter.dispatch('dialect_capability', 'cutover')(name)) }}
{%- endmacro %}

{% macro default__dialect_capability(name) -%}
    {{ return(false) }}
{%- endmacro %}


{% macro _not_implemented(name) -%}
    {%- do exceptions.raise_compiler_error('cutover: ' ~ name ~ ' is not implemented for ' ~ adapter.type() ~ '.') -%}
{%- endmacro %}


{% macro dialect_catalog(relations) -%}
    {{ return(adapter.dispatch('dialect_catalog', 'cutover')(relations)) }}
{%- endmacro %}

{% macro default__dialect_catalog(relations) -%}
    {%- set rows = [] -%}
    {%- for wanted in relations -%}
        {%- set asked = loop.index0 -%}
        {%- set relation = adapter.get_relation(database=wanted.database, schema=wanted.schema, identifier=wanted.identifier) -%}
        {%- if relation is not none -%}
            {%- for column in adapter.get_columns_in_relation(relation) -%}
                {%- do rows.append({
                    'asked': asked, 'database': relation.database, 'schema': relation.schema, 'name': relation.identifier,
                    'readable': true, 'column': column.name, 'type': column.data_type,
                }) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{% macro dialect_relation_names(database) -%}
    {{ return(adapter.dispatch('dialect_relation_names', 'cutover')(database)) }}
{%- endmacro %}

{% macro default__dialect_relation_names(database) -%}
    {%- set query -%}
        select ':' || s.schema_name as schema, ':' || t.table_name as name
        from information_schema.schemata as s
        left join information_schema.tables as t on t.table_catalog = s.catalog_name and t.table_schema = s.schema_name
        where lower(s.catalog_name) = lower({{ cutover._literal(database) }})
        order by 1, 2
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['schema', 'name'])) }}
{%- endmacro %}


{% macro dialect_quoted(name) -%}
    {{ return(adapter.dispatch('dialect_quoted', 'cutover')(name)) }}
{%- endmacro %}

{% macro default__dialect_quoted(name) -%}
    {{ return(adapter.quote(name.replace('"', '""'))) }}
{%- endmacro %}


{% macro dialect_text_literal(value) -%}
    {{ return(adapter.dispatch('dialect_text_literal', 'cutover')(value)) }}
{%- endmacro %}

{#- Engines disagree on what a backslash means inside quotes: a text with one needs the engine's own answer. -#}
{% macro default__dialect_text_literal(value) -%}
    {%- if '\\' in value -%}
        {%- do cutover._not_implemented('a text literal with a backslash') -%}
    {%- endif -%}
    {{ return("'" ~ value.replace("'", "''") ~ "'") }}
{%- endmacro %}


{% macro dialect_max_identifier_length() -%}
    {{ return(adapter.dispatch('dialect_max_identifier_length', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_max_identifier_length() -%}
    {{ return(127) }}
{%- endmacro %}


{% macro dialect_utc_now() -%}
    {{ return(adapter.dispatch('dialect_utc_now', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_utc_now() -%}
    {%- do cutover._not_implemented('dialect_utc_now') -%}
{%- endmacro %}


{% macro dialect_type_facts(data_type) -%}
    {{ return(adapter.dispatch('dialect_type_facts', 'cutover')(data_type)) }}
{%- endmacro %}

{% macro default__dialect_type_facts(data_type) -%}
    {%- do cutover._not_implemented('dialect_type_facts') -%}
{%- endmacro %}


{% macro dialect_typeof(expression) -%}
    {{ return(adapter.dispatch('dialect_typeof', 'cutover')(expression)) }}
{%- endmacro %}

{% macro default__dialect_typeof(expression) -%}
    {%- do cutover._not_implemented('dialect_typeof') -%}
{%- endmacro %}


{% macro dialect_comparable(expression, facts) -%}
    {{ return(adapter.dispatch('dialect_comparable', 'cutover')(expression, facts)) }}
{%- endmacro %}

{% macro default__dialect_comparable(expression, facts) -%}
    {%- do cutover._not_implemented('dialect_comparable') -%}
{%- endmacro %}


{% macro dialect_difference(left, right, facts) -%}
    {{ return(adapter.dispatch('dialect_difference', 'cutover')(left, right, facts)) }}
{%- endmacro %}

{% macro default__dialect_difference(left, right, facts) -%}
    {{ return('abs(' ~ left ~ ' - ' ~ right ~ ')') }}
{%- endmacro %}


{% macro dialect_row_hash(values) -%}
    {{ return(adapter.dispatch('dialect_row_hash', 'cutover')(values)) }}
{%- endmacro %}

{% macro default__dialect_row_hash(values) -%}
    {%- do cutover._not_implemented('dialect_row_hash') -%}
{%- endmacro %}


{% macro dialect_bucket(values) -%}
    {{ return(adapter.dispatch('dialect_bucket', 'cutover')(values)) }}
{%- endmacro %}

{% macro default__dialect_bucket(values) -%}
    {%- do cutover._not_implemented('dialect_bucket') -%}
{%- endmacro %}


{% macro dialect_fence() -%}
    {{ return(adapter.dispatch('dialect_fence', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_fence() -%}
    {{ return('') }}
{%- endmacro %}


{% macro dialect_null_safe_match(left, right, names) -%}
    {{ return(adapter.dispatch('dialect_null_safe_match', 'cutover')(left, right, names)) }}
{%- endmacro %}

{% macro default__dialect_null_safe_match(left, right, names) -%}
    {%- set conditions = [] -%}
    {%- for name in names -%}
        {%- do conditions.append(left ~ '.' ~ name ~ ' is not distinct from ' ~ right ~ '.' ~ name) -%}
    {%- endfor -%}
    {{ return(conditions | join('\n        and ')) }}
{%- endmacro %}


{% macro dialect_begin_snapshot() -%}
    {{ return(adapter.dispatch('dialect_begin_snapshot', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_begin_snapshot() -%}
    {%- do cutover._not_implemented('dialect_begin_snapshot') -%}
{%- endmacro %}


{% macro dialect_create_schema(relation) -%}
    {{ return(adapter.dispatch('dialect_create_schema', 'cutover')(relation)) }}
{%- endmacro %}

{% macro default__dialect_create_schema(relation) -%}
    {{ return('create schema if not exists ' ~ relation.without_identifier()) }}
{%- endmacro %}


{% macro dialect_temp_table(name, query) -%}
    {{ return(adapter.dispatch('dialect_temp_table', 'cutover')(name, query)) }}
{%- endmacro %}

{% macro default__dialect_temp_table(name, query) -%}
    {{ return('create temporary table ' ~ name ~ ' as\n' ~ query) }}
{%- endmacro %}


{% macro dialect_approx_distinct(expression) -%}
    {{ return(adapter.dispatch('dialect_approx_distinct', 'cutover')(expression)) }}
{%- endmacro %}

{% macro default__dialect_approx_distinct(expression) -%}
    {%- do cutover._not_implemented('profile with approximate: true') -%}
{%- endmacro %}


{% macro dialect_objects(database, schemas=none) -%}
    {{ return(adapter.dispatch('dialect_objects', 'cutover')(database, schemas)) }}
{%- endmacro %}

{% macro default__dialect_objects(database, schemas=none) -%}
    {%- do cutover._not_implemented('dialect_objects') -%}
{%- endmacro %}


{% macro dialect_steps(relation, alias, last, every=1) -%}
    {{ return(adapter.dispatch('dialect_steps', 'cutover')(relation, alias, last, every)) }}
{%- endmacro %}

{% macro default__dialect_steps(relation, alias, last, every=1) -%}
    {%- do cutover._not_implemented('dialect_steps') -%}
{%- endmacro %}


{% macro dialect_decimal_type(precision, scale) -%}
    {{ return(adapter.dispatch('dialect_decimal_type', 'cutover')(precision, scale)) }}
{%- endmacro %}

{% macro default__dialect_decimal_type(precision, scale) -%}
    {{ return('decimal(' ~ precision ~ ', ' ~ scale ~ ')') }}
{%- endmacro %}
