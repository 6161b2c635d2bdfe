"""Date spines: what each granularity gives between two bounds, told by Python's own calendar."""

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

SPINE = """
    select * from {{ cutover.generate_date_spine(begin, end, granularity=granularity, end_inclusive=inclusive) }} as d
    order by 1
"""


def spine(dbt, begin, end, granularity="day", inclusive=True):
    rows = dbt.query(SPINE, begin=begin, end=end, granularity=granularity, inclusive=inclusive)
    assert rows.columns == [f"date_{granularity}"]
    return rows.column(f"date_{granularity}")


def months_after(day, months):
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def step(begin, granularity, number):
    """The step of that number, by Python's calendar."""
    if granularity == "hour":
        return begin + timedelta(hours=number)
    if granularity in ("day", "week"):
        return begin + timedelta(days=number * {"day": 1, "week": 7}[granularity])
    return months_after(begin, number * {"month": 1, "quarter": 3, "year": 12}[granularity])


def expected(begin, end, granularity, inclusive):
    found = []
    while (value := step(begin, granularity, len(found))) < end or (inclusive and value == end):
        found.append(value)
    return found


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        pytest.param("2024-05-01", "2024-05-01", 1, id="one day"),
        pytest.param("2024-02-28", "2024-03-01", 3, id="leap day"),
        pytest.param("2023-02-28", "2023-03-01", 2, id="no leap day"),
        pytest.param("1900-02-28", "1900-03-01", 2, id="a century that is no leap year"),
        pytest.param("2023-12-31", "2025-01-01", 368, id="past a power of two"),
        pytest.param("1900-01-01", "2099-12-31", 73049, id="two hundred years"),
        pytest.param("0001-01-01", "0001-01-03", 3, id="the first days"),
    ],
)
def test_days_include_both_ends(dbt, begin, end, days):
    found = spine(dbt, begin, end)
    assert (found[0], found[-1]) == (date.fromisoformat(begin), date.fromisoformat(end))
    assert len(found) == len(set(found)) == days


@pytest.mark.parametrize(
    ("granularity", "begin", "end", "steps"),
    [
        pytest.param("week", "2024-01-01", "2024-01-21", ["2024-01-01", "2024-01-08", "2024-01-15"], id="weeks"),
        pytest.param("month", "2024-01-31", "2024-03-31", ["2024-01-31", "2024-02-29", "2024-03-31"], id="month ends"),
        pytest.param("month", "2024-01-15", "2024-03-14", ["2024-01-15", "2024-02-15"], id="a last month cut short"),
        pytest.param("quarter", "2023-11-30", "2024-06-01", ["2023-11-30", "2024-02-29", "2024-05-30"], id="quarters"),
        pytest.param("year", "2023-02-28", "2024-02-29", ["2023-02-28", "2024-02-28"], id="years"),
        pytest.param("year", "2024-02-29", "2025-03-01", ["2024-02-29", "2025-02-28"], id="years from a leap day"),
    ],
)
def test_steps_are_counted_from_the_beginning(dbt, granularity, begin, end, steps):
    assert spine(dbt, begin, end, granularity) == [date.fromisoformat(day) for day in steps]


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        pytest.param("2024-03-31", "2024-04-01", 25, id="no hour is lost to summer time"),
        pytest.param("2024-10-27", "2024-10-28", 25, id="none comes twice at its end"),
        pytest.param("2024-01-01 22:30", "2024-01-02 01:29:59", 3, id="from any minute"),
        pytest.param("2024-01-01T22:30:15", "2024-01-01T22:30:15", 1, id="one moment"),
    ],
)
def test_hours_are_those_of_utc(dbt, begin, end, hours):
    first = datetime.fromisoformat(begin)
    found = spine(dbt, begin, end, "hour")
    assert found == [first + timedelta(hours=number) for number in range(hours)]


@given(
    begin=st.dates(date(1899, 1, 1), date(2101, 12, 31)),
    days=st.integers(0, 1500),
    granularity=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    inclusive=st.booleans(),
)
@examples(60)
def test_any_spine_is_that_of_pythons_calendar(dbt, begin, days, granularity, inclusive):
    end = begin + timedelta(days=days)
    found = spine(dbt, begin.isoformat(), end.isoformat(), granularity, inclusive)
    assert found == expected(begin, end, granularity, inclusive)


@given(
    begin=st.datetimes(datetime(1999, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    minutes=st.integers(0, 6000),
    inclusive=st.booleans(),
)
@examples(20)
def test_any_hours_are_those_of_pythons_clock(dbt, begin, minutes, inclusive):
    end = begin + timedelta(minutes=minutes)
    found = spine(dbt, begin.isoformat(" "), end.isoformat(" "), "hour", inclusive)
    assert found == expected(begin, end, "hour", inclusive)


@pytest.mark.parametrize(
    "day", [date(2024, 5, 1), "2024-05-01", " 2024-05-01 "], ids=["a date", "text", "spaces around"]
)
def test_a_bound_is_a_date_or_its_text(dbt, day):
    assert spine(dbt, day, day) == [date(2024, 5, 1)]


def test_bounds_may_be_expressions(dbt):
    orders = dbt.table("orders", [{"ordered": date(2024, 1, 30)}, {"ordered": date(2024, 2, 1)}])
    bounds = [f"(select {which}(ordered) from {orders}) -- the {which}" for which in ("min", "max")]
    assert spine(dbt, *bounds) == [date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1)]
    assert len(spine(dbt, "current_date", "current_date")) == 1
    assert spine(dbt, "cast('2024-01-01' as timestamp)", "'2024-01-02'") == [date(2024, 1, 1), date(2024, 1, 2)]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        pytest.param("cast('2024-01-02' as date)", "2024-01-01", id="begin after end"),
        pytest.param("null", "2024-01-01", id="begin is null"),
        pytest.param("2024-01-01", "(select max(cast('2024-01-01' as date)) where false)", id="end is null"),
    ],
)
@pytest.mark.parametrize("granularity", ["hour", "day", "week", "month", "quarter", "year"])
def test_expressions_that_bound_nothing_give_no_rows(dbt, begin, end, granularity):
    assert spine(dbt, begin, end, granularity) == []


def test_without_its_end(dbt):
    assert spine(dbt, "2024-01-01", "2024-01-03", inclusive=False) == [date(2024, 1, 1), date(2024, 1, 2)]
    assert spine(dbt, "2024-01-01", "2024-01-01", inclusive=False) == []


@pytest.mark.parametrize("column", ["select", "Order Day", 'a"b', "naïve; --"])
def test_the_column_is_named_letter_by_letter(dbt, column):
    rows = dbt.query(
        "select * from {{ cutover.generate_date_spine('2024-01-01', '2024-01-01', column=column) }} as d", column=column
    )
    assert rows == [{column: date(2024, 1, 1)}]


@pytest.mark.parametrize("granularity", ["day", "hour"])
def test_it_stands_wherever_a_query_does(dbt, granularity):
    call = "{{ cutover.generate_date_spine('2024-01-01', '2024-01-01', granularity=g) }}"
    name = f"date_{granularity}"
    wanted = [{name: date(2024, 1, 1) if granularity == "day" else datetime(2024, 1, 1)}]
    assert dbt.query(f"select * from {call} as days", g=granularity) == wanted
    assert dbt.query(f"with days as {call} select {name} from days", g=granularity) == wanted
    assert dbt.query(call, g=granularity) == wanted
    for kind in ("table", "view"):
        dbt.execute(f"create {kind} made_{kind} as {call}", g=granularity)
        assert dbt.query(f"select * from made_{kind}") == wanted


@pytest.mark.parametrize("execute", [True, False], ids=["running", "parsing"])
def test_it_asks_nothing_while_compiling(dbt, execute):
    dbt.render("{{ cutover.generate_date_spine('2024-01-01', '(select max(a) from t)') }}", execute=execute)
    assert dbt.statements == []


# -- refusals ---------------------------------------------------------------------------------------------------------

DAY = "a day as YYYY-MM-DD, or a SQL expression"
HOUR = "a day as YYYY-MM-DD, with a time as HH:MM:SS if need be, or a SQL expression"
A_DAY = "Example: '2024-01-01'."
AN_HOUR = "Example: '2024-01-01 06:00:00'."
ONE = "one SQL expression, with its parentheses paired, its comments closed and no semicolon"
TEXT = "a text that is not empty"
GRANULARITIES = "`granularity` must be one of hour, day, week, month, quarter, year; got"
KNOWN = "begin_date, end_date, granularity, end_inclusive, column"


def refused(why, message, **given_):
    return pytest.param(given_, message, id=why)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        refused("no begin", f"`begin_date` must be {TEXT}; got nothing. {A_DAY}", begin_date=None),
        refused("empty", f"`begin_date` must be {TEXT}; got ''. {A_DAY}", begin_date=""),
        refused("a number", f"`end_date` must be {TEXT}; got 20240101. {A_DAY}", end_date=20240101),
        refused("no such day", f"`begin_date` must be {DAY}; got '2024-02-30'. {A_DAY}", begin_date="2024-02-30"),
        refused("one digit", f"`end_date` must be {DAY}; got '2024-1-5'. {A_DAY}", end_date="2024-1-5"),
        refused("another order", f"`end_date` must be {DAY}; got '01-05-2024'. {A_DAY}", end_date="01-05-2024"),
        refused("a time", f"`end_date` must be {DAY}; got '2024-01-05 10:00'. {A_DAY}", end_date="2024-01-05 10:00"),
        refused(
            "no such hour",
            f"`begin_date` must be {HOUR}; got '2024-01-05 25:00'. {AN_HOUR}",
            begin_date="2024-01-05 25:00",
            granularity="hour",
        ),
        refused("a semicolon", f"`end_date` must be {ONE}; got 'now(); drop x'. {A_DAY}", end_date="now(); drop x"),
        refused("a parenthesis", f"`begin_date` must be {ONE}; got 'a) as b, (c'. {A_DAY}", begin_date="a) as b, (c"),
        refused(
            "the wrong order",
            "`begin_date` 2024-12-31 is after `end_date` 2024-01-01.",
            begin_date="2024-12-31",
            end_date="2024-01-01",
        ),
        refused(
            "the wrong order of hours",
            "`begin_date` 2024-01-01 10:00:00 is after `end_date` 2024-01-01 09:59:00.",
            begin_date="2024-01-01 10:00",
            end_date="2024-01-01 09:59",
            granularity="hour",
        ),
        refused("near granularity", f"{GRANULARITIES} 'days'. Did you mean 'day'?", granularity="days"),
        refused("no granularity", f"{GRANULARITIES} nothing.", granularity=None),
        refused("no boolean", "`end_inclusive` must be true or false; got 'no'.", end_inclusive="no"),
        refused("no column", f"`column` must be {TEXT}; got ''. Example: date_day.", column=""),
        refused("unknown argument", f"unknown argument 'datepart'. Known: {KNOWN}.", datepart="day"),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.generate_date_spine: {message}"):
        dbt.call("cutover.generate_date_spine", **{"begin_date": "2024-01-01", "end_date": "2024-01-31"} | given_)
    assert dbt.statements == []
