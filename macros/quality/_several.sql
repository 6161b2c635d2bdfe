{#- Several relations at once: those of a list, or those of a schema whose names match. One catalog query for their columns. -#}

{% macro _require_several(origin, relation, schema, select, exclude) -%}
    {%- if (relation is none) == (schema is none) -%}
        {%- do cutover._fail(origin, '`relation` or `schema` is required; got ' ~ ('neither.' if schema is none else 'both.')
            ~ " Example: relation: ref('orders').") -%}
    {%- endif -%}
    {%- for argument, value in [('select', select), ('exclude', exclude)] -%}
        {%- do cutover._require_names(origin, argument, value, "[orders, 'stg_*']") -%}
        {%- if value and schema is none -%}
            {%- do cutover._fail(origin, '`' ~ argument ~ '` chooses among the relations of a `schema`, and none was given.') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if schema is not none -%}
        {%- do cutover._require_text(origin, 'schema', schema, 'legacy') -%}
    {%- elif relation is sequence and relation is not string and relation is not mapping and relation.identifier is not defined -%}
        {%- do cutover._require_list(origin, 'relation', relation, "[ref('orders'), legacy.customers]", min=1) -%}
    {%- endif -%}
{%- endmacro %}


{#- A list of {text, found, error}: found as `_relation` answers it, or none with the reason. What a caller names has to be there. -#}
{% macro _several(origin, relation, schema, select, exclude) -%}
    {%- set several = [] -%}
    {%- if schema is none -%}
        {%- set listed = relation is sequence and relation is not string and relation is not mapping and relation.identifier is not defined -%}
        {%- set asked = {} -%}
        {%- for one in (relation if listed else [relation]) -%}
            {%- do asked.update({'relation[' ~ loop.index0 ~ ']' if listed else 'relation': one}) -%}
        {%- endfor -%}
        {%- for found in cutover._relations(origin, asked).values() -%}
            {%- do several.append({'text': found.text, 'found': found, 'error': none}) -%}
        {%- endfor -%}
        {{ return(several) }}
    {%- endif -%}
    {%- set wanted = [] -%}
    {%- for place in cutover._schema_places(origin, schema, select, exclude) -%}
        {%- do wanted.append(api.Relation.create(database=place.database, schema=place.schema, identifier=place.identifier)) -%}
    {%- endfor -%}
    {%- set rows = cutover.dialect_catalog(wanted) -%}
    {%- for one in wanted -%}
        {%- set mine = rows | selectattr('asked', 'equalto', loop.index0) | selectattr('name', 'equalto', one.identifier)
            | selectattr('schema', 'equalto', one.schema) | list -%}
        {%- set error = 'it was dropped meanwhile' if not mine else (none if mine[0].readable else 'no right to read it') -%}
        {%- do several.append({
            'text': cutover._relation_text(one), 'found': cutover._found_relation(origin, 'schema', one, mine) if error is none else none, 'error': error,
        }) -%}
    {%- endfor -%}
    {{ return(several) }}
{%- endmacro %}


{#- The relations of a schema by name; a `*` in `select` and `exclude` stands for any letters. Case doesn't count. -#}
{% macro _schema_places(origin, schema, select, exclude) -%}
    {%- set parts = modules.re.findall('"(?:[^"]|"")+"|[^."]+', schema) -%}
    {%- set names = [] -%}
    {%- for part in parts -%}
        {%- do names.append(part[1:-1].replace('""', '"') if part.startswith('"') else part | trim) -%}
    {%- endfor -%}
    {%- if names | length not in (1, 2) -%}
        {%- do cutover._refuse(origin, 'schema', 'a schema, or database.schema', schema) -%}
    {%- endif -%}
    {%- set database = names[0] if names | length == 2 else target.database -%}
    {%- set objects = cutover.dialect_objects(database, [names[-1]]) -%}
    {%- set spellings = objects | map(attribute='schema') | unique(case_sensitive=true) | list -%}
    {%- if not spellings -%}
        {%- do cutover._fail(origin, '`schema` ' ~ schema ~ ' holds no relation, or is not there: looked in the database ' ~ database ~ '.') -%}
    {%- elif spellings | length > 1 and names[-1] not in spellings -%}
        {%- do cutover._refuse(origin, 'schema', 'one schema, spelled exactly: ' ~ spellings | join(' or '), schema) -%}
    {%- endif -%}
    {%- set spelled = names[-1] if names[-1] in spellings else spellings[0] -%}
    {%- set places = [] -%}
    {%- for row in objects if row.schema == spelled -%}
        {%- if (not select or cutover._is_named(row.name, select)) and not cutover._is_named(row.name, exclude) -%}
            {%- do places.append({'database': database, 'schema': row.schema, 'identifier': row.name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not places -%}
        {%- set all = objects | selectattr('schema', 'equalto', spelled) | map(attribute='name') | list -%}
        {%- do cutover._refuse(origin, 'select', 'names of relations in ' ~ spelled ~ ', where a * stands for any letters', select, candidates=all) -%}
    {%- endif -%}
    {{ return(places) }}
{%- endmacro %}


{% macro _is_named(name, patterns) -%}
    {%- set state = namespace(named=false) -%}
    {%- for pattern in patterns -%}
        {%- set expression = modules.re.escape(pattern | lower).replace('\\*', '[\\s\\S]*') -%}
        {%- set state.named = state.named or modules.re.match('(?:' ~ expression ~ ')(?!\\n)$', name | lower) is not none -%}
    {%- endfor -%}
    {{ return(state.named) }}
{%- endmacro %}
