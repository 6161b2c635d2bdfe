{{ config(materialized='ephemeral') }}
select member from {{ ref('all_loans') }} where returned is null
