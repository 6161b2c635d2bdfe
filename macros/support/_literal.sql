{#-
    A value as a SQL literal of the engine: null, boolean, number, text, date or timestamp. A text is data, whatever it holds.
    Dates come as Python's date and datetime, as YAML and modules.datetime give them.
-#}
{% macro _literal(value) -%}
    {%- if value is undefined -%}
        {%- do cutover._fail('_literal', 'an undefined value has no literal. Is the variable spelled right?') -%}
    {%- elif value is none -%}
        {{ return('null') }}
    {%- elif value is boolean -%}
        {{ return('true' if value else 'false') }}
    {%- elif value is number -%}
        {{ return(cutover._number_literal(value)) }}
    {%- elif value is string -%}
        {#- Half of a surrogate pair is no character: no engine and no file can hold it. Fusion's texts can't either, and have no `encode`. -#}
        {%- if value.encode is defined and value.encode('utf-8', 'ignore').decode('utf-8') != value -%}
            {%- do cutover._refuse('_literal', 'value', 'a text that UTF-8 can hold', value) -%}
        {%- endif -%}
        {{ return(cutover.dialect_text_literal(value)) }}
    {%- elif value.isoformat is defined and value.hour is defined and value.year is defined -%}
        {%- set type = 'timestamp' if value.tzinfo is none else 'timestamp with time zone' -%}
        {{ return("cast('" ~ value.isoformat(' ') ~ "' as " ~ type ~ ')') }}
    {%- elif value.isoformat is defined and value.year is defined -%}
        {{ return("cast('" ~ value.isoformat() ~ "' as date)") }}
    {%- endif -%}
    {%- do cutover._refuse('_literal', 'value', 'null, a boolean, a number, a text, a date or a timestamp', value) -%}
{%- endmacro %}


{#-
    A number keeps its digits: 0.1 stays an exact decimal where the engine reads it so, and a decimal never becomes a float for being written with an exponent.
    NaN and the infinities have no bare form in SQL.
-#}
{% macro _number_literal(value) -%}
    {%- set text = value | string -%}
    {%- if 'n' in text | lower -%}
        {%- set name = 'NaN' if 'nan' in text | lower else ('-Infinity' if text.startswith('-') else 'Infinity') -%}
        {{ return("cast('" ~ name ~ "' as " ~ dbt.type_float() ~ ')') }}
    {%- elif value.as_tuple is defined -%}
        {{ return('{:f}'.format(value)) }}
    {%- endif -%}
    {{ return(text) }}
{%- endmacro %}
