{% snapshot customers_history %}
{{ config(unique_key='id', strategy='check', check_cols='all', schema='history') }}
select * from {{ source('shop', 'customers') }}
{% endsnapshot %}
