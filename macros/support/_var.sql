{#- Every var of the package and its default: the one table. A project sets them at the top level of its `vars:`, or by --vars. -#}
{% macro _var_defaults() -%}
    {{ return({
        'cutover_schema_policy': 'prefixed',
        'cutover_production_targets': ['prod'],
        'cutover_blue_green_schemas': [],
        'cutover_blue_green_targets': none,
        'cutover_colour': none,
        'cutover_build': none,
        'cutover_database': none,
        'cutover_schema': 'cutover',
        'cutover_monitoring_models': false,
        'cutover_dim_dates': none,
        'cutover_hash_algorithm': 'md5',
    }) }}
{%- endmacro %}


{#- The only reader of the package's vars: the same answer in a model, a package's model, a hook and an operation. -#}
{% macro _var(name) -%}
    {%- set defaults = cutover._var_defaults() -%}
    {%- if name not in defaults -%}
        {%- do cutover._fail('_var', cutover._unknown_var(name, defaults)) -%}
    {%- endif -%}
    {{ return(var(name, defaults[name])) }}
{%- endmacro %}


{#-
    What would be read two ways, or not at all. A var scoped under `vars: cutover:` is seen by hooks and operations but not by the project's own models;
    an unknown name on the command line is a typing error. dbt shows no list of a project file's vars: there a typing error can't be seen from here.
-#}
{% macro _require_known_vars(origin) -%}
    {%- set scoped = var('cutover', none) -%}
    {%- if scoped is mapping and scoped -%}
        {%- set names = scoped.keys() | list -%}
        {%- do cutover._fail(origin, 'the vars ' ~ names | join(', ') ~ ' are scoped under `vars: cutover:`, where models of the project do not see them. '
            ~ 'Write them at the top level of `vars:`. Example: vars: {' ~ ('cutover_' ~ names[0].replace('cutover_', '')) ~ ': ...}.') -%}
    {%- endif -%}
    {%- set defaults = cutover._var_defaults() -%}
    {%- set given = invocation_args_dict.get('vars') or {} -%}
    {%- for name in (given if given is mapping else {}) -%}
        {%- if name is string and name.startswith('cutover_') and name not in defaults -%}
            {%- do cutover._fail(origin, cutover._unknown_var(name, defaults)) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _unknown_var(name, defaults) -%}
    {{ return('unknown var ' ~ cutover._shown(name) ~ '.' ~ cutover._hint(name, defaults) ~ ' Known: ' ~ defaults.keys() | join(', ') ~ '.') }}
{%- endmacro %}


{#- A var that names things: a list of texts, one text alone allowed, as it comes from a command line. -#}
{% macro _var_names(origin, name) -%}
    {%- set value = cutover._var(name) -%}
    {%- set value = [value] if value is string else value -%}
    {%- do cutover._require_names(origin, name, value, name ~ ": ['marts']") -%}
    {{ return(value) }}
{%- endmacro %}
