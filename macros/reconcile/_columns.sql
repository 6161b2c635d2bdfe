{#-
    The columns that are compared: those asked for, or all that both sides have, without the keys and the excluded. What stands on one side only, or has no
    common type, goes to `not_compared`: it is never left out in silence.
-#}
{% macro _add_columns(origin, plan, asked, sides, map, derived) -%}
    {%- set keys = plan['keys'] | map(attribute='name') | list -%}
    {%- set excluded = cutover._excluded(origin, asked.exclude, sides, derived, plan['keys']) -%}
    {%- set names = [] -%}
    {%- if asked.columns is not none -%}
        {%- do cutover._require_names(origin, 'columns', asked.columns, '[amount, status]', min=1) -%}
        {%- do names.extend(asked.columns) -%}
    {%- else -%}
        {%- for pair in cutover._common_columns(sides, map) if pair.legacy not in excluded.legacy and pair.migrated not in excluded.migrated -%}
            {%- do names.append(pair.legacy) -%}
        {%- endfor -%}
        {%- for name in derived if name not in names and name not in excluded.derived -%}
            {%- do names.append(name) -%}
        {%- endfor -%}
        {%- do cutover._add_one_sided(plan, names, excluded, sides, map, derived) -%}
    {%- endif -%}
    {%- for name in names -%}
        {%- set one = cutover._compared(origin, 'columns[' ~ loop.index0 ~ ']', name, sides, map, derived) -%}
        {%- if one.name in plan['columns'] | map(attribute='name') -%}
            {%- do cutover._refuse(origin, 'columns', 'a list that names each column once', names) -%}
        {%- elif one.name in excluded.legacy + excluded.derived -%}
            {%- do cutover._fail(origin, '`columns[' ~ loop.index0 ~ ']` ' ~ one.name ~ ' is in `exclude` too.') -%}
        {%- elif one.facts is none -%}
            {%- do plan.not_compared.append({'column': one.name, 'reason': one.legacy_type ~ ' and ' ~ one.migrated_type ~ ' have no common type'}) -%}
        {%- elif one.name not in keys -%}
            {%- do one.update({'number': plan['columns'] | length + 1}) -%}
            {%- do plan['columns'].append(one) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The one of `names` that a user's spelling means: exactly, else ignoring case if that is unambiguous; else none. -#}
{% macro _meant(name, names) -%}
    {%- set alike = [] -%}
    {%- for candidate in names if name is string and candidate | lower == name | lower -%}
        {%- do alike.append(candidate) -%}
    {%- endfor -%}
    {{ return(name if name in alike else (alike[0] if alike | length == 1 else none)) }}
{%- endmacro %}


{#- Excluded names by side; a name may stand on either side, or on both. Where one side spells it so exactly, another case is another column. -#}
{% macro _excluded(origin, exclude, sides, derived, keys) -%}
    {%- do cutover._require_names(origin, 'exclude', exclude, '[loaded_at]') -%}
    {%- set excluded = {'legacy': [], 'migrated': [], 'derived': []} -%}
    {%- set names = {
        'legacy': sides.legacy.columns | map(attribute='name') | list,
        'migrated': sides.migrated.columns | map(attribute='name') | list,
        'derived': derived.keys() | list,
    } -%}
    {%- set key_names = {'legacy': keys | map(attribute='name') | list, 'migrated': keys | map(attribute='migrated_name') | list} -%}
    {%- do key_names.update({'derived': key_names.legacy}) -%}
    {%- for name in exclude -%}
        {%- set argument = 'exclude[' ~ loop.index0 ~ ']' -%}
        {%- set exact = name in derived or name in names.legacy or name in names.migrated -%}
        {%- set found = {} -%}
        {%- for side in names -%}
            {%- set meant = cutover._meant(name, names[side]) -%}
            {%- if meant is not none and (meant == name or not exact) -%}
                {%- do found.update({side: meant}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not found -%}
            {%- set allowed = 'a column of ' ~ sides.legacy.text ~ ' or ' ~ sides.migrated.text -%}
            {%- do cutover._refuse(origin, argument, allowed, name, candidates=names.legacy + names.migrated) -%}
        {%- endif -%}
        {#- A key may share its name with a column of the other side that is no key. -#}
        {%- set free = [] -%}
        {%- for side in found if found[side] not in key_names[side] -%}
            {%- do excluded[side].append(found[side]) -%}
            {%- do free.append(side) -%}
        {%- endfor -%}
        {%- if not free -%}
            {%- do cutover._fail(origin, '`' ~ argument ~ '` ' ~ name ~ ' is a key: the rows are paired by it.') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(excluded) }}
{%- endmacro %}


{% macro _add_one_sided(plan, names, excluded, sides, map, derived) -%}
    {%- set used = {'legacy': names + plan['keys'] | map(attribute='name') | list, 'migrated': []} -%}
    {%- for pair in cutover._common_columns(sides, map) -%}
        {%- do used.legacy.append(pair.legacy) -%}
        {%- do used.migrated.append(pair.migrated) -%}
    {%- endfor -%}
    {%- do used.migrated.extend(derived.keys() | list) -%}
    {%- for side in ('legacy', 'migrated') -%}
        {%- for column in sides[side].columns if column.name not in used[side] and column.name not in excluded[side] -%}
            {%- do plan.not_compared.append({'column': column.name, 'reason': 'only in ' ~ side}) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{#- Marks the keys and columns whose values samples must not show. -#}
{% macro _add_hidden(origin, plan, redact) -%}
    {%- do cutover._require_names(origin, 'redact', redact, '[email]') -%}
    {%- set all = plan['keys'] + plan['columns'] -%}
    {%- set names = all | map(attribute='name') | list -%}
    {%- for name in redact -%}
        {%- set meant = cutover._meant(name, names) -%}
        {%- if meant is none -%}
            {%- do cutover._refuse(origin, 'redact[' ~ loop.index0 ~ ']', 'a key or a compared column', name, candidates=names) -%}
        {%- endif -%}
        {%- for column in all if column.name == meant -%}
            {%- do column.update({'hidden': true}) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
