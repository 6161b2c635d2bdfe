{#- The steps that bring a value into the form that it should have: what they may be, and the SQL of each. -#}

{#- Checked steps as [{name, value}], for `_normalised`. A step is its name, or {name: value}. -#}
{% macro _normalise_steps(origin, argument, steps) -%}
    {%- set known = ['trim', 'collapse_spaces', 'upper', 'lower', 'digits_only', 'empty_as_null', 'null_as', 'map', 'round', 'date', 'timestamp'] -%}
    {%- do cutover._require_list(origin, argument, steps, '[trim, lower, {null_as: unknown}]', min=1) -%}
    {%- set checked = [] -%}
    {%- for step in steps -%}
        {%- set at = argument ~ '[' ~ loop.index0 ~ ']' -%}
        {%- set named = step is mapping and step | length == 1 -%}
        {%- set name = step | first if named else step -%}
        {%- if name is mapping -%}
            {%- do cutover._refuse(origin, at, 'a step, or a mapping of one step to its value', step, example='{round: 2}') -%}
        {%- endif -%}
        {%- do cutover._require_one_of(origin, at, name, known) -%}
        {%- set value = step[name] if named else none -%}
        {%- do cutover._require_step_value(origin, at, name, value, named) -%}
        {%- do checked.append({'name': name, 'value': value}) -%}
    {%- endfor -%}
    {{ return(checked) }}
{%- endmacro %}


{% macro _require_step_value(origin, at, name, value, named) -%}
    {%- set examples = {'null_as': '{null_as: unknown}', 'round': '{round: 2}', 'map': '{map: {Y: yes, N: no}}'} -%}
    {%- set inside = at ~ '.' ~ name -%}
    {%- if name in examples and not named -%}
        {%- do cutover._refuse(origin, at, 'given with its value', name, example=examples[name]) -%}
    {%- elif named and name not in examples and name != 'timestamp' -%}
        {%- do cutover._refuse(origin, at, 'the name ' ~ name ~ ' alone, for this step takes no value', {name: value}) -%}
    {%- elif name == 'null_as' -%}
        {%- if value is none or value is mapping or (value is sequence and value is not string) -%}
            {%- do cutover._refuse(origin, inside, 'a text, a number, a boolean, a date or a timestamp', value, example=examples[name]) -%}
        {%- endif -%}
    {%- elif name == 'round' -%}
        {%- do cutover._require_integer(origin, inside, value, 0, 18) -%}
    {%- elif name == 'timestamp' and value is not none -%}
        {%- if value not in [0, 3, 6] or value is boolean -%}
            {%- do cutover._refuse(origin, inside, '0, 3 or 6 digits of a second, or nothing', value) -%}
        {%- endif -%}
    {%- elif name == 'map' -%}
        {%- do cutover._require_map(origin, inside, value, examples[name]) -%}
    {%- endif -%}
{%- endmacro %}


{#- Values are compared as text, in which a fraction, a date or a time may be written in more than one way. -#}
{% macro _require_map(origin, argument, map, example) -%}
    {%- do cutover._require_mapping(origin, argument, map, example) -%}
    {%- if not map -%}
        {%- do cutover._refuse(origin, argument, 'a mapping of at least one value', map, example=example) -%}
    {%- endif -%}
    {%- set texts = [] -%}
    {%- for value in map -%}
        {%- for one in [value, map[value]] if not (one is none or one is string or one is boolean or one is integer) -%}
            {%- do cutover._refuse(origin, argument, 'a mapping of texts, whole numbers, true, false or null', one, example=example) -%}
        {%- endfor -%}
        {%- if value is not none and cutover._plain_text(value) in texts -%}
            {%- do cutover._refuse(origin, argument, 'a mapping that names each value once', value) -%}
        {%- endif -%}
        {%- do texts.append(none if value is none else cutover._plain_text(value)) -%}
    {%- endfor -%}
{%- endmacro %}


{#- A value as engines write it when they cast it to text. -#}
{% macro _plain_text(value) -%}
    {%- if value is boolean -%}
        {{ return('true' if value else 'false') }}
    {%- endif -%}
    {{ return(value | string) }}
{%- endmacro %}


{#- The SQL of an expression after checked steps. `type` is what the steps so far have made of it; none while it is what it was. -#}
{% macro _normalised(expression, steps) -%}
    {%- set state = namespace(sql=expression, type=none) -%}
    {%- for step in steps -%}
        {%- if step.name in ('date', 'timestamp') -%}
            {%- set state.sql = cutover._moment_step(state.sql, step) -%}
            {%- set state.type = step.name -%}
        {%- elif step.name == 'round' -%}
            {%- set state.sql = cutover.dialect_rounded(state.sql, step.value) -%}
            {%- set state.type = 'number' -%}
        {%- elif step.name == 'null_as' and not (step.value is string and state.type not in ('date', 'timestamp')) and state.type != 'text' -%}
            {%- set value = cutover._literal(step.value) -%}
            {%- set value = 'cast(' ~ value ~ ' as ' ~ state.type ~ ')' if state.type in ('date', 'timestamp') else value -%}
            {%- set state.sql = 'coalesce(' ~ state.sql ~ ', ' ~ value ~ ')' -%}
        {%- else -%}
            {%- set state.sql = cutover._text_step(cutover._as_text(state), step) -%}
            {%- set state.type = 'text' -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(state.sql) }}
{%- endmacro %}


{% macro _as_text(state) -%}
    {{ return(state.sql if state.type == 'text' else 'cast(' ~ state.sql ~ ' as ' ~ dbt.type_string() ~ ')') }}
{%- endmacro %}


{#- What is finer than the precision is cut: no row moves to another day. -#}
{% macro _moment_step(sql, step) -%}
    {%- if step.name == 'date' -%}
        {{ return('cast(' ~ sql ~ ' as date)') }}
    {%- endif -%}
    {%- set moment = 'cast(' ~ sql ~ ' as ' ~ dbt.type_timestamp() ~ ')' -%}
    {%- if step.value in (0, 3) -%}
        {{ return(dbt.date_trunc('second' if step.value == 0 else 'millisecond', moment) | trim) }}
    {%- endif -%}
    {{ return(moment) }}
{%- endmacro %}


{% macro _text_step(sql, step) -%}
    {%- if step.name == 'trim' -%}
        {{ return(cutover.dialect_trim(sql)) }}
    {%- elif step.name == 'collapse_spaces' -%}
        {{ return(cutover.dialect_replace_all(sql, cutover.dialect_white_space() ~ '+', ' ')) }}
    {%- elif step.name == 'digits_only' -%}
        {{ return(cutover.dialect_replace_all(sql, '[^0-9]+', '')) }}
    {%- elif step.name == 'empty_as_null' -%}
        {{ return('nullif(' ~ sql ~ ", '')") }}
    {%- elif step.name == 'null_as' -%}
        {{ return('coalesce(' ~ sql ~ ', ' ~ cutover._literal(cutover._plain_text(step.value)) ~ ')') }}
    {%- elif step.name == 'map' -%}
        {{ return(cutover._map_step(sql, step.value)) }}
    {%- endif -%}
    {{ return(step.name ~ '(' ~ sql ~ ')') }}
{%- endmacro %}


{#- Compared letter by letter, whatever the column's collation takes for equal. -#}
{% macro _map_step(sql, map) -%}
    {%- set cases = [] -%}
    {%- for value in map if value is not none -%}
        {%- do cases.append('when ' ~ cutover._literal(cutover._plain_text(value)) ~ ' then ' ~ cutover._mapped(map[value])) -%}
    {%- endfor -%}
    {%- set others = sql -%}
    {%- if cases -%}
        {%- set others = 'case ' ~ cutover.dialect_comparable(sql, {'family': 'text'}) ~ ' ' ~ cases | join(' ') ~ ' else ' ~ sql ~ ' end' -%}
    {%- endif -%}
    {{ return('case when ' ~ sql ~ ' is null then ' ~ cutover._mapped(map[none]) ~ ' else ' ~ others ~ ' end' if none in map else others) }}
{%- endmacro %}


{% macro _mapped(value) -%}
    {{ return('null' if value is none else cutover._literal(cutover._plain_text(value))) }}
{%- endmacro %}
