{#- dbt's materializations call a macro `create_indexes` of their own: it is not ours that they meet. -#}
select 1 as fault
where (select count(*) from pg_indexes where tablename = '{{ ref('stg_orders').identifier }}') <> 1
