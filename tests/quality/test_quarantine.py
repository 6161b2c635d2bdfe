"""The labelled, the valid and the quarantined rows as models that are really run again on a source that changes."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

TYPES = {"id": "integer", "Order": "text", "amount": "decimal(12, 2)", "batch": "integer"}
CHECKS = [
    {"check": "not_null", "column": "id"},
    {"check": "unique", "column": "id"},
    {"check": "in_range", "column": "amount", "min": 0},
]
LABELLED = "{{ cutover.label_rows('test.source', checks, where) }}"
VALID = "{{ cutover.valid_rows('test.labelled') }}"
QUARANTINE = "{{ cutover.quarantined_rows('test.labelled', keys, first_seen) }}"
GOOD, BAD, LOST = (1, "a", 10, 1), (2, "b", -1, 1), (None, "it's", 5, 1)


def source(dbt, *rows):
    return dbt.table("source", [dict(zip(TYPES, row, strict=True)) for row in rows], types=TYPES)


def said(sql, **values):
    """A model's text with the values written out, as a model's file has them."""
    for name, value in values.items():
        text = "none" if value is None else repr(value)
        sql = re.sub(rf"\b{name}\b(?=[,) ])", lambda _, text=text: text, sql)
    return sql


@pytest.fixture
def build(dbt):
    """Run the three models, and return the rows of the valid and of the quarantined, each row a tuple."""

    def run(day=1, checks=CHECKS, keys=None, where=None, full_refresh=False, labelled=("table", {})):
        materialization, config = labelled
        with dbt.flags(full_refresh=full_refresh):
            dbt.materialize(materialization, said(LABELLED, checks=checks, where=where), "labelled", **config)
            (valid,) = dbt.materialize("table", VALID, "valid")
            seen = f"timestamp '2024-05-{day:02} 12:00:00'"
            (bad,) = dbt.materialize("table", said(QUARANTINE, keys=keys, first_seen=seen), "quarantine")
        return (
            dbt.query('select * from {{ r }} order by id, "Order"', r=valid),
            dbt.query('select * from {{ r }} order by id, "Order"', r=bad),
        )

    return run


def values(rows):
    return [tuple(row.values()) for row in rows]


def seen(rows):
    return [(row["id"], row["cutover_first_seen"].day) for row in rows]


def test_a_row_is_valid_or_in_quarantine(dbt, build):
    source(dbt, GOOD, BAD, LOST)
    valid, bad = build()
    assert valid.columns == list(TYPES)
    assert values(valid) == [(1, "a", Decimal("10.00"), 1)]
    assert bad.columns == [*TYPES, "cutover_failed_checks", "cutover_failed_reasons", "cutover_first_seen"]
    assert values(bad) == [
        (2, "b", Decimal("-1.00"), 1, "in_range_amount", "amount is below 0", datetime(2024, 5, 1, 12)),
        (None, "it's", Decimal("5.00"), 1, "not_null_id", "id is null", datetime(2024, 5, 1, 12)),
    ]


@pytest.mark.parametrize("keys", [None, ["id"], ["ID", "Order"]], ids=str)
def test_rows_keep_the_moment_at_which_they_came_and_leave_when_they_are_mended(dbt, build, keys):
    source(dbt, GOOD, BAD, LOST)
    build(day=1, keys=keys)
    source(dbt, GOOD, BAD, LOST, (3, "c", -3, 1))
    _, bad = build(day=2, keys=keys)
    assert seen(bad) == [(2, 1), (3, 2), (None, 1)]
    source(dbt, GOOD, (2, "b", 7, 1), LOST, (3, "c", -3, 1))
    valid, bad = build(day=3, keys=keys)
    assert (valid.column("id"), seen(bad)) == ([1, 2], [(3, 2), (None, 1)])
    # What comes back comes anew.
    source(dbt, GOOD, BAD, LOST, (3, "c", -3, 1))
    _, bad = build(day=4, keys=keys, full_refresh=True)
    assert seen(bad) == [(2, 4), (3, 2), (None, 1)]


def test_a_row_is_known_again_by_its_keys_though_its_values_change(dbt, build):
    source(dbt, BAD)
    build(day=1, keys=["id"])
    source(dbt, (2, "b", -5, 1))
    assert seen(build(day=2, keys=["id"])[1]) == [(2, 1)]


def test_without_keys_a_changed_row_is_another(dbt, build):
    source(dbt, BAD)
    build(day=1)
    source(dbt, (2, "b", -5, 1))
    assert seen(build(day=2)[1]) == [(2, 2)]


def test_copies_of_a_row_stay_as_many_as_they_are(dbt, build):
    source(dbt, BAD, BAD, LOST, LOST)
    build(day=1)
    source(dbt, BAD, BAD, BAD, LOST, LOST)
    _, bad = build(day=2)
    assert seen(bad) == [(2, 1), (2, 1), (2, 1), (None, 1), (None, 1)]


def test_the_moment_is_that_of_the_run_where_none_is_given(dbt):
    source(dbt, BAD, LOST)
    dbt.materialize("table", said(LABELLED, checks=CHECKS, where=None), "labelled")
    started = dbt.render("{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') }}")
    (bad,) = dbt.materialize("table", "{{ cutover.quarantined_rows('test.labelled') }}", "quarantine")
    moments = dbt.query("select distinct cutover_first_seen from {{ bad }}", bad=bad).column("cutover_first_seen")
    assert moments == [datetime.fromisoformat(started)]


def test_a_column_that_the_source_gains_loses_no_moment(dbt, build):
    source(dbt, BAD)
    build(day=1)
    dbt.table("source", [{**dict(zip(TYPES, BAD, strict=True)), "note": "new"}], types={**TYPES, "note": "text"})
    _, bad = build(day=2)
    assert [(row["note"], row["cutover_first_seen"].day) for row in bad] == [("new", 1)]


def test_a_column_that_becomes_another_type_loses_no_moment(dbt, build):
    source(dbt, BAD)
    build(day=1)
    retyped = {**dict(zip(TYPES, BAD, strict=True)), "batch": "first"}
    dbt.table("source", [retyped], types={**TYPES, "batch": "text"})
    assert seen(build(day=2)[1]) == [(2, 1)]
    dbt.table("source", [{**retyped, "batch": 1}], types=TYPES)
    assert seen(build(day=3, keys=["batch"])[1]) == [(2, 3)]


def test_a_key_that_the_quarantine_had_not_makes_all_new(dbt, build):
    source(dbt, BAD)
    build(day=1)
    dbt.table("source", [{**dict(zip(TYPES, BAD, strict=True)), "note": "new"}], types={**TYPES, "note": "text"})
    assert seen(build(day=2, keys=["id", "note"])[1]) == [(2, 2)]


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"unique_key": "id", "incremental_strategy": "delete+insert"}, id="by key"),
        pytest.param({"unique_key": "batch", "incremental_strategy": "delete+insert"}, id="by batch"),
    ],
)
def test_rows_that_were_mended_leave_an_incremental_model_too(dbt, build, config):
    load = {"labelled": ("incremental", config)}
    source(dbt, GOOD, BAD, (9, "y", -1, 0))
    build(day=1, **load)
    # Batch 0 isn't read again; batch 1 is: a row mended, one gone bad, one new.
    source(dbt, (1, "a", -9, 1), (2, "b", 2, 1), (3, "c", -1, 1), (9, "y", 5, 0))
    for day in (2, 3):  # a run that is repeated changes nothing
        valid, bad = build(day=day, where="batch >= 1", **load)
        assert (valid.column("id"), seen(bad)) == ([2], [(1, 2), (3, 2), (9, 1)])
    valid, bad = build(day=4, **load, full_refresh=True)
    assert (valid.column("id"), seen(bad)) == ([2, 9], [(1, 2), (3, 2)])


def test_rows_without_a_key_are_replaced_by_batch_and_doubled_by_key(dbt, build):
    source(dbt, GOOD, LOST)
    for unique_key, copies in [("batch", 1), ("id", 2)]:
        load = {"labelled": ("incremental", {"unique_key": unique_key, "incremental_strategy": "delete+insert"})}
        build(**load, full_refresh=True)
        _, bad = build(**load)
        assert len(bad) == copies


# -- valid_rows and quarantined_rows as queries -----------------------------------------------------------------------


@pytest.fixture
def labelled(dbt):
    source(dbt, GOOD, BAD, LOST)
    (relation,) = dbt.materialize("table", said(LABELLED, checks=CHECKS, where=None), "labelled")
    return relation


def test_columns_that_are_given_need_no_look_up(dbt, labelled):
    sql = "select * from {{ cutover.valid_rows(labelled, ['id', '\"Order\"']) }} as valid"
    before = len(dbt.statements)
    assert dbt.query(sql, labelled=labelled) == [{"id": 1, "Order": "a"}]
    assert len(dbt.statements) == before


@pytest.mark.parametrize("macro", ["valid_rows", "quarantined_rows"])
def test_one_look_up_while_compiling(dbt, labelled, macro):
    before = len(dbt.statements)
    dbt.render(f"{{{{ cutover.{macro}(labelled) }}}}", labelled=labelled)
    assert len(dbt.statements) == before + 1


def test_outside_of_a_model_all_is_new(dbt, labelled):
    sql = "select * from {{ cutover.quarantined_rows(labelled, first_seen=moment) }} as bad"
    bad = dbt.query(sql, labelled=labelled, moment="timestamp '2024-05-01 00:00:00' -- noon later")
    assert bad.column("cutover_first_seen") == [datetime(2024, 5, 1)] * 2


@pytest.mark.parametrize("macro", ["valid_rows", "quarantined_rows"])
def test_while_parsing_no_catalog_is_asked(dbt, labelled, macro):
    before = len(dbt.statements)
    with dbt.context(execute=False):
        assert dbt.query(f"select * from {{{{ cutover.{macro}(labelled) }}}} as rows_", labelled=labelled) == []
    assert len(dbt.statements) == before


@pytest.mark.parametrize("materialization", ["view", "incremental"])
def test_a_quarantine_is_a_table(dbt, labelled, materialization):
    del labelled
    why = {"incremental": "rows that were mended would never leave it", "view": "it does not know what it held before"}
    with dbt.raises(
        f"cutover.quarantined_rows: a model of materialization {materialization} cannot keep a quarantine: "
        f"{why[materialization]}. Materialize it as a table; the labelled model may be incremental."
    ):
        dbt.materialize(materialization, "{{ cutover.quarantined_rows('test.labelled') }}", "quarantine")


@pytest.mark.parametrize("macro", ["valid_rows", "quarantined_rows"])
def test_a_relation_without_labels_is_refused(dbt, macro):
    plain = source(dbt, GOOD)
    with dbt.raises(
        f"cutover.{macro}: `labelled` testdb.test.source has no column cutover_failed_checks. Give it a model that "
        "selects from label_rows."
    ):
        dbt.call(f"cutover.{macro}", plain)


@pytest.mark.parametrize(
    ("macro", "given", "message"),
    [
        pytest.param(
            "valid_rows",
            {"columns": []},
            "`columns` must be a list with at least one item; got []. Example: [order_id, amount].",
            id="no columns",
        ),
        pytest.param(
            "valid_rows", {"cols": ["id"]}, "unknown argument 'cols'. Known: labelled, columns.", id="unknown"
        ),
        pytest.param(
            "quarantined_rows",
            {"keys": "id"},
            "`keys` must be a list with at least one item; got 'id'. Example: [order_id].",
            id="a key as text",
        ),
        pytest.param(
            "quarantined_rows",
            {"first_seen": "now())"},
            "`first_seen` must be one SQL expression, with its parentheses paired, its comments closed and no "
            "semicolon; got 'now())'. Example: loaded_at.",
            id="first_seen",
        ),
        pytest.param(
            "quarantined_rows",
            {"key": ["id"]},
            "unknown argument 'key'. Did you mean 'keys'? Known: labelled, keys, first_seen.",
            id="mistyped",
        ),
    ],
)
@pytest.mark.parametrize("execute", [True, False], ids=["running", "parsing"])
def test_refusals_come_while_parsing(dbt, macro, given, message, execute):
    with dbt.context(execute=execute), dbt.raises(f"cutover.{macro}: {message}"):
        dbt.call(f"cutover.{macro}", **{"labelled": "test.labelled"} | given)
    assert dbt.statements == []


def test_a_key_that_is_no_column(dbt, labelled):
    with dbt.raises(re.compile(r"cutover\.quarantined_rows: `keys\[0\]` must be a column of testdb\.test\.labelled")):
        dbt.call("cutover.quarantined_rows", labelled, keys=["di"])


# -- quarantine_is_complete -------------------------------------------------------------------------------------------

FLOATS = {**TYPES, "score": "double precision"}
WHOLE = [
    (1, "a", Decimal("1.00"), 1, 0.5),
    (1, "a", Decimal("1.00"), 1, 0.5),
    (2, None, None, 1, math.nan),
    (3, "", Decimal("-1.00"), 2, math.inf),
    (None, "it's", Decimal("0.00"), 2, -0.0),
    (4, "d", Decimal("4.00"), None, None),
]


@pytest.fixture
def faults(dbt):
    """Run the test on three tables of rows; return (batch, source rows, valid rows, quarantined rows, fault)."""

    def run(whole, valid, bad, **arguments):
        places = {}
        for name, rows in [("whole", whole), ("valid_rows", valid), ("bad_rows", bad)]:
            places[name] = dbt.table(name, [dict(zip(FLOATS, row, strict=True)) for row in rows], types=FLOATS)
        found = dbt.run_test(
            "cutover.quarantine_is_complete",
            places["whole"], valid="test.valid_rows", quarantined=places["bad_rows"], **arguments,
        )  # fmt: skip
        return sorted(values(found), key=repr)

    return run


def changed(row, place, value):
    return (*row[:place], value, *row[place + 1 :])


@pytest.mark.parametrize("split", range(7))
@pytest.mark.parametrize("batch_column", [None, "BATCH"])
def test_every_row_once_is_complete(faults, split, batch_column):
    assert faults(WHOLE, WHOLE[:split], WHOLE[split:], batch_column=batch_column) == []
    assert faults([], [], [], batch_column=batch_column) == []


SAME = "as many rows, but not the same ones"


@pytest.mark.parametrize(
    ("valid", "bad", "counts", "fault"),
    [
        pytest.param(WHOLE[1:3], WHOLE[3:], (6, 2, 3), "1 of the rows are missing", id="a copy is lost"),
        pytest.param(WHOLE[:3], WHOLE[3:5], (6, 3, 2), "1 of the rows are missing", id="a row is lost"),
        pytest.param([*WHOLE[:4], WHOLE[2]], WHOLE[4:], (6, 5, 2), "1 rows too many", id="a row is doubled"),
        pytest.param(WHOLE[:4], WHOLE[3:], (6, 4, 3), "1 rows too many", id="a row is in both"),
        pytest.param([*WHOLE[:3], WHOLE[2]], WHOLE[4:], (6, 4, 2), SAME, id="one is lost and another doubled"),
    ],
)
def test_a_row_that_is_lost_or_doubled_is_found(faults, valid, bad, counts, fault):
    assert faults(WHOLE, valid, bad) == [(0, *counts, fault)]


@pytest.mark.parametrize(
    ("place", "column", "value"),
    [
        pytest.param(0, 2, Decimal("1.01"), id="a number"),
        pytest.param(2, 1, "", id="a NULL is empty"),
        pytest.param(3, 1, None, id="an empty text is NULL"),
        pytest.param(2, 2, Decimal(0), id="a NULL is zero"),
        pytest.param(2, 4, None, id="a NaN is NULL"),
        pytest.param(3, 4, math.nan, id="an infinity is NaN"),
        pytest.param(3, 4, -math.inf, id="an infinity has another sign"),
    ],
)
def test_a_value_that_is_changed_is_found(faults, place, column, value):
    rows = [*WHOLE[:place], changed(WHOLE[place], column, value), *WHOLE[place + 1 :]]
    assert faults(WHOLE, rows[:3], rows[3:]) == [(0, 6, 3, 3, SAME)]


def test_values_that_change_places_are_found(faults):
    rows = [changed(WHOLE[0], 1, "d"), *WHOLE[1:5], changed(WHOLE[5], 1, "a")]
    assert faults(WHOLE, rows, []) == [(0, 6, 6, 0, SAME)]


def test_the_batch_of_a_fault_is_told_and_the_others_are_not(faults):
    valid = [WHOLE[0], WHOLE[3], changed(WHOLE[5], 1, "e")]
    assert faults(WHOLE, valid, [WHOLE[2], WHOLE[4]], batch_column="batch") == [
        (1, 3, 1, 1, "1 of the rows are missing"),
        (None, 1, 1, 0, SAME),
    ]


def test_a_row_in_another_batch_is_a_fault_of_both(faults):
    moved = [*WHOLE[:3], changed(WHOLE[3], 3, 1), *WHOLE[4:]]
    assert faults(WHOLE, moved, [], batch_column="batch") == [
        (1, 3, 4, 0, "1 rows too many"),
        (2, 2, 1, 0, "1 of the rows are missing"),
    ]


@pytest.mark.parametrize(
    "where", [{"row_condition": "batch = 2"}, {"config": {"where": "batch = 2"}}], ids=["own", "of dbt"]
)
def test_a_filter_holds_for_all_three(faults, where):
    assert faults(WHOLE, [WHOLE[3], WHOLE[0]], [WHOLE[4]], **where) == []
    assert faults(WHOLE, [WHOLE[3], WHOLE[0]], [], **where) == [(0, 2, 1, 0, "1 of the rows are missing")]


@examples(25)
@given(
    places=st.lists(st.sampled_from(WHOLE), max_size=5),
    swaps=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(WHOLE)), max_size=2),
    split=st.integers(0, 5),
)
def test_complete_is_what_counting_whole_rows_says(faults, places, swaps, split):
    kept = list(places)
    for place, row in swaps:
        kept[place : place + 1] = [row]
    complete = Counter(map(repr, places)) == Counter(map(repr, kept))
    assert (faults(places, kept[:split], kept[split:]) == []) == complete


def test_it_holds_after_the_models_were_built(dbt, build):
    whole = source(dbt, GOOD, BAD, BAD, LOST, (None, None, None, 2))
    build()
    for relation in (whole, dbt.call("cutover._parse_relation", "test", "labelled", "test.labelled")):
        found = dbt.run_test(
            "cutover.quarantine_is_complete", relation, valid="test.valid", quarantined="test.quarantine",
            batch_column="batch",
        )  # fmt: skip
        assert (list(found), found.status) == ([], "pass")


def test_each_table_is_read_once(dbt, build):
    whole = source(dbt, GOOD, BAD)
    build()
    before = len(dbt.statements)
    sql = dbt.render("{{ cutover.test_quarantine_is_complete(whole, 'test.valid', 'test.quarantine') }}", whole=whole)
    assert len(dbt.statements) == before + 1
    assert [sql.count(f'"test"."{name}"') for name in ("source", "valid", "quarantine")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"valid": 3},
            "`valid` must be a relation: ref('orders'), source('shop', 'orders'), schema.table or "
            "database.schema.table; got 3.",
            id="valid",
        ),
        pytest.param(
            {"quarantined": "x"},
            "`quarantined` must be a relation: ref('orders'), source('shop', 'orders'), schema.table or "
            "database.schema.table, each part in double quotes where needed; got 'x'.",
            id="quarantined",
        ),
        pytest.param({"batch_column": 3}, "`batch_column` must be a text that is not empty; got 3.", id="batch_column"),
        pytest.param(
            {"row_condition": "a)"},
            "`row_condition` must be one SQL expression, with its parentheses paired, its comments closed and no "
            "semicolon; got 'a)'. Example: loaded_on >= date '2024-05-01'.",
            id="row_condition",
        ),
        pytest.param(
            {"batches": "day"},
            "unknown argument 'batches'. Known: model, valid, quarantined, batch_column, row_condition.",
            id="unknown",
        ),
    ],
)
@pytest.mark.parametrize("execute", [True, False], ids=["running", "parsing"])
def test_refusals_of_the_test_come_while_parsing(dbt, given, message, execute):
    arguments = {"model": "test.source", "valid": "test.valid", "quarantined": "test.quarantine"}
    with dbt.context(execute=execute), dbt.raises(f"cutover.quarantine_is_complete: {message}"):
        dbt.call("cutover.test_quarantine_is_complete", **arguments | given)
    assert dbt.statements == []


def test_a_column_that_was_lost_on_the_way_is_an_error(dbt):
    whole = source(dbt, GOOD)
    dbt.table("valid", [{"id": 1, "Order": "a", "batch": 1}])
    with dbt.raises(
        "cutover.quarantine_is_complete: `valid` must be a column of testdb.test.valid (id, Order, batch); got "
        "'amount'."
    ):
        dbt.run_test("cutover.quarantine_is_complete", whole, valid="test.valid", quarantined=whole)


def test_a_type_that_became_another_is_an_error(dbt):
    whole = dbt.table("whole", [{"id": 1}], types={"id": "bigint"})
    dbt.table("valid", [{"id": "1"}], types={"id": "text"})
    kinds = dict(zip(("valid", "whole"), (column_type(dbt, name) for name in ("valid", "whole")), strict=True))
    with dbt.raises(
        f"cutover.quarantine_is_complete: `valid` testdb.test.valid has id as {kinds['valid']}, and testdb.test.whole "
        f"as {kinds['whole']}: the two do not compare. Keep the type of the source."
    ):
        dbt.run_test("cutover.quarantine_is_complete", whole, valid="test.valid", quarantined=whole)


def column_type(dbt, table):
    return dbt.call("cutover._relation", "test", "relation", f"test.{table}")["columns"][0]["type"]


# -- max_quarantine_fraction ------------------------------------------------------------------------------------------


def test_too_many_bad_rows_leave_the_models_as_they_were(dbt):
    limited = said(LABELLED.replace("where)", "max_quarantine_fraction=0.5)"), checks=CHECKS)
    source(dbt, GOOD, BAD)
    (labelled,) = dbt.materialize("table", limited, "labelled")
    source(dbt, GOOD, BAD, LOST)
    with dbt.raises(re.compile(r"label_rows: 2 of 3 rows of testdb\.test\.source fail, more than max_quarantine_")):
        dbt.materialize("table", limited, "labelled")
    assert len(dbt.query("select * from {{ labelled }}", labelled=labelled)) == 2
