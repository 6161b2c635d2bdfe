"""The date dimension against Python's own calendar."""

from calendar import day_name, month_name, monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

WEEKDAYS = [name.lower() for name in day_name]
BEGIN, END = date(1995, 1, 1), date(2044, 12, 31)
ROWS = "select * from {{ cutover.date_dimension(begin, end, **options) }} as d order by date_day"


def dimension(dbt, begin, end, **options):
    # Jinja's call passes no mapping on by itself: the options are written out.
    given_ = "".join(f", {name}={name}" for name in options)
    return dbt.query(ROWS.replace(", **options", given_), begin=begin.isoformat(), end=end.isoformat(), **options)


def first_of_month(day, months=0):
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def described(day, week_start="monday", fiscal_month=1, named_by="end", weekend=("saturday", "sunday")):
    """A day's row, by Python's calendar; fiscal periods by counting months from the fiscal year's first."""
    iso_year, iso_week, iso_day = day.isocalendar()
    since = (day.weekday() - WEEKDAYS.index(week_start)) % 7
    monday_of_first_week = date(day.year, 1, 1)
    while monday_of_first_week.weekday() != WEEKDAYS.index(week_start):
        monday_of_first_week -= timedelta(days=1)
    period = (day.month - fiscal_month) % 12
    fiscal_start = first_of_month(day, -period)
    fiscal_end = first_of_month(fiscal_start, 12) - timedelta(days=1)
    quarter_start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return {
        "date_day": day,
        "date_key": int(day.strftime("%Y%m%d")),
        "year": day.year,
        "quarter": (day.month + 2) // 3,
        "month": day.month,
        "month_name": month_name[day.month],
        "month_name_short": month_name[day.month][:3],
        "day_of_month": day.day,
        "day_of_year": day.timetuple().tm_yday,
        "day_of_week": since + 1,
        "iso_day_of_week": iso_day,
        "day_name": day_name[day.weekday()],
        "day_name_short": day_name[day.weekday()][:3],
        "is_weekend": WEEKDAYS[day.weekday()] in weekend,
        "week_of_year": (day - monday_of_first_week).days // 7 + 1,
        "week_start_date": day - timedelta(days=since),
        "week_end_date": day + timedelta(days=6 - since),
        "iso_year": iso_year,
        "iso_week": iso_week,
        "month_start_date": day.replace(day=1),
        "month_end_date": day.replace(day=monthrange(day.year, day.month)[1]),
        "quarter_start_date": quarter_start,
        "quarter_end_date": first_of_month(quarter_start, 3) - timedelta(days=1),
        "year_start_date": date(day.year, 1, 1),
        "year_end_date": date(day.year, 12, 31),
        "fiscal_year": fiscal_end.year if named_by == "end" else fiscal_start.year,
        "fiscal_quarter": period // 3 + 1,
        "fiscal_period": period + 1,
        "fiscal_year_start_date": fiscal_start,
        "fiscal_year_end_date": fiscal_end,
    }


def test_fifty_years_are_those_of_pythons_calendar(dbt):
    days = [BEGIN + timedelta(days=number) for number in range((END - BEGIN).days + 1)]
    found = dimension(dbt, BEGIN, END)
    assert len(found) == 18263
    assert found == [described(day) for day in days]


@given(
    begin=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    week_start=st.sampled_from(WEEKDAYS),
    fiscal_month=st.integers(1, 12),
    named_by=st.sampled_from(["start", "end"]),
    weekend=st.lists(st.sampled_from(WEEKDAYS), unique=True),
)
@examples(25)
def test_any_week_and_fiscal_year(dbt, begin, week_start, fiscal_month, named_by, weekend):
    found = dimension(
        dbt,
        begin,
        begin + timedelta(days=400),
        week_start=week_start,
        fiscal_year_start_month=fiscal_month,
        fiscal_year_named_by=named_by,
        weekend=weekend,
    )
    days = [begin + timedelta(days=number) for number in range(401)]
    assert found == [described(day, week_start, fiscal_month, named_by, weekend) for day in days]


@pytest.mark.parametrize(
    ("day", "column", "value"),
    [
        pytest.param("2021-01-03", "iso_week", 53, id="the last days of an ISO year"),
        pytest.param("2021-01-03", "iso_year", 2020, id="an ISO year that reaches into the next"),
        pytest.param("2021-01-03", "week_of_year", 1, id="the calendar week of the same day"),
        pytest.param("2024-12-30", "iso_year", 2025, id="an ISO year that begins before the year"),
        pytest.param("2024-02-29", "day_of_year", 60, id="a leap day"),
    ],
)
def test_days_worked_out_by_hand(dbt, day, column, value):
    day = date.fromisoformat(day)
    assert dimension(dbt, day, day)[0][column] == value


# -- holidays ---------------------------------------------------------------------------------------------------------

CHRISTMAS = [date(2024, 12, day) for day in (24, 25, 26)]


def holidays(dbt, given_):
    rows = dimension(dbt, CHRISTMAS[0], CHRISTMAS[-1], holidays=given_)
    assert rows.columns[-2:] == ["is_holiday", "holiday_name"]
    return [(row["is_holiday"], row["holiday_name"]) for row in rows]


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        pytest.param({"2024-12-25": "Mass's; --"}, [(False, None), (True, "Mass's; --"), (False, None)], id="names"),
        pytest.param([CHRISTMAS[1], "2024-12-26"], [(False, None), (True, None), (True, None)], id="days"),
        pytest.param({"2024-12-24": None}, [(True, None), (False, None), (False, None)], id="a day without a name"),
        pytest.param([], [(False, None)] * 3, id="none"),
        pytest.param(["2025-12-25"], [(False, None)] * 3, id="of another year"),
    ],
)
def test_holidays_are_named(dbt, given_, found):
    assert holidays(dbt, given_) == found


def test_holidays_of_a_relation_come_once(dbt):
    rows = [
        {"Day": date(2024, 12, 25), "select": "Feast"},
        {"Day": date(2024, 12, 25), "select": "Christmas"},
        {"Day": None, "select": "never"},
    ]
    table = dbt.table("holidays", rows)
    by_name = holidays(dbt, {"relation": table, "date": "Day", "name": "select"})
    assert by_name == [(False, None), (True, "Christmas"), (False, None)]
    assert holidays(dbt, {"relation": table, "date": "Day"}) == [(False, None), (True, None), (False, None)]


def test_without_holidays_no_day_is_called_a_working_day(dbt):
    columns = dimension(dbt, BEGIN, BEGIN).columns
    assert list(described(BEGIN)) == columns


# -- today ------------------------------------------------------------------------------------------------------------


@given(today=st.dates(date(2023, 12, 20), date(2024, 4, 10)), week_start=st.sampled_from(WEEKDAYS))
@examples(10)
def test_flags_are_relative_to_a_day(dbt, today, week_start):
    begin = date(2023, 12, 15)
    found = dimension(dbt, begin, date(2024, 4, 15), relative_to=f"cast('{today}' as date)", week_start=week_start)
    here = described(today, week_start)
    for row in found:
        expected = {
            "days_from_today": (row["date_day"] - today).days,
            "is_today": row["date_day"] == today,
            "is_current_week": row["week_start_date"] == here["week_start_date"],
            "is_current_month": row["month_start_date"] == here["month_start_date"],
            "is_current_quarter": row["quarter_start_date"] == here["quarter_start_date"],
            "is_current_year": row["year"] == here["year"],
        }
        assert {name: row[name] for name in expected} == expected


def test_it_asks_nothing_while_compiling(dbt):
    dbt.render("{{ cutover.date_dimension('2024-01-01', 'current_date', relative_to='current_date') }}")
    assert dbt.statements == []


# -- refusals ---------------------------------------------------------------------------------------------------------

ONE_OF_DAYS = "one of monday, tuesday, wednesday, thursday, friday, saturday, sunday"
HOLIDAYS = "Example: {'2024-12-25': 'Christmas'}, or {relation: ref('holidays'), date: day, name: title}."
DAY = "Example: '2024-01-01'."
KNOWN = (
    "begin_date, end_date, week_start, fiscal_year_start_month, fiscal_year_named_by, weekend, holidays, relative_to"
)


def refused(why, message, **given_):
    return pytest.param(given_, message, id=why)


ONCE = "days as YYYY-MM-DD, each once; got"
MONTH = "`fiscal_year_start_month` must be a whole number from 1 to 12; got"
NO_DAY = "`holidays` must be a day as YYYY-MM-DD, or a SQL expression; got '2024-12-32'."
TWICE = ["2024-12-25", "2024-12-25"]
A_DATE = "`holidays.date` must be a text that is not empty; got nothing."
A_KEY = "`holidays` must be a mapping with the keys relation, date, name; got"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        refused("near", f"`week_start` must be {ONE_OF_DAYS}; got 'mondy'. Did you mean 'monday'?", week_start="mondy"),
        refused("day by number", f"`week_start` must be {ONE_OF_DAYS}; got 1.", week_start=1),
        refused("month 13", f"{MONTH} 13.", fiscal_year_start_month=13),
        refused("month as text", f"{MONTH} 'April'.", fiscal_year_start_month="April"),
        refused("name", "`fiscal_year_named_by` must be one of start, end; got 'x'.", fiscal_year_named_by="x"),
        refused("weekend", "`weekend` must be a list; got 'sun'. Example: ['friday', 'saturday'].", weekend="sun"),
        refused("day off", f"`weekend[0]` must be {ONE_OF_DAYS}; got 'sun'.", weekend=["sun"]),
        refused("holidays", f"`holidays` must be a list; got '2024-12-25'. {HOLIDAYS}", holidays="2024-12-25"),
        refused("no day", f"{NO_DAY} {DAY}", holidays=["2024-12-32"]),
        refused("expression", f"`holidays` must be {ONCE} 'current_date'. {HOLIDAYS}", holidays=["current_date"]),
        refused("twice", f"`holidays` must be {ONCE} '2024-12-25'. {HOLIDAYS}", holidays=TWICE),
        refused("no date", f"{A_DATE} Example: day.", holidays={"relation": "h"}),
        refused("key", f"{A_KEY} 'dat'. Did you mean 'date'? {HOLIDAYS}", holidays={"relation": "h", "dat": "d"}),
        refused(
            "now", "`relative_to` must be a text that is not empty; got ''. Example: current_date.", relative_to=""
        ),
        refused("unknown", f"unknown argument 'first_day'. Known: {KNOWN}.", first_day="monday"),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.date_dimension: {message}"):
        dbt.call("cutover.date_dimension", **{"begin_date": "2024-01-01", "end_date": "2024-01-31"} | given_)
    assert dbt.statements == []


def test_its_bounds_are_those_of_the_spine(dbt):
    with dbt.raises("cutover.generate_date_spine: `begin_date` 2024-02-01 is after `end_date` 2024-01-01."):
        dbt.call("cutover.date_dimension", "2024-02-01", "2024-01-01")
