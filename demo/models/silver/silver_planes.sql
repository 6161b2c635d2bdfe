select
    trim(tailnum) as tailnum,
    cast(year as integer) as year_built,
    trim(manufacturer) as manufacturer,
    trim(model) as model,
    trim(type) as plane_type,
    cast(engines as integer) as engines,
    cast(seats as integer) as seats

from {{ ref('bronze_planes') }}
