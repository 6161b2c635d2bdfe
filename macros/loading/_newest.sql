{#- The newest value of a relation's column: as a subquery, or as a literal that one query while compiling finds. -#}

{% macro _column_part() -%}
    {{ return('"(?:[^"]|"")+"|`[^`]+`|[^\\W\\d]\\w*') }}
{%- endmacro %}


{#- The last part of a column's name, an alias before it left out; none for what is no name. -#}
{% macro _last_name(column) -%}
    {%- set part = cutover._column_part() -%}
    {%- if not modules.re.match('\\s*(?:' ~ part ~ ')(?:\\.(?:' ~ part ~ '))*\\s*$', column) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(modules.re.findall(part, column)[-1]) }}
{%- endmacro %}


{#-
    The value where there is none yet: a day or a moment in the common form, as text that takes the column's own type; a number; else the user's SQL. None where
    none is given.
-#}
{% macro _start(origin, value, argument='default_start') -%}
    {%- set example = "'2024-01-01', or current_date" -%}
    {%- if value is none -%}
        {{ return(none) }}
    {%- elif value is not string and (value.isoformat is defined or (value is number and value is not boolean)) -%}
        {{ return(cutover._literal(value)) }}
    {%- endif -%}
    {%- do cutover._require_sql(origin, argument, value, example) -%}
    {%- set text = value | trim -%}
    {%- if not modules.re.match('\\d+\\s*-\\s*\\d+\\s*-', text) -%}
        {{ return('(\n' ~ text ~ '\n)') }}
    {%- endif -%}
    {%- set found = modules.re.match(
        '(\\d{4})-(\\d\\d)-(\\d\\d)(?:[ T](?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?)?$', text) -%}
    {%- if not found or not cutover._is_day(found.group(1) | int, found.group(2) | int, found.group(3) | int) -%}
        {%- do cutover._refuse(origin, argument, 'a number, a day as YYYY-MM-DD, with a time if need be, or a SQL expression', value, example=example) -%}
    {%- endif -%}
    {{ return(cutover._literal(text)) }}
{%- endmacro %}


{#- The alias keeps the column the relation's own: one that it lacks is an error there, and never silently a column of the query around. -#}
{% macro _newest_subquery(relation, newest) -%}
    {{ return('(select ' ~ newest ~ ' from ' ~ relation ~ ' as cutover_target)') }}
{%- endmacro %}


{#- Answers none for an empty relation. A text comes back as it is, '' and 'null' too: dbt reads nothing into a column of texts alone. -#}
{% macro _newest_literal(relation, newest) -%}
    {%- set value = cutover._rows('select ' ~ newest ~ ' as cutover_value from ' ~ relation ~ ' as cutover_target')[0].cutover_value -%}
    {{ return(none if value is none else cutover._literal(value)) }}
{%- endmacro %}
