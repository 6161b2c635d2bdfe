{#-
    Conditions joined by `and`, the ones that are none left out. Each stands in parentheses on lines of its own, so that an `or` inside, or a comment at its
    end, stays inside.
-#}
{% macro _and(conditions) -%}
    {%- set parts = [] -%}
    {%- for condition in conditions if condition is not none -%}
        {%- do parts.append('(\n' ~ condition ~ '\n)') -%}
    {%- endfor -%}
    {{ return(parts | join(' and ')) }}
{%- endmacro %}


{% macro _where(conditions) -%}
    {%- set condition = cutover._and(conditions) -%}
    {{ return('where ' ~ condition if condition else '') }}
{%- endmacro %}


{#-
    A user's SQL, which stands in parentheses inside ours: a condition or an expression. What would end those parentheses, or the statement, is refused; quoted
    text and comments may hold anything.
-#}
{% macro _require_sql(origin, argument, value, example) -%}
    {%- do cutover._require_text(origin, argument, value, example) -%}
    {%- set bare = modules.re.sub('\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|--[^\\n]*|/\\*[\\s\\S]*?\\*/', '', value) -%}
    {%- set state = namespace(open=0, closed_too_early=false) -%}
    {%- for sign in modules.re.findall('[()]', bare) -%}
        {%- set state.open = state.open + (1 if sign == '(' else -1) -%}
        {%- set state.closed_too_early = state.closed_too_early or state.open < 0 -%}
    {%- endfor -%}
    {%- if ';' in bare or '/*' in bare or state.closed_too_early or state.open != 0 -%}
        {%- do cutover._refuse(origin, argument, 'one SQL expression, with its parentheses paired, its comments closed and no semicolon', value,
            example=example) -%}
    {%- endif -%}
{%- endmacro %}
