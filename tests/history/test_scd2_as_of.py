"""What was valid at a moment: of a history that scd2 made, against a replay of its log; of snapshots that dbt made."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

JANUARY = {"effective_date": date(2024, 1, 1), "expiry_date": date(2024, 2, 1)}
OPEN = {"effective_date": date(2024, 2, 1), "expiry_date": None}
FAR = {"effective_date": date(2024, 2, 1), "expiry_date": date(9999, 12, 31)}
TYPES = {"email": "text", "effective_date": "date", "expiry_date": "date"}


def as_of(dbt, rows, timestamp):
    history = dbt.table("history", [{"email": email, **interval} for email, interval in rows], types=TYPES)
    return dbt.query(
        "select * from {{ cutover.scd2_as_of(history, timestamp) }} as versions", history=history, timestamp=timestamp
    ).column("email")


@pytest.mark.parametrize("last", [OPEN, FAR], ids=["null", "far"])
@pytest.mark.parametrize(
    ("timestamp", "valid"),
    [
        pytest.param("2023-12-31", [], id="before the first"),
        pytest.param("2024-01-01", ["a"], id="on the first day"),
        pytest.param(date(2024, 1, 31), ["a"], id="a date"),
        pytest.param("2024-01-31 23:59:59.999999", ["a"], id="the last moment"),
        pytest.param("2024-02-01", ["b"], id="where two meet"),
        pytest.param(datetime(2024, 2, 1, 0, 0), ["b"], id="a datetime"),
        pytest.param("2024-02-01T00:00", ["b"], id="with a T"),
        pytest.param("current_date", ["b"], id="today"),
        pytest.param("cast('2024-01-01' as date) + 3 -- days", ["a"], id="sql"),
        pytest.param("(select max(cast('2024-01-05' as date)))", ["a"], id="a query"),
        pytest.param("cast(null as date)", [], id="never"),
    ],
)
def test_versions_hold_from_their_first_moment_to_before_their_last(dbt, last, timestamp, valid):
    assert as_of(dbt, [("a", JANUARY), ("b", last)], timestamp) == valid
    assert dbt.statements == []


def test_all_columns_come_and_names_can_be_given(dbt):
    rows = [{"k": 1, "From": date(2024, 1, 1), "to": None}]
    history = dbt.table("history", rows, types={"to": "date"})
    call = """cutover.scd2_as_of(history, '2024-01-02', effective_date='"From"', expiry_date='"to"')"""
    assert dbt.query(f"select * from {{{{ {call} }}}} as versions", history=history) == rows


# -- any log ----------------------------------------------------------------------------------------------------------


def day(number):
    return date(2024, 1, 1) + timedelta(days=number)


LOG = st.lists(
    st.fixed_dictionaries(
        {
            "k": st.integers(1, 2),
            "v": st.none() | st.sampled_from("ab"),
            "gone": st.sampled_from([False, False, True]),
            "moment": st.integers(0, 6).map(day),
        }
    ),
    max_size=10,
    unique_by=lambda row: (row["k"], row["moment"]),
)


def replayed(log, moment):
    """The state of each key that is there: that of its latest row by then."""
    latest = {}
    for row in sorted(log, key=lambda row: row["moment"]):
        if row["moment"] <= moment:
            latest[row["k"]] = row
    return sorted((key, str(row["v"])) for key, row in latest.items() if not row["gone"])


@given(log=LOG, last=st.sampled_from([None, "9999-12-31"]))
@examples(30)
def test_at_any_moment_it_is_the_state_that_a_replay_of_the_log_has(dbt, log, last):
    call = "cutover.scd2(log, ['k'], 'moment', deleted='gone', expiry_of_current=last)"
    table = dbt.table("log", log, types={"k": "integer", "v": "text", "gone": "boolean", "moment": "date"})
    rows = dbt.query(f"select * from {{{{ {call} }}}} as versions", log=table, last=last)
    history = dbt.table("history", rows, types=rows.types)
    for number in range(-1, 8):
        valid = dbt.query(
            "select k, v from {{ cutover.scd2_as_of(history, moment) }} as versions",
            history=history,
            moment=day(number),
        )
        assert sorted((row["k"], str(row["v"])) for row in valid) == replayed(log, day(number))


# -- refusals ---------------------------------------------------------------------------------------------------------

MOMENT = "`timestamp` must be a day as YYYY-MM-DD, with a time as HH:MM:SS if need be, or a SQL expression; got"
SQL = "`timestamp` must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; got"
EXAMPLE = "Example: '2024-12-31'."


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param({"timestamp": "2024-02-30"}, f"{MOMENT} '2024-02-30'. {EXAMPLE}", id="no such day"),
        pytest.param({"timestamp": "2024-2-3"}, f"{MOMENT} '2024-2-3'. {EXAMPLE}", id="short"),
        pytest.param({"timestamp": "2024-02-03 24:00"}, f"{MOMENT} '2024-02-03 24:00'. {EXAMPLE}", id="no such hour"),
        pytest.param({"timestamp": "now()) or (1=1"}, f"{SQL} 'now()) or (1=1'. {EXAMPLE}", id="parentheses"),
        pytest.param(
            {"timestamp": None}, f"`timestamp` must be a text that is not empty; got nothing. {EXAMPLE}", id="nothing"
        ),
        pytest.param({"snapshot": "yes"}, "`snapshot` must be true or false; got 'yes'.", id="snapshot"),
        pytest.param(
            {"effective_date": ""},
            "`effective_date` must be a text that is not empty; got ''. Example: effective_date.",
            id="no name",
        ),
        pytest.param(
            {"expiry_date": 1, "snapshot": True},
            "`expiry_date` must be a text that is not empty; got 1. Example: dbt_valid_to.",
            id="no name of a snapshot",
        ),
        pytest.param(
            {"expiry": "to"},
            "unknown argument 'expiry'. Known: relation, timestamp, effective_date, expiry_date, snapshot.",
            id="unknown",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.scd2_as_of: {message}"):
        dbt.call("cutover.scd2_as_of", **{"relation": "history", "timestamp": "2024-01-01"} | given_)
    assert dbt.statements == []
