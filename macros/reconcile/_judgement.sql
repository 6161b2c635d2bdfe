{#- status of each pair, and which accepted difference covers the row (accepted_row) or the cell (accepted_n); 0 is none. -#}
{% macro _judgement(plan) -%}
{%- set accepted = plan.accepted | rejectattr('expired') | list -%}
select
    compared.*,
    case
        when side <> 'both' then side
        when {{ cutover._names(plan['columns'], 'differs') | join(' + ') or '0' }} > 0 then 'mismatch'
        else 'tolerated'
    end as status,
    {{ cutover._acceptance(accepted | selectattr('status') | rejectattr('status', 'equalto', 'mismatch') | list, 'side') }} as accepted_row
    {%- for column in plan['columns'] %}
    {%- set mine = [] -%}
    {%- for difference in accepted if difference.column == column.name or difference.status == 'mismatch' -%}
        {%- do mine.append(difference) -%}
    {%- endfor %},
    case when differs_{{ loop.index }} = 1 then {{ cutover._acceptance(mine) }} else 0 end as accepted_{{ loop.index }}
    {%- endfor %}

from compared
{%- if accepted %}
cross join lateral (select {{ cutover._side_columns(plan, 'legacy') }}) as legacy
cross join lateral (select {{ cutover._side_columns(plan, 'migrated') }}) as migrated
{%- endif %}
{%- endmacro %}


{% macro _acceptance(differences, status_column=none) -%}
    {%- if not differences -%}
        {{ return('0') }}
    {%- endif -%}
    {%- set branches = [] -%}
    {%- for difference in differences -%}
        {%- set of_status = none if status_column is none else status_column ~ ' = ' ~ cutover._literal(difference.status) -%}
        {%- do branches.append('when ' ~ (cutover._and([of_status, difference.where]) or 'true') ~ ' then ' ~ difference.number) -%}
    {%- endfor -%}
    {{ return('case ' ~ branches | join(' ') ~ ' else 0 end') }}
{%- endmacro %}


{#- The names under which `where` of an accepted difference finds the compared values: each side's own. -#}
{% macro _side_columns(plan, side) -%}
    {%- set columns = [] -%}
    {%- for key in plan['keys'] -%}
        {%- do columns.append('compared.key_' ~ loop.index ~ ' as ' ~ cutover._quoted(cutover._name_on(side, key))) -%}
    {%- endfor -%}
    {%- for column in plan['columns'] -%}
        {%- do columns.append('compared.' ~ side ~ '_' ~ loop.index ~ ' as ' ~ cutover._quoted(cutover._name_on(side, column))) -%}
    {%- endfor -%}
    {{ return(columns | join(', ')) }}
{%- endmacro %}


{% macro _name_on(side, column) -%}
    {{ return(column.get('migrated_name', column.name) if side == 'migrated' else column.name) }}
{%- endmacro %}
