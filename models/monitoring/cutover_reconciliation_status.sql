{{ config(materialized='view', enabled=cutover._var('cutover_monitoring_models')) }}

{%- if execute and flags.WHICH in ('run', 'build') -%}
    {#- The model can be built before the first reconcile ran. -#}
    {%- do cutover._ensure_state(['reconciliation_results']) -%}
{%- endif %}

with runs as (

    select
        name,
        legacy,
        migrated,
        run_id,
        verdict,
        seconds,
        recorded_at,
        target_name,
        invocation_id,
        row_number() over (
            partition by legacy, migrated, name
            order by recorded_at desc, case when verdict = 'running' then 1 else 0 end
        ) as recency

    from {{ cutover._state_relation('reconciliation_results') }}
    where level = 'run'

)

select
    name,
    legacy,
    migrated,
    verdict,
    seconds,
    recorded_at,
    target_name,
    run_id,
    invocation_id

from runs
where recency = 1
