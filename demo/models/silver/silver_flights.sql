with flights as (

    select * from {{ ref('bronze_flights') }}

)

select
    concat_ws(
        '|', trim(carrier), flight, origin, make_date(year, month, day), sched_dep_time
    ) as flight_key,
    trim(carrier) as carrier,
    cast(flight as integer) as flight_number,
    trim(origin) as origin,
    trim(dest) as destination,
    nullif(trim(tailnum), '') as tailnum,
    make_date(year, month, day) as flight_date,
    cast(sched_dep_time as integer) as scheduled_local_time,
    -- time_hour is the scheduled hour in UTC, daylight saving taken into account; it has no minutes.
    time_hour + to_minutes(minute) as scheduled_departure_utc,
    cast(dep_delay as integer) as dep_delay,
    cast(arr_delay as integer) as arr_delay,
    cast(air_time as integer) as air_time,
    cast(distance as integer) as distance,
    dep_time is null as is_cancelled

from flights
