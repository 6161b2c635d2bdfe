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


{% macro dialect_type_name(facts) -%}
    {{ return(adapter.dispatch('dialect_type_name', 'cutover')(facts)) }}
{%- endmacro %}

{% macro default__dialect_type_name(facts) -%}
    {%- if facts.family == 'decimal' -%}
        {{ return(cutover.dialect_decimal_type(facts.precision, facts.scale)) }}
    {%- elif facts.family == 'integer' and facts.precision > 19 -%}
        {%- do cutover._not_implemented('an integer of more than 64 bits') -%}
    {%- endif -%}
    {%- set names = {
        'integer': dbt.type_bigint(), 'float': dbt.type_float(), 'text': dbt.type_string(), 'boolean': 'boolean', 'date': 'date',
        'timestamp': dbt.type_timestamp(), 'timestamptz': 'timestamp with time zone', 'time': 'time',
    } -%}
    {{ return(names[facts.family] if facts.family in names else facts.type) }}
{%- endmacro %}


{% macro dialect_whole_row(alias) -%}
    {{ return(adapter.dispatch('dialect_whole_row', 'cutover')(alias)) }}
{%- endmacro %}

{% macro default__dialect_whole_row(alias) -%}
    {%- do cutover._not_implemented('dialect_whole_row') -%}
{%- endmacro %}


{% macro dialect_first_rows(relation, alias, partition_by, order_by, check=none) -%}
    {{ return(adapter.dispatch('dialect_first_rows', 'cutover')(relation, alias, partition_by, order_by, check)) }}
{%- endmacro %}

{% macro default__dialect_first_rows(relation, alias, partition_by, order_by, check=none) -%}
    {%- set first = 'row_number() over (partition by ' ~ partition_by ~ ' order by ' ~ order_by ~ ') = 1' -%}
    select
        {{ alias }}.*

    from {{ relation }}
    where true
    qualify {{ first if check is none else 'coalesce(' ~ check ~ ', ' ~ first ~ ')' }}
{%- endmacro %}


{% macro dialect_last_known(expression, window) -%}
    {{ return(adapter.dispatch('dialect_last_known', 'cutover')(expression, window)) }}
{%- endmacro %}

{% macro default__dialect_last_known(expression, window) -%}
    {{ return('last_value(' ~ expression ~ ' ignore nulls) over (' ~ window ~ ')') }}
{%- endmacro %}


{% macro dialect_trim(expression) -%}
    {{ return(adapter.dispatch('dialect_trim', 'cutover')(expression)) }}
{%- endmacro %}

{% macro default__dialect_trim(expression) -%}
    {%- set points = [9, 10, 11, 12, 13, 32, 133, 160, 5760] + range(8192, 8203) | list + [8232, 8233, 8239, 8287, 12288] -%}
    {%- set signs = [] -%}
    {%- for point in points -%}
        {%- do signs.append('chr(' ~ point ~ ')') -%}
    {%- endfor -%}
    {{ return('trim(' ~ expression ~ ', ' ~ signs | join(' || ') ~ ')') }}
{%- endmacro %}


{% macro dialect_white_space() -%}
    {{ return(adapter.dispatch('dialect_white_space', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_white_space() -%}
    {%- do cutover._not_implemented('dialect_white_space') -%}
{%- endmacro %}


{% macro dialect_rounded(expression, digits) -%}
    {{ return(adapter.dispatch('dialect_rounded', 'cutover')(expression, digits)) }}
{%- endmacro %}

{#- By way of the text, which has a float as it is written: 1.005 is a little less as a float. -#}
{% macro default__dialect_rounded(expression, digits) -%}
    {{ return('cast(cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ') as ' ~ cutover.dialect_decimal_type(38, digits) ~ ')') }}
{%- endmacro %}


{% macro dialect_replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('dialect_replace_all', 'cutover')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__dialect_replace_all(expression, pattern, replacement) -%}
    {%- do cutover._not_implemented('dialect_replace_all') -%}
{%- endmacro %}


{% macro dialect_raise(message) -%}
    {{ return(adapter.dispatch('dialect_raise', 'cutover')(message)) }}
{%- endmacro %}

{% macro default__dialect_raise(message) -%}
    {%- do cutover._not_implemented('dialect_raise') -%}
{%- endmacro %}


{% macro dialect_hash(expression, algorithm) -%}
    {{ return(adapter.dispatch('dialect_hash', 'cutover')(expression, algorithm)) }}
{%- endmacro %}

{% macro default__dialect_hash(expression, algorithm) -%}
    {%- if algorithm != 'md5' -%}
        {%- do cutover._not_implemented('the hash ' ~ algorithm) -%}
    {%- endif -%}
    {{ return(dbt.hash(expression) | trim) }}
{%- endmacro %}


{% macro dialect_index_types() -%}
    {{ return(adapter.dispatch('dialect_index_types', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_index_types() -%}
    {{ return({}) }}
{%- endmacro %}


{#- One table of all engines, and no file for each: the text is all that they would hold. -#}
{% macro dialect_instead_of_indexes() -%}
    {{ return(adapter.dispatch('dialect_instead_of_indexes', 'cutover')()) }}
{%- endmacro %}

{% macro default__dialect_instead_of_indexes() -%}
    {%- set instead = {
        'bigquery': 'BigQuery prunes by partitions and clusters: set the configs partition_by and cluster_by.',
        'snowflake': 'Snowflake prunes by clustering keys: set the config cluster_by.',
        'redshift': 'Redshift has sort keys and distribution keys: set the configs sort and dist.',
        'databricks': 'Databricks has liquid clustering and partitions: set the config liquid_clustered_by or partition_by.',
        'spark': 'Spark has partitions and buckets: set the configs partition_by and clustered_by.',
        'trino': "Trino has partitions of the connector's tables: set the config properties, partitioning in it.",
        'athena': 'Athena has partitions and buckets: set the configs partitioned_by and bucketed_by.',
    } -%}
    {{ return(instead.get(adapter.type(), 'Look for its clustering, partitioning or sort keys.')) }}
{%- endmacro %}


{% macro dialect_indexes(place, names) -%}
    {{ return(adapter.dispatch('dialect_indexes', 'cutover')(place, names)) }}
{%- endmacro %}

{% macro default__dialect_indexes(place, names) -%}
    {%- do cutover._not_implemented('dialect_indexes') -%}
{%- endmacro %}


{% macro dialect_wait_for_transaction(name) -%}
    {{ return(adapter.dispatch('dialect_wait_for_transaction', 'cutover')(name)) }}
{%- endmacro %}

{% macro default__dialect_wait_for_transaction(name) -%}
    {{ return(none) }}
{%- endmacro %}


{% macro dialect_regex_like(expression, regex) -%}
    {{ return(adapter.dispatch('dialect_regex_like', 'cutover')(expression, regex)) }}
{%- endmacro %}

{% macro default__dialect_regex_like(expression, regex) -%}
    {%- do cutover._not_implemented('dialect_regex_like') -%}
{%- endmacro %}


{% macro dialect_utc(expression, facts) -%}
    {{ return(adapter.dispatch('dialect_utc', 'cutover')(expression, facts)) }}
{%- endmacro %}

{% macro default__dialect_utc(expression, facts) -%}
    {%- do cutover._not_implemented('dialect_utc') -%}
{%- endmacro %}


{% macro dialect_constraints(place) -%}
    {{ return(adapter.dispatch('dialect_constraints', 'cutover')(place)) }}
{%- endmacro %}

{% macro default__dialect_constraints(place) -%}
    {%- do cutover._not_implemented('dialect_constraints') -%}
{%- endmacro %}


{% macro dialect_declared_type(data_type) -%}
    {{ return(adapter.dispatch('dialect_declared_type', 'cutover')(data_type)) }}
{%- endmacro %}

{% macro default__dialect_declared_type(data_type) -%}
    {{ return(cutover.dialect_typeof('cast(null as\n' ~ data_type ~ '\n)')) }}
{%- endmacro %}


{% macro dialect_quantile(expression, share, approximate=false) -%}
    {{ return(adapter.dispatch('dialect_quantile', 'cutover')(expression, share, approximate)) }}
{%- endmacro %}

{% macro default__dialect_quantile(expression, share, approximate=false) -%}
    {%- if approximate -%}
        {%- do cutover._not_implemented('profile with approximate: true') -%}
    {%- endif -%}
    {{ return('percentile_cont(' ~ share ~ ') within group (order by ' ~ expression ~ ')') }}
{%- endmacro %}


{% macro dialect_count_where(condition) -%}
    {{ return(adapter.dispatch('dialect_count_where', 'cutover')(condition)) }}
{%- endmacro %}

{% macro default__dialect_count_where(condition) -%}
    {{ return('count(case when ' ~ condition ~ ' then 1 end)') }}
{%- endmacro %}
