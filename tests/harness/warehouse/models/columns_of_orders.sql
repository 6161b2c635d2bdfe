{% set names = adapter.get_columns_in_relation(ref('stg_orders')) | map(attribute='name') | list %}
select '{{ names | join(",") }}' as columns, '{{ config.get("materialized") }}' as materialized, '{{ schema }} {{ target.name }}' as place
from {{ ref('stg_orders') }}
