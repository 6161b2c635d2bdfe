select * from {{ source('raw', 'planes') }}
