{#- PostgreSQL 14 and later; what is said of hashes and plans was tried on 15. -#}

{% macro postgres__dialect_capability(name) -%}
    {{ return(name == 'transactional_ddl') }}
{%- endmacro %}


{#-
    pg_catalog, for information_schema hides what this role may not read, and that deserves a better error than "not there". A column of a domain has the type
    that the domain is made of.
-#}
{% macro postgres__dialect_catalog(relations) -%}
    {%- set query -%}
        {%- for wanted in relations %}
        {{ 'union all' if not loop.first }}
        select
            {{ loop.index0 }} as asked,
            ':' || current_database() as database,
            ':' || n.nspname as schema,
            ':' || c.relname as name,
            has_schema_privilege(n.oid, 'usage')
                and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select')) as readable,
            ':' || a.attname as column,
            ':' || case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) else format_type(a.atttypid, a.atttypmod) end as type,
            a.attnum as place

        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_catalog.pg_type as t on t.oid = a.atttypid
        where
            c.relkind in ('r', 'v', 'm', 'p', 'f')
            and lower(current_database()) = lower({{ cutover._literal(wanted.database) }})
            and lower(n.nspname) = lower({{ cutover._literal(wanted.schema) }})
            and lower(c.relname) = lower({{ cutover._literal(wanted.identifier) }})
        {%- endfor %}
        order by asked, place
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['database', 'schema', 'name', 'column', 'type'])) }}
{%- endmacro %}


{#- The E form reads a backslash the same whatever standard_conforming_strings says. No text of PostgreSQL holds the character 0. -#}
{% macro postgres__dialect_text_literal(value) -%}
    {%- if '\x00' in value -%}
        {%- do cutover._refuse('_literal', 'value', 'a text without the character 0, which this engine can not hold', value) -%}
    {%- endif -%}
    {%- set doubled = value.replace("'", "''") -%}
    {{ return("E'" ~ doubled.replace('\\', '\\\\') ~ "'" if '\\' in value else "'" ~ doubled ~ "'") }}
{%- endmacro %}


{% macro postgres__dialect_max_identifier_length() -%}
    {{ return(63) }}
{%- endmacro %}


{#- Not now(), which stands still inside a transaction. -#}
{% macro postgres__dialect_utc_now() -%}
    {{ return("(clock_timestamp() at time zone 'UTC')") }}
{%- endmacro %}


{% macro postgres__dialect_typeof(expression) -%}
    {{ return('cast(pg_typeof(' ~ expression ~ ') as text)') }}
{%- endmacro %}


{% macro postgres__dialect_type_facts(data_type) -%}
    {%- set digits = {'smallint': 5, 'integer': 10, 'bigint': 19} -%}
    {%- if data_type in digits -%}
        {{ return({'family': 'integer', 'precision': digits[data_type], 'scale': 0}) }}
    {%- elif modules.re.match('^numeric(\\([0-9, -]+\\))?$', data_type) -%}
        {{ return({'family': 'decimal', 'precision': none, 'scale': none}) }}
    {%- elif data_type in ('real', 'double precision') -%}
        {{ return({'family': 'float'}) }}
    {%- elif modules.re.match('^(text|character varying(\\(\\d+\\))?|character(\\(\\d+\\))?|bpchar|name)$', data_type) -%}
        {{ return({'family': 'text'}) }}
    {%- elif data_type in ('boolean', 'date') -%}
        {{ return({'family': data_type}) }}
    {%- elif modules.re.match('^timestamp(\\(\\d\\))? without time zone$', data_type) -%}
        {{ return({'family': 'timestamp'}) }}
    {%- elif modules.re.match('^timestamp(\\(\\d\\))? with time zone$', data_type) -%}
        {{ return({'family': 'timestamptz'}) }}
    {%- elif modules.re.match('^time(\\(\\d\\))? without time zone$', data_type) -%}
        {{ return({'family': 'time'}) }}
    {%- endif -%}
    {{ return({'family': 'other', 'type': data_type}) }}
{%- endmacro %}


{% macro postgres__dialect_comparable(expression, facts) -%}
    {%- set plain = {
        'integer': 'bigint', 'decimal': 'numeric', 'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp', 'timestamptz': 'timestamptz', 'time': 'time',
    } -%}
    {%- if facts.family == 'float' -%}
        {{ return('(cast(' ~ expression ~ ' as double precision) + 0)') }}
    {%- elif facts.family in plain -%}
        {{ return('cast(' ~ expression ~ ' as ' ~ plain[facts.family] ~ ')') }}
    {%- endif -%}
    {{ return('(cast(' ~ expression ~ ' as text) collate "C")') }}
{%- endmacro %}


{% macro postgres__dialect_difference(left, right, facts) -%}
    {%- if facts.family == 'integer' -%}
        {{ return('abs(cast(' ~ left ~ ' as numeric) - cast(' ~ right ~ ' as numeric))') }}
    {%- endif -%}
    {{ return(cutover.default__dialect_difference(left, right, facts)) }}
{%- endmacro %}


{#-
    The record hash is linear in its columns' hashes, so that swapped values keep the sum: hashed once more. Seed 0 would hash NULL as 0; whatever the seed,
    numeric NaN and the infinities hash alike: two flags tell them apart, and the NULLs' places are hashed with the row.
-#}
{% macro postgres__dialect_row_hash(values) -%}
    {%- set hashed = values | map(attribute='sql') | list -%}
    {%- for value in values if value.family == 'decimal' -%}
        {%- do hashed.append('(' ~ value.sql ~ " = 'NaN')") -%}
        {%- do hashed.append('(' ~ value.sql ~ ' > 0)') -%}
    {%- endfor -%}
    {%- for batch in values | batch(60) -%}
        {%- set mask = [] -%}
        {%- for value in batch -%}
            {%- do mask.append('case when ' ~ value.sql ~ ' is null then ' ~ 2 ** loop.index0 ~ ' else 0 end') -%}
        {%- endfor -%}
        {%- do hashed.append('cast(' ~ mask | join(' + ') ~ ' as bigint)') -%}
    {%- endfor -%}
    {{ return('hashint8extended(hash_record_extended(row(' ~ hashed | join(', ') ~ '), 42), 42)') }}
{%- endmacro %}


{% macro postgres__dialect_bucket(values) -%}
    {%- set expressions = values | map(attribute='sql') | join(', ') -%}
    {{ return('(hashint8extended(hash_record_extended(row(' ~ expressions ~ '), 42), 42) & 16383)') }}
{%- endmacro %}


{#- Without statistics for an expression the planner sorts whole rows to group by it; the fence makes it hash. -#}
{% macro postgres__dialect_fence() -%}
    {{ return('offset 0') }}
{%- endmacro %}


{#- A full join on `is not distinct from` alone is refused ("only supported with merge-joinable or hash-joinable join conditions"). -#}
{% macro postgres__dialect_null_safe_match(left, right, names) -%}
    {%- set sides = [] -%}
    {%- for side in [left, right] -%}
        {%- set columns = [] -%}
        {%- for name in names -%}
            {%- do columns.append(side ~ '.' ~ name) -%}
        {%- endfor -%}
        {%- do sides.append('hash_record_extended(row(' ~ columns | join(', ') ~ '), 42)') -%}
    {%- endfor -%}
    {{ return(sides | join(' = ') ~ '\n        and ' ~ cutover.default__dialect_null_safe_match(left, right, names)) }}
{%- endmacro %}


{#- A schema is made in the database of the connection: its name can't be written with the database. -#}
{% macro postgres__dialect_create_schema(relation) -%}
    {{ return('create schema if not exists ' ~ relation.without_identifier().include(database=false)) }}
{%- endmacro %}


{% macro postgres__dialect_begin_snapshot() -%}
    {{ return('begin isolation level repeatable read') }}
{%- endmacro %}


{% macro postgres__dialect_steps(relation, alias, last, every=1) -%}
{{ relation }} as {{ alias }}
    cross join lateral generate_series(0, cast({{ last }} as integer), {{ every }}) as cutover_steps(cutover_step)
{%- endmacro %}
