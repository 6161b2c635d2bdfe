{{ config(schema='sales') }}
select 1 as id
