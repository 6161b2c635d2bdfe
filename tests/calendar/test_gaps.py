"""Gaps in dates and sequences, as a query and as the generic test, against a walk over the values in Python."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples


def truncated(day, granularity):
    if granularity == "week":
        return day - timedelta(days=day.weekday())
    if granularity == "month":
        return day.replace(day=1)
    if granularity == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1) if granularity == "year" else day


def number(day, granularity):
    """The day's place in a calendar without gaps."""
    if granularity in ("day", "week"):
        return day.toordinal() // (7 if granularity == "week" else 1)
    return (day.year * 12 + day.month - 1) // {"month": 1, "quarter": 3, "year": 12}[granularity]


def expected(rows, granularity):
    found = []
    for group in {row["shop"] for row in rows}:
        days = sorted({truncated(row["day"], granularity) for row in rows if row["shop"] == group and row["day"]})
        for before, after in pairwise(days):
            missing = number(after, granularity) - number(before, granularity) - 1
            if missing:
                found.append((group, before, after, missing))
    return sorted(found)


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "shop": st.sampled_from(["a", "b's"]),
                "day": st.none() | st.dates(date(2023, 11, 1), date(2025, 3, 1)),
            }
        ),
        max_size=40,
    ),
    granularity=st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
@examples(40)
def test_gaps_per_group_are_those_of_a_walk_over_the_days(dbt, rows, granularity):
    sales = dbt.table("sales", rows, types={"shop": "text", "day": "date"})
    found = dbt.query(
        "select * from {{ cutover.gaps(sales, 'day', granularity=g, group_by_columns=['shop']) }} as gaps",
        sales=sales,
        g=granularity,
    )
    assert found.columns == ["shop", "cutover_previous", "cutover_next", "cutover_missing"]
    assert sorted(tuple(row.values()) for row in found) == expected(rows, granularity)


@given(numbers=st.lists(st.none() | st.integers(-30, 30), max_size=25))
@examples(20)
def test_gaps_of_a_sequence(dbt, numbers):
    table = dbt.table("invoices", [{"number": value} for value in numbers], types={"number": "bigint"})
    found = dbt.query("select * from {{ cutover.gaps(t, 'number', 'integer') }} as gaps order by 1", t=table)
    values = sorted({value for value in numbers if value is not None})
    assert [tuple(row.values()) for row in found] == [(a, b, b - a - 1) for a, b in pairwise(values) if b - a > 1]


def test_hours_are_counted_over_days(dbt):
    hours = [datetime(2024, 1, 1, 22, 59), datetime(2024, 1, 1, 23, 0), datetime(2024, 1, 2, 2, 30)]
    table = dbt.table("loads", [{"moment": hour} for hour in hours])
    assert dbt.query("select * from {{ cutover.gaps(t, 'moment', 'hour') }} as gaps", t=table) == [
        {
            "cutover_previous": datetime(2024, 1, 1, 23),
            "cutover_next": datetime(2024, 1, 2, 2),
            "cutover_missing": 2,
        }
    ]


def test_the_generic_test_gives_the_gaps(dbt):
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 3)]
    sales = dbt.table("sales", [{"shop": "a", "Day": day} for day in days])
    gap = {"cutover_previous": date(2024, 2, 29), "cutover_next": date(2024, 3, 3), "cutover_missing": 2}
    assert dbt.run_test("cutover.no_gaps", sales, column_name='"Day"') == [gap]
    assert dbt.run_test("cutover.no_gaps", sales, column_name='"Day"', group_by_columns=["shop"]) == [
        {"shop": "a"} | gap
    ]
    assert dbt.run_test("cutover.no_gaps", sales, column_name='"Day"', granularity="month") == []


GRANULARITY = "`granularity` must be one of hour, day, week, month, quarter, year, integer; got"
EMPTY = "`column` must be a text that is not empty; got ''. Example: order_date."


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param({"granularity": "days"}, f"{GRANULARITY} 'days'. Did you mean 'day'?", id="near"),
        pytest.param(
            {"column": ""}, "`column` must be a text that is not empty; got ''. Example: order_date.", id="none"
        ),
        pytest.param(
            {"group_by_columns": "shop"},
            "`group_by_columns` must be a list; got 'shop'. Example: ['customer_id'].",
            id="no list",
        ),
        pytest.param(
            {"groups": []},
            "unknown argument 'groups'. Known: relation, column, granularity, group_by_columns.",
            id="unknown argument",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.gaps: {message}"):
        dbt.call("cutover.gaps", **{"relation": "sales", "column": "day"} | given_)
    assert dbt.statements == []


def test_the_generic_test_refuses_what_it_doesnt_know(dbt):
    sales = dbt.table("sales", [{"day": date(2024, 1, 1)}])
    known = "model, column_name, granularity, group_by_columns"
    message = f"cutover.no_gaps: unknown argument 'interval'. Known: {known}."
    with dbt.raises(message):
        dbt.run_test("cutover.no_gaps", sales, column_name="day", interval=1)
