"""Two recorded profiles beside each other."""

from __future__ import annotations

import pytest


@pytest.fixture
def recorded(dbt):
    """Make the table anew and record its profile under a name."""

    def record(name, rows, types=None, **arguments):
        dbt.table("t", rows, types=types)
        outcome = dbt.operation("cutover.profile", relation="test.t", record=True, name=name, **arguments)
        assert outcome.error is None

    return record


@pytest.fixture
def diff(dbt):
    """Compare; the document's one relation, its columns by name."""

    def run(**arguments):
        outcome = dbt.operation("cutover.profile_diff", **{"relation": "test.t", "output": "json"} | arguments)
        assert outcome.error is None
        (found,) = outcome.json["relations"]
        return found | {"columns": {column["column"]: column for column in found["columns"]}}

    return run


BEFORE = [{"id": 1, "amount": 10, "t": "a", "gone": 1}, {"id": 2, "amount": 30, "t": None, "gone": 1}]
AFTER = [
    {"t": "b", "id": 1, "amount": 10, "new": 1},
    {"t": None, "id": 2, "amount": 30, "new": 1},
    {"t": None, "id": 3, "amount": None, "new": 1},
    {"t": None, "id": 4, "amount": 80, "new": 1},
]


def change(measure, before, after, difference, share):
    return {"measure": measure, "before": before, "after": after, "difference": difference, "change": share}


def test_changes_by_hand(recorded, diff):
    recorded("monday", BEFORE)
    recorded("tuesday", AFTER)

    found = diff()

    assert (found["relation"], found["before"]["name"], found["after"]["name"]) == (
        "testdb.test.t",
        "monday",
        "tuesday",
    )
    assert found["rows"] == change("rows", 2, 4, 2, 1.0)
    assert [(name, column["status"]) for name, column in found["columns"].items()] == [
        ("t", "changed"),
        ("id", "changed"),
        ("amount", "changed"),
        ("new", "added"),
        ("gone", "removed"),
    ]
    assert found["columns"]["t"]["changes"] == [
        change("null_share", 0.5, 0.75, 0.25, 0.5),
        change("min", "a", "b", None, None),
        change("max", "a", "b", None, None),
    ]
    amounts = {one["measure"]: one for one in found["columns"]["amount"]["changes"]}
    assert list(amounts) == ["null_share", "distinct", "max", "mean", "stddev", "median"]
    assert amounts["null_share"] == change("null_share", 0.0, 0.25, 0.25, None)
    assert amounts["max"] == change("max", 30.0, 80.0, 50.0, 1.666667)
    assert amounts["mean"] == change("mean", 20.0, 40.0, 20.0, 1.0)


def test_nothing_changed(recorded, diff):
    recorded("a", BEFORE)
    recorded("b", list(reversed(BEFORE)))

    found = diff()

    assert {column["status"] for column in found["columns"].values()} == {"same"}
    assert found["rows"]["change"] == 0


def test_another_type(dbt, recorded, diff):
    recorded("a", [{"v": 1}], types={"v": "integer"})
    recorded("b", [{"v": "1"}], types={"v": "text"})
    types = dbt.query("select data_type from cutover.profile_results order by recorded_at").column("data_type")

    changes = diff()["columns"]["v"]["changes"]

    assert changes[0] == change("type", *types, None, None)
    assert [one["measure"] for one in changes] == ["type", "mean", "median"]


def test_an_empty_table_has_no_shares(recorded, diff):
    recorded("a", [], types={"v": "integer"})
    recorded("b", [{"v": None}], types={"v": "integer"})

    found = diff()

    assert found["rows"] == change("rows", 0, 1, 1, None)
    assert found["columns"]["v"]["changes"] == [change("null_share", None, 1.0, None, None)]


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        pytest.param({}, (3, 4), id="the latest two"),
        pytest.param({"before": "one"}, (1, 4), id="one against the latest"),
        pytest.param({"after": "three"}, (2, 3), id="one against that before it"),
        pytest.param({"before": "one", "after": "three"}, (1, 3), id="two by their names"),
        pytest.param({"before": "three", "after": "one"}, (3, 1), id="backwards"),
        pytest.param({"before": "four"}, (4, 3), id="the latest as the earlier one"),
    ],
)
def test_which_two(recorded, diff, arguments, rows):
    for number, name in enumerate(["one", "two", "three", "four"], start=1):
        recorded(name, [{"v": 1}] * number, quantiles=False)

    found = diff(**arguments)

    assert (found["before"]["rows"], found["after"]["rows"]) == rows


def test_by_run_id(dbt, recorded, diff):
    for number in (1, 2, 3):
        recorded(None, [{"v": 1}] * number)
    ids = dbt.query("select run_id from cutover.profile_results order by recorded_at").column("run_id")

    found = diff(before=ids[0], after=ids[1])

    assert (found["before"]["run_id"], found["after"]["run_id"], found["after"]["rows"]) == (*ids[:2], 2)


def test_a_whole_schema_and_a_relation_that_is_gone(dbt):
    for name in ("monday", "tuesday"):
        dbt.table("a", [{"v": 1}], schema="legacy")
        if name == "monday":
            dbt.table("b", [{"v": 1}], schema="legacy")
        dbt.operation("cutover.profile", schema="legacy", record=True, name=name)
        if name == "monday":
            dbt.execute("drop table legacy.b")

    outcome = dbt.operation("cutover.profile_diff", before="monday", after="tuesday", output="json")

    assert [relation["relation"] for relation in outcome.json["relations"]] == ["testdb.legacy.a"]


def test_the_table(recorded, dbt):
    recorded("a", [{"id": 1, "v": 1}])
    recorded("b", [{"id": 1, "w": 2}, {"id": 2, "w": 2}])

    outcome = dbt.operation("cutover.profile_diff", relation="TEST.T")

    title, headers, _, *lines = outcome.logged
    assert title.startswith("cutover.profile_diff: testdb.test.t, ")
    assert title.endswith(", 0 of 3 columns as before")
    assert headers.split() == ["column", "measure", "before", "after", "change"]
    assert [line.split() for line in lines] == [
        ["rows", "1", "2", "+100.0", "%"],
        ["id", "distinct", "1", "2", "+100.0", "%"],
        ["id", "max", "1.0", "2.0", "+100.0", "%"],
        ["id", "mean", "1.0", "1.5", "+50.0", "%"],
        ["id", "stddev", "-", lines[4].split()[3], "-"],
        ["id", "median", "1.0", "1.5", "+50.0", "%"],
        ["w", "added", "-", "-", "-"],
        ["v", "removed", "-", "-", "-"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {},
            "`relation`, or `before` and `after` for all that two runs profiled, is required. "
            "Example: relation: ref('orders').",
            id="nothing",
        ),
        pytest.param(
            {"relation": "test.t", "after": 1}, "`after` must be a text that is not empty; got 1.", id="after"
        ),
        pytest.param(
            {"relation": "test.t", "since": 1},
            "unknown argument 'since'. Known: relation, before, after, dry_run, output.",
            id="unknown",
        ),
        pytest.param(
            {"relation": "test.t"},
            "no profile was recorded in testdb.cutover.profile_results. Run profile with record: true first.",
            id="none recorded",
        ),
    ],
)
def test_refusals(dbt, has_schema, arguments, message):
    outcome = dbt.operation("cutover.profile_diff", **arguments)

    assert outcome.error == f"cutover.profile_diff: {message}"
    assert not has_schema("cutover")


def test_one_profile_is_not_two(dbt, recorded):
    recorded("only", [{"v": 1}])

    outcome = dbt.operation("cutover.profile_diff", relation="test.t")

    assert outcome.error == (
        "cutover.profile_diff: two recorded profiles of testdb.test.t are needed; found only. "
        "Run profile with record: true."
    )
