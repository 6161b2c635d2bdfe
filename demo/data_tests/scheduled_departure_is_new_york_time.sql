-- Turned back into New York's time, the UTC timestamp must read as the timetable does, in summer and in winter.
with timetable as (

    select
        flight_key,
        scheduled_departure_utc,
        scheduled_local_time,
        scheduled_departure_utc at time zone 'UTC' at time zone 'America/New_York' as local_departure

    from {{ ref('silver_flights') }}

)

select *
from timetable
where
    cast(local_departure as date) <> split_part(flight_key, '|', 4)::date
    or extract(hour from local_departure) * 100 + extract(minute from local_departure) <> scheduled_local_time
