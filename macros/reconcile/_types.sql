{#-
    The type table: the common type of a column's two sides, as {family, precision, scale}, or none.

    integer with integer       the wider integer
    integer with decimal       a decimal that holds both, up to 38 digits
    decimal with decimal       a decimal that holds both, up to 38 digits (engines with an unbounded decimal: that)
    float with float           double
    text, boolean, date, time, timestamp, timestamp with time zone: with their own kind only
    anything else              with the very same type, by its canonical text
    float with integer or decimal, date with timestamp, naive with zoned: none; an expression on one side says what is meant
-#}
{% macro _common_type(legacy_type, migrated_type) -%}
    {%- set legacy = cutover.dialect_type_facts(legacy_type) -%}
    {%- set migrated = cutover.dialect_type_facts(migrated_type) -%}
    {%- set families = [legacy.family, migrated.family] | unique | sort | list -%}
    {%- if families == ['integer'] -%}
        {{ return({'family': 'integer', 'precision': [legacy.precision, migrated.precision] | max, 'scale': 0}) }}
    {%- elif families in (['decimal'], ['decimal', 'integer']) -%}
        {{ return(cutover._common_decimal(legacy, migrated)) }}
    {%- elif families | length == 2 -%}
        {{ return(none) }}
    {%- elif legacy.family == 'other' and legacy.type != migrated.type -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(legacy) }}
{%- endmacro %}


{% macro _common_decimal(legacy, migrated) -%}
    {%- if legacy.precision is none or migrated.precision is none -%}
        {{ return({'family': 'decimal', 'precision': none, 'scale': none}) }}
    {%- endif -%}
    {%- set scale = [legacy.scale, migrated.scale] | max -%}
    {%- set precision = [legacy.precision - legacy.scale, migrated.precision - migrated.scale] | max + scale -%}
    {{ return({'family': 'decimal', 'precision': precision, 'scale': scale} if precision <= 38 else none) }}
{%- endmacro %}
