{#- The candidate that a mistyped name most likely meant, or none. Case doesn't count; up to a third of the letters may be wrong. -#}
{% macro _nearest(value, candidates) -%}
    {%- if value is not string or value | length > 60 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set best = namespace(name=none, distance=1 + ([value | length, 3] | max) // 3) -%}
    {%- for candidate in candidates -%}
        {%- if candidate is string and candidate | length <= 60 and (candidate | length - value | length) | abs < best.distance -%}
            {%- set distance = cutover._edit_distance(value | lower, candidate | lower) -%}
            {%- if distance < best.distance -%}
                {%- set best.name = candidate -%}
                {%- set best.distance = distance -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{%- endmacro %}


{#- The near miss as a sentence to stand at the end of another; empty without one. -#}
{% macro _hint(value, candidates) -%}
    {%- set near = cutover._nearest(value, candidates) -%}
    {{ return(" Did you mean '" ~ near ~ "'?" if near is not none else '') }}
{%- endmacro %}


{#- Levenshtein's distance (V. Levenshtein, 1966), one row at a time. Only error paths pay for it. -#}
{% macro _edit_distance(left, right) -%}
    {%- set state = namespace(row=range(right | length + 1) | list) -%}
    {%- for letter in left -%}
        {%- set row = [loop.index] -%}
        {%- for other in right -%}
            {%- set cost = 0 if letter == other else 1 -%}
            {%- do row.append([state.row[loop.index] + 1, row[loop.index0] + 1, state.row[loop.index0] + cost] | min) -%}
        {%- endfor -%}
        {%- set state.row = row -%}
    {%- endfor -%}
    {{ return(state.row[-1]) }}
{%- endmacro %}
