{#-
    What a reconcile compares, decided before any table is read: keys and columns as {name, legacy, migrated (SQL of the raw value), facts (the common type)},
    and what is left out with its reason. Later phases see the compared value only, never the raw column.
-#}
{% macro _reconcile_plan(origin, asked) -%}
    {%- set sides = cutover._relations(origin, {'legacy': asked.legacy, 'migrated': asked.migrated}) -%}
    {%- set plan = {
        'legacy': sides.legacy, 'migrated': sides.migrated, 'where': {'legacy': asked.legacy_where, 'migrated': asked.migrated_where},
        'levels': asked.levels, 'keys': [], 'columns': [], 'not_compared': [], 'accepted': [], 'warnings': [],
    } -%}
    {%- if asked.require_unique_keys and 'keys' not in asked.levels -%}
        {%- do cutover._fail(origin, '`require_unique_keys` is judged by the level keys, which `levels` leaves out.') -%}
    {%- endif -%}
    {#- What is accepted is told row by row, whatever the level. -#}
    {%- set by_column = 'columns' in asked.levels or 'rows' in asked.levels -%}
    {%- set by_row = by_column or 'keys' in asked.levels or asked.accepted_differences -%}
    {%- if by_row or cutover._speaks_of_columns(asked) -%}
        {%- set map = cutover._column_map(origin, asked.column_map, sides) -%}
        {%- set derived = cutover._expressions(origin, asked.expressions, sides, map) -%}
        {%- do plan.update({'keys': cutover._keys(origin, asked['keys'], sides, map, derived)}) -%}
        {%- do cutover._add_columns(origin, plan, asked, sides, map, derived) -%}
        {%- do cutover._add_tolerances(origin, plan, asked.tolerances) -%}
        {%- do cutover._add_accepted(origin, plan, asked.accepted_differences) -%}
        {%- do cutover._add_hidden(origin, plan, asked.redact) -%}
    {%- endif -%}
    {%- if not by_row -%}
        {%- do plan.update({'keys': []}) -%}
    {%- endif -%}
    {%- if not by_column -%}
        {%- do plan.update({'columns': plan['columns'] if asked.accepted_differences else [], 'not_compared': []}) -%}
    {%- endif -%}
    {%- if sides.legacy.text == sides.migrated.text and asked.legacy_where == asked.migrated_where -%}
        {%- do plan.warnings.append('both sides are ' ~ sides.legacy.text ~ ': it is compared with itself') -%}
    {%- endif -%}
    {%- if (asked.legacy_where is none) != (asked.migrated_where is none) -%}
        {%- do plan.warnings.append('only the ' ~ ('migrated' if asked.legacy_where is none else 'legacy') ~ ' side is filtered') -%}
    {%- endif -%}
    {{ return(plan) }}
{%- endmacro %}


{#- Counting needs no columns; what is said of them is checked all the same. -#}
{% macro _speaks_of_columns(asked) -%}
    {%- for argument in ('keys', 'columns', 'exclude', 'column_map', 'expressions', 'tolerances', 'redact') if asked[argument] -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}


{#- {legacy name: migrated name}, in the catalog's spelling. -#}
{% macro _column_map(origin, column_map, sides) -%}
    {%- do cutover._require_mapping(origin, 'column_map', column_map, '{cust_no: customer_id}') -%}
    {%- set map = {} -%}
    {%- for name in column_map -%}
        {%- set legacy = cutover._column(origin, 'column_map', name, sides.legacy).name -%}
        {%- set migrated = cutover._column(origin, 'column_map.' ~ name, column_map[name], sides.migrated).name -%}
        {%- if migrated in map.values() -%}
            {%- do cutover._refuse(origin, 'column_map.' ~ name, 'a migrated column that no other legacy column is mapped to', column_map[name]) -%}
        {%- endif -%}
        {%- do map.update({legacy: migrated}) -%}
    {%- endfor -%}
    {{ return(map) }}
{%- endmacro %}


{#-
    The columns that stand in both sides, legacy's order: {legacy's name, migrated's name}. A name matches exactly, else ignoring case if that is unambiguous.
-#}
{% macro _common_columns(sides, map) -%}
    {%- set pairs = [] -%}
    {%- for column in sides.legacy.columns -%}
        {%- set exact = sides.migrated.columns | selectattr('name', 'equalto', column.name) | list -%}
        {%- set alike = [] -%}
        {%- for other in sides.migrated.columns if other.name | lower == column.name | lower -%}
            {%- do alike.append(other) -%}
        {%- endfor -%}
        {%- set same_here = sides.legacy.columns | map(attribute='name') | map('lower') | select('equalto', column.name | lower) | list | length -%}
        {%- if column.name in map -%}
            {%- do pairs.append({'legacy': column.name, 'migrated': map[column.name]}) -%}
        {%- elif exact and exact[0].name not in map.values() -%}
            {%- do pairs.append({'legacy': column.name, 'migrated': exact[0].name}) -%}
        {%- elif not exact and alike | length == 1 and same_here == 1 and alike[0].name not in map.values() -%}
            {%- do pairs.append({'legacy': column.name, 'migrated': alike[0].name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(pairs) }}
{%- endmacro %}


{#- One compared value: a derived column, or a pair of real ones. `facts` is none where the two types have no common one. -#}
{% macro _compared(origin, argument, name, sides, map, derived) -%}
    {%- set names = sides.legacy.columns | map(attribute='name') | list + derived.keys() | list -%}
    {%- set meant = cutover._meant(name, names | unique(case_sensitive=true) | list) -%}
    {%- if meant in derived -%}
        {%- set one = derived[meant] -%}
        {{ return({
            'name': meant, 'legacy': one.legacy, 'migrated': one.migrated, 'legacy_type': one.legacy_type, 'migrated_type': one.migrated_type,
            'facts': cutover._common_type(one.legacy_type, one.migrated_type),
        }) }}
    {%- endif -%}
    {%- set legacy = cutover._column(origin, argument, name, sides.legacy) -%}
    {%- set migrated = cutover._column(origin, argument, map.get(legacy.name, legacy.name), sides.migrated) -%}
    {{ return({
        'name': legacy.name, 'legacy': cutover._quoted(legacy.name), 'migrated': cutover._quoted(migrated.name),
        'legacy_type': legacy.type, 'migrated_type': migrated.type, 'facts': cutover._common_type(legacy.type, migrated.type),
        'migrated_name': migrated.name,
    }) }}
{%- endmacro %}


{% macro _keys(origin, keys, sides, map, derived) -%}
    {%- do cutover._require_list(origin, 'keys', keys, '[order_id]') -%}
    {%- if not keys -%}
        {%- do cutover._not_yet(origin, 'comparing without `keys` (rows as multisets)') -%}
    {%- endif -%}
    {%- do cutover._require_names(origin, 'keys', keys, '[order_id]', min=1) -%}
    {%- set compared = [] -%}
    {%- for name in keys -%}
        {%- set one = cutover._compared(origin, 'keys[' ~ loop.index0 ~ ']', name, sides, map, derived) -%}
        {%- if one.facts is none -%}
            {%- do cutover._fail(origin, '`keys[' ~ loop.index0 ~ ']` ' ~ name ~ ' is ' ~ one.legacy_type ~ ' in legacy and ' ~ one.migrated_type
                ~ ' in migrated, which have no common type. Give one side an expression. Example: expressions: {'
                ~ name ~ ": {legacy: 'cast(" ~ name ~ " as ...)'}}.") -%}
        {%- endif -%}
        {%- if one.name in compared | map(attribute='name') -%}
            {%- do cutover._refuse(origin, 'keys', 'a list that names each column once', keys) -%}
        {%- endif -%}
        {%- do compared.append(one) -%}
    {%- endfor -%}
    {{ return(compared) }}
{%- endmacro %}
