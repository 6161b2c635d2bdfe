{% set found = run_query('select count(*) as n from ' ~ ref('stg_orders')) %}
select {{ found.rows[0]['n'] if execute else 0 }} as n
