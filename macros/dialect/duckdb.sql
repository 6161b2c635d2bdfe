{#- DuckDB 1.3 and later; what is said of hash() and of collations was tried on 2.0. -#}

{% macro duckdb__dialect_capability(name) -%}
    {{ return(name in ('cross_database', 'transactional_ddl', 'pointer_views')) }}
{%- endmacro %}


{#- One query for all: adapter.get_columns_in_relation would ask once per relation, and guesses when names differ by case. -#}
{% macro duckdb__dialect_catalog(relations) -%}
    {%- set query -%}
        {%- for wanted in relations %}
        {{ 'union all' if not loop.first }}
        select
            {{ loop.index0 }} as asked,
            ':' || database_name as database,
            ':' || schema_name as schema,
            ':' || table_name as name,
            true as readable,
            ':' || column_name as column,
            ':' || data_type as type,
            column_index as place

        from duckdb_columns()
        where
            lower(database_name) = lower({{ cutover._literal(wanted.database) }})
            and lower(schema_name) = lower({{ cutover._literal(wanted.schema) }})
            and lower(table_name) = lower({{ cutover._literal(wanted.identifier) }})
        {%- endfor %}
        order by asked, place
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['database', 'schema', 'name', 'column', 'type'])) }}
{%- endmacro %}


{% macro duckdb__dialect_text_literal(value) -%}
    {{ return("'" ~ value.replace("'", "''") ~ "'") }}
{%- endmacro %}


{#- DuckDB has no limit; file systems and other engines do, so that a name stays portable. -#}
{% macro duckdb__dialect_max_identifier_length() -%}
    {{ return(255) }}
{%- endmacro %}


{% macro duckdb__dialect_utc_now() -%}
    {{ return("(now() at time zone 'UTC')") }}
{%- endmacro %}


{% macro duckdb__dialect_typeof(expression) -%}
    {{ return('typeof(' ~ expression ~ ')') }}
{%- endmacro %}


{% macro duckdb__dialect_type_facts(data_type) -%}
    {%- set type = data_type | upper -%}
    {%- set digits = {'TINYINT': 3, 'UTINYINT': 3, 'SMALLINT': 5, 'USMALLINT': 5, 'INTEGER': 10, 'UINTEGER': 10, 'BIGINT': 19, 'UBIGINT': 20, 'HUGEINT': 39} -%}
    {%- set decimal = modules.re.match('^DECIMAL\\((\\d+),\\s*(\\d+)\\)$', type) -%}
    {%- if type in digits -%}
        {{ return({'family': 'integer', 'precision': digits[type], 'scale': 0}) }}
    {%- elif decimal -%}
        {{ return({'family': 'decimal', 'precision': decimal.group(1) | int, 'scale': decimal.group(2) | int}) }}
    {%- elif type in ('FLOAT', 'DOUBLE') -%}
        {{ return({'family': 'float'}) }}
    {%- elif type in ('VARCHAR', 'BOOLEAN', 'DATE') -%}
        {{ return({'family': {'VARCHAR': 'text', 'BOOLEAN': 'boolean', 'DATE': 'date'}[type]}) }}
    {%- elif type in ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS') -%}
        {{ return({'family': 'timestamp'}) }}
    {%- elif type == 'TIMESTAMP WITH TIME ZONE' -%}
        {{ return({'family': 'timestamptz'}) }}
    {%- elif type == 'TIME' -%}
        {{ return({'family': 'time'}) }}
    {%- elif modules.re.match('^ENUM\\(', type) and '[' not in type -%}
        {{ return({'family': 'text'}) }}
    {%- endif -%}
    {{ return({'family': 'other', 'type': type}) }}
{%- endmacro %}


{#-
    A NOCASE column keeps its collation through a cast, and joins 'a' with 'A' while their hashes differ: only an explicit binary collation takes it off.
    Nested and tagged values go through JSON, whose text tells [NULL] from ['NULL']. Adding 0 turns -0.0 into 0.0.
-#}
{% macro duckdb__dialect_comparable(expression, facts) -%}
    {%- set plain = {'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp', 'timestamptz': 'timestamptz', 'time': 'time'} -%}
    {%- if facts.family == 'integer' -%}
        {{ return('cast(' ~ expression ~ ' as ' ~ ('bigint' if facts.precision <= 19 else 'hugeint') ~ ')') }}
    {%- elif facts.family == 'decimal' -%}
        {{ return('cast(' ~ expression ~ ' as decimal(' ~ facts.precision ~ ', ' ~ facts.scale ~ '))') }}
    {%- elif facts.family == 'float' -%}
        {{ return('(cast(' ~ expression ~ ' as double) + 0)') }}
    {%- elif facts.family == 'text' -%}
        {{ return('(cast(' ~ expression ~ ' as varchar) collate "binary")') }}
    {%- elif facts.family in plain -%}
        {{ return('cast(' ~ expression ~ ' as ' ~ plain[facts.family] ~ ')') }}
    {%- elif facts.type == 'BLOB' -%}
        {{ return('hex(' ~ expression ~ ')') }}
    {%- elif facts.type.endswith(']') or facts.type.startswith('STRUCT(') or facts.type.startswith('MAP(') or facts.type.startswith('UNION(')
        or facts.type == 'VARIANT' -%}
        {{ return('cast(to_json(' ~ expression ~ ') as varchar)') }}
    {%- endif -%}
    {{ return('(cast(' ~ expression ~ ' as varchar) collate "binary")') }}
{%- endmacro %}


{#-
    128 bits hold the difference of any two 64 bit integers. The widest types have no wider one: there a difference that overflows, and only that one, is taken
    in floating point.
-#}
{% macro duckdb__dialect_difference(left, right, facts) -%}
    {%- if facts.family == 'integer' and facts.precision <= 19 -%}
        {{ return('abs(cast(' ~ left ~ ' as hugeint) - cast(' ~ right ~ ' as hugeint))') }}
    {%- elif facts.family in ('integer', 'decimal') and facts.precision >= 38 -%}
        {{ return('coalesce(cast(try(abs(' ~ left ~ ' - ' ~ right ~ ')) as double), abs(cast(' ~ left ~ ' as double) - cast(' ~ right ~ ' as double)))') }}
    {%- endif -%}
    {{ return(cutover.default__dialect_difference(left, right, facts)) }}
{%- endmacro %}


{#- Hashed twice: hash() combines so that swapping the last column's values between two rows can keep the sum. -#}
{% macro duckdb__dialect_row_hash(values) -%}
    {%- set expressions = values | map(attribute='sql') | join(', ') -%}
    {{ return('hash(hash(' ~ expressions ~ '))') }}
{%- endmacro %}


{% macro duckdb__dialect_bucket(values) -%}
    {%- set expressions = values | map(attribute='sql') | join(', ') -%}
    {{ return('(hash(' ~ expressions ~ ') & 65535)') }}
{%- endmacro %}


{#- Every transaction of DuckDB reads one snapshot. -#}
{% macro duckdb__dialect_begin_snapshot() -%}
    {{ return('begin transaction') }}
{%- endmacro %}


{% macro duckdb__dialect_approx_distinct(expression) -%}
    {{ return('approx_count_distinct(' ~ expression ~ ')') }}
{%- endmacro %}


{% macro duckdb__dialect_objects(database, schemas=none) -%}
    {%- set literals = [] -%}
    {%- for schema in schemas or [] -%}
        {%- do literals.append('lower(' ~ cutover._literal(schema) ~ ')') -%}
    {%- endfor -%}
    {%- set query -%}
        select ':' || schema_name as schema, ':' || name as name, kind, ':' || definition as definition
        from (
            select database_name, schema_name, table_name as name, 'table' as kind, cast(null as varchar) as definition from duckdb_tables() where not internal
            union all
            select database_name, schema_name, view_name as name, 'view' as kind, sql as definition from duckdb_views() where not internal
        ) as objects
        where
            lower(database_name) = lower({{ cutover._literal(database) }})
            {{ 'and lower(schema_name) in (' ~ literals | join(', ') ~ ')' if literals }}
        order by 1, 2
    {%- endset -%}
    {{ return(cutover._rows(query, exact=['schema', 'name', 'definition'])) }}
{%- endmacro %}


{% macro duckdb__dialect_steps(relation, alias, last, every=1) -%}
{{ relation }} as {{ alias }}
    cross join unnest(generate_series(0, {{ last }}, {{ every }})) as cutover_steps(cutover_step)
{%- endmacro %}


{#- dbt's float has 32 bits here. -#}
{% macro duckdb__dialect_type_name(facts) -%}
    {%- if facts.family == 'float' -%}
        {{ return('double') }}
    {%- elif facts.family == 'integer' and facts.precision > 19 -%}
        {{ return('hugeint') }}
    {%- endif -%}
    {{ return(cutover.default__dialect_type_name(facts)) }}
{%- endmacro %}


{#- An alias stands for its row, a struct. -#}
{% macro duckdb__dialect_whole_row(alias) -%}
    {{ return(alias) }}
{%- endmacro %}


{#- trim with a list of characters is five times as slow. -#}
{% macro duckdb__dialect_trim(expression) -%}
    {%- set end = cutover.dialect_white_space() ~ '+' -%}
    {{ return(cutover.dialect_replace_all(cutover.dialect_replace_all(expression, '^' ~ end, ''), end ~ '$', '')) }}
{%- endmacro %}


{% macro duckdb__dialect_white_space() -%}
    {{ return('[\\t\\n\\v\\f\\r \\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}]') }}
{%- endmacro %}


{#-
    Only floats and texts go by way of the text. Reading one into the widest decimal is twenty times as slow as into 18 digits, which is tried first. The type
    is known when the query is planned: the other branch costs nothing.
-#}
{% macro duckdb__dialect_rounded(expression, digits) -%}
    {%- set text = 'cast(' ~ expression ~ ' as varchar)' -%}
    {{ return('case when typeof(' ~ expression ~ ") in ('FLOAT', 'DOUBLE', 'VARCHAR') then coalesce(try_cast(" ~ text ~ ' as decimal(18, ' ~ digits
        ~ ')), cast(' ~ text ~ ' as decimal(38, ' ~ digits ~ '))) else cast(' ~ expression ~ ' as decimal(38, ' ~ digits ~ ')) end') }}
{%- endmacro %}


{#- Without the g only the first one. -#}
{% macro duckdb__dialect_replace_all(expression, pattern, replacement) -%}
    {{ return('regexp_replace(' ~ expression ~ ', ' ~ cutover._literal(pattern) ~ ', ' ~ cutover._literal(replacement) ~ ", 'g')") }}
{%- endmacro %}


{% macro duckdb__dialect_raise(message) -%}
    {{ return('cast(error(' ~ message ~ ') as boolean)') }}
{%- endmacro %}


{% macro duckdb__dialect_hash(expression, algorithm) -%}
    {{ return(algorithm ~ '(' ~ expression ~ ')') }}
{%- endmacro %}


{% macro duckdb__dialect_index_types() -%}
    {{ return({'art': {'unique': true, 'composite': true}}) }}
{%- endmacro %}


{#- A column's name stands in quotes there where it needs them; what is neither is an expression. -#}
{% macro duckdb__dialect_indexes(place, names) -%}
    {%- set query -%}
        select
            ':' || o.name as owner,
            o.kind,
            ':' || i.index_name as name,
            ':' || cast(to_json(cast(i.expressions as varchar[])) as varchar) as columns,
            i.is_unique

        from (
            select database_name, schema_name, table_name as name, 'table' as kind from duckdb_tables()
            union all
            select database_name, schema_name, view_name as name, 'view' as kind from duckdb_views()
        ) as o
        left join duckdb_indexes() as i on i.database_name = o.database_name and i.schema_name = o.schema_name and i.table_name = o.name
        where
            o.database_name = {{ cutover._literal(place.database) }}
            and o.schema_name = {{ cutover._literal(place.schema) }}
            and (o.name = {{ cutover._literal(place.identifier) }} or i.index_name in ({{ names | map('tojson') | join(', ') | replace('"', "'") }}))
    {%- endset -%}
    {%- set rows = cutover._rows(query, exact=['owner', 'name', 'columns']) -%}
    {%- for row in rows -%}
        {%- set columns = [] -%}
        {%- for text in fromjson(row.columns or '[]') -%}
            {%- set is_name = modules.re.match('[A-Za-z_][A-Za-z0-9_]*$', text) -%}
            {%- do columns.append(text[1:-1].replace('""', '"') if text.startswith('"') else (text if is_name else none)) -%}
        {%- endfor -%}
        {%- do row.update({'columns': columns, 'unique': row.is_unique, 'type': 'art', 'plain': none not in columns}) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{#- RE2; with the option `.` is any character, a line end too, as elsewhere. -#}
{% macro duckdb__dialect_regex_like(expression, regex) -%}
    {{ return('regexp_matches(' ~ expression ~ ', ' ~ cutover._literal(regex) ~ ", 's')") }}
{%- endmacro %}


{% macro duckdb__dialect_utc(expression, facts) -%}
    {{ return('cast(' ~ expression ~ (" at time zone 'UTC'" if facts.family == 'timestamptz' else '') ~ ' as timestamp)') }}
{%- endmacro %}


{#- A unique index is no constraint here. -#}
{% macro duckdb__dialect_constraints(place) -%}
    {%- set query -%}
        select
            case constraint_type when 'NOT NULL' then 'not_null' when 'UNIQUE' then 'unique' else 'primary_key' end as kind,
            ':' || cast(to_json(constraint_column_names) as varchar) as columns

        from duckdb_constraints()
        where
            constraint_type in ('NOT NULL', 'UNIQUE', 'PRIMARY KEY')
            and database_name = {{ cutover._literal(place.database) }}
            and schema_name = {{ cutover._literal(place.schema) }}
            and table_name = {{ cutover._literal(place.identifier) }}
        order by constraint_index
    {%- endset -%}
    {%- set rows = cutover._rows(query, exact=['columns']) -%}
    {%- for row in rows -%}
        {%- do row.update({'columns': fromjson(row.columns)}) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{#- One list of shares is one state; a quantile each would keep the values three times. -#}
{% macro duckdb__dialect_quantile(expression, share, approximate=false) -%}
    {%- set place = {'0.25': 1, '0.5': 2, '0.75': 3}.get(share | string) -%}
    {{ return(('approx_quantile(' if approximate else 'quantile_cont(') ~ expression ~ ', ' ~ ('[0.25, 0.5, 0.75]' if place else '[' ~ share ~ ']')
        ~ ')[' ~ (place or 1) ~ ']') }}
{%- endmacro %}


{#- A sixth less than to count a `case`; `count(*) filter` costs three times as much where there are many. Of no rows it is null. -#}
{% macro duckdb__dialect_count_where(condition) -%}
    {{ return('coalesce(count_if(' ~ condition ~ '), 0)') }}
{%- endmacro %}
