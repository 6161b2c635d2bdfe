{#- One document on standard output, on one line; everything else that cutover says is a log line. -#}
{% macro _print_json(document) -%}
    {%- do print(tojson(document)) -%}
{%- endmacro %}


{#- A table in the log: `headers` a list of texts, `rows` a list of lists. Numbers stand to the right; long cells are cut, the last column's late. -#}
{% macro _print_table(headers, rows) -%}
    {%- set widths = [] -%}
    {%- for header in headers -%}
        {%- set limit = 400 if loop.last else 60 -%}
        {%- set place = loop.index0 -%}
        {%- set lengths = [header | length] -%}
        {%- for row in rows -%}
            {%- do lengths.append(cutover._cell(row[place], limit) | length) -%}
        {%- endfor -%}
        {%- do widths.append(lengths | max) -%}
    {%- endfor -%}
    {%- set rules = [] -%}
    {%- for width in widths -%}
        {%- do rules.append('-' * ([width, 60] | min)) -%}
    {%- endfor -%}
    {%- for row in [headers, rules] + rows -%}
        {%- do cutover._say('  ' ~ cutover._padded(row, widths)) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _say(line) -%}
    {%- do log(line, info=true) -%}
{%- endmacro %}


{% macro _padded(cells, widths) -%}
    {%- set padded = [] -%}
    {%- for cell in cells -%}
        {%- set text = cutover._cell(cell, widths[loop.index0]) -%}
        {%- set gap = ' ' * (widths[loop.index0] - text | length) -%}
        {%- do padded.append(gap ~ text if cell is number and cell is not boolean else text ~ gap) -%}
    {%- endfor -%}
    {{ return((padded | join('  ')).rstrip()) }}
{%- endmacro %}


{#- A value as a cell of one line: whole numbers with thousands separated, line ends shown, long text cut. -#}
{% macro _cell(value, limit=60) -%}
    {%- if value is none or value is undefined -%}
        {{ return('-') }}
    {%- elif value is integer and value is not boolean -%}
        {{ return('{:,}'.format(value)) }}
    {%- endif -%}
    {%- set text = (value | string).replace('\n', '\\n').replace('\r', '\\r').replace('\t', '\\t') -%}
    {{ return(text if text | length <= limit else text[:limit - 3] ~ '...') }}
{%- endmacro %}
