select * from {{ source('raw', 'airlines') }}
