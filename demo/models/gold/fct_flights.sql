with flights as (

    select * from {{ ref('silver_flights') }}

),

planes as (

    select * from {{ ref('silver_planes') }}

)

select
    flights.flight_key,
    flights.carrier,
    flights.flight_number,
    flights.origin,
    flights.destination,
    flights.flight_date,
    flights.scheduled_local_time,
    flights.scheduled_departure_utc,
    flights.tailnum,
    planes.manufacturer,
    planes.seats,
    flights.dep_delay,
    flights.arr_delay,
    flights.air_time,
    flights.distance,
    flights.is_cancelled,
    {{ built_by() }} as built_by

from flights
-- Not every plane is in the register: a flight stays, whatever it was flown with.
left join planes on planes.tailnum = flights.tailnum
