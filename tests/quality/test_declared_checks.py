"""Checks that models and sources declare in meta: several relations in one operation. Expectations by hand."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

STATUS = Path(__file__).parents[2] / "models" / "monitoring" / "cutover_quality_status.sql"

ORDERS_CHECKS = [{"check": "not_null", "column": "id"}, {"check": "row_count", "min": 1}]
CUSTOMERS_CHECKS = [{"check": "not_null", "column": "customer_id", "severity": "warn"}]
PAYMENTS_CHECKS = [{"check": "relationship", "column": "order_id", "to": "test.orders", "field": "id"}]


def node(dbt, kind, name, checks=None, meta=None, **more):
    """What the graph says of a node whose relation is test.<name>."""
    declared = {"cutover": {"checks": checks}} if checks is not None else {}
    unique_id = f"{kind}.shop.{more.get('source_name', '')}{'.' if kind == 'source' else ''}{name}"
    return {
        "unique_id": unique_id,
        "resource_type": kind,
        "name": name,
        "package_name": "shop",
        "database": dbt.database,
        "schema": "test",
        "alias": name,
        "config": {"materialized": "table", "enabled": True, "meta": meta if meta is not None else declared},
        **more,
    }


@pytest.fixture
def graph(dbt):
    """The project: two models and a source that declare checks, a model that declares none."""
    nodes = [
        node(dbt, "model", "orders", ORDERS_CHECKS, tags=["nightly"]),
        node(dbt, "seed", "customers", CUSTOMERS_CHECKS, tags=["nightly"]),
        node(dbt, "model", "plain"),
        node(dbt, "test", "orders_test", [{"check": "nonsense"}]),
    ]
    sources = [node(dbt, "source", "payments", PAYMENTS_CHECKS, source_name="bank", identifier="payments_v2", tags=[])]
    return {key: {one["unique_id"]: one for one in some} for key, some in (("nodes", nodes), ("sources", sources))}


@pytest.fixture
def select(dbt, graph, orders):
    """Run what `select` finds; tables are there."""
    del orders
    dbt.table("payments_v2", [{"order_id": 1}, {"order_id": 2}])

    def run(select, graph=graph, **arguments):
        with dbt.graph(graph):
            given = {"select": select, "record": False, "output": "json"} | arguments
            return dbt.operation("cutover.run_quality_checks", **given)

    return run


def told(outcome):
    return [(one["relation"].rsplit(".", 1)[1], one["verdict"], one["statements"]) for one in outcome.json["relations"]]


ORDERS, CUSTOMERS, PAYMENTS = ("orders", "fail", 2), ("customers", "warn", 2), ("payments_v2", "pass", 1)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("orders", [ORDERS], id="a model"),
        pytest.param("shop.orders", [ORDERS], id="with its package"),
        pytest.param(["customers", "orders", "shop.orders"], [CUSTOMERS, ORDERS], id="each once, as asked"),
        pytest.param(["source:bank.payments"], [PAYMENTS], id="a source's table"),
        pytest.param("source:bank", [PAYMENTS], id="a source"),
        pytest.param("tag:nightly", [ORDERS, CUSTOMERS], id="a tag"),
        pytest.param("*", [ORDERS, CUSTOMERS, PAYMENTS], id="all"),
    ],
)
def test_what_is_selected_is_checked(select, asked, found):
    outcome = select(asked)
    assert sorted(told(outcome)) == sorted(found)
    assert outcome.json["verdict"] == ("fail" if ORDERS in found else found[0][1])
    assert outcome.exit_code == int(ORDERS in found)
    # One look-up for all.
    assert len(outcome.statements) == 1 + sum(statements for _, _, statements in found)


def test_the_order_is_as_asked(select):
    assert told(select(["source:bank", "customers", "orders"])) == [PAYMENTS, CUSTOMERS, ORDERS]


def test_the_rest_is_run_after_a_failure_and_the_error_sums_up(select):
    outcome = select(["orders", "source:bank", "customers"], fail_on="warn", output="table")
    assert outcome.error == (
        "cutover.run_quality_checks: testdb.test.orders: 1 of 2 checks did not pass: 1 of 5 rows: id is null. "
        "testdb.test.customers: 1 of 1 checks did not pass: 1 of 3 rows: customer_id is null."
    )
    headings = [line for line in outcome.logged if line.startswith("cutover.run_quality_checks: ")]
    assert headings == [
        "cutover.run_quality_checks: testdb.test.orders, 5 rows",
        "cutover.run_quality_checks: testdb.test.payments_v2, 2 rows",
        "cutover.run_quality_checks: testdb.test.customers, 3 rows",
    ]


def test_results_carry_the_build_and_one_run(dbt, select):
    with dbt.vars({"cutover_build": "b-17"}):
        select("*", record=True, name="nightly")
    rows = dbt.query("select * from cutover.check_results")
    assert {(row["relation"], row["check_name"], row["status"]) for row in rows} == {
        ("testdb.test.orders", "not_null_id", "fail"),
        ("testdb.test.orders", "row_count", "pass"),
        ("testdb.test.customers", "not_null_customer_id", "warn"),
        ("testdb.test.payments_v2", "relationship_order_id", "pass"),
    }
    assert len({row["run_id"] for row in rows}) == 1
    assert {(row["name"], row["build_id"]) for row in rows} == {("nightly", "b-17")}
    assert set(dbt.query("select relation from cutover.failed_rows").column("relation")) == {
        "testdb.test.orders", "testdb.test.customers",
    }  # fmt: skip


def test_a_build_that_is_a_number_is_kept_as_text(dbt, select):
    with dbt.vars({"cutover_build": 20240501}):
        select("source:bank", record=True)
    assert dbt.query("select build_id from cutover.check_results") == [{"build_id": "20240501"}]


def test_without_a_build_there_is_none(dbt, select):
    select("source:bank", record=True)
    assert dbt.query("select build_id from cutover.check_results") == [{"build_id": None}]


def test_a_dry_run_shows_every_statement_and_runs_none(select):
    outcome = select("*", dry_run=True, record=True)
    assert [statement["purpose"] for statement in outcome.json["statements"]] == [
        "one scan for 2 checks of testdb.test.orders",
        "one scan for 1 checks of testdb.test.customers",
        "one scan for 1 checks of testdb.test.payments_v2",
    ]
    assert len(outcome.statements) == 1


def test_a_declaration_has_its_own_filter_keys_and_hidden_columns(dbt, graph, select):
    graph["nodes"]["model.shop.orders"]["config"]["meta"] = {"cutover": {
        "checks": [{"check": "in_range", "column": "amount", "min": 0}, {"check": "not_null", "column": "status"}],
        "where": "amount is not null", "keys": ["ID", "status"], "redact": ["amount", "Status"],
    }}  # fmt: skip
    outcome = select("orders", record=True)
    (relation,) = outcome.json["relations"]
    assert (relation["rows"], relation["checks"][0]["observed"]) == (4, "[redacted]")
    assert [(row["check"], row["key"]) for row in relation["failed_rows"]] == [
        ("in_range_amount", {"id": "3", "status": "[redacted]"}),
        ("not_null_status", {"id": "3", "status": None}),
    ]
    wheres = dbt.query("select distinct check_where from cutover.check_results")
    assert wheres.column("check_where") == ["amount is not null"]


def test_meta_at_the_top_of_a_node_counts_too(graph, select):
    source = graph["sources"]["source.shop.bank.payments"]
    source["meta"], source["config"] = source["config"]["meta"], {"enabled": True}
    assert told(select("source:bank")) == [PAYMENTS]


def test_redact_of_the_call_holds_where_the_column_is(graph, select):
    del graph["nodes"]["seed.shop.customers"]
    graph["sources"]["source.shop.bank.payments"]["config"]["meta"]["cutover"]["checks"] = [
        {"check": "in_range", "column": "order_id", "min": 2}
    ]
    outcome = select("*", redact=["AMOUNT", "order_id"])
    orders, payments = outcome.json["relations"]
    assert orders["failed_rows"][0]["row"] == {"id": None, "status": "open", "amount": None, "customer": "99"}
    assert payments["failed_rows"][0]["row"] == {"order_id": "[redacted]"}


# -- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checks", "keys", "key"),
    [
        pytest.param([], None, None, id="none"),
        pytest.param(
            [{"check": "unique", "columns": ["Status", "id"]}], None, {"status": None, "id": "3"}, id="unique"
        ),
        pytest.param([{"check": "unique", "column": "id"}], ["amount"], {"amount": "30"}, id="given"),
    ],
)
def test_failed_rows_carry_their_key(dbt, orders, run_checks, checks, keys, key):
    del orders
    outcome = run_checks({"check": "not_null", "column": "status"}, *checks, keys=keys, record=True)
    failed = [row for row in outcome.json["relations"][0]["failed_rows"] if row["check"] == "not_null_status"]
    assert [row["key"] for row in failed] == [key]
    (recorded,) = dbt.query("select key_json from cutover.failed_rows where check_name = 'not_null_status'")
    assert recorded["key_json"] is None if key is None else json.loads(recorded["key_json"]) == key


def test_a_hidden_key_stays_hidden(orders, run_checks):
    del orders
    outcome = run_checks({"check": "unique", "column": "id"}, redact=["id"])
    assert [row["key"] for row in outcome.json["relations"][0]["failed_rows"]] == [{"id": "[redacted]"}] * 2


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("id", "`keys` must be a list with at least one item; got 'id'. Example: [order_id]."),
        ([], "`keys` must be a list with at least one item; got []. Example: [order_id]."),
        (["idd"], "`keys[0]` must be a column of testdb.test.orders (id, status, amount, customer); got 'idd'. "
         "Did you mean 'id'?"),
    ],
)  # fmt: skip
def test_keys_that_are_none(orders, run_checks, keys, message):
    del orders
    assert run_checks(ORDERS_CHECKS[0], keys=keys).error == f"cutover.run_quality_checks: {message}"


# -- refusals: nothing is scanned, nothing recorded -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param(
            "order",
            "`select` must be '*', the name of a model, seed or snapshot, source:<source>.<table> or tag:<tag>; got "
            "'order'. Did you mean 'orders'?",
            id="a near miss",
        ),
        pytest.param(
            ["orders", "tag:weekly"],
            "`select` must be '*', the name of a model, seed or snapshot, source:<source>.<table> or tag:<tag>; got "
            "'tag:weekly'.",
            id="no such tag",
        ),
        pytest.param(
            "plain",
            "`select` 'plain' finds no checks: model.shop.plain declares none. Example: meta: {cutover: {checks: "
            "[{check: not_null, column: order_id}]}}.",
            id="nothing declared",
        ),
        pytest.param([], "`select` must be a list with at least one item; got []. Example: [orders, "
                     "'source:shop.orders', 'tag:nightly'].", id="an empty list"),
        pytest.param({"orders": 1}, "`select` must be a list with at least one item; got {orders: 1}. Example: "
                     "[orders, 'source:shop.orders', 'tag:nightly'].", id="a mapping"),
        pytest.param(["orders", 3], "`select[1]` must be a text that is not empty; got 3. Example: [orders, "
                     "'source:shop.orders', 'tag:nightly'].", id="a number"),
    ],
)  # fmt: skip
def test_a_selection_that_finds_nothing(select, has_schema, asked, message):
    outcome = select(asked, record=True)
    assert (outcome.error, outcome.exit_code) == (f"cutover.run_quality_checks: {message}", 1)
    assert outcome.statements == []
    assert not has_schema("cutover")


def test_all_of_nothing_is_an_error(select):
    assert select("*", graph={"nodes": {}, "sources": {}}).error == (
        "cutover.run_quality_checks: `select` '*' finds no checks: no model and no source declares any. Example: meta: "
        "{cutover: {checks: [{check: not_null, column: order_id}]}}."
    )


@pytest.mark.parametrize(
    ("argument", "value", "hint"),
    [
        ("table_name", "test.orders", "Leave one of them out."),
        ("checks", ORDERS_CHECKS, "Leave one of them out."),
        ("column_name", "id", "Leave one of them out."),
        ("expected_min", 0, "Leave one of them out."),
        ("where", "id > 1", "Declare it there, beside `checks`."),
        ("keys", ["id"], "Declare it there, beside `checks`."),
    ],
)
def test_what_cannot_stand_beside_select(select, argument, value, hint):
    assert select("orders", **{argument: value}).error == (
        f"cutover.run_quality_checks: `{argument}` cannot stand beside `select`, which takes the relations and their "
        f"checks from meta. {hint}"
    )


CUTOVER_META = "`model.shop.orders.meta.cutover` must be a mapping; got ['x']. Example: {checks: [{check: not_null, "


@pytest.mark.parametrize(
    ("declared", "message", "look_ups"),
    [
        (["x"], CUTOVER_META + "column: order_id}]}.", 0),
        ({"checks": {}}, "`model.shop.orders.checks` must be a list with at least one item; got {}. Example: [{check: "
         "not_null, column: order_id}].", 0),
        ({"checks": [{"check": "not_nul"}]}, re.compile(r"`model\.shop\.orders\.checks\[0\]\.check` must be one of .*; "
         r"got 'not_nul'\. Did you mean 'not_null'\?$"), 0),
        ({"checks": [{"check": "not_null", "column": "idd"}]}, "`model.shop.orders.checks[0].column` must be a column "
         "of testdb.test.orders (id, status, amount, customer); got 'idd'. Did you mean 'id'?", 1),
        ({"checks": ORDERS_CHECKS, "where": ";"}, "`model.shop.orders.where` must be one SQL expression, with its "
         "parentheses paired, its comments closed and no semicolon; got ';'. Example: status <> 'test'.", 0),
        ({"checks": ORDERS_CHECKS, "redact": ["nobody"]}, "`model.shop.orders.redact[0]` must be a column of "
         "testdb.test.orders (id, status, amount, customer); got 'nobody'.", 1),
        ({"checks": ORDERS_CHECKS, "keys": "id"}, "`model.shop.orders.keys` must be a list; got 'id'. Example: "
         "[order_id].", 0),
    ],
)  # fmt: skip
def test_a_wrong_declaration_stops_all_before_the_first_scan(graph, select, has_schema, declared, message, look_ups):
    graph["nodes"]["model.shop.orders"]["config"]["meta"] = {"cutover": declared}
    outcome = select(["customers", "orders"], record=True)
    if isinstance(message, str):
        assert outcome.error == f"cutover.run_quality_checks: {message}"
    else:
        assert message.search(outcome.error)
    assert outcome.json == {"operation": "run_quality_checks", "verdict": "error", "error": outcome.error}
    assert len(outcome.statements) == look_ups
    assert not has_schema("cutover")


def test_a_relation_that_is_not_built(dbt, graph, select):
    graph["nodes"]["model.shop.plain"] = node(dbt, "model", "plain", ORDERS_CHECKS)
    outcome = select("*")
    assert outcome.error.startswith("cutover.run_quality_checks: `model.shop.plain` testdb.test.plain is not there: ")


def test_an_ephemeral_model(graph, select):
    graph["nodes"]["model.shop.orders"]["config"]["materialized"] = "ephemeral"
    assert select("orders").error == (
        "cutover.run_quality_checks: `select` model.shop.orders is ephemeral: it has no relation to read. Materialize "
        "it as a view or a table."
    )


def test_a_mistyped_column_to_hide_is_an_error_where_no_relation_has_it(select):
    error = select(["orders", "customers"], redact=["id", "emial"]).error
    assert error.startswith("cutover.run_quality_checks: `redact[1]` must be a column of testdb.test.")


def test_what_the_engine_refuses_in_the_second_leaves_nothing_recorded(graph, select, has_schema):
    graph["nodes"]["seed.shop.customers"]["config"]["meta"] = {
        "cutover": {"checks": [{"check": "expression", "expression": "no_such_column > 0", "name": "the wrong one"}]}
    }
    outcome = select(["orders", "customers"], record=True)
    assert outcome.exit_code == 1
    assert "no_such_column" in outcome.error
    assert "/* the wrong one */" in outcome.statements[-1]
    assert not has_schema("cutover")


# -- the status -------------------------------------------------------------------------------------------------------


def test_the_last_result_of_each_check(dbt):
    def result(relation, check, status, day, run_id="r", name=None, target="dev"):
        moment = datetime(2024, 5, day)
        return {"relation": relation, "check_name": check, "status": status, "recorded_at": moment, "run_id": run_id,
                "name": name, "target_name": target}  # fmt: skip

    with dbt.vars({"cutover_monitoring_models": True}):
        dbt.operation("cutover._ensure_state", tables=["check_results"])
        for row in [
            result("a", "x", "fail", 1), result("a", "x", "pass", 2), result("a", "y", "warn", 1),
            result("b", "x", "fail", 3), result("a", "x", "fail", 1, name="nightly"),
            result("a", "x", "fail", 9, target="prod"),
        ]:  # fmt: skip
            names = ", ".join(row)
            literals = ", ".join(dbt.call("cutover._literal", value) for value in row.values())
            dbt.execute(f"insert into cutover.check_results ({names}) values ({literals})")
        (status,) = dbt.materialize("view", STATUS.read_text(encoding="utf-8"), "cutover_quality_status")
    rows = dbt.query("select * from {{ status }}", status=status)
    found = {(row["relation"], row["check_name"], row["name"], row["target_name"], row["status"]) for row in rows}
    assert found == {
        ("a", "x", None, "dev", "pass"), ("a", "y", None, "dev", "warn"), ("b", "x", None, "dev", "fail"),
        ("a", "x", "nightly", "dev", "fail"), ("a", "x", None, "prod", "fail"),
    }  # fmt: skip
