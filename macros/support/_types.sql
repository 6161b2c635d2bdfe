{#-
    The common type of two, each as dialect_type_facts answers it; none without one.

    integer with integer       the wider integer
    integer with decimal       a decimal that holds both, up to 38 digits
    decimal with decimal       a decimal that holds both, up to 38 digits (engines with an unbounded decimal: that)
    float with float           double
    text, boolean, date, time, timestamp, timestamp with time zone: with their own kind only
    anything else              with the very same type, by its canonical text
    float with integer or decimal, date with timestamp, naive with zoned: none; an expression on one side says what is meant
-#}
{% macro _common_facts(left, right) -%}
    {%- set families = [left.family, right.family] | unique | sort | list -%}
    {%- if families == ['integer'] -%}
        {{ return({'family': 'integer', 'precision': [left.precision, right.precision] | max, 'scale': 0}) }}
    {%- elif families in (['decimal'], ['decimal', 'integer']) -%}
        {{ return(cutover._common_decimal(left, right)) }}
    {%- elif families | length == 2 -%}
        {{ return(none) }}
    {%- elif left.family == 'other' and left.type != right.type -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(left) }}
{%- endmacro %}


{% macro _common_decimal(left, right) -%}
    {%- if left.precision is none or right.precision is none -%}
        {{ return({'family': 'decimal', 'precision': none, 'scale': none}) }}
    {%- endif -%}
    {%- set scale = [left.scale, right.scale] | max -%}
    {%- set precision = [left.precision - left.scale, right.precision - right.scale] | max + scale -%}
    {{ return({'family': 'decimal', 'precision': precision, 'scale': scale} if precision <= 38 else none) }}
{%- endmacro %}
