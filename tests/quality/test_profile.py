from __future__ import annotations

import math
import os
import statistics
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

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
                    {
                        "column": "id",
                        "type": type_,
                        "nulls": 0,
                        "distinct": 1,
                        "min": "7",
                        "max": "7",
                        "mean": 7.0,
                        "stddev": None,
                        "p25": 7.0,
                        "median": 7.0,
                        "p75": 7.0,
                        "min_length": None,
                        "max_length": None,
                        "mean_length": None,
                        "blank": None,
                    }
                ],
                "candidate_keys": [["id"]],
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
    measures = ["nulls", "distinct", "min", "max", "mean", "stddev", "median", "length", "blank"]
    assert title == "cutover.profile: testdb.test.t, 3 rows"
    assert headers.split() == ["column", "type", *measures]
    assert first.split()[0] == "id"
    assert first.split()[-9:] == ["1", "2", "7.0", "8.0", "7.5", "0.7071", "7.5", "-", "-"]
    assert second.split() == ["name", *names[1].split(), "0", "2", "a\\nb", "x", "-", "-", "-", "1", "..", "3", "0"]


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


def test_more_numbers_by_hand(dbt, profile):
    dbt.table(
        "t",
        [
            {"n": 2, "d": Decimal("0.5"), "f": 1.0, "t": "ab"},
            {"n": 4, "d": None, "f": 2.0, "t": ""},
            {"n": 4, "d": Decimal("1.5"), "f": 4.0, "t": " \t"},
            {"n": 5, "d": None, "f": math.nan, "t": None},
            {"n": 10, "d": None, "f": 1.0, "t": "é🎉x"},
        ],
        types={"d": "decimal(6, 2)"},
    )

    found = profile("test.t")

    measures = ["stddev", "p25", "median", "p75", "min_length", "max_length", "mean_length", "blank"]
    numbers = {name: [column[measure] for measure in measures] for name, column in found["columns"].items()}
    # Deviations of n from 5 are -3, -1, -1, 0, 5: 36 over 4. Of d: 0.5 over 1. NaN is the largest of f, and has none.
    assert numbers == {
        "n": [3.0, 4.0, 4.0, 5.0, None, None, None, None],
        "d": [pytest.approx(0.5**0.5), 0.75, 1.0, 1.25, None, None, None, None],
        "f": [None, 1.0, 2.0, 4.0, None, None, None, None],
        "t": [None, None, None, None, 0, 3, 1.75, 2],
    }
    assert found["candidate_keys"] == []


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([math.inf, 1.0, 2.0], id="infinity"),
        pytest.param([-math.inf, 1.0], id="minus infinity"),
        pytest.param([1e200, -1e200], id="what has no square"),
    ],
)
def test_what_has_no_deviation(dbt, profile, values):
    dbt.table("t", [{"v": value} for value in values], types={"v": "double precision"})

    assert profile("test.t")["columns"]["v"]["stddev"] is None


def test_candidate_keys(dbt, profile):
    dbt.table(
        "t",
        [{"id": 1, "Code": "a", "b": 1, "n": None}, {"id": 2, "Code": "b", "b": 1, "n": 2}],
        types={"n": "integer"},
    )

    assert profile("test.t")["candidate_keys"] == [["id"], ["Code"]]
    dbt.table("t", types={"id": "integer"})
    assert profile("test.t")["candidate_keys"] == []


def test_quantiles_by_argument(dbt):
    dbt.table("t", [{"id": 1}])

    outcome = dbt.operation("cutover.profile", relation="test.t", quantiles=False, output="json")

    assert "median" not in outcome.statements[1]
    (column,) = outcome.json["relations"][0]["columns"]
    assert (column["p25"], column["median"], column["p75"], column["mean"]) == (None, None, None, 1.0)


def test_any_quantile(dbt):
    dbt.table("t", [{"v": float(value)} for value in (10, 20, 40)])

    row = dbt.query(
        "select {{ cutover.dialect_quantile('v', 0.1) }} as low, {{ cutover.dialect_quantile('v', 0.75) }} as high "
        "from test.t"
    )[0]

    # A fifth of the way from the first to the second; half of that from the second to the third.
    assert row == {"low": pytest.approx(12.0), "high": 30.0}


def test_most_frequent_values(dbt):
    rows = [("x", 1), ("x", 2), ("", 2), ("", 1), ("null", 3), (None, 3), ("a", 3)]
    dbt.table("t", [{"t": text, "n": number, "j": "[]"} for text, number in rows], types={"j": "json"})

    outcome = dbt.operation("cutover.profile", relation="test.t", top_values=3, output="json")

    _, _, frequent = outcome.statements
    assert frequent.count('from "testdb"."test"."t"') == 3
    columns = {column["column"]: column["top"] for column in outcome.json["relations"][0]["columns"]}
    # Those as frequent as each other in the order of their letters.
    assert columns == {
        "t": [{"value": "", "rows": 2}, {"value": "x", "rows": 2}, {"value": "a", "rows": 1}],
        "n": [{"value": "3", "rows": 3}, {"value": "1", "rows": 2}, {"value": "2", "rows": 2}],
        "j": [{"value": "[]", "rows": 7}],
    }


def test_a_schema_relation_by_relation(dbt):
    for name in ("orders", "orders_old", "Customers"):
        dbt.table(name, [{"id": 1}, {"id": 2}], schema="legacy")
    dbt.view("all_orders", "select * from legacy.orders", schema="legacy")

    outcome = dbt.operation("cutover.profile", schema="legacy", exclude=["*_old"], output="json")
    selected = dbt.operation("cutover.profile", schema="LEGACY", select=["orders*"])

    assert [relation["relation"] for relation in outcome.json["relations"]] == [
        "testdb.legacy.Customers",
        "testdb.legacy.all_orders",
        "testdb.legacy.orders",
    ]
    assert outcome.logged[1] == "cutover.profile: 2 of 3: testdb.legacy.all_orders, 2 rows"
    assert [line for line in selected.logged if line.startswith("cutover.")] == [
        "cutover.profile: 1 of 2: testdb.legacy.orders, 2 rows",
        "cutover.profile: 2 of 2: testdb.legacy.orders_old, 2 rows",
        "cutover.profile: testdb.legacy.orders, 2 rows",
        "cutover.profile: testdb.legacy.orders_old, 2 rows",
    ]
    # Names, columns, and a scan each.
    assert len(selected.statements) == 4


def test_a_relation_that_cannot_be_read_is_told_at_the_end(dbt):
    dbt.table("a", [{"id": 1}])
    unread = {"text": "testdb.test.b", "found": None, "error": "no right to read it"}
    operation = dbt.call("cutover._operation", "profile", [], {}, [], "json")

    result = dbt.call("cutover._profiled", operation, unread, {})
    with dbt.raises("cutover.profile: 1 of 2 relations could not be read: testdb.test.b: no right to read it."):
        dbt.call("cutover._tell_profile", operation, {"operation": "profile", "relations": [{"columns": []}, result]})

    assert result == {
        "relation": "testdb.test.b",
        "rows": None,
        "columns": [],
        "candidate_keys": None,
        "error": "no right to read it",
    }


def test_several_relations_in_one_document(dbt):
    dbt.table("a", [{"id": 1}])
    dbt.table("b", [{"x": 1}])

    outcome = dbt.operation("cutover.profile", relation=["test.b", "test.a"], output="json")

    assert [relation["relation"] for relation in outcome.json["relations"]] == ["testdb.test.b", "testdb.test.a"]


def test_recorded_rows(dbt):
    dbt.table("t", [{"id": 1, "t": "x"}, {"id": 3, "t": None}])
    dbt.table("f", [{"f": math.inf}], types={"f": "double precision"})

    first = dbt.operation("cutover.profile", relation="test.t", record=True, name="before", top_values=1)
    dbt.operation("cutover.profile", relation="test.f", record=True)

    assert first.error is None
    found = dbt.query("select * from cutover.profile_results order by recorded_at, column_number")
    told = [
        (row["name"], row["relation"], row["row_count"], row["column_number"], row["column_name"], row["nulls"])
        for row in found
    ]
    assert told == [
        ("before", "testdb.test.t", 2, 1, "id", 0),
        ("before", "testdb.test.t", 2, 2, "t", 1),
        (None, "testdb.test.f", 1, 1, "f", 0),
    ]
    ids, texts, floats = found
    assert (ids["mean"], ids["stddev"], ids["p25"], ids["is_candidate_key"]) == (2.0, 2**0.5, 1.5, True)
    assert (texts["min_value"], texts["max_length"], texts["blank"], texts["is_candidate_key"]) == ("x", 1, 0, False)
    assert texts["top_json"] == '[{"value": "x", "rows": 1}]'
    assert (floats["mean"], floats["stddev"]) == (math.inf, None)
    assert len({row["run_id"] for row in found}) == 2


KNOWN = "relation, columns, approximate, dry_run, output, schema, select, exclude, quantiles, top_values, name, record"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {"relation": "test.t", "schema": "test"},
            "`relation` or `schema` is required; got both. Example: relation: ref('orders').",
            id="relation and schema",
        ),
        pytest.param(
            {"schema": "test", "columns": ["id"]},
            "`columns` are those of one relation, and cannot stand beside `schema`.",
            id="columns of a schema",
        ),
        pytest.param(
            {"relation": "test.t", "top_values": 1001},
            "`top_values` must be a whole number from 0 to 1000; got 1001.",
            id="too many values",
        ),
        pytest.param(
            {"relation": "test.t", "quantiles": "yes"}, "`quantiles` must be true or false; got 'yes'.", id="quantiles"
        ),
        pytest.param({"relation": "test.t", "record": 1}, "`record` must be true or false; got 1.", id="record"),
        pytest.param({"relation": "test.t", "name": ""}, "`name` must be a text that is not empty; got ''.", id="name"),
        pytest.param(
            {"schema": "test", "select": "t"},
            "`select` must be a list; got 't'. Example: [orders, 'stg_*'].",
            id="select",
        ),
        pytest.param({"relation": "test.t", "top": 3}, f"unknown argument 'top'. Known: {KNOWN}.", id="unknown"),
    ],
)
def test_refusals(dbt, has_schema, arguments, message):
    dbt.table("t", [{"id": 1}])

    outcome = dbt.operation("cutover.profile", **arguments)

    assert outcome.error == f"cutover.profile: {message}"
    assert outcome.statements == []
    assert not has_schema("cutover")


VALUES = {
    "i": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2),
    "d": st.none() | st.decimals(-(10**10), 10**10, places=3, allow_nan=False, allow_infinity=False),
    "f": st.none() | st.floats(-1e9, 1e9, width=64) | st.sampled_from([0.0, -0.0]),
    "t": st.none()
    | st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=5)
    | st.sampled_from(["", "null", "a", "A", " ", "\t\n", " x", "\u2003"]),
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

    found = profile("test.t", top_values=3)

    assert found["rows"] == len(rows)
    keys = [name for name in found["columns"] if rows and distinct(row[name] for row in rows) == len(rows)]
    assert found["candidate_keys"] == [[name] for name in keys if None not in [row[name] for row in rows]]
    for name, column in found["columns"].items():
        values = [row[name] for row in rows]
        assert (column["nulls"], column["distinct"]) == (values.count(None), distinct(values))
        check_extremes(name, [column["min"], column["max"]], extremes(values))
        check_measures(name, column, [value for value in values if value is not None])
        frequent = Counter(0.0 if value == 0 else value for value in values if value is not None)
        assert [top["rows"] for top in column["top"]] == [count for _, count in frequent.most_common(3)]
        if name in ("i", "d", "f"):
            expected = mean(values)
            assert column["mean"] == (None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-3))
        else:
            assert column["mean"] is None


def check_measures(name, column, values):
    if name in ("i", "d", "f"):
        floats = sorted(float(value) for value in values)
        deviation = statistics.stdev(Fraction(value) for value in floats) if len(floats) > 1 else None
        scale = max(map(abs, floats), default=0)
        assert column["stddev"] == (
            None if deviation is None else pytest.approx(deviation, rel=1e-6, abs=max(scale * 1e-7, 1e-150))
        )
        for measure, share in (("p25", Fraction(1, 4)), ("median", Fraction(1, 2)), ("p75", Fraction(3, 4))):
            expected = between(floats, share) if floats else None
            assert column[measure] == (None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9))
    if name == "t":
        lengths = [len(value) for value in values]
        assert (column["min_length"], column["max_length"]) == (min(lengths, default=None), max(lengths, default=None))
        assert column["mean_length"] == (pytest.approx(sum(lengths) / len(lengths)) if lengths else None)
        assert column["blank"] == sum(not value.strip(" \t\n\r\f") for value in values)


def between(ordered, share):
    """The value at that share of the way from the first to the last, between its two neighbours."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(Fraction(ordered[low]) + (Fraction(ordered[high]) - Fraction(ordered[low])) * (place - low))


def check_extremes(name, found, expected):
    if expected is None:
        assert found == [None, None]
    elif name == "f":
        assert [float(text) for text in found] == list(expected)
    else:
        assert found == [str(value) for value in expected]
