"""The faults of histories: each kind planted, and any history against a look at all its pairs in Python."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

TYPES = {"k": "integer", "effective_date": "date", "expiry_date": "date", "is_current": "boolean"}
TEST = "cutover.scd2_is_consistent"


def day(number):
    return None if number is None else date(2024, 1, 1) + timedelta(days=number)


def version(k, begin, end, is_current=None):
    flag = end is None if is_current is None else is_current
    return {"k": k, "effective_date": day(begin), "expiry_date": day(end), "is_current": flag}


GOOD = [version(1, 0, 2), version(1, 2, 5), version(1, 5, None), version(2, 3, None)]


def faults(dbt, rows, **given_):
    found = dbt.run_test(TEST, dbt.table("history", rows, types=TYPES), **{"keys": ["k"]} | given_)
    return sorted((row["k"], row["cutover_fault"], row["effective_date"]) for row in found)


def test_a_history_without_faults_passes(dbt):
    assert faults(dbt, GOOD) == []
    assert faults(dbt, []) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([version(3, None, None)], (3, "null_start", None), id="no start"),
        pytest.param([version(3, 2, 2)], (3, "empty_interval", day(2)), id="ends as it begins"),
        pytest.param([version(3, 2, 1)], (3, "empty_interval", day(2)), id="ends before it begins"),
        pytest.param([version(3, 2, 4), version(3, 2, None)], (3, "duplicate_start", day(2)), id="two starts"),
        pytest.param([version(3, 2, 4), version(3, 3, None)], (3, "overlap", day(3)), id="overlap"),
        pytest.param([version(3, 2, None), version(3, 3, None)], (3, "overlap", day(3)), id="two current"),
        pytest.param([version(3, 2, None), version(3, 3, 4)], (3, "overlap", day(3)), id="one after the current"),
        pytest.param([version(3, 2, 3), version(3, 4, None)], (3, "gap", day(4)), id="gap"),
        pytest.param([version(3, 2, 3)], (3, "no_current", day(2)), id="none is current"),
        pytest.param([version(3, 2, None, False)], (3, "wrong_flag", day(2)), id="not called current"),
        pytest.param([version(3, 2, 3, True), version(3, 3, None)], (3, "wrong_flag", day(2)), id="called current"),
        pytest.param(
            [version(3, 2, 3), version(3, 3, None) | {"is_current": None}], (3, "wrong_flag", day(3)), id="no flag"
        ),
    ],
)
def test_a_planted_fault_is_found_and_no_other(dbt, rows, found):
    assert faults(dbt, [*rows, *GOOD]) == [found]


def test_a_version_without_a_start_is_neither_before_nor_after_another(dbt):
    rows = [version(1, None, 9, False), version(1, 0, 2), version(1, 2, 5)]
    assert faults(dbt, rows) == [(1, "no_current", day(2)), (1, "null_start", None)]


def test_a_fault_comes_with_both_intervals(dbt):
    rows = dbt.run_test(TEST, dbt.table("history", [version(1, 0, 4), version(1, 2, None)], types=TYPES), keys=["k"])
    assert rows == [
        {
            "k": 1,
            "cutover_fault": "overlap",
            "effective_date": day(2),
            "expiry_date": None,
            "is_current": True,
            "cutover_previous_effective": day(0),
            "cutover_previous_expiry": day(4),
        }
    ]
    assert len(dbt.statements) == 1


@pytest.mark.parametrize("ends", [(None, 4), (4, None)], ids=["open first", "open last"])
def test_of_two_with_one_start_the_one_that_ends_later_is_told(dbt, ends):
    table = dbt.table("history", [version(1, 2, end) for end in ends], types=TYPES)
    (row,) = dbt.run_test(TEST, table, keys=["k"])
    assert (row["cutover_fault"], row["expiry_date"], row["cutover_previous_expiry"]) == (
        "duplicate_start",
        None,
        day(4),
    )


def test_gaps_can_be_allowed(dbt):
    rows = [version(1, 0, 2), version(1, 4, None), version(2, 0, 3)]
    assert faults(dbt, rows) == [(1, "gap", day(4)), (2, "no_current", day(0))]
    assert faults(dbt, rows, allow_gaps=True) == []


def test_a_flag_can_be_absent_or_have_another_name(dbt):
    rows = [version(1, 0, None, False)]
    assert faults(dbt, rows) == [(1, "wrong_flag", day(0))]
    assert faults(dbt, rows, is_current=False) == []
    table = dbt.table("flagged", [{"k": 1, "from": day(0), "to": None, "Now": False}], types={"to": "date"})
    named = {"effective_date": '"from"', "expiry_date": '"to"', "is_current": '"Now"'}
    assert dbt.run_test(TEST, table, keys=["k"], **named) == [
        {"k": 1, "cutover_fault": "wrong_flag", "from": day(0), "to": None, "Now": False}
        | {"cutover_previous_effective": None, "cutover_previous_expiry": None}
    ]


@pytest.mark.parametrize("last", ["2024-12-31", date(2024, 12, 31), "cast('2024-12-30' as date) + 1"])
def test_a_far_end_is_one_that_has_not_come(dbt, last):
    rows = [version(1, 0, 2), version(1, 2, 365, True), version(2, 0, None)]
    assert faults(dbt, rows, expiry_of_current=last) == [(2, "null_end", day(0))]
    assert faults(dbt, rows) == [(1, "wrong_flag", day(2))]


def test_keys_of_several_columns_one_of_them_null(dbt):
    noon = datetime(2024, 1, 1, 12)
    rows = [
        {"k": 1, "Region": None, "effective_date": noon, "expiry_date": None},
        {"k": 1, "Region": "a", "effective_date": noon, "expiry_date": None},
        {"k": 1, "Region": None, "effective_date": noon, "expiry_date": None},
    ]
    table = dbt.table("history", rows, types={"expiry_date": "timestamp", "Region": "text"})
    found = dbt.run_test(TEST, table, keys=["k", '"Region"'], is_current=False)
    assert [(row["Region"], row["cutover_fault"]) for row in found] == [(None, "duplicate_start")]


def test_a_where_leaves_versions_out(dbt):
    rows = [version(1, 0, 2), version(1, 4, None)]
    table = dbt.table("history", rows, types=TYPES)
    assert dbt.run_test(TEST, table, keys=["k"], config={"where": "is_current"}) == []


# -- any history ------------------------------------------------------------------------------------------------------


def is_consistent(rows):
    """Every pair of a key's versions apart, every end another's start or open, and the flag true for the open one."""
    for row in rows:
        begin, end = row["effective_date"], row["expiry_date"]
        if begin is None or (end is not None and end <= begin) or row["is_current"] is not (end is None):
            return False
        others = [other for other in rows if other["k"] == row["k"] and other is not row]
        if any(
            other["effective_date"] is not None
            and (end is None or other["effective_date"] < end)
            and (other["expiry_date"] is None or begin < other["expiry_date"])
            for other in others
        ):
            return False
        if end is not None and end not in [other["effective_date"] for other in others]:
            return False
    return True


def chain(k, starts):
    starts = sorted(starts)
    return [version(k, begin, end) for begin, end in zip(starts, [*starts[1:], None], strict=True)] if starts else []


CHAIN = st.lists(st.integers(0, 4), max_size=3, unique=True)
VERSION = st.builds(
    version,
    k=st.integers(1, 3),
    begin=st.sampled_from([None, 0, 0, 1, 1, 2, 2, 3]),
    end=st.sampled_from([None, None, 1, 2, 3, 4]),
    is_current=st.sampled_from([None, None, None, True, False]),
)


@given(first=CHAIN, second=CHAIN, added=st.lists(VERSION, max_size=2), removed=st.none() | st.integers(0, 5))
@examples(80)
def test_a_history_has_faults_when_and_only_when_a_look_at_all_pairs_finds_one(dbt, first, second, added, removed):
    rows = [*chain(1, first), *chain(2, second), *added]
    rows = rows if removed is None else rows[:removed] + rows[removed + 1 :]
    assert (faults(dbt, rows) == []) is is_consistent(rows)


# -- refusals ---------------------------------------------------------------------------------------------------------

KNOWN = "model, keys, effective_date, expiry_date, is_current, expiry_of_current, allow_gaps, snapshot"
KEYS = "`keys` must be a list with at least one item; got"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param({"keys": []}, f"{KEYS} []. Example: ['customer_id'].", id="no keys"),
        pytest.param({"keys": "k"}, f"{KEYS} 'k'. Example: ['customer_id'].", id="keys"),
        pytest.param({"allow_gaps": 1}, "`allow_gaps` must be true or false; got 1.", id="gaps"),
        pytest.param({"snapshot": "no"}, "`snapshot` must be true or false; got 'no'.", id="snapshot"),
        pytest.param(
            {"is_current": True},
            "`is_current` must be a column, or false where there is none; got true. Example: is_current.",
            id="flag",
        ),
        pytest.param(
            {"effective_date": 1},
            "`effective_date` must be a text that is not empty; got 1. Example: effective_date.",
            id="start",
        ),
        pytest.param(
            {"expiry_of_current": "9999-31-12"},
            "`expiry_of_current` must be a day as YYYY-MM-DD, with a time as HH:MM:SS if need be, or a SQL expression; "
            "got '9999-31-12'. Example: '2024-12-31'.",
            id="end",
        ),
        pytest.param(
            {"allow_gap": True}, f"unknown argument 'allow_gap'. Did you mean 'allow_gaps'? Known: {KNOWN}.", id="near"
        ),
    ],
)
def test_refusals(dbt, given_, message):
    table = dbt.table("history", GOOD, types=TYPES)
    with dbt.raises(f"cutover.scd2_is_consistent: {message}"):
        dbt.run_test(TEST, table, **{"keys": ["k"]} | given_)
    assert dbt.statements == []
