{{ config(schema='staging', alias='Orders clean') }}
select id, customer_id, amount from {{ source('shop', 'orders') }} where amount >= {{ var('least_amount') }}
