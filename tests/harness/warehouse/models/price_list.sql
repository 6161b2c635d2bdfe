select * from {{ ref('prices', version=1) }}
union all
select * from {{ ref('prices') }}
