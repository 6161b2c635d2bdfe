-- NYC departures warehouse. Run nightly after the load, top to bottom:  duckdb warehouse.duckdb < build_legacy.sql
-- Tables are rebuilt in full each night; the views under them are for the loads only, please do not report from them.

create schema if not exists legacy;

-- ---------------------------------------------------------------------------------------------------------------------
-- Landing views. TAIL_NO is CHAR(6) everywhere in here, as it was in the old box; keep the width or the joins won't match.
-- ---------------------------------------------------------------------------------------------------------------------
create or replace view legacy.v_planes as
select
    rpad(tailnum, 6, ' ') as tail_no,
    year as year_mfr,
    manufacturer as mfr,
    model,
    type as plane_type,
    engines as no_eng,
    seats as no_seats
from raw.planes;

create or replace view legacy.v_flights as
select
    carrier,
    flight as flight_no,
    origin as origin_cd,
    dest as dest_cd,
    rpad(tailnum, 6, ' ') as tail_no,
    cast(year || '-' || lpad(cast(month as varchar), 2, '0') || '-' || lpad(cast(day as varchar), 2, '0') as date) as fl_date,
    sched_dep_time as crs_dep_time,
    dep_time,
    dep_delay,
    arr_delay,
    air_time,
    distance
from raw.flights;

-- ---------------------------------------------------------------------------------------------------------------------
-- FCT_FLIGHTS: the big one
-- ---------------------------------------------------------------------------------------------------------------------
create or replace table legacy.fct_flights as
select
    f.carrier,
    f.flight_no,
    f.origin_cd,
    f.dest_cd,
    f.fl_date,
    f.crs_dep_time,
    -- CRS times are New York, UTC is five hours ahead
    cast(f.fl_date as timestamp)
        + to_hours(f.crs_dep_time // 100)
        + to_minutes(f.crs_dep_time % 100)
        + interval 5 hour as sched_dep_utc,
    f.tail_no,
    p.mfr,
    p.no_seats,
    -- the cubes choke on nulls
    coalesce(f.dep_delay, 0) as dep_delay,
    f.arr_delay,
    f.air_time,
    f.distance,
    case when f.dep_time is null then 'Y' else 'N' end as canc_flag
from legacy.v_flights as f
join legacy.v_planes as p on p.tail_no = f.tail_no;

-- ---------------------------------------------------------------------------------------------------------------------
-- DIM_PLANES
-- ---------------------------------------------------------------------------------------------------------------------
create or replace table legacy.dim_planes as
select * from legacy.v_planes;

-- ---------------------------------------------------------------------------------------------------------------------
-- DAILY_CARRIER_DELAYS: reads the load and not the fact, it has to be out by six
-- ---------------------------------------------------------------------------------------------------------------------
create or replace table legacy.daily_carrier_delays as
select
    carrier,
    fl_date,
    count(*) as flights,
    count(dep_delay) as departed,
    sum(case when dep_time is null then 1 else 0 end) as cancelled,
    cast(trunc(avg(dep_delay)) as integer) as avg_delay,
    max(dep_delay) as max_delay
from legacy.v_flights
group by carrier, fl_date;
