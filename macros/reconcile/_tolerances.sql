{#- Puts each numeric column's {absolute, relative} on it: its own, else that of '*'. -#}
{% macro _add_tolerances(origin, plan, tolerances) -%}
    {%- set example = "{amount: {absolute: 0.01}, '*': {relative: 0.0001}}" -%}
    {%- do cutover._require_mapping(origin, 'tolerances', tolerances, example) -%}
    {%- set by_column = {} -%}
    {%- for name in tolerances -%}
        {%- set at = 'tolerances.' ~ name -%}
        {%- do cutover._require_keys(origin, at, tolerances[name], ['absolute', 'relative'], example) -%}
        {%- if not tolerances[name] -%}
            {%- do cutover._refuse(origin, at, 'a mapping with absolute, relative or both', tolerances[name], example=example) -%}
        {%- endif -%}
        {%- for kind in tolerances[name] -%}
            {%- do cutover._require_number(origin, at ~ '.' ~ kind, tolerances[name][kind], min=0) -%}
        {%- endfor -%}
        {%- if name != '*' -%}
            {%- do by_column.update({cutover._tolerated_column(origin, at, name, plan): tolerances[name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in plan['columns'] if column.facts.family in ('integer', 'decimal', 'float') -%}
        {%- do column.update({'tolerance': by_column.get(column.name, tolerances.get('*'))}) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _tolerated_column(origin, argument, name, plan) -%}
    {%- set left_out = plan.not_compared | map(attribute='column') | list -%}
    {%- set names = (plan['keys'] + plan['columns']) | map(attribute='name') | list + left_out -%}
    {%- set meant = cutover._meant(name, names | unique(case_sensitive=true) | list) -%}
    {%- if meant in plan['keys'] | map(attribute='name') -%}
        {%- do cutover._fail(origin, '`' ~ argument ~ '` is a key: keys pair the rows and are equal or not.') -%}
    {%- endif -%}
    {%- for column in plan['columns'] if column.name == meant -%}
        {%- if column.facts.family not in ('integer', 'decimal', 'float') -%}
            {%- do cutover._fail(origin, '`' ~ argument ~ '` is ' ~ column.facts.family ~ ': a tolerance is for numbers.') -%}
        {%- endif -%}
        {{ return(column.name) }}
    {%- endfor -%}
    {%- for one in plan.not_compared if one.column == meant -%}
        {%- do cutover._fail(origin, '`' ~ argument ~ '` is not compared: ' ~ one.reason ~ '.') -%}
    {%- endfor -%}
    {%- do cutover._refuse(origin, argument, "a compared column or '*'", name, candidates=plan['columns'] | map(attribute='name') | list) -%}
{%- endmacro %}
