{{ config(materialized='table', enabled=cutover._var('cutover_dim_dates') is not none) }}

{#- A model that is off is rendered all the same, on engines too that have no spine yet. -#}
{% if cutover._var('cutover_dim_dates') is not none %}

select *
from {{ cutover.date_dimension(**cutover._dim_dates_arguments()) }} as days

{% endif %}
