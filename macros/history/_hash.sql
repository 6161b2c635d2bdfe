{#- Hashes of several values, for keys and for changes. -#}

{#- The checks that both uses share, and the hash of the columns' text. -#}
{% macro _hash(origin, columns, compatible_with=none, normalise={}) -%}
    {%- do cutover._require_list(origin, 'columns', columns, "['order_id', 'line_number']", min=1) -%}
    {%- for column in columns -%}
        {%- do cutover._require_sql(origin, 'columns[' ~ loop.index0 ~ ']', column, 'order_id') -%}
    {%- endfor -%}
    {%- do cutover._require_compatible_with(origin, compatible_with) -%}
    {%- set checked = cutover._checked_normalise(origin, columns, normalise) -%}
    {%- set algorithm = cutover._var('cutover_hash_algorithm') -%}
    {%- do cutover._require_one_of(origin, 'cutover_hash_algorithm', algorithm, ['md5', 'sha256']) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- set steps = checked[column] if column in checked else checked['*'] -%}
        {#- On lines of its own an expression may end in a comment. -#}
        {%- set value = column | trim if modules.re.match('\\s*[A-Za-z_]\\w*\\s*$', column) else '(\n' ~ column ~ '\n)' -%}
        {%- set value = cutover._normalised(value, steps) -%}
        {%- do values.append('cast(' ~ value ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {%- if compatible_with == 'dbt_utils' -%}
        {{ return(dbt.hash(cutover._text_of_dbt_utils(values))) }}
    {%- endif -%}
    {{ return(cutover.dialect_hash(cutover._injective_text(values), algorithm)) }}
{%- endmacro %}


{% macro _require_compatible_with(origin, compatible_with) -%}
    {%- if compatible_with is not none -%}
        {%- do cutover._require_one_of(origin, 'compatible_with', compatible_with, ['dbt_utils']) -%}
    {%- endif -%}
{%- endmacro %}


{#- Steps by column, read and checked; those under '*' are for every column that has none of its own. -#}
{% macro _checked_normalise(origin, columns, normalise) -%}
    {%- do cutover._require_mapping(origin, 'normalise', normalise, "{email: [trim, lower], '*': [trim]}") -%}
    {%- set checked = {'*': []} -%}
    {%- for name in normalise -%}
        {%- if name != '*' and name not in columns -%}
            {%- do cutover._refuse(origin, 'normalise', "a mapping of the given columns, or '*', to steps", name, candidates=columns) -%}
        {%- endif -%}
        {%- do checked.update({name: cutover._normalise_steps(origin, 'normalise[' ~ name ~ ']', normalise[name])}) -%}
    {%- endfor -%}
    {{ return(checked) }}
{%- endmacro %}


{#-
    Each text after its length and a colon, NULL as a dash. Whoever reads it from the left knows where each value ends before the value begins, so that no two
    lists of values share a text, whatever stands in them.
-#}
{% macro _injective_text(values) -%}
    {%- set parts = [] -%}
    {%- set length_of = modules.re.sub('\\s', '', dbt.length('@')) -%}
    {%- for value in values -%}
        {%- set length = 'cast(' ~ length_of.replace('@', value) ~ ' as ' ~ dbt.type_string() ~ ')' -%}
        {%- do parts.append('coalesce(' ~ dbt.concat([length, "':'", value]) | trim ~ ", '-')") -%}
    {%- endfor -%}
    {{ return(dbt.concat(parts) | trim) }}
{%- endmacro %}


{#- The rule of dbt_utils 1.x: texts joined by a hyphen, NULL as a word, or as nothing where the project says so by dbt_utils' own var. -#}
{% macro _text_of_dbt_utils(values) -%}
    {%- set blank = '' if var('surrogate_key_treat_nulls_as_empty_strings', false) else '_dbt_utils_surrogate_key_null_' -%}
    {%- set parts = [] -%}
    {%- for value in values -%}
        {%- do parts.append('coalesce(' ~ value ~ ", '" ~ blank ~ "')") -%}
        {%- do parts.append("'-'") -%}
    {%- endfor -%}
    {{ return(dbt.concat(parts[:-1]) | trim) }}
{%- endmacro %}
