{% if execute %}{% do exceptions.raise_compiler_error('the model refuses') %}{% endif %}
select * from {{ ref('stg_orders') }}
