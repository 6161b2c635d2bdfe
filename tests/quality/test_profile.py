from __future__ import annotations

import math
import os
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quality_oracle import distinct, extremes, mean


@pytest.fixture
def profile(dbt):
    """Profile a relation; the document's one relation, its columns by name."""

    def run(relation, **arguments):
        outcome = dbt.operation("cutover.profile", relation=relation, output="json", **arguments)
        assert outcome.error is None
        (found,) = outcome.json["relations"]
        return found | {"columns": {column["column"]: column for column in found["columns"]}}

    return run


def test_numbers_by_hand(dbt, profile):
    dbt.table(
        "t",
        [
            {"id": 1, "name": "b", "amount": Decimal("1.50"), "seen": date(2024, 2, 29)},
            {"id": 2, "name": "B", "amount": None, "seen": None},
            {"id": 2, "name": "", "amount": Decimal("-0.25"), "seen": date(1999, 1, 1)},
            {"id": 4, "name": None, "amount": Decimal("1.5"), "seen": date(1999, 1, 1)},
        ],
        types={"amount": "decimal(10, 2)"},
    )

    found = profile("test.t")

    assert (found["relation"], found["rows"], list(found["columns"])) == (
        "testdb.test.t",
        4,
        ["id", "name", "amount", "seen"],
    )
    numbers = {
        name: [column[key] for key in ("nulls", "distinct", "min", "max", "mean")]
        for name, column in found["columns"].items()
    }
    assert numbers == {
        "id": [0, 3, "1", "4", 2.25],
        "name": [1, 3, "", "b", None],
        "amount": [1, 2, "-0.25", "1.50", pytest.approx(2.75 / 3)],
        "seen": [1, 2, "1999-01-01", "2024-02-29", None],
    }


def test_the_document_is_whole(dbt):
    dbt.table("t", [{"id": 7}], types={"id": "integer"})
    (type_,) = dbt.query("select data_type from information_schema.columns where table_name = 't'").column("data_type")

    outcome = dbt.operation("cutover.profile", relation="test.t", output="json")

    assert outcome.json == {
        "operation": "profile",
        "relations": [
            {
                "relation": "testdb.test.t",
                "rows": 1,
                "columns": [
                    {"column": "id", "type": type_, "nulls": 0, "distinct": 1, "min": "7", "max": "7", "mean": 7.0}
                ],
            }
        ],
    }
    assert (outcome.exit_code, outcome.logged) == (0, [])


def test_the_table_says_the_same(dbt):
    dbt.table(
        "t",
        [{"id": 7, "name": "x"}, {"id": None, "name": "a\nb"}, {"id": 8, "name": "x"}],
        types={"id": "decimal(4, 1)", "name": "text"},
    )
    names = dbt.query(
        "select data_type from information_schema.columns where table_name = 't' order by ordinal_position"
    ).column("data_type")

    outcome = dbt.operation("cutover.profile", relation="test.t")

    assert outcome.printed == ""
    title, headers, _, first, second = outcome.logged
    assert title == "cutover.profile: testdb.test.t, 3 rows"
    assert headers.split() == ["column", "type", "nulls", "distinct", "min", "max", "mean"]
    assert first.split()[0] == "id"
    assert first.split()[-5:] == ["1", "2", "7.0", "8.0", "7.5"]
    assert second.split() == ["name", *names[1].split(), "0", "2", "a\\nb", "x", "-"]


def test_one_statement_after_the_look_up_which_reads_once(dbt):
    dbt.table("t", [dict.fromkeys("abcdefghij", 1)])

    outcome = dbt.operation("cutover.profile", relation="test.t")

    _, scan = outcome.statements
    assert scan.count('"t"') == 1


def test_columns_choose_and_order(dbt, profile):
    dbt.table("t", [{"a": 1, "B": 2, "c": 3}])

    assert list(profile("test.t", columns=["b", "a"])["columns"]) == ["B", "a"]


def test_a_dry_run_shows_the_statement_and_runs_nothing(dbt):
    dbt.table("t", [{"a": 1}])

    planned = dbt.operation("cutover.profile", relation="test.t", dry_run=True, output="json")
    sent = dbt.operation("cutover.profile", relation="test.t").statements[1]
    shown = dbt.operation("cutover.profile", relation="test.t", dry_run=True)

    assert len(planned.statements) == 1
    assert planned.json == {
        "operation": "profile",
        "verdict": "dry_run",
        "statements": [{"purpose": "one scan of testdb.test.t", "sql": sent.split("\n", 1)[1].strip()}],
    }
    assert dbt.query(shown.logged[0].rstrip().rstrip(";"))[0]["row_count"] == 1
    assert shown.logged[-1] == "cutover.profile: dry run, nothing was changed."


def test_writes_nothing(dbt, profile, has_schema):
    dbt.table("t", [{"a": 1}])

    profile("test.t")

    assert not has_schema("cutover")


def test_an_empty_table(dbt, profile):
    dbt.table("t", types={"a": "integer", "b": "text", "c": "double precision"})

    found = profile("test.t")

    assert found["rows"] == 0
    for column in found["columns"].values():
        assert [column[key] for key in ("nulls", "distinct", "min", "max", "mean")] == [0, 0, None, None, None]


@pytest.mark.parametrize(
    ("type_", "values", "numbers"),
    [
        pytest.param(
            "boolean", [True, False, None], (1, 2, None, None, None), id="booleans have no order worth telling"
        ),
        pytest.param(
            "json", ['{"a": 1}', '{"a": 1}', "[]"], (0, 2, None, None, None), id="json, which an engine may not compare"
        ),
        pytest.param("text", ["", "null", "a", "A"], (0, 4, "", "null", None), id="text by its letters"),
        pytest.param(
            "text",
            ["2024-01-01", "007", "1e5"],
            (0, 3, "007", "2024-01-01", None),
            id="text that looks like something else",
        ),
        pytest.param(
            "timestamp",
            [datetime(2024, 1, 1, 0, 0, 0, 5)],
            (0, 1, "2024-01-01 00:00:00.000005", "2024-01-01 00:00:00.000005", None),
            id="microseconds",
        ),
        pytest.param("double precision", [math.nan, math.nan, 1.5], (0, 2, "1.5", "NaN", "NaN"), id="nan"),
        pytest.param("double precision", [math.inf, 1.0], (0, 2, None, "Infinity", "Infinity"), id="infinity"),
        pytest.param("double precision", [0.0, -0.0], (0, 1, None, None, 0.0), id="minus zero"),
        pytest.param("decimal(38, 0)", [10**37, 10**37], (0, 1, str(10**37), str(10**37), 1e37), id="38 digits"),
        pytest.param(
            "bigint",
            [2**63 - 1, 2**63 - 3],
            (0, 2, str(2**63 - 3), str(2**63 - 1), float(2**63)),
            id="the largest integers",
        ),
    ],
)
def test_each_type(dbt, profile, type_, values, numbers):
    dbt.table("t", [{"v": value} for value in values], types={"v": type_})

    column = profile("test.t")["columns"]["v"]

    # Engines write NaN and Infinity in letters of their own, and 1.0 in digits of their own.
    found = [column[key] for key in ("nulls", "distinct", "min", "max", "mean")]
    spelled = [
        {"nan": "NaN", "inf": "Infinity"}.get(value, value) if isinstance(value, str) else value for value in found
    ]
    assert spelled[:2] == list(numbers[:2])
    for value, expected in zip(spelled[2:], numbers[2:], strict=True):
        if expected is not None or type_ != "double precision":
            assert value == expected


@pytest.mark.parametrize(
    "name", ["Order Id", 'say "hi"', "it's", "select", "größe_金額", "a */ b /* c", "100%s {{ x }} ; --"]
)
def test_any_name(dbt, profile, name):
    relation = dbt.table(name, [{name: 1}, {name: None}], schema=name)

    found = profile(relation)

    assert (found["rows"], found["columns"][name]["nulls"]) == (2, 1)


def test_moments_in_the_sessions_zone(dbt, profile):
    moments = [datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 1, 2, 12, tzinfo=UTC)]
    dbt.table("t", [{"v": moment} for moment in moments])

    column = profile("test.t")["columns"]["v"]

    assert [datetime.fromisoformat(column[key] + ":00") for key in ("min", "max")] == moments


@pytest.mark.engines("duckdb")
def test_approximate_counts_nearly(dbt, profile):
    dbt.execute("create table test.big as select range as v from range(20000)")

    exact = profile("test.big")["columns"]["v"]["distinct"]
    near = profile("test.big", approximate=True)["columns"]["v"]["distinct"]

    assert exact == 20000
    assert near != exact
    assert near == pytest.approx(exact, rel=0.1)


@pytest.mark.engines("postgres")
def test_approximate_is_refused_where_there_is_no_such_count(dbt):
    dbt.table("t", [{"a": 1}])

    outcome = dbt.operation("cutover.profile", relation="test.t", approximate=True)

    assert outcome.error == "cutover: profile with approximate: true is not implemented for postgres."
    assert len(outcome.statements) == 1


VALUES = {
    "i": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2),
    "d": st.none() | st.decimals(-(10**10), 10**10, places=3, allow_nan=False, allow_infinity=False),
    "f": st.none() | st.floats(-1e9, 1e9, width=64) | st.sampled_from([0.0, -0.0]),
    "t": st.none()
    | st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=5)
    | st.sampled_from(["", "null", "a", "A"]),
    "y": st.none() | st.dates(),
}
TYPES = {"i": "bigint", "d": "decimal(20, 3)", "f": "double precision", "t": "text", "y": "date"}


@settings(
    max_examples=400 if os.environ.get("CUTOVER_MORE_EXAMPLES") else 20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.fixed_dictionaries(VALUES), max_size=10))
def test_equals_the_oracle(dbt, profile, rows):
    dbt.table("t", rows, types=TYPES)

    found = profile("test.t")

    assert found["rows"] == len(rows)
    for name, column in found["columns"].items():
        values = [row[name] for row in rows]
        assert (column["nulls"], column["distinct"]) == (values.count(None), distinct(values))
        check_extremes(name, [column["min"], column["max"]], extremes(values))
        if name in ("i", "d", "f"):
            expected = mean(values)
            assert column["mean"] == (None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-3))
        else:
            assert column["mean"] is None


def check_extremes(name, found, expected):
    if expected is None:
        assert found == [None, None]
    elif name == "f":
        assert [float(text) for text in found] == list(expected)
    else:
        assert found == [str(value) for value in expected]
