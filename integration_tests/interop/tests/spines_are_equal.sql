{#- Theirs leaves the end out, so ours does too; both bounds are first days, for theirs counts the borders between them. Quarters it can't step
    by on PostgreSQL. -#}
{% for granularity in ['hour', 'day', 'week', 'month', 'year'] %}
{% set begin, end = ('2024-02-28', '2024-03-02') if granularity == 'hour' else ('2024-01-01', '2029-01-01') %}
{% set theirs -%}
(
    {{ dbt_utils.date_spine(granularity, "cast('" ~ begin ~ "' as timestamp)", "cast('" ~ end ~ "' as timestamp)") }}
)
{%- endset %}
{% set ours = cutover.generate_date_spine(begin, end, granularity, end_inclusive=false) %}
select
    '{{ granularity }}' as granularity,
    cast(ours.date_{{ granularity }} as timestamp) as ours,
    cast(theirs.date_{{ granularity }} as timestamp) as theirs

from {{ ours }} as ours
full outer join {{ theirs }} as theirs on cast(ours.date_{{ granularity }} as timestamp) = cast(theirs.date_{{ granularity }} as timestamp)
where ours.date_{{ granularity }} is null or theirs.date_{{ granularity }} is null
{% if not loop.last %}union all{% endif %}
{% endfor %}
