select
    carrier,
    flight_date,
    count(*) as flights,
    count(dep_delay) as departed,
    count(*) filter (where is_cancelled) as cancelled,
    -- Over the flights that departed: avg leaves the cancelled ones out.
    cast(avg(dep_delay) as decimal(9, 2)) as avg_dep_delay,
    max(dep_delay) as max_dep_delay,
    {{ built_by() }} as built_by

from {{ ref('silver_flights') }}
group by carrier, flight_date
