{% macro schema_name(custom_schema_name=none, node=none) -%}
    {%- do cutover._require_known_arguments('schema_name', kwargs, varargs, ['custom_schema_name', 'node']) -%}
    {%- set policy = cutover._var('cutover_schema_policy') -%}
    {%- do cutover._require_one_of('schema_name', 'cutover_schema_policy', policy, ['prefixed', 'environment', 'target_only']) -%}
    {%- if custom_schema_name is not none and custom_schema_name is not string -%}
        {%- do cutover._refuse('schema_name', 'custom_schema_name', 'a text or none', custom_schema_name, example="+schema: marts") -%}
    {%- endif -%}
    {#- Jinja in `+schema` may leave spaces around, or nothing at all: dbt trims them too, and nothing is no custom schema. -#}
    {%- set custom = (custom_schema_name or '') | trim or none -%}
    {%- set name = cutover._live_schema_name(policy, custom) -%}
    {%- do cutover._require_unshared_schema(policy, custom, name) -%}
    {%- set name = name ~ cutover._colour_suffix(name) -%}
    {%- set limit = cutover.dialect_max_identifier_length() -%}
    {%- if cutover._utf8_length(name) > limit -%}
        {%- do cutover._fail('schema_name', 'the schema name ' ~ cutover._shown(name) ~ cutover._of_node(node) ~ ' has ' ~ cutover._utf8_length(name)
            ~ ' bytes, and this engine keeps ' ~ limit
                ~ ': it would be cut, and could meet another one. Shorten `+schema`, the target schema or the target name.') -%}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro %}


{% macro _live_schema_name(policy, custom) -%}
    {%- if custom is none or policy == 'target_only' -%}
        {{ return(target.schema) }}
    {%- elif policy == 'prefixed' -%}
        {{ return(target.schema ~ '_' ~ custom) }}
    {%- elif target.name in cutover._var_names('schema_name', 'cutover_production_targets') -%}
        {{ return(custom) }}
    {%- endif -%}
    {{ return(custom ~ '_' ~ target.name) }}
{%- endmacro %}


{#- `__blue` or `__green` where a colour is set, for the schemas that take part, on the targets that publish by colour; nothing anywhere else. -#}
{% macro _colour_suffix(schema) -%}
    {%- set colour = cutover._var('cutover_colour') -%}
    {%- if colour is none -%}
        {{ return('') }}
    {%- endif -%}
    {%- do cutover._require_one_of('schema_name', 'cutover_colour', colour, ['blue', 'green']) -%}
    {%- if schema in cutover._blue_green_schemas('schema_name') -%}
        {{ return('__' ~ colour) }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}


{#- The live schemas that are published by colour on this target; none on the other targets. -#}
{% macro _blue_green_schemas(origin) -%}
    {%- set targets = 'cutover_production_targets' if cutover._var('cutover_blue_green_targets') is none else 'cutover_blue_green_targets' -%}
    {{ return(cutover._var_names(origin, 'cutover_blue_green_schemas') if target.name in cutover._var_names(origin, targets) else []) }}
{%- endmacro %}


{#-
    Two different inputs must not meet in one schema. Within one run the policies keep custom names apart; what is left is a custom name that meets the
    target's own schema, and one that spells a colour of a schema that is published by colour.
-#}
{% macro _require_unshared_schema(policy, custom, name) -%}
    {%- if policy != 'target_only' and custom is not none and name | lower == target.schema | lower -%}
        {%- do cutover._fail('schema_name', '`+schema: ' ~ custom ~ '` and no custom schema at all would share the schema ' ~ cutover._shown(name)
            ~ ' (policy ' ~ policy ~ ', target ' ~ target.name ~ '). Give the target another schema, or leave `+schema` out.') -%}
    {%- endif -%}
    {%- for schema in cutover._blue_green_schemas('schema_name') -%}
        {%- if name | lower in [schema | lower ~ '__blue', schema | lower ~ '__green'] -%}
            {%- do cutover._fail('schema_name', 'the schema name ' ~ cutover._shown(name) ~ ' belongs to blue/green publishing of ' ~ schema
                ~ '. Choose another `+schema`.') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Engines count bytes, Jinja counts characters. -#}
{% macro _utf8_length(text) -%}
    {{ return(text.encode('utf-8') | length) }}
{%- endmacro %}


{% macro _of_node(node) -%}
    {{ return(' of ' ~ node.unique_id if node is not none and node.unique_id is defined else '') }}
{%- endmacro %}
