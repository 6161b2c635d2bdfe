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


{% macro postgres__dialect_type_name(facts) -%}
    {{ return('numeric' if facts.family == 'decimal' else cutover.default__dialect_type_name(facts)) }}
{%- endmacro %}


{#- As text, for json and a few more types have no equality. A row's text quotes its values, and tells NULL from the empty text. -#}
{% macro postgres__dialect_whole_row(alias) -%}
    {{ return('cast(' ~ alias ~ ' as text)') }}
{%- endmacro %}


{#-
    There is no `qualify`, and a number of its own would be one column too many. What follows the key in the order is computed for every row, the check too.
    Redshift has no `distinct on` and has `qualify`: it needs the default.
-#}
{% macro postgres__dialect_first_rows(relation, alias, partition_by, order_by, check=none) -%}
    select distinct on ({{ partition_by }})
        {{ alias }}.*

    from {{ relation }}
    order by {{ partition_by }}, {{ order_by }}{{ ', ' ~ check if check is not none }}
{%- endmacro %}


{#-
    There is no `ignore nulls`: the values that are known so far as an array, of which the last is taken. An array is made for each row, so that a partition's
    cost grows with the square of its length. An element of an array of arrays is NULL, which would be wrong in silence: then the types in coalesce differ, and
    the engine refuses.
-#}
{% macro postgres__dialect_last_known(expression, window) -%}
    {%- set over = 'over (' ~ window ~ ')' -%}
    {{ return('coalesce(' ~ expression ~ ', (array_agg(' ~ expression ~ ') filter (where ' ~ expression ~ ' is not null) ' ~ over
        ~ ')[count(' ~ expression ~ ') ' ~ over ~ '])') }}
{%- endmacro %}


{% macro postgres__dialect_white_space() -%}
    {{ return('[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]') }}
{%- endmacro %}


{#- Without the g only the first one. -#}
{% macro postgres__dialect_replace_all(expression, pattern, replacement) -%}
    {{ return('regexp_replace(' ~ expression ~ ', ' ~ cutover._literal(pattern) ~ ', ' ~ cutover._literal(replacement) ~ ", 'g')") }}
{%- endmacro %}


{#- No function raises in plain SQL: a text that is no boolean does, and the error shows it. One that doesn't depend on the row would fail while planning. -#}
{% macro postgres__dialect_raise(message) -%}
    {{ return('cast(' ~ message ~ ' as boolean)') }}
{%- endmacro %}


{#- sha256 takes bytes, and takes them of UTF-8 whatever the database's encoding; md5 those of the database. -#}
{% macro postgres__dialect_hash(expression, algorithm) -%}
    {%- if algorithm == 'sha256' -%}
        {{ return("encode(sha256(convert_to(" ~ expression ~ ", 'UTF8')), 'hex')") }}
    {%- endif -%}
    {{ return('md5(' ~ expression ~ ')') }}
{%- endmacro %}


{#- dbt hands the questions of Redshift on to this file; that engine takes no index at all. -#}
{% macro postgres__dialect_index_types() -%}
    {{ return({} if adapter.type() != 'postgres' else {
        'btree': {'unique': true, 'composite': true}, 'hash': {'unique': false, 'composite': false}, 'gin': {'unique': false, 'composite': true},
        'gist': {'unique': false, 'composite': true}, 'spgist': {'unique': false, 'composite': false}, 'brin': {'unique': false, 'composite': true},
    }) }}
{%- endmacro %}


{#-
    `plain` is an index of whole columns alone, over all rows and ready for use, in the order, the collation and the operator class that a column has by itself:
    what `create index` gives without further words.
-#}
{% macro postgres__dialect_indexes(place, names) -%}
    {%- set query -%}
        select
            ':' || o.relname as owner,
            case when o.relkind in ('r', 'p', 'm') then 'table' when o.relkind = 'v' then 'view' else 'foreign table' end as kind,
            ':' || c.relname as name,
            ':' || k.columns as columns,
            x.indisunique as "unique",
            a.amname as type,
            x.indisvalid and x.indpred is null and k.plain as plain

        from pg_catalog.pg_class as o
        inner join pg_catalog.pg_namespace as n on n.oid = o.relnamespace
        left join pg_catalog.pg_index as x on x.indrelid = o.oid
        left join pg_catalog.pg_class as c on c.oid = x.indexrelid
        left join pg_catalog.pg_am as a on a.oid = c.relam
        left join lateral (
            select
                cast(json_agg(t.attname order by i.place) as text) as columns,
                bool_and(coalesce(i.ordering = 0 and p.opcdefault and i.sorting = t.attcollation, false)) as plain
            from unnest(cast(x.indkey as int2[]), cast(x.indclass as oid[]), cast(x.indoption as int2[]), cast(x.indcollation as oid[]))
                with ordinality as i(number, opclass, ordering, sorting, place)
            left join pg_catalog.pg_attribute as t on t.attrelid = o.oid and t.attnum = i.number
            left join pg_catalog.pg_opclass as p on p.oid = i.opclass
        ) as k on true
        where
            n.nspname = {{ cutover._literal(place.schema) }}
            and o.relkind in ('r', 'p', 'm', 'v', 'f')
            and (o.relname = {{ cutover._literal(place.identifier) }} or c.relname in ({{ names | map('tojson') | join(', ') | replace('"', "'") }}))
    {%- endset -%}
    {%- set rows = cutover._rows(query, exact=['owner', 'name', 'columns']) -%}
    {%- for row in rows -%}
        {%- do row.update({'columns': fromjson(row.columns or '[]')}) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{% macro postgres__dialect_wait_for_transaction(name) -%}
    {{ return('select pg_advisory_xact_lock(hashtext(' ~ cutover._literal(name) ~ '))') }}
{%- endmacro %}


{#- In the collation C, so that \d and \w are those of ASCII whatever the column's collation. -#}
{% macro postgres__dialect_regex_like(expression, regex) -%}
    {{ return('(cast(' ~ expression ~ ' as text) collate "C" ~ ' ~ cutover._literal(regex) ~ ')') }}
{%- endmacro %}


{% macro postgres__dialect_utc(expression, facts) -%}
    {{ return(cutover.duckdb__dialect_utc(expression, facts)) }}
{%- endmacro %}


{#- A unique index holds as a constraint does, if it is over all rows, of whole columns and ready. -#}
{% macro postgres__dialect_constraints(place) -%}
    {%- set query -%}
        select 'not_null' as kind, ':' || cast(json_build_array(a.attname) as text) as columns, a.attnum as place
        from pg_catalog.pg_attribute as a
        inner join pg_catalog.pg_class as c on c.oid = a.attrelid
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where
            a.attnotnull and a.attnum > 0 and not a.attisdropped
            and n.nspname = {{ cutover._literal(place.schema) }} and c.relname = {{ cutover._literal(place.identifier) }}
        union all
        select case when x.indisprimary then 'primary_key' else 'unique' end as kind, ':' || k.columns as columns, 10000 as place
        from pg_catalog.pg_index as x
        inner join pg_catalog.pg_class as c on c.oid = x.indrelid
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        cross join lateral (
            select cast(json_agg(t.attname order by i.place) as text) as columns
            from unnest(cast(x.indkey as int2[])) with ordinality as i(number, place)
            inner join pg_catalog.pg_attribute as t on t.attrelid = c.oid and t.attnum = i.number
            where i.place <= x.indnkeyatts
        ) as k
        where
            x.indisunique and x.indisvalid and x.indpred is null and x.indexprs is null
            and n.nspname = {{ cutover._literal(place.schema) }} and c.relname = {{ cutover._literal(place.identifier) }}
        order by place, kind, columns
    {%- endset -%}
    {%- set rows = cutover._rows(query, exact=['columns']) -%}
    {%- for row in rows -%}
        {%- do row.update({'columns': fromjson(row.columns)}) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{#-
    By a look-up of the name, which answers null for a type that isn't there and knows no lengths: those are put to its end. A serial is an integer with a
    default, and float(24) another name of real.
-#}
{% macro postgres__dialect_declared_type(data_type) -%}
    {%- set lengths = '\\s*\\(\\s*[0-9]+\\s*(?:,\\s*-?[0-9]+\\s*)?\\)' -%}
    {%- set base = modules.re.sub(lengths, '', data_type) | trim -%}
    {%- set length = modules.re.findall(lengths, data_type) | join('') | replace(' ', '') -%}
    {%- set alike = {'serial': 'integer', 'bigserial': 'bigint', 'smallserial': 'smallint', 'serial4': 'integer', 'serial8': 'bigint'} -%}
    {%- if base | lower == 'float' and length -%}
        {%- set base, length = 'real' if length[1:-1] | int <= 24 else 'double precision', '' -%}
    {%- elif base | lower in ('numeric', 'decimal', 'dec') and length and ',' not in length -%}
        {%- set length = length[:-1] ~ ',0)' -%}
    {%- endif -%}
    {{ return('(cast(to_regtype(' ~ cutover._literal(alike.get(base | lower, base)) ~ ') as text) || ' ~ cutover._literal(length) ~ ')') }}
{%- endmacro %}


{% macro postgres__dialect_objects(database, schemas=none) -%}
    {%- set literals = [] -%}
    {%- for schema in schemas or [] -%}
        {%- do literals.append('lower(' ~ cutover._literal(schema) ~ ')') -%}
    {%- endfor -%}
    {%- set query -%}
        select
            ':' || n.nspname as schema,
            ':' || c.relname as name,
            case when c.relkind in ('v', 'm') then 'view' else 'table' end as kind,
            ':' || case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition

        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where
            c.relkind in ('r', 'v', 'm', 'p', 'f')
            and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
            and lower(current_database()) = lower({{ cutover._literal(database) }})
            {{ 'and lower(n.nspname) in (' ~ literals | join(', ') ~ ')' if literals }}
        order by 1, 2
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['schema', 'name', 'definition'])) }}
{%- endmacro %}
