{#-
    The one way in which cutover refuses. `origin` is the macro's name, or the mapping that `_operation` made:
    an operation that was asked for JSON prints its one document before it raises.
-#}
{% macro _fail(origin, message) -%}
    {%- set name = origin['name'] if origin is mapping else origin -%}
    {%- set text = 'cutover.' ~ name ~ ': ' ~ message -%}
    {%- if origin is mapping and origin['output'] == 'json' -%}
        {%- do cutover._print_json({'operation': name, 'verdict': 'error', 'error': text}) -%}
    {%- endif -%}
    {%- do exceptions.raise_compiler_error(text) -%}
{%- endmacro %}


{#- An argument that isn't what it must be: which one, what is allowed, what was given, the near miss, an example. -#}
{% macro _refuse(origin, argument, allowed, value, candidates=none, example=none) -%}
    {%- set parts = ['`' ~ argument ~ '` must be ' ~ allowed ~ '; got ' ~ cutover._shown(value) ~ '.' ~ cutover._hint(value, candidates or [])] -%}
    {%- if example is not none -%}
        {%- do parts.append('Example: ' ~ example ~ '.') -%}
    {%- endif -%}
    {%- do cutover._fail(origin, parts | join(' ')) -%}
{%- endmacro %}


{#- A part of the design that a later version brings: refused by name, never ignored. -#}
{% macro _not_yet(origin, what, version='0.2') -%}
    {%- do cutover._fail(origin, what ~ ' arrives in ' ~ version ~ '.') -%}
{%- endmacro %}


{#-
    A value as an error shows it: one line, text in quotes, cut when long. Python's repr escapes what a line or a log can't hold; the double quote that is added
    for it and taken off again makes it write single quotes around.
-#}
{% macro _shown(value) -%}
    {%- if value is undefined or value is none -%}
        {{ return('nothing') }}
    {%- elif value is string -%}
        {%- set line = ('%r' | format(value ~ '"'))[1:-2] -%}
        {%- set line = line if line | length <= 120 else line[:117] ~ '...' -%}
        {{ return("'" ~ line ~ "'") }}
    {%- elif value is boolean -%}
        {{ return('true' if value else 'false') }}
    {%- elif value is mapping and value.identifier is defined -%}
        {{ return(value | string) }}
    {%- elif value is mapping -%}
        {%- set shown = [] -%}
        {%- for key in value -%}
            {%- do shown.append(key ~ ': ' ~ cutover._shown(value[key])) -%}
        {%- endfor -%}
        {{ return('{' ~ shown | join(', ') ~ '}') }}
    {%- elif value is sequence -%}
        {%- set shown = [] -%}
        {%- for item in value -%}
            {%- do shown.append(cutover._shown(item)) -%}
        {%- endfor -%}
        {{ return('[' ~ shown | join(', ') ~ ']') }}
    {%- endif -%}
    {{ return(value | string) }}
{%- endmacro %}
