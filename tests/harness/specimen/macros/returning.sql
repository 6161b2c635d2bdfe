{#- Macros that give something back and run no SQL. -#}

{% macro cents(column, precision=2) -%}
round({{ column }} / 100.0, {{ precision }})
{%- endmacro %}


{% macro _private(value) -%}
    {{ return({'value': value, 'kind': 'none' if value is none else 'text' if value is string else 'other'}) }}
{%- endmacro %}


{% macro currency() -%}
    {{ return(var('currency', 'none')) }}
{%- endmacro %}


{% macro through_another() -%}
    {{ return(specimen.currency()) }}
{%- endmacro %}


{% macro surroundings() -%}
    {{ return({
        'target': target.name, 'schema': target.schema, 'target_name': target.target_name, 'own_schema': schema,
        'nodes': graph.nodes.values() | map(attribute='name') | list, 'execute': execute,
        'this': this | string, 'currency': var('currency'), 'stage': env_var('SPECIMEN_STAGE', 'unset'), 'full_refresh': flags.FULL_REFRESH,
        'command_line': (invocation_args_dict.get('vars') or {}).keys() | list,
    }) }}
{%- endmacro %}


{% macro asks_for_a_name_it_lacks() -%}
{{ 'seen' if passed_by_the_test is defined else 'not seen' }}
{%- endmacro %}


{% macro incremental() -%}
    {{ return({'incremental': is_incremental(), 'materialized': config.get('materialized', 'nothing')}) }}
{%- endmacro %}


{% macro describes() -%}
{{ return(adapter.dispatch('described', 'specimen')()) }}
{%- endmacro %}

{% macro default__described() -%}
{{ return('default') }}
{%- endmacro %}

{% macro duckdb__described() -%}
{{ return('duckdb') }}
{%- endmacro %}

{% macro postgres__described() -%}
{{ return('postgres') }}
{%- endmacro %}
