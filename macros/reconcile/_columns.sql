{#-
    The columns that are compared: those asked for, or all that both sides have, without the keys and the excluded. What stands on one side only, or has no
    common type, goes to `not_compared`: it is never left out in silence.
-#}
{% macro _add_columns(origin, plan, asked, sides, map, derived) -%}
    {%- set excluded = cutover._excluded(origin, asked.exclude, sides, derived) -%}
    {%- set keys = plan['keys'] | map(attribute='name') | list -%}
    {%- set names = [] -%}
    {%- if asked.columns is not none -%}
        {%- do cutover._require_names(origin, 'columns', asked.columns, '[amount, status]') -%}
        {%- do names.extend(asked.columns) -%}
    {%- else -%}
        {%- for pair in cutover._common_columns(sides, map) if pair.legacy not in excluded.legacy and pair.migrated not in excluded.migrated -%}
            {%- do names.append(pair.legacy) -%}
        {%- endfor -%}
        {%- for name in derived if name not in names and name not in excluded.derived -%}
            {%- do names.append(name) -%}
        {%- endfor -%}
        {%- do cutover._add_one_sided(plan, names, excluded, sides, map, derived) -%}
        {%- if not names and not keys -%}
            {%- do cutover._fail(origin, sides.legacy.text ~ ' and ' ~ sides.migrated.text ~ ' have no column in common. Map them with `column_map`.') -%}
        {%- endif -%}
    {%- endif -%}
    {%- for name in names -%}
        {%- set one = cutover._compared(origin, 'columns[' ~ loop.index0 ~ ']', name, sides, map, derived) -%}
        {%- if one.facts is none -%}
            {%- do plan.not_compared.append({'column': one.name, 'reason': one.legacy_type ~ ' and ' ~ one.migrated_type ~ ' have no common type'}) -%}
        {%- elif one.name not in keys -%}
            {%- do one.update({'number': plan['columns'] | length + 1}) -%}
            {%- do plan['columns'].append(one) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Excluded names by side; a name may stand on either side, or on both. -#}
{% macro _excluded(origin, exclude, sides, derived) -%}
    {%- do cutover._require_names(origin, 'exclude', exclude, '[loaded_at]') -%}
    {%- set excluded = {'legacy': [], 'migrated': [], 'derived': []} -%}
    {%- for name in exclude -%}
        {%- set found = [] -%}
        {%- for side in ('legacy', 'migrated') -%}
            {%- for column in sides[side].columns if column.name | lower == name | lower -%}
                {%- do excluded[side].append(column.name) -%}
                {%- do found.append(column.name) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if name in derived -%}
            {%- do excluded.derived.append(name) -%}
        {%- elif not found -%}
            {%- set names = (sides.legacy.columns + sides.migrated.columns) | map(attribute='name') | list -%}
            {%- do cutover._refuse(origin, 'exclude[' ~ loop.index0 ~ ']', 'a column of ' ~ sides.legacy.text ~ ' or ' ~ sides.migrated.text, name, candidates=names) -%}
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


{#- Puts each numeric column's {absolute, relative} on it: its own, else that of '*'. -#}
{% macro _add_tolerances(origin, plan, tolerances) -%}
    {%- set example = "{amount: {absolute: 0.01}, '*': {relative: 0.0001}}" -%}
    {%- do cutover._require_mapping(origin, 'tolerances', tolerances, example) -%}
    {%- set by_column = {} -%}
    {%- for name in tolerances -%}
        {%- set at = 'tolerances.' ~ name -%}
        {%- do cutover._require_keys(origin, at, tolerances[name], ['absolute', 'relative'], example) -%}
        {%- if not tolerances[name] -%}
            {%- do cutover._refuse(origin, at, 'a mapping with absolute, relative or both', tolerances[name], example=example) -%}
        {%- endif -%}
        {%- for kind in tolerances[name] -%}
            {%- do cutover._require_number(origin, at ~ '.' ~ kind, tolerances[name][kind], min=0) -%}
        {%- endfor -%}
        {%- if name != '*' -%}
            {%- do by_column.update({cutover._tolerated_column(origin, at, name, plan): tolerances[name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in plan['columns'] if column.facts.family in ('integer', 'decimal', 'float') -%}
        {%- do column.update({'tolerance': by_column.get(column.name, tolerances.get('*'))}) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _tolerated_column(origin, argument, name, plan) -%}
    {%- for key in plan['keys'] if key.name | lower == name | lower -%}
        {%- do cutover._fail(origin, '`' ~ argument ~ '` is a key: keys pair the rows and are equal or not.') -%}
    {%- endfor -%}
    {%- for column in plan['columns'] if column.name | lower == name | lower -%}
        {%- if column.facts.family not in ('integer', 'decimal', 'float') -%}
            {%- do cutover._fail(origin, '`' ~ argument ~ '` is ' ~ column.facts.family ~ ': a tolerance is for numbers.') -%}
        {%- endif -%}
        {{ return(column.name) }}
    {%- endfor -%}
    {%- for left_out in plan.not_compared if left_out.column | lower == name | lower -%}
        {%- do cutover._fail(origin, '`' ~ argument ~ '` is not compared: ' ~ left_out.reason ~ '.') -%}
    {%- endfor -%}
    {%- do cutover._refuse(origin, argument, "a compared column or '*'", name, candidates=plan['columns'] | map(attribute='name') | list) -%}
{%- endmacro %}


{#- accepted_differences, each {number, column (its index, none for a status), status, where, reason, until}. -#}
{% macro _add_accepted(origin, plan, accepted_differences) -%}
    {%- set example = "[{status: only_in_migrated, where: 'migrated.tailnum is null', reason: 'legacy dropped them', until: 2027-01-31}]" -%}
    {%- do cutover._require_list(origin, 'accepted_differences', accepted_differences, example) -%}
    {%- for difference in accepted_differences -%}
        {%- set at = 'accepted_differences[' ~ loop.index0 ~ ']' -%}
        {%- do cutover._require_keys(origin, at, difference, ['column', 'status', 'where', 'reason', 'until'], example) -%}
        {%- if (difference.get('column') is none) == (difference.get('status') is none) -%}
            {%- do cutover._refuse(origin, at, 'a mapping with either `column` or `status`', difference, example=example) -%}
        {%- endif -%}
        {%- if difference.get('status') is not none -%}
            {%- do cutover._require_one_of(origin, at ~ '.status', difference.get('status'), ['mismatch', 'only_in_legacy', 'only_in_migrated']) -%}
        {%- endif -%}
        {%- do cutover._require_text(origin, at ~ '.reason', difference.get('reason'), 'legacy counts cancelled flights as punctual') -%}
        {%- if difference.get('where') is not none -%}
            {%- do cutover._require_text(origin, at ~ '.where', difference.get('where'), 'legacy.delay = 0 and migrated.delay is null') -%}
        {%- endif -%}
        {%- do plan.accepted.append({
            'number': loop.index, 'status': difference.get('status'), 'where': difference.get('where'), 'reason': difference.get('reason'),
            'column': none if difference.get('column') is none else cutover._accepted_column(origin, at ~ '.column', difference.get('column'), plan),
            'until': cutover._until(origin, at ~ '.until', difference.get('until')), 'expired': false,
        }) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _accepted_column(origin, argument, name, plan) -%}
    {%- set names = plan['columns'] | map(attribute='name') | list -%}
    {%- for column in names if column == name or column | lower == name | string | lower -%}
        {{ return(column) }}
    {%- endfor -%}
    {%- do cutover._refuse(origin, argument, 'a compared column (' ~ names | join(', ') ~ ')', name, candidates=names) -%}
{%- endmacro %}


{% macro _until(origin, argument, value) -%}
    {%- set text = value.isoformat() if value is not none and value is not string and value.isoformat is defined else value -%}
    {%- if text is not none and (text is not string or not modules.re.match('^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$', text)) -%}
        {%- do cutover._refuse(origin, argument, 'a date', value, example='2027-01-31') -%}
    {%- endif -%}
    {{ return(text) }}
{%- endmacro %}


{#- Marks the keys and columns whose values samples must not show. -#}
{% macro _add_hidden(origin, plan, redact) -%}
    {%- do cutover._require_names(origin, 'redact', redact, '[email]') -%}
    {%- set all = plan['keys'] + plan['columns'] -%}
    {%- for name in redact -%}
        {%- set mine = [] -%}
        {%- for column in all if column.name | lower == name | lower -%}
            {%- do mine.append(column) -%}
        {%- endfor -%}
        {%- if not mine -%}
            {%- do cutover._refuse(origin, 'redact[' ~ loop.index0 ~ ']', 'a key or a compared column', name, candidates=all | map(attribute='name') | list) -%}
        {%- endif -%}
        {%- for column in mine -%}
            {%- do column.update({'hidden': true}) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
