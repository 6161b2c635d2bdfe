select
    trim(carrier) as carrier,
    trim(name) as carrier_name

from {{ ref('bronze_airlines') }}
