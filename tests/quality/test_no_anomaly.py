"""The generic test over anomaly scores: the newest buckets, the anomalies among them with what was expected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

FIRST = date(2024, 1, 1)
COUNTS = [10, 12, 11, 13, 9, 11, 10, 12, 40, 11, 0, 12]


@pytest.fixture
def orders(dbt):
    """Eight usual days, then 40, 11, no and 12 orders a day; every tenth has no amount."""
    rows = [
        {"day": FIRST + timedelta(place), "Shop": "a", "amount": None if number % 10 == 0 else number}
        for place, count in enumerate(COUNTS)
        for number in range(count)
    ]
    return dbt.table("orders", rows)


def end(place):
    return (FIRST + timedelta(place)).isoformat()


@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        pytest.param({"end": end(8)}, [8], id="the newest bucket"),
        pytest.param({"end": end(9)}, [], id="no anomaly"),
        pytest.param({"end": end(11), "buckets": 4}, [8, 10], id="four buckets"),
        pytest.param({"end": end(11), "buckets": 4, "direction": "above"}, [8], id="direction"),
        pytest.param({"end": end(11), "buckets": 4, "direction": "below"}, [10], id="below"),
        pytest.param({"end": end(11), "buckets": 4, "ignore": [end(8)]}, [10], id="ignore"),
        pytest.param({"end": end(11), "buckets": 4, "threshold": 15}, [8], id="threshold"),
        pytest.param({"end": end(11), "buckets": 4, "min_change": 1}, [8], id="min_change"),
        pytest.param({"end": end(11), "buckets": 2, "method": "zscore"}, [], id="method"),
        pytest.param({"end": end(8), "row_condition": "amount < 9"}, [], id="row_condition"),
        pytest.param({"end": end(8), "group_by_columns": ['"Shop"']}, [8], id="group"),
        pytest.param({"end": end(8), "seasonality": "day_of_week"}, [], id="seasonality"),
        pytest.param({"end": end(8), "seasonality": "day_of_week", "fail_on_learning": True}, [8], id="learning fails"),
        pytest.param({"end": end(7), "fail_on_learning": False}, [], id="learning passes"),
        pytest.param({"end": end(8), "column_name": "amount", "metric": "max"}, [8], id="a column's metric"),
        pytest.param({"end": end(8), "column_name": "amount", "metric": "min"}, [], id="another metric"),
        pytest.param({"end": end(8), "granularity": "week", "fail_on_learning": True}, [7], id="granularity"),
        pytest.param({"end": end(11), "history": 8, "buckets": 4}, [8, 10], id="history"),
    ],
)
def test_anomalies_among_the_newest_buckets(dbt, orders, arguments, days):
    found = dbt.run_test("cutover.no_anomaly", orders, time_column="day", **arguments)
    assert sorted(row["bucket_start"] for row in found) == [FIRST + timedelta(place) for place in days]
    assert (found.status, found.failures) == ("fail" if days else "pass", len(days))


def test_a_row_says_what_was_expected(dbt, orders):
    (row,) = dbt.run_test("cutover.no_anomaly", orders, time_column="day", end=end(8))
    # Median 11, and the median distance from it 1: see test_anomaly_scores.
    assert row == {
        "bucket_start": FIRST + timedelta(8),
        "metric_value": 40,
        "expected_value": 11,
        "lower_bound": pytest.approx(11 - 3.5 * 1.482602218505602),
        "upper_bound": pytest.approx(11 + 3.5 * 1.482602218505602),
        "deviation": 29,
        "anomaly_score": pytest.approx(29 / 1.482602218505602),
        "anomaly_status": "anomaly",
        "history_points": 8,
        "judged_by": "mad",
        "compared_with": "all",
    }


def test_the_history_is_that_before_the_first_bucket_asked(dbt, orders):
    short, long = (
        dbt.run_test("cutover.no_anomaly", orders, time_column="day", end=end(10), history=history)[0]
        for history in (8, 10)
    )
    # 11 13 9 11 10 12 40 11, and with 10 and 12 before them.
    assert (short["history_points"], short["expected_value"]) == (8, 11)
    assert (long["history_points"], long["expected_value"]) == (10, 11)


def test_by_default_the_newest_bucket_is_yesterday(dbt):
    """The clock decides, for a table that gets no more rows would otherwise never be found out."""
    yesterday = datetime.now(UTC).date() - timedelta(1)
    table = dbt.table("stopped", [{"day": yesterday - timedelta(place)} for place in range(3, 20)])
    (row,) = dbt.run_test("cutover.no_anomaly", table, time_column="day")
    assert row["bucket_start"] in {yesterday, datetime.now(UTC).date() - timedelta(1)}
    assert row["metric_value"] == 0


def test_where_in_the_config_filters_as_in_dbt(dbt, orders):
    where = {"where": f"day <> date '{end(8)}' or 1 = 0"}
    found = dbt.run_test("cutover.no_anomaly", orders, config=where, time_column="day", end=end(8))
    assert [row["metric_value"] for row in found] == [0]


KNOWN = (
    "model, time_column, column_name, metric, granularity, group_by_columns, method, threshold, direction, seasonality,"
    " history, min_change, ignore, end, buckets, fail_on_learning, row_condition"
)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"buckets": 0}, "`buckets` must be a whole number of at least 1; got 0."),
        ({"fail_on_learning": "no"}, "`fail_on_learning` must be true or false; got 'no'."),
        (
            {"column_name": "amount"},
            "`column_name` 'amount' is not for the metric 'row_count'. Those of a column: sum, avg, min, max,"
            " null_fraction, distinct_count.",
        ),
        (
            {"metric": "sum"},
            "`column_name` must be a text that is not empty; got nothing. Example: amount.",
        ),
        ({"method": "sigma"}, "`method` must be one of mad, zscore; got 'sigma'."),
        (
            {"row_condition": "a)"},
            "`row_condition` must be one SQL expression, with its parentheses paired, its comments closed and no"
            " semicolon; got 'a)'. Example: status <> 'test'.",
        ),
        ({"sensitivity": 3}, f"unknown argument 'sensitivity'. Known: {KNOWN}."),
    ],
)
def test_refusals_come_while_parsing(dbt, arguments, message):
    with dbt.context(execute=False), dbt.raises(f"cutover.no_anomaly: {message}"):
        dbt.call("cutover.test_no_anomaly", **{"model": "shop.orders", "time_column": "day"} | arguments)
    assert dbt.statements == []
