{{ config(materialized='view', enabled=cutover._var('cutover_monitoring_models')) }}

{%- if not execute -%}
    {#- An edge of the DAG alone, which parsing makes: two models that make the state's schema at once are a conflict on some engines. -#}
    {%- do ref('cutover_reconciliation_status') -%}
{%- endif -%}

{%- if execute and flags.WHICH in ('run', 'build') -%}
    {#- The model can be built before the first checks ran, and after an upgrade that added a column. -#}
    {%- do cutover._ensure_state(['check_results']) -%}
{%- endif -%}

with results as (

    select
        relation,
        check_name,
        name,
        check_type,
        column_name,
        severity,
        status,
        row_count,
        failures,
        observed,
        message,
        check_where,
        build_id,
        recorded_at,
        target_name,
        run_id,
        invocation_id,
        row_number() over (partition by relation, check_name, name, target_name order by recorded_at desc, run_id) as recency

    from {{ cutover._state_relation('check_results') }}

)

select
    relation,
    check_name,
    name,
    check_type,
    column_name,
    severity,
    status,
    row_count,
    failures,
    observed,
    message,
    check_where,
    build_id,
    recorded_at,
    target_name,
    run_id,
    invocation_id

from results
where recency = 1
