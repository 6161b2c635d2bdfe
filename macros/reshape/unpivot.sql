{#- Columns as rows: one per row of the relation and column. Reads the relation once; one look at the catalog while compiling, unless it has nothing to say. -#}
{% macro unpivot(relation, keys=[], columns=none, exclude=[], name_column='field_name', value_column='value', cast_to=none) -%}
    {%- set known = ['relation', 'keys', 'columns', 'exclude', 'name_column', 'value_column', 'cast_to'] -%}
    {%- do cutover._require_known_arguments('unpivot', kwargs, varargs, known) -%}
    {%- do cutover._require_names('unpivot', 'keys', keys, "['order_id']") -%}
    {%- if columns is not none -%}
        {%- do cutover._require_names('unpivot', 'columns', columns, "['q1', 'q2']", min=1) -%}
    {%- endif -%}
    {%- do cutover._require_names('unpivot', 'exclude', exclude, "['loaded_at']") -%}
    {%- do cutover._require_text('unpivot', 'name_column', name_column, 'field_name') -%}
    {%- do cutover._require_text('unpivot', 'value_column', value_column, 'value') -%}
    {%- if cast_to is not none -%}
        {%- do cutover._require_sql('unpivot', 'cast_to', cast_to, 'varchar') -%}
    {%- endif -%}
    {%- if columns is not none and exclude -%}
        {%- do cutover._fail('unpivot', '`columns` and `exclude` are given: `exclude` is for all columns but those.') -%}
    {%- endif -%}
    {%- if columns is not none and cast_to is not none -%}
        {%- do cutover._require_free_names(keys, name_column, value_column) -%}
        {%- set relation = cutover._readable('unpivot', relation) -%}
        {{ return(cutover._unpivoted(relation, cutover._given_columns(keys), cutover._given_columns(columns), name_column, value_column, cast_to)) }}
    {%- elif not execute -%}
        {%- do cutover._parse_relation('unpivot', 'relation', relation) -%}
        {%- set nothing = cutover._given_columns(columns or [value_column]) -%}
        {{ return(cutover._unpivoted(relation, cutover._given_columns(keys), nothing, name_column, value_column, cast_to or dbt.type_string())) }}
    {%- endif -%}
    {%- set found = cutover._relation('unpivot', 'relation', relation) -%}
    {%- set kept = cutover._found_columns('keys', keys, found) -%}
    {%- do cutover._require_free_names(kept | map(attribute='name') | list, name_column, value_column) -%}
    {%- set fields = cutover._unpivoted_columns(found, kept, columns, exclude) -%}
    {%- set type = cast_to if cast_to is not none else cutover._unpivoted_type(found, fields) -%}
    {{ return(cutover._unpivoted(found.relation if relation is string else relation, kept, fields, name_column, value_column, type)) }}
{%- endmacro %}


{#- Columns as the user wrote them, where the catalog isn't asked. -#}
{% macro _given_columns(names) -%}
    {%- set given = [] -%}
    {%- for name in names -%}
        {%- do given.append({'name': name, 'sql': name}) -%}
    {%- endfor -%}
    {{ return(given) }}
{%- endmacro %}


{% macro _found_columns(argument, names, relation) -%}
    {%- set found = [] -%}
    {%- for name in names -%}
        {%- set column = cutover._column('unpivot', argument ~ '[' ~ loop.index0 ~ ']', name, relation) -%}
        {%- do found.append({'name': column.name, 'type': column.type, 'sql': cutover._quoted(column.name)}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#- The two new columns stand beside the keys: no two of them may share a name. -#}
{% macro _require_free_names(keys, name_column, value_column) -%}
    {%- set taken = keys | map('lower') | list -%}
    {%- for argument, name in [('name_column', name_column), ('value_column', value_column)] -%}
        {%- if name | lower in taken -%}
            {%- do cutover._refuse('unpivot', argument, 'a name that no other column of the result has', name) -%}
        {%- endif -%}
        {%- do taken.append(name | lower) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Those asked for, or all that are neither key nor excluded, in the order of the relation. -#}
{% macro _unpivoted_columns(relation, keys, columns, exclude) -%}
    {%- set left_out = (keys + cutover._found_columns('exclude', exclude, relation)) | map(attribute='name') | list -%}
    {%- set wanted = columns -%}
    {%- if columns is none -%}
        {%- set wanted = relation.columns | map(attribute='name') | reject('in', left_out) | list -%}
    {%- endif -%}
    {%- if not wanted -%}
        {%- do cutover._fail('unpivot', relation.text ~ ' has no column beside `keys` and `exclude`: there is nothing to unpivot.') -%}
    {%- endif -%}
    {%- set fields = cutover._found_columns('columns', wanted, relation) -%}
    {%- for field in fields if field.name in left_out -%}
        {%- do cutover._fail('unpivot', 'the column ' ~ field.name ~ ' is in `keys` and in `columns`: it stays, or becomes rows.') -%}
    {%- endfor -%}
    {{ return(fields) }}
{%- endmacro %}


{#- The type that holds every value of the columns; none where they all have the same one already. -#}
{% macro _unpivoted_type(relation, fields) -%}
    {%- set types = fields | map(attribute='type') | unique(case_sensitive=true) | list -%}
    {%- if types | length == 1 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set state = namespace(facts=cutover.dialect_type_facts(types[0])) -%}
    {%- for type in types[1:] if state.facts is not none -%}
        {%- set state.facts = cutover._common_facts(state.facts, cutover.dialect_type_facts(type)) -%}
    {%- endfor -%}
    {%- if state.facts is none -%}
        {%- set shown = [] -%}
        {%- for field in fields -%}
            {%- do shown.append(field.name ~ ' ' ~ field.type) -%}
        {%- endfor -%}
        {%- do cutover._fail('unpivot', 'the columns of ' ~ relation.text ~ ' have no common type: ' ~ shown | join(', ')
            ~ '. Give one in `cast_to`, or leave columns out by `exclude`. Example: cast_to=' ~ "'" ~ dbt.type_string() ~ "'.") -%}
    {%- endif -%}
    {{ return(cutover.dialect_type_name(state.facts)) }}
{%- endmacro %}


{#- Crossed with the list of the fields, so that the relation is read once however many they are. A number is found faster among many than a name. -#}
{% macro _unpivoted(relation, keys, fields, name_column, value_column, type) -%}
(
    select
        {%- for key in keys %}
        cutover_rows.{{ key.sql }},
        {%- endfor %}
        cutover_fields.cutover_field as {{ cutover._new_name(name_column) }},
        case cutover_fields.cutover_number
            {%- for field in fields %}
            {%- set value = 'cutover_rows.' ~ field.sql %}
            when {{ loop.index }} then {{ value if type is none else 'cast(' ~ value ~ ' as ' ~ type ~ ')' }}
            {%- endfor %}
        end as {{ cutover._new_name(value_column) }}

    from (select * from {{ relation }}) as cutover_rows
    cross join (
        {%- for field in fields %}
        {{ 'union all ' if not loop.first }}select {{ loop.index }} as cutover_number, {{ cutover._field_name(field) }} as cutover_field
        {%- endfor %}
    ) as cutover_fields
)
{%- endmacro %}


{% macro _field_name(field) -%}
    {{ return('cast(' ~ cutover._literal(field.name) ~ ' as ' ~ dbt.type_string() ~ ')') }}
{%- endmacro %}


{% macro _new_name(name) -%}
    {{ return(name if cutover._is_plain_name(name) else cutover._quoted(name)) }}
{%- endmacro %}
