"""Anomaly scores by hand, and over random histories against an oracle that walks over the buckets in Python."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from anomaly_oracle import Asked, scores
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

COLUMNS = [
    "bucket_start",
    "metric_value",
    "expected_value",
    "lower_bound",
    "upper_bound",
    "deviation",
    "anomaly_score",
    "anomaly_status",
    "history_points",
    "judged_by",
    "compared_with",
]
MONDAY = date(2024, 1, 1)

# Median 11; the distances from it are 1 1 0 2 2 0 1 1, whose median is 1. Mean 11; the squares sum to 12, over 7.
EIGHT = [10, 12, 11, 13, 9, 11, 10, 12]
MAD = 1.482602218505602
SIGMA = math.sqrt(12 / 7)


@pytest.fixture
def history(dbt):
    """Make a table of a value per day from a Monday on; None is a day without a row."""

    def make(values, name="metrics", **more):
        rows = [
            {"day": MONDAY + timedelta(place), "amount": value, **more}
            for place, value in enumerate(values)
            if value is not None
        ]
        return dbt.table(name, rows, types={"day": "date", "amount": "double precision"})

    return make


@pytest.fixture
def score(dbt):
    """Score a table up to its given number of days; the rows in the order of the buckets."""

    def run(relation, days, **arguments):
        given_ = {"metric": "avg", "column": "amount", "end": (MONDAY + timedelta(days - 1)).isoformat()} | arguments
        return dbt.query(
            "select * from {{ cutover.anomaly_scores(relation, 'day', **given) }} as scores order by bucket_start",
            relation=relation,
            given=given_,
        )

    return run


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param({}, (11, 11 - 3.5 * MAD, 11 + 3.5 * MAD, 6, 6 / MAD, "anomaly", 8, "mad", "all"), id="mad"),
        pytest.param(
            {"method": "zscore"},
            (11, 11 - 3 * SIGMA, 11 + 3 * SIGMA, 6, 6 / SIGMA, "anomaly", 8, "zscore", "all"),
            id="zscore",
        ),
        pytest.param(
            {"threshold": 5}, (11, 11 - 5 * MAD, 11 + 5 * MAD, 6, 6 / MAD, "normal", 8, "mad", "all"), id="threshold"
        ),
        pytest.param(
            {"direction": "above"}, (11, None, 11 + 3.5 * MAD, 6, 6 / MAD, "anomaly", 8, "mad", "all"), id="above"
        ),
        pytest.param(
            {"direction": "below"}, (11, 11 - 3.5 * MAD, None, 6, 6 / MAD, "normal", 8, "mad", "all"), id="below"
        ),
        pytest.param({"min_change": 1}, (11, 0, 22, 6, 6 / MAD, "normal", 8, "mad", "all"), id="a small change"),
        pytest.param(
            {"seasonality": "day_of_week"}, (None, None, None, None, None, "learning", 8, None, None), id="by weekday"
        ),
    ],
)
def test_a_value_beside_the_eight_before_it(history, score, arguments, expected):
    found = score(history([*EIGHT, 17]), 9, **arguments)

    assert found.columns == COLUMNS
    assert [row["anomaly_status"] for row in found[:8]] == ["learning"] * 8
    assert [row["history_points"] for row in found[:8]] == list(range(8))
    assert tuple(found[8].values())[:2] == (MONDAY + timedelta(8), 17)
    assert tuple(found[8].values())[2:] == tuple(
        value if value is None or isinstance(value, str) else pytest.approx(value) for value in expected
    )


@pytest.mark.parametrize(
    ("values", "arguments", "status", "by"),
    [
        # Seven 5 and an 8: the median distance is 0, the mean one 3/8; 3.5 * 1.2533 * 3/8 = 1.645.
        ([5, 5, 5, 8, 5, 5, 5, 5, 6.6], {}, "normal", "mean_deviation"),
        ([5, 5, 5, 8, 5, 5, 5, 5, 6.7], {}, "anomaly", "mean_deviation"),
        ([5] * 9, {}, "normal", "equality"),
        ([5] * 8 + [5.001], {}, "anomaly", "equality"),
        ([5] * 8 + [7.5], {"min_change": 0.5}, "normal", "equality"),
        ([5] * 8 + [7.6], {"min_change": 0.5}, "anomaly", "equality"),
        ([5] * 8 + [5.001], {"method": "zscore"}, "anomaly", "equality"),
        # A mean of eight 0.1 may be 0.09999999999999999.
        ([0.1] * 9, {"method": "zscore"}, "normal", "equality"),
        # Above nothing there is no share: a minimum of change can't help.
        ([0] * 8 + [1], {"min_change": 0.5}, "anomaly", "equality"),
    ],
)
def test_where_most_values_are_alike(history, score, values, arguments, status, by):
    last = score(history(values), 9, **arguments)[8]
    assert (last["anomaly_status"], last["judged_by"]) == (status, by)
    assert (last["anomaly_score"] is None) == (by == "equality")


def test_an_outlier_of_the_history_hides_none_from_the_median(history, score):
    values = [*EIGHT, 1000, *EIGHT, 30]
    statuses = {method: score(history(values), 18, method=method)[17]["anomaly_status"] for method in ("mad", "zscore")}
    assert statuses == {"mad": "anomaly", "zscore": "normal"}


def test_history_is_so_many_buckets_before(history, score):
    values = [100] * 8 + EIGHT + [11]
    assert score(history(values), 17, history=8)[16]["expected_value"] == 11
    assert score(history(values), 17)[16]["expected_value"] == 56.5


def test_weekdays_are_compared_from_28_points_on(history, score):
    # Weekdays of 100 and 102 in turn, weekends of 40.
    values = [40 if place % 7 >= 5 else 100 + 2 * (place // 7 % 2) for place in range(37)]
    values[36] = 40
    found = score(history(values), 37)

    assert [row["compared_with"] for row in found[26:30]] == ["all", "all", "day_of_week", "day_of_week"]
    # The five Mondays before this one: 100 102 100 102 100.
    assert (found[35]["expected_value"], found[35]["anomaly_status"]) == (100, "normal")
    # A Tuesday that is like a Saturday.
    assert (found[36]["expected_value"], found[36]["anomaly_status"]) == (100, "anomaly")
    # A Saturday, which among all days would be far out.
    assert found[33]["anomaly_status"] == "normal"
    assert score(history(values), 37, seasonality="none")[33]["anomaly_status"] == "anomaly"


def test_a_weekday_that_is_rare_is_compared_with_all_days(history, score):
    # Six weeks, of which three have a Sunday: four are asked for.
    values = [None if place % 7 == 6 and place < 21 else 100 + place % 2 for place in range(49)]
    found = score(history(values), 49)
    assert (found[47]["compared_with"], found[48]["compared_with"]) == ("day_of_week", "all")


def test_a_weekday_with_more_of_everything_is_judged_by_its_own_spread(history, score):
    # Saturdays of some thousand, 50 apart; the other days 1 apart.
    values = [1000 + 50 * (place // 7 % 2) if place % 7 == 5 else 10 + place // 7 % 2 for place in range(48)]
    values[47] = 1100
    last = score(history(values), 48)[47]
    assert (last["expected_value"], last["anomaly_status"], last["compared_with"]) == (1025, "normal", "day_of_week")


def test_hours_are_compared_with_those_of_the_day(dbt):
    begin = datetime(2024, 1, 1)
    rows = [{"moment": begin + timedelta(hours=hour)} for hour in range(24 * 6) if hour % 24 in (9, 10)]
    table = dbt.table("loads", rows)
    found = dbt.query(
        "select bucket_start, metric_value, anomaly_status, compared_with from {{ cutover.anomaly_scores(t, 'moment',"
        " granularity='hour', seasonality='hour_of_day', begin='2024-01-06 08:00', end='2024-01-06 11:00') }} as s"
        " order by 1",
        t=table,
    )
    assert [tuple(row.values()) for row in found] == [
        (datetime(2024, 1, 6, 8), 0, "normal", "hour_of_day"),
        (datetime(2024, 1, 6, 9), 1, "normal", "hour_of_day"),
        (datetime(2024, 1, 6, 10), 1, "normal", "hour_of_day"),
        (datetime(2024, 1, 6, 11), 0, "normal", "hour_of_day"),
    ]


def test_a_day_without_rows_counts_as_nothing_and_has_no_average(history, score):
    table = history([*EIGHT, None, 11])
    counted = score(table, 10, metric="row_count", column=None)
    assert [(row["metric_value"], row["anomaly_status"]) for row in counted[7:]] == [
        (1, "learning"),
        (0, "anomaly"),
        (1, "normal"),
    ]
    averages = score(table, 10)
    assert [(row["metric_value"], row["anomaly_status"], row["history_points"]) for row in averages[8:]] == [
        (None, "empty", 0),
        (11, "normal", 8),
    ]
    assert score(table, 10, metric="sum")[8]["metric_value"] == 0


@pytest.mark.parametrize(
    "ignore",
    [
        pytest.param(["2024-01-09"], id="a day"),
        pytest.param([["2024-01-09", "2024-01-09"]], id="a range"),
        pytest.param([date(2024, 1, 9), "2023-12-31"], id="a date"),
    ],
)
def test_ignored_days_are_neither_judged_nor_remembered(history, score, ignore):
    found = score(history([*EIGHT, 1000, 17]), 10, ignore=ignore)
    assert [row["anomaly_status"] for row in found[8:]] == ["ignored", "anomaly"]
    assert (found[8]["metric_value"], found[9]["history_points"], found[9]["expected_value"]) == (1000, 8, 11)


def test_a_month_with_an_ignored_day_is_ignored(dbt):
    table = dbt.table("t", [{"day": date(2023, month, 5)} for month in range(1, 13)])
    found = dbt.query(
        "select bucket_start, anomaly_status from {{ cutover.anomaly_scores(t, 'day', granularity='month',"
        " end='2024-01-01', begin='2023-12-15', ignore=[['2023-12-31', '2023-12-31']]) }} as s order by 1",
        t=table,
    )
    assert [tuple(row.values()) for row in found] == [(date(2023, 12, 1), "ignored"), (date(2024, 1, 1), "anomaly")]


def test_freshness_is_the_time_from_the_newest_row_to_the_end_of_the_bucket(dbt):
    table = dbt.table("t", [{"moment": datetime(2024, 1, 1, 18)}, {"moment": datetime(2024, 1, 3, 23, 30)}])
    found = dbt.query(
        "select metric_value from {{ cutover.anomaly_scores(t, 'moment', metric='freshness', end='2024-01-04') }} as s"
        " order by bucket_start",
        t=table,
    )
    assert found.column("metric_value") == [6, 30, 0.5, 24.5]


def test_a_group_begins_with_its_first_row_and_goes_on_to_the_end(dbt):
    rows = [{"Shop": "a", "day": MONDAY + timedelta(place)} for place in range(9)]
    rows += [{"Shop": None, "day": MONDAY + timedelta(place)} for place in range(8)]
    rows += [{"Shop": "it's", "day": MONDAY + timedelta(8)}]
    table = dbt.table("Sales of select", rows)
    found = dbt.query(
        """select * from {{ cutover.anomaly_scores(t, 'day', group_by_columns=['"Shop"'], begin='2024-01-09',"""
        " end='2024-01-09') }} as s order by metric_value, history_points",
        t=table,
    )
    assert found.columns == ["Shop", *COLUMNS]
    assert [(row["Shop"], row["metric_value"], row["anomaly_status"]) for row in found] == [
        (None, 0, "anomaly"),
        ("it's", 1, "learning"),
        ("a", 1, "normal"),
    ]


def test_the_last_bucket_is_by_default_the_last_whole_one(dbt):
    before = datetime.now(UTC).date()
    rows = [{"day": before + timedelta(place)} for place in range(-9, 2)]
    found = dbt.query("select bucket_start from {{ cutover.anomaly_scores(t, 'day') }} as s", t=dbt.table("t", rows))
    after = datetime.now(UTC).date()
    assert max(found.column("bucket_start")) in {before - timedelta(1), after - timedelta(1)}


@pytest.mark.parametrize("rows", [[], [{"day": None}]], ids=["no rows", "no times"])
def test_without_data_there_is_the_last_bucket_alone(dbt, rows):
    table = dbt.table("t", rows, types={"day": "date"})
    found = dbt.query("select * from {{ cutover.anomaly_scores(t, 'day', end='2024-01-05') }} as s", t=table)
    assert [tuple(row.values()) for row in found] == [
        (date(2024, 1, 5), 0, None, None, None, None, None, "learning", 0, None, None)
    ]
    grouped = "select * from {{ cutover.anomaly_scores(t, 'day', group_by_columns=['day'], end='2024-01-05') }} as s"
    assert list(dbt.query(grouped, t=table)) == []


@pytest.mark.parametrize("value", [math.nan, math.inf], ids=str)
def test_what_is_no_number_is_an_anomaly_and_no_history(history, score, value):
    found = score(history([*EIGHT, value, 17]), 10)
    assert [row["anomaly_status"] for row in found[8:]] == ["anomaly", "anomaly"]
    assert (found[9]["expected_value"], found[9]["history_points"]) == (11, 8)


def test_stored_metrics_are_an_average_of_one_row_each(dbt, history, score):
    rows = [{"recorded": MONDAY + timedelta(place), "value": Decimal(value)} for place, value in enumerate(EIGHT)]
    stored = dbt.table("stored", [*rows, {"recorded": MONDAY + timedelta(8), "value": Decimal(17)}])
    found = dbt.query(
        "select * from {{ cutover.anomaly_scores(t, 'recorded', 'avg', 'value', end='2024-01-09') }} as s order by 1",
        t=stored,
    )
    assert found == score(history([*EIGHT, 17]), 9)


def test_any_sql_stays_where_it_was_put(dbt):
    rows = [{"day": MONDAY + timedelta(place), "select": value} for place, value in enumerate([*EIGHT, 17])]
    table = dbt.table("t", [*rows, {"day": MONDAY, "select": -1}])
    found = dbt.query(
        "select * from {{ cutover.anomaly_scores(t, time, metric=metric, where=where, end=end) }} as s order by 1 desc",
        t=table,
        time="cast(day as timestamp) -- the day",
        metric='sum("select") / count(*) -- a mean',
        where='"select" > 0 or 1 = 0 -- not those below',
        end="(select max(day) from {}) -- the newest".format("test.t"),
    )
    assert (found[0]["bucket_start"], found[0]["metric_value"], found[0]["anomaly_status"]) == (
        MONDAY + timedelta(8),
        17,
        "anomaly",
    )
    assert found[8]["metric_value"] == 10


def test_it_asks_nothing_while_compiling_and_reads_the_table_once(dbt):
    table = dbt.table("orders", [{"day": MONDAY}])
    call = "select * from {{ cutover.anomaly_scores(t, 'day', begin='2024-01-01', end='2024-01-02') }} as s"
    rendered = dbt.render(call, t=table)
    with dbt.context(execute=False):
        assert dbt.render(call, t=table) == rendered
    assert dbt.statements == []
    assert rendered.count(table.render()) == 1


def rows_of(kind, days, seed):
    """Rows of two shops over some days: now and then none, one without a time, a value that is missing."""
    chance = random.Random(seed)
    rows = []
    for shop in ("a", None):
        for place in range(days):
            day = date(2024, 3, 1) - timedelta(days - 1 - place)
            usual = {"constant": 2, "zeros": 0, "weekday": 1 + 2 * (day.weekday() < 5), "random": chance.randint(0, 4)}
            number = usual[kind] if chance.random() < 0.9 else chance.randint(0, 9)
            for _ in range(number):
                amount = chance.choice([None, 0, 1, 2, 5]) if kind == "random" else chance.choice([3, 3, 3, 40])
                rows.append({"shop": shop, "day": day if chance.random() < 0.97 else None, "amount": amount})
    return rows


def agree(dbt, rows, asked, **arguments):
    """Hold every column of every row against the oracle's."""
    table = dbt.table("sales", rows, types={"shop": "text", "day": "date", "amount": "integer"})
    given_ = arguments | {
        "column": None if asked.metric in ("row_count", "freshness") else "amount",
        "ignore": [list(pair) for pair in asked.ignore],
        "begin": asked.begin and asked.begin.isoformat(),
        "end": asked.end.isoformat(),
    }
    found = dbt.query(
        "select * from {{ cutover.anomaly_scores(t, 'day', group_by_columns=['shop'], **given) }} as s",
        t=table,
        given=given_,
    )
    ours = {(row["shop"], row["bucket_start"]): tuple(row.values()) for row in found}
    theirs = {key[:2]: key for key in scores(rows, asked)}
    assert ours.keys() == theirs.keys()
    assert len(found) == len(ours)
    for key, (*_, value, expected, lower, upper, score_, status, points, by, with_) in theirs.items():
        _, _, *numbers, state, our_points, our_by, our_with = ours[key]
        deviation = None if expected is None else value - expected
        wanted = [value, expected, lower, upper, deviation, score_]
        assert numbers == [None if one is None else pytest.approx(one, rel=1e-9, abs=1e-9) for one in wanted], key
        assert (state, our_points, our_by, our_with) == (status, points, by, with_), key


@given(
    kind=st.sampled_from(["constant", "zeros", "weekday", "random"]),
    days=st.sampled_from([1, 8, 9, 20, 36, 64]),
    seed=st.integers(0, 10**6),
    metric=st.sampled_from(["row_count", "sum", "avg", "min", "max", "null_fraction", "distinct_count", "freshness"]),
    granularity=st.sampled_from(["day", "day", "day", "week", "month"]),
    method=st.sampled_from(["mad", "zscore"]),
    threshold=st.sampled_from([0.5, 1.1, 3.5]),
    direction=st.sampled_from(["both", "above", "below"]),
    seasonality=st.sampled_from(["auto", "none", "day_of_week"]),
    history=st.sampled_from([8, 30, 56]),
    min_change=st.sampled_from([0, 0.3]),
    ignore=st.sampled_from([(), ((date(2024, 2, 20), date(2024, 2, 22)), (date(2024, 2, 28), date(2024, 2, 28)))]),
    begin=st.sampled_from([None, date(2024, 2, 25)]),
)
@examples(40)
def test_scores_of_random_histories_equal_the_oracle(dbt, kind, days, seed, **arguments):
    if arguments["granularity"] != "day" and arguments["seasonality"] == "day_of_week":
        arguments["seasonality"] = "auto"
    agree(dbt, rows_of(kind, days, seed), Asked(**arguments), **arguments)


@given(
    kind=st.sampled_from(["weekday", "random"]),
    seed=st.integers(0, 10**6),
    metric=st.sampled_from(["row_count", "avg"]),
    method=st.sampled_from(["mad", "zscore"]),
    threshold=st.sampled_from([1.1, 3.5]),
    seasonality=st.sampled_from(["auto", "day_of_week"]),
)
@examples(15)
def test_scores_with_a_season_equal_the_oracle(dbt, kind, seed, **arguments):
    arguments["begin"] = date(2024, 2, 20)
    agree(dbt, rows_of(kind, 64, seed), Asked(**arguments), **arguments)


METRICS = "row_count, sum, avg, min, max, null_fraction, distinct_count, freshness"
ARGUMENTS = (
    "relation, time_column, metric, column, granularity, group_by_columns, method, threshold, direction, seasonality,"
    " history, min_change, ignore, begin, end, where"
)
NO_SQL = (
    "must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; got 'day)'. Example"
)
IGNORE = "Example: ['2024-12-25', ['2024-12-31', '2025-01-02']]."
DAY = "a day as YYYY-MM-DD, or a list of the first and the last day"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"time_column": "day)"}, f"`time_column` {NO_SQL}: created_at."),
        ({"time_column": None}, "`time_column` must be a text that is not empty; got nothing. Example: created_at."),
        (
            {"metric": "row_cout"},
            f"`metric` must be one of {METRICS}, or an aggregate in SQL; got 'row_cout'. Did you mean 'row_count'?"
            " Example: sum(amount) / count(*).",
        ),
        ({"metric": "sum(a"}, "`metric` must be one SQL expression, with its parentheses paired, its comments closed"
                              " and no semicolon; got 'sum(a'. Example: sum(amount) / count(*)."),
        ({"metric": "sum"}, "`column` must be a text that is not empty; got nothing. Example: amount."),
        (
            {"column": "amount"},
            "`column` 'amount' is not for the metric 'row_count'. Those of a column: sum, avg, min, max,"
            " null_fraction, distinct_count.",
        ),
        (
            {"granularity": "days"},
            "`granularity` must be one of hour, day, week, month, quarter, year; got 'days'. Did you mean 'day'?",
        ),
        ({"group_by_columns": "shop"}, "`group_by_columns` must be a list; got 'shop'. Example: ['country']."),
        (
            {"group_by_columns": ["upper(a)"]},
            "`group_by_columns[0]` must be the name of one column, in quotes where SQL wants them; got 'upper(a)'."
            " Example: country.",
        ),
        (
            {"group_by_columns": ["shop", '"Judged_by"']},
            f"`group_by_columns[1]` must be a name that the answer does not have itself ({', '.join(COLUMNS)});"
            " got '\"Judged_by\"'.",
        ),
        ({"method": "iqr"}, "`method` must be one of mad, zscore; got 'iqr'."),
        ({"threshold": -1}, "`threshold` must be a number of at least 0; got -1."),
        ({"threshold": "3"}, "`threshold` must be a number of at least 0; got '3'."),
        ({"direction": "up"}, "`direction` must be one of both, above, below; got 'up'."),
        (
            {"seasonality": "hour_of_day"},
            "`seasonality` must be one of auto, none, day_of_week; got 'hour_of_day'.",
        ),
        (
            {"seasonality": "day_of_week", "granularity": "week"},
            "`seasonality` must be one of auto, none; got 'day_of_week'.",
        ),
        ({"history": 7}, "`history` must be a whole number of at least 8; got 7."),
        ({"min_change": None}, "`min_change` must be a number of at least 0; got nothing."),
        ({"ignore": "2024-12-25"}, f"`ignore` must be a list; got '2024-12-25'. {IGNORE}"),
        ({"ignore": ["2024-02-30"]}, f"`ignore[0]` must be {DAY}; got '2024-02-30'. {IGNORE}"),
        (
            {"ignore": [["2024-02-01"]]},
            f"`ignore[0]` must be a day, or a list of the first and the last day; got ['2024-02-01']. {IGNORE}",
        ),
        (
            {"ignore": [["2024-02-02", "2024-02-01"]]},
            "`ignore[0]` ends on 2024-02-01, before it begins on 2024-02-02.",
        ),
        (
            {"end": "2024-13-01"},
            "`end` must be a day as YYYY-MM-DD, or a SQL expression; got '2024-13-01'. Example: '2024-01-01'.",
        ),
        ({"begin": "2024-01-02", "end": "2024-01-01"}, "`begin` 2024-01-02 is after `end` 2024-01-01."),
        ({"where": "day)"}, f"`where` {NO_SQL}: status <> 'test'."),
        ({"sensitivity": 3}, f"unknown argument 'sensitivity'. Known: {ARGUMENTS}."),
    ],
)  # fmt: skip
def test_refusals(dbt, arguments, message):
    with dbt.context(execute=False), dbt.raises(f"cutover.anomaly_scores: {message}"):
        dbt.call("cutover.anomaly_scores", **{"relation": "shop.orders", "time_column": "day"} | arguments)
    assert dbt.statements == []
