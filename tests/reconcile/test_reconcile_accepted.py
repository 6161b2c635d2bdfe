"""Differences that are declared: which rows they cover, until when, and what is left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

# 1 equal; 2 and 3 differ in amount, 3 in status too; 4 and 5 only in legacy; 6 only in migrated.
LEGACY = [
    {"id": 1, "amount": 10, "status": "open"},
    {"id": 2, "amount": 0, "status": "open"},
    {"id": 3, "amount": 0, "status": "paid"},
    {"id": 4, "amount": 40, "status": "open"},
    {"id": 5, "amount": 50, "status": "test"},
]
MIGRATED = [
    {"id": 1, "amount": 10, "status": "open"},
    {"id": 2, "amount": None, "status": "open"},
    {"id": 3, "amount": 3, "status": "lost"},
    {"id": 6, "amount": 60, "status": "new"},
]
ALL = [{"status": status, "reason": "known"} for status in ("mismatch", "only_in_legacy", "only_in_migrated")]


@pytest.fixture
def accept(pair, reconcile):
    """Run with accepted differences on the two tables above."""
    pair(LEGACY, MIGRATED)

    def run(*differences, **arguments):
        return reconcile(accepted_differences=list(differences), **arguments)

    return run


def verdicts(outcome):
    levels = outcome.json["levels"]
    return {name: levels[name]["verdict"] for name in levels}


def covered(outcome):
    return [one["rows"] for one in outcome.json["accepted"]]


def test_nothing_accepted(accept):
    assert verdicts(accept()) == dict.fromkeys(["counts", "keys", "columns", "rows"], "mismatch")


def test_all_accepted(accept):
    outcome = accept(*ALL)

    assert (outcome.json["verdict"], outcome.exit_code) == ("accepted", 0)
    assert verdicts(outcome) == dict.fromkeys(["counts", "keys", "columns", "rows"], "accepted")
    assert covered(outcome) == [2, 2, 1]
    # What is accepted is counted all the same.
    assert outcome.json["levels"]["rows"] == {
        "verdict": "accepted",
        "match": 1,
        "mismatch": 2,
        "only_in_legacy": 2,
        "only_in_migrated": 1,
    }
    assert outcome.json["warnings"] == []


@pytest.mark.parametrize(
    ("difference", "rows", "expected"),
    [
        pytest.param(
            {"column": "amount"},
            2,
            {"counts": "mismatch", "keys": "mismatch", "columns": "mismatch", "rows": "mismatch"},
            id="a column",
        ),
        pytest.param(
            {"column": "AMOUNT", "where": "legacy.amount = 0 and migrated.amount is null"},
            1,
            {"columns": "mismatch"},
            id="a column where both sides say so",
        ),
        pytest.param(
            {"column": "amount", "where": "false or legacy.id = 2 -- the one"},
            1,
            {"columns": "mismatch"},
            id="a column by its key",
        ),
        pytest.param(
            {"column": "amount", "where": "migrated.amount > 0"}, 1, {"columns": "mismatch"}, id="a null is no yes"
        ),
        pytest.param({"column": "status"}, 1, {"columns": "mismatch"}, id="another column"),
        pytest.param({"status": "mismatch"}, 2, {"columns": "accepted", "rows": "mismatch"}, id="rows that differ"),
        pytest.param(
            {"status": "mismatch", "where": "legacy.status = 'paid'"},
            1,
            {"columns": "mismatch"},
            id="rows that differ, of a status",
        ),
        pytest.param({"status": "only_in_legacy"}, 2, {"counts": "mismatch", "keys": "mismatch"}, id="rows of legacy"),
        pytest.param(
            {"status": "only_in_legacy", "where": "legacy.status = 'test'"},
            1,
            {"counts": "accepted", "keys": "mismatch"},
            id="a row of legacy that evens the counts",
        ),
        pytest.param(
            {"status": "only_in_migrated", "where": "migrated.amount = 60"},
            1,
            {"keys": "mismatch"},
            id="rows of migrated",
        ),
        pytest.param(
            {"status": "only_in_migrated", "where": "legacy.amount = 60"},
            0,
            {"keys": "mismatch"},
            id="the other side has no values",
        ),
    ],
)
def test_one_accepted(accept, difference, rows, expected):
    outcome = accept({**difference, "reason": "known"})

    assert covered(outcome) == [rows]
    assert {name: verdicts(outcome)[name] for name in expected} == expected
    assert (outcome.json["verdict"], outcome.exit_code) == ("mismatch", 1)
    assert bool(outcome.json["warnings"]) == (rows == 0)


def test_a_row_is_accepted_when_all_its_columns_are(accept):
    rest = ALL[1:]

    assert accept({"column": "amount", "reason": "a"}, *rest).json["verdict"] == "mismatch"
    assert (
        accept({"column": "amount", "reason": "a"}, {"column": "status", "reason": "b"}, *rest).json["verdict"]
        == "accepted"
    )


def test_columns_say_how_much_is_accepted(accept):
    outcome = accept({"column": "amount", "where": "legacy.id = 2", "reason": "a"}, {"column": "status", "reason": "b"})

    assert outcome.json["levels"]["columns"]["columns"] == [
        {"column": "amount", "mismatches": 2, "accepted": 1, "verdict": "mismatch"},
        {"column": "status", "mismatches": 1, "accepted": 1, "verdict": "accepted"},
    ]


def test_the_first_that_fits_takes_the_row(accept):
    outcome = accept({"column": "amount", "where": "legacy.id = 2", "reason": "a"}, {"column": "amount", "reason": "b"})

    assert covered(outcome) == [1, 1]


def test_each_side_has_its_own_names(pair, reconcile):
    pair(
        [{"cust_no": 1, "amt": 1}, {"cust_no": 2, "amt": 1}],
        [{"customer_id": 1, "amount": 5}, {"customer_id": 2, "amount": 6}],
    )

    outcome = reconcile(
        keys=["cust_no"],
        column_map={"cust_no": "customer_id", "amt": "amount"},
        accepted_differences=[
            {
                "column": "amt",
                "where": "legacy.amt = 1 and migrated.amount = 5 and legacy.cust_no = migrated.customer_id",
                "reason": "r",
            }
        ],
    )

    assert covered(outcome) == [1]


@pytest.mark.parametrize(
    ("days", "expired"),
    [
        pytest.param(-1, True, id="yesterday"),
        pytest.param(0, False, id="today"),
        pytest.param(1, False, id="tomorrow"),
        pytest.param(None, False, id="open end"),
    ],
)
@pytest.mark.parametrize("as_text", [True, False], ids=["text", "date"])
def test_until(dbt, accept, days, expired, as_text):
    (today,) = dbt.query("select cast({{ cutover.dialect_utc_now() }} as date) as today").column("today")
    until = None if days is None else date.fromisoformat(str(today)[:10]) + timedelta(days=days)
    until = until.isoformat() if as_text and until else until

    outcome = accept(
        {"column": "amount", "reason": "later", "until": until}, {"column": "status", "reason": "b"}, *ALL[1:]
    )

    assert outcome.json["verdict"] == ("mismatch" if expired else "accepted")
    assert outcome.json["accepted"][0] == {
        "difference": "amount",
        "reason": "later",
        "until": None if days is None else str(until),
        "expired": expired,
        "rows": 0 if expired else 2,
    }
    assert outcome.json["warnings"] == ([f"accepted difference 1 (later) expired on {until}"] if expired else [])


def test_one_that_no_longer_occurs_is_told(pair, reconcile):
    # Also where both sides are equal, and phase two isn't run.
    for migrated in (LEGACY, [{**LEGACY[0], "amount": 11}, *LEGACY[1:]]):
        pair(LEGACY, migrated)

        outcome = reconcile(
            accepted_differences=[
                {"status": "only_in_legacy", "reason": "old", "where": "legacy.id > 3"},
                {"column": "amount", "reason": "r"},
            ]
        )

        assert "accepted difference 1 (old) no longer occurs" in outcome.json["warnings"]
        assert outcome.json["accepted"][0] == {
            "difference": "only_in_legacy where legacy.id > 3",
            "reason": "old",
            "until": None,
            "expired": False,
            "rows": 0,
        }
        assert outcome.exit_code == 0


def test_levels_of_counts_and_keys_accept_by_the_columns_too(accept):
    # Rows that are accepted are found among the rows, whatever the level that is judged.
    differences = [
        {"status": "only_in_legacy", "where": "legacy.amount > 0", "reason": "a"},
        {"status": "only_in_migrated", "reason": "b"},
    ]

    assert verdicts(accept(*differences, levels=["counts"])) == {"counts": "accepted"}
    assert verdicts(accept(*differences, levels=["keys"])) == {"keys": "accepted"}
    assert verdicts(accept(differences[1], levels=["counts", "keys"])) == {"counts": "mismatch", "keys": "mismatch"}


def test_a_key_is_accepted_when_all_its_rows_are(pair, reconcile):
    # Guard: the keys level counts rows that are open. By the first row of each key alone it would call this accepted.
    pair([{"id": 1, "v": 1}, {"id": 1, "v": 2}], [], types={"id": "integer", "v": "integer"})

    def verdict(where):
        accepted = [{"status": "only_in_legacy", "where": where, "reason": "r"}]
        return reconcile(accepted_differences=accepted, levels=["keys"]).json["verdict"]

    assert (verdict("legacy.v = 1"), verdict("legacy.v = 2"), verdict("legacy.v in (1, 2)")) == (
        "mismatch",
        "mismatch",
        "accepted",
    )


def test_one_sided_columns_keep_an_accepted_pair_partial(pair, reconcile):
    pair([{**LEGACY[0], "old": 1}], [{**LEGACY[0], "amount": 11}])

    assert reconcile(accepted_differences=[{"column": "amount", "reason": "r"}]).json["verdict"] == "partial"


def test_the_table_tells_reason_and_date(accept):
    outcome = accept(
        {"column": "amount", "where": "legacy.id = 2", "reason": "a null is no zero", "until": "2999-12-31"},
        *ALL[1:],
        output="table",
    )

    assert "  accepted: 1 rows, amount where legacy.id = 2 (a null is no zero), until 2999-12-31" in outcome.logged
    assert "  accepted: 2 rows, only_in_legacy (known)" in outcome.logged
