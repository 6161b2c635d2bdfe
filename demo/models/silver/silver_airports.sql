select
    trim(faa) as airport,
    trim(name) as airport_name,
    lat as latitude,
    lon as longitude,
    tzone as time_zone

from {{ ref('bronze_airports') }}
