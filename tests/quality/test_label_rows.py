"""Rows with the names of the checks that they fail: what is expected is worked out by hand, or by the oracle."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quality_oracle import failing, kept
from support.properties import examples
from test_quality_properties import TABLE_KINDS, TABLES, TYPES, VALUES, WHERES, checks, for_oracle

from dbt_cutover.testing import DatabaseError

CHECKS = [
    {"check": "not_null", "column": "id"},
    {"check": "unique", "column": "id", "name": "one of each"},
    {"check": "in_range", "column": "amount", "min": 0, "mostly": 0.5},
    {"check": "accepted_values", "column": "status", "values": ["open", "paid"], "severity": "warn"},
    {"check": "relationship", "column": "customer", "to": "test.customers", "field": "customer_id"},
]
QUERY = "select * from {{ cutover.label_rows(relation, checks, where, fraction) }} as labelled order by id, amount desc"
LABELS = ["cutover_failed_checks", "cutover_failed_reasons", "cutover_warned_checks"]


@pytest.fixture
def label(dbt):
    """Return the rows of a relation, labelled."""

    def rows(relation, *checks, where=None, fraction=None):
        return dbt.query(QUERY, relation=relation, checks=list(checks), where=where, fraction=fraction)

    return rows


def failed(rows):
    return [row["cutover_failed_checks"] for row in rows]


def test_each_row_carries_the_checks_that_it_fails(label, orders):
    found = label(orders, *CHECKS)
    assert found.columns == ["id", "status", "amount", "customer", *LABELS]
    assert [tuple(row.values()) for row in found] == [
        (1, "open", 10, 7, None, None, None),
        (2, "paid", 0, 7, None, None, None),
        (3, None, 30, None, "one of each", "id is there more than once", None),
        (3, "lost", -5, 8, "one of each, in_range_amount", "id is there more than once; amount is below 0",
         "accepted_values_status"),
        (None, "open", None, 99, "not_null_id, relationship_customer",
         "id is null; customer is not in testdb.test.customers.customer_id", None),
    ]  # fmt: skip


def test_warnings_alone_fail_no_row(label, orders):
    found = label(orders, {"check": "not_null", "column": "id", "severity": "warn"})
    assert failed(found) == [None] * 5
    assert found.column("cutover_warned_checks") == [None] * 4 + ["not_null_id"]


@pytest.mark.parametrize("tolerance", [{"mostly": 0}, {"max_failures": 99}], ids=str)
def test_what_a_verdict_tolerates_is_labelled_all_the_same(label, orders, tolerance):
    assert failed(label(orders, {"check": "not_null", "column": "id", **tolerance}))[-1] == "not_null_id"


def test_rows_that_the_filter_leaves_out_are_not_there_and_not_counted(label, orders):
    found = label(orders, *CHECKS[:2], where="amount > -5 or id is null -- all but one")
    assert found.column("id") == [1, 2, 3, None]
    assert failed(found) == [None, None, None, "not_null_id"]


def test_an_empty_table_has_no_rows(dbt, label):
    empty = dbt.table("orders", types={"id": "integer", "amount": "integer"})
    assert label(empty, CHECKS[0], CHECKS[2], fraction=0) == []


def test_names_and_values_that_are_hard_to_quote(dbt, label):
    rows = [{"id": 1, "amount": 1, 'a"b': None, "Select": "it's"}, {"id": 2, "amount": 1, 'a"b': "x", "Select": "x"}]
    hostile = dbt.table("Order: it's", rows)
    found = label(
        hostile,
        {"check": "not_null", "column": 'a"b', "name": "*/ it's, \\ {{ 1 }}"},
        {"check": "accepted_values", "column": "select", "values": ["it's"]},
        {"check": "expression", "expression": "'it''s' <> \"Select\" -- so"},
    )
    assert found.columns == ["id", "amount", 'a"b', "Select", *LABELS]
    assert failed(found) == ["*/ it's, \\ {{ 1 }}, expression", "accepted_values_Select"]
    assert found[0]["cutover_failed_reasons"].startswith('a"b is null; not ')


def test_a_condition_may_name_the_table(label, orders):
    check = {"check": "expression", "expression": "orders.amount >= 0", "where": "orders.id > 1"}
    assert failed(label(orders, check)) == [None, None, None, "expression", None]
    assert failed(label(orders, {**check, "where": "orders.id < 3"})) == [None] * 5


FACTS = [
    {"id": 1, "kind": "a", "amount": 1}, {"id": 1, "kind": "b", "amount": 1}, {"id": None, "kind": "a", "amount": 1},
    {"id": None, "kind": "a", "amount": 1}, {"id": 2, "kind": "b", "amount": 1}, {"id": 2, "kind": "b", "amount": 0},
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "places"),
    [
        pytest.param({"column": "id"}, [0, 1, 4, 5], id="a NULL is no copy"),
        pytest.param({"column": "id", "where": "kind = 'b'"}, [4, 5], id="among the rows that it looks at"),
        pytest.param({"columns": ["id", "kind"]}, [4, 5], id="two columns"),
        pytest.param({"columns": ["kind", "amount"], "where": "id is null or id = 1"}, [0, 2, 3], id="both"),
    ],
)
def test_copies_are_told(dbt, check, places):
    facts = dbt.table("facts", [{"place": place, **row} for place, row in enumerate(FACTS)])
    checks = [{"check": "unique", "name": "copy", **check}]
    sql = "select place, cutover_failed_checks as f from {{ cutover.label_rows(facts, checks) }} as l order by place"
    assert [row["place"] for row in dbt.query(sql, facts=facts, checks=checks) if row["f"]] == places


READINGS = [(1, 1, 5), (2, 1, 3), (3, 1, None), (4, 1, 2), (5, 2, 1), (None, 1, 1), (7, 1, 2)]


@pytest.mark.parametrize(
    ("check", "places"),
    [
        pytest.param({}, [1, 3, 4], id="past rows without a value or a place"),
        pytest.param({"group_by": ["meter"]}, [1, 3], id="by group"),
        pytest.param(
            {"where": "moment > 1 or moment is null", "group_by": ["meter"]}, [3], id="among the rows it looks at"
        ),
        pytest.param({"strictly": True, "group_by": ["meter"]}, [1, 3, 6], id="strictly"),
        pytest.param({"direction": "decreasing"}, [6], id="decreasing"),
    ],
)
def test_steps_back_are_told(dbt, check, places):
    names = ("place", "moment", "meter", "amount")
    rows = [dict(zip(names, (place, *row), strict=True)) for place, row in enumerate(READINGS)]
    readings = dbt.table("readings", rows)
    checks = [{"check": "monotonic", "column": "amount", "sort_column": "moment", **check}]
    sql = "select place, cutover_failed_checks as f from {{ cutover.label_rows(r, checks) }} as l order by place"
    assert [row["place"] for row in dbt.query(sql, r=readings, checks=checks) if row["f"]] == places


def test_a_row_stays_one_row_whatever_its_parents_look_like_to_it(dbt, label):
    rows = [{"id": 1, "amount": 0, "ref": float(2**53)}, {"id": 2, "amount": 0, "ref": 0.5}]
    child = dbt.table("child", rows, types={"ref": "double precision"})
    dbt.table("parent", [{"n": 2**53}, {"n": 2**53 + 1}, {"n": None}, {"n": 2**53}], types={"n": "bigint"})
    found = label(child, {"check": "relationship", "column": "ref", "to": "test.parent", "field": "n"})
    assert [(row["id"], row["cutover_failed_checks"]) for row in found] == [(1, None), (2, "relationship_ref")]


def test_a_table_can_be_its_own_parent(dbt, label):
    staff = dbt.table("staff", [{"id": 1, "amount": 0, "boss": None}, {"id": 2, "amount": 0, "boss": 1},
                                {"id": 3, "amount": 0, "boss": 9}])  # fmt: skip
    found = label(staff, {"check": "relationship", "column": "boss", "to": "test.staff", "field": "id"})
    assert failed(found) == [None, None, "relationship_boss"]


# -- max_quarantine_fraction ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fraction", "where"), [(0.4, None), (0.5, "id is not null or amount is null"), (1, None), (0, "id < 3")]
)
def test_so_many_bad_rows_are_let_through(label, orders, fraction, where):
    assert label(orders, CHECKS[0], CHECKS[2], fraction=fraction, where=where) == label(
        orders, CHECKS[0], CHECKS[2], where=where
    )


@pytest.mark.parametrize(
    ("fraction", "where", "message"),
    [
        (0.399999, None, "2 of 5 rows of testdb.test.orders fail, more than max_quarantine_fraction 0.399999 allows."),
        (0, "id is null", "1 of 1 rows of testdb.test.orders fail, more than max_quarantine_fraction 0 allows."),
    ],
)
def test_one_more_ends_the_statement(label, orders, fraction, where, message):
    with pytest.raises(DatabaseError, match=re.escape("cutover.label_rows: " + message)):
        label(orders, CHECKS[0], CHECKS[2], fraction=fraction, where=where)


def test_a_row_that_fails_two_checks_counts_once_and_a_warning_not_at_all(label, orders):
    twice = [CHECKS[0], {**CHECKS[0], "name": "again"}, {**CHECKS[2], "severity": "warn"}]
    assert len(label(orders, *twice, fraction=0.2)) == 5
    assert len(label(orders, twice[2], fraction=0)) == 5


# -- what is sent, what is refused ------------------------------------------------------------------------------------


def test_one_look_up_while_compiling_and_each_condition_once(dbt, orders):
    check = {"check": "expression", "expression": "amount >= 12345"}
    sql = dbt.render("{{ cutover.label_rows(orders, checks, none, 0.5) }}", orders=orders, checks=[check, *CHECKS[:3]])
    assert len(dbt.statements) == 1
    assert sql.count(str(orders)) == 1
    assert len(re.findall(r"amount >= 12345\n", sql)) == 1


def test_while_parsing_the_shape_is_there_and_no_catalog_is_asked(dbt, orders):
    with dbt.context(execute=False):
        found = dbt.query(QUERY, relation=orders, checks=CHECKS, where=None, fraction=None)
    assert (found, found.columns) == ([], ["id", "status", "amount", "customer", *LABELS])
    assert dbt.statements == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"checks": [CHECKS[0], {"check": "row_count", "min": 1}]},
            "`checks[1]` row_count judges the table as a whole and cannot say which row fails. Give it to "
            "passes_checks or run_quality_checks.",
            id="a table check",
        ),
        pytest.param(
            {"checks": []},
            "`checks` must be a list with at least one item; got []. Example: [{check: not_null, column: order_id}].",
            id="no checks",
        ),
        pytest.param(
            {"where": "a; b"},
            "`where` must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; "
            "got 'a; b'. Example: status <> 'test'.",
            id="where",
        ),
        pytest.param(
            {"max_quarantine_fraction": 5},
            "`max_quarantine_fraction` must be a share from 0 to 1 with at most six decimals; got 5. Example: 0.95.",
            id="a percentage",
        ),
        pytest.param(
            {"relation": 7},
            "`relation` must be a relation: ref('orders'), source('shop', 'orders'), schema.table or "
            "database.schema.table; got 7.",
            id="no relation",
        ),
        pytest.param(
            {"max_fraction": 0.1},
            "unknown argument 'max_fraction'. Known: relation, checks, where, max_quarantine_fraction.",
            id="unknown argument",
        ),
    ],
)
@pytest.mark.parametrize("execute", [True, False], ids=["running", "parsing"])
def test_refusals_come_while_parsing(dbt, orders, given, message, execute):
    with dbt.context(execute=execute), dbt.raises("cutover.label_rows: " + message):
        dbt.call("cutover.label_rows", **{"relation": orders, "checks": CHECKS} | given)
    assert dbt.statements == []


def test_labels_are_not_put_on_labels(dbt, orders):
    labelled = dbt.table("labelled", [{"id": 1, "cutover_failed_checks": None}])
    del orders
    with dbt.raises(
        "cutover.label_rows: `relation` testdb.test.labelled has a column cutover_failed_checks already: its rows are "
        "labelled."
    ):
        dbt.call("cutover.label_rows", labelled, CHECKS[:1])


# -- the oracle -------------------------------------------------------------------------------------------------------


@examples(30)
@given(
    rows=TABLES,
    parents=TABLES,
    asked=st.lists(checks().filter(lambda check: check["check"] not in TABLE_KINDS), min_size=3, max_size=6),
    where=st.sampled_from(list(WHERES)),
)
def test_equals_the_oracle(dbt, rows, parents, asked, where):
    rows = [{"n": place, **row} for place, row in enumerate(rows)]
    facts = dbt.table("facts", rows, types=TYPES)
    dbt.table("parents", parents, types={column: TYPES[column] for column in VALUES})
    asked = [check | {"name": f"check {number}"} for number, check in enumerate(asked)]

    found = dbt.query(
        "select * from {{ cutover.label_rows(facts, checks, where) }} as labelled order by n",
        facts=facts, checks=asked, where=where,
    )  # fmt: skip

    assert found.column("n") == kept(rows, WHERES[where])
    wrong = {}
    for check in asked:
        places = kept(rows, WHERES[where], WHERES[check["where"]])
        wrong[check["name"]] = failing(for_oracle(check), rows, places, parents)
        label = "cutover_failed_checks" if check["severity"] == "error" else "cutover_warned_checks"
        labelled = [row["n"] for row in found if check["name"] in (row[label] or "").split(", ")]
        if check["check"] == "monotonic" and check["strictly"]:
            # Of rows that share value and place any one may stand first.
            names = [check["column"], check["sort_column"], *check["group_by"]]
            assert of_rows(rows, labelled, names) == of_rows(rows, wrong[check["name"]], names)
            wrong[check["name"]] = labelled
        assert labelled == sorted(wrong[check["name"]])
    for row in found:
        for label, severity in [("cutover_failed_checks", "error"), ("cutover_warned_checks", "warn")]:
            names = [check["name"] for check in asked if check["severity"] == severity]
            assert row[label] == (", ".join(name for name in names if row["n"] in wrong[name]) or None)
        assert (row["cutover_failed_reasons"] is None) == (row["cutover_failed_checks"] is None)
        for column in ("Id", "kind", "amount", "day", "on"):
            assert row[column] == rows[row["n"]][column]


def of_rows(rows, places, names):
    """What some columns hold in some rows, in any order."""
    return sorted(repr([rows[place][name] for name in names]) for place in places)
