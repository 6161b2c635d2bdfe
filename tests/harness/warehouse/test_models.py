"""Models, their inputs, materializations and results: rows worked out by hand."""

from __future__ import annotations

import copy
import re

import pytest

from dbt_cutover.testing import HarnessError

ORDERS = [
    {"id": 1, "customer_id": 10, "amount": 5},
    {"id": 2, "customer_id": 10, "amount": 7},
    {"id": 3, "customer_id": 20, "amount": 0},
    {"id": 4, "customer_id": 20, "amount": 3},
]


def in_order(rows, *columns):
    return sorted(rows, key=lambda row: [row[column] for column in columns])


def refusal(message):
    return pytest.raises(HarnessError, match=f"^{re.escape(message)}$")


# -- stand-ins --------------------------------------------------------------------------------------------------------


def test_a_stand_in_has_the_place_of_its_node(dbt):
    orders = dbt.ref("stg_orders", ORDERS)
    assert (orders.database, orders.schema, orders.identifier) == (dbt.database, "test_staging", "Orders clean")
    customers = dbt.source("shop", "customers", [{"id": 1}])
    assert (customers.database, customers.schema, customers.identifier) == (dbt.database, "shop_raw", "Kunden")


def test_a_stand_in_has_the_types_that_are_given(dbt):
    dbt.ref("stg_orders", [{"id": 1, "amount": None}], types={"amount": "decimal(10,2)"})
    found = dbt.call("dbt.get_columns_in_relation", dbt.ref("stg_orders"))
    assert [column.name for column in found] == ["id", "amount"]
    assert found[1].data_type.lower() in ("decimal(10,2)", "numeric(10,2)")


def test_types_alone_make_an_empty_table(dbt):
    dbt.ref("stg_orders", types={"id": "integer"})
    dbt.source("shop", "orders", types={"id": "integer"})
    assert dbt.call("warehouse.number_of", "stg_orders") == 0
    assert dbt.call("warehouse.number_of_sourced", "shop", "orders") == 0


def test_macros_and_operations_read_the_stand_in(dbt):
    dbt.ref("stg_orders", ORDERS)
    dbt.source("shop", "customers", ORDERS[:3])
    assert dbt.call("warehouse.number_of", "stg_orders") == 4
    assert dbt.call("warehouse.number_of_sourced", "shop", "customers") == 3
    assert dbt.operation("warehouse.number_of", name="stg_orders").value == 4
    assert dbt.operation("warehouse.number_of_sourced", source_name="shop", name="customers").value == 3
    assert dbt.query("select count(*) as n from {{ ref('stg_orders') }}") == [{"n": 4}]


def test_a_relation_stands_in_where_it_is(dbt):
    elsewhere = dbt.view("recent", "select 1 as id union all select 2", schema="marts")
    assert dbt.ref("stg_orders", elsewhere) == elsewhere
    assert dbt.call("warehouse.place_of", "stg_orders") == str(elsewhere)
    assert dbt.call("warehouse.number_of", "stg_orders") == 2


def test_the_last_stand_in_holds(dbt):
    dbt.ref("stg_orders", dbt.table("other", [{"id": 1}]))
    dbt.ref("stg_orders", ORDERS)
    assert dbt.call("warehouse.number_of", "stg_orders") == 4
    dbt.ref("stg_orders", ORDERS[:1])
    assert dbt.call("warehouse.number_of", "stg_orders") == 1


def test_an_ephemeral_model_can_have_a_stand_in(dbt):
    dbt.ref("paid_orders", ORDERS[:2])
    assert dbt.call("warehouse.number_of", "paid_orders") == 2
    assert dbt.model("order_totals") == [{"customer_id": 10, "total": 12, "last_id": 2}]


def test_an_ephemeral_model_without_a_stand_in_is_none_for_macros(dbt):
    with dbt.raises(re.compile("can not ref.. ephemeral nodes")):
        dbt.call("warehouse.place_of", "paid_orders")


def test_another_packages_node_can_have_a_stand_in(dbt):
    dbt.ref("loans", "all_loans", [{"member": 1, "returned": None}, {"member": 1, "returned": 5}])
    assert dbt.call("loans.number_of_loans") == 2
    assert dbt.model("loans.loan_totals") == [{"member": 1, "loans": 1}]
    assert dbt.model("loan_totals") == [{"member": 1, "loans": 1}]


def test_versions_have_stand_ins_of_their_own(dbt):
    dbt.ref("prices", [{"version": "a"}], version=1)
    dbt.ref("prices", [{"version": "b"}])
    assert in_order(dbt.model("price_list"), "version") == [{"version": "a"}, {"version": "b"}]
    assert dbt.model("prices", version=1) == [{"version": "first"}]
    assert dbt.model("prices") == [{"version": "second"}]


def test_without_rows_ref_and_source_give_the_nodes_own_place_in_the_tests_database(dbt):
    # order_totals is configured to be in the database analytics, the source in raw.
    for relation in (dbt.ref("order_totals"), dbt.source("shop", "orders")):
        assert relation.database == dbt.database
    assert dbt.call("warehouse.place_of", "order_totals") == str(dbt.ref("order_totals"))
    assert dbt.render("{{ source('shop', 'orders') }}") == str(dbt.source("shop", "orders"))


def test_tables_made_at_the_nodes_place_are_read(dbt):
    dbt.table("orders", ORDERS, schema="shop_raw")
    assert [row["id"] for row in in_order(dbt.model("stg_orders"), "id")] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        pytest.param(
            ("stg_order", ORDERS),
            {},
            "there is no model, seed or snapshot 'stg_order' in the project warehouse. Did you mean 'stg_orders'?",
            id="near miss",
        ),
        pytest.param(
            ("loans", "stg_orders", ORDERS),
            {},
            "there is no model, seed or snapshot 'stg_orders' in the package 'loans' of the project warehouse.",
            id="another package's",
        ),
        pytest.param(
            ("prices", ORDERS),
            {"version": 3},
            "there is no model, seed or snapshot 'prices' of version 3 in the project warehouse; its versions: 1, 2.",
            id="version",
        ),
        pytest.param(("retired", ORDERS), {}, "model.warehouse.retired is disabled", id="disabled"),
        pytest.param((), {}, "dbt.ref takes a name, a name and rows, or a package, a name and rows", id="no name"),
    ],
)
def test_a_node_that_is_not_there_is_refused(dbt, names, options, message):
    with refusal(message):
        dbt.ref(*names, **options)


def test_a_source_that_is_not_there_is_refused(dbt):
    with refusal("there is no source 'shop.order' in the project warehouse. Did you mean 'shop.orders'?"):
        dbt.source("shop", "order", ORDERS)


def test_types_of_a_relation_are_refused(dbt):
    orders = dbt.table("orders", [{"id": 1}])
    with refusal(f"types are for rows; {orders} is a relation, which has its own"):
        dbt.ref("stg_orders", orders, types={"id": "integer"})


# -- models -----------------------------------------------------------------------------------------------------------


def test_a_model_gives_its_rows_over_the_given_ones(dbt):
    rows = dbt.model("stg_orders", sources={("shop", "orders"): [*ORDERS, {"id": 5, "customer_id": 1, "amount": -1}]})
    assert in_order(rows, "id") == ORDERS
    assert rows.columns == ["id", "customer_id", "amount"]
    source = dbt.source("shop", "orders")
    assert rows.sql == f"select id, customer_id, amount from {source} where amount >= 0"


def test_a_model_sees_vars(dbt):
    dbt.source("shop", "orders", ORDERS)
    with dbt.vars({"least_amount": 6}):
        assert [row["id"] for row in dbt.model("stg_orders")] == [2]
    assert len(dbt.model("stg_orders")) == 4


def test_a_model_has_its_ephemeral_parents_within_its_query(dbt):
    rows = dbt.model("order_totals", refs={"stg_orders": ORDERS})
    # Order 3 is not paid.
    assert in_order(rows, "customer_id") == [
        {"customer_id": 10, "total": 12, "last_id": 2},
        {"customer_id": 20, "total": 3, "last_id": 4},
    ]
    assert "__dbt__cte__paid_orders" in rows.sql


def test_an_ephemeral_model_gives_its_rows(dbt):
    assert [row["id"] for row in in_order(dbt.model("paid_orders", refs={"stg_orders": ORDERS}), "id")] == [1, 2, 4]


def test_a_model_over_this_is_an_incremental_run(dbt):
    dbt.ref("stg_orders", ORDERS)
    there = [{"customer_id": 10, "total": 12, "last_id": 2}]

    assert dbt.model("order_totals", this=there) == [{"customer_id": 20, "total": 3, "last_id": 4}]
    with dbt.flags(full_refresh=True):
        assert len(dbt.model("order_totals", this=there)) == 2
    # The table stays: the next run finds it, as dbt's would.
    assert len(dbt.model("order_totals")) == 1


def test_this_may_be_a_relation(dbt):
    dbt.ref("stg_orders", ORDERS)
    there = dbt.table("earlier", [{"customer_id": 10, "total": 12, "last_id": 3}])
    rows = dbt.model("order_totals", this=there)
    assert rows == [{"customer_id": 20, "total": 3, "last_id": 4}]
    assert str(there) in rows.sql


def test_a_model_reads_seeds_from_their_files(dbt):
    rows = dbt.model(
        "customers_by_country",
        sources={("shop", "customers"): [{"id": 1, "country": "007"}, {"id": 2, "country": "X"}]},
    )
    assert rows == [{"id": 1, "country": "Nowhere", "code": "007"}]
    assert dbt.statements == []


def test_a_stand_in_for_a_seed_goes_before_its_file(dbt):
    rows = dbt.model(
        "customers_by_country",
        refs={"countries": [{"code": "X", "name": "Elsewhere"}]},
        sources={("shop", "customers"): [{"id": 1, "country": "007"}, {"id": 2, "country": "X"}]},
    )
    assert rows == [{"id": 2, "country": "Elsewhere", "code": "X"}]


def test_ref_alone_loads_a_seed(dbt):
    countries = dbt.ref("countries")
    assert dbt.query("select name from {{ c }} order by code", c=countries) == [{"name": "Nowhere"}, {"name": "Norway"}]


def test_a_model_knows_itself_and_can_ask_the_catalog(dbt):
    dbt.ref("stg_orders", ORDERS[:1])
    itself = {"columns": "id,customer_id,amount", "materialized": "view"}
    assert dbt.model("columns_of_orders") == [{**itself, "place": f"{dbt.schema} {dbt.engine.name}"}]
    # The model's place was decided before.
    with dbt.target(name="prod", schema="live"):
        assert dbt.model("columns_of_orders") == [{**itself, "place": f"{dbt.schema} prod"}]


def test_the_same_model_twice_gives_the_same_and_leaves_the_manifest_alone(dbt):
    dbt.ref("stg_orders", ORDERS)
    manifest = dbt.project.manifest
    before = copy.deepcopy({id_: node.to_dict() for id_, node in manifest.nodes.items()})

    first, second = dbt.model("order_totals"), dbt.model("order_totals")
    dbt.materialize("table", "select * from {{ ref('paid_orders') }}")

    assert (first.sql, in_order(first, "customer_id")) == (second.sql, in_order(second, "customer_id"))
    assert {id_: node.to_dict() for id_, node in manifest.nodes.items()} == before
    assert not any(node.compiled for node in manifest.nodes.values() if node.resource_type == "model")


def test_a_failed_compilation_leaves_the_manifest_alone(dbt):
    dbt.ref("paid_orders", ORDERS)
    nodes = dict(dbt.project.manifest.nodes)
    with dbt.raises("the model refuses"):
        dbt.model("refuses")
    assert all(dbt.project.manifest.nodes[id_] is node for id_, node in nodes.items())


@pytest.mark.parametrize(
    ("model", "ways"),
    [
        pytest.param("stg_orders", ["source.warehouse.shop.orders: dbt.source('shop', 'orders', rows)"], id="source"),
        pytest.param(
            "order_totals", ["model.warehouse.stg_orders: dbt.ref('stg_orders', rows)"], id="behind ephemeral"
        ),
        pytest.param(
            "loans.loan_totals", ["model.loans.all_loans: dbt.ref('loans', 'all_loans', rows)"], id="another package's"
        ),
        pytest.param(
            "price_list",
            [
                "model.warehouse.prices.v1: dbt.ref('prices', rows, version=1)",
                "model.warehouse.prices.v2: dbt.ref('prices', rows, version=2)",
            ],
            id="versions",
        ),
        pytest.param(
            "asks_while_compiling", ["model.warehouse.stg_orders: dbt.ref('stg_orders', rows)"], id="while compiling"
        ),
    ],
)
def test_a_missing_input_is_named_with_the_way_to_give_it(dbt, model, ways):
    with pytest.raises(HarnessError) as refused:
        dbt.model(model)
    title, *lines = str(refused.value).splitlines()
    assert title == f"{model.rpartition('.')[2]} reads what isn't there; give it to the test:"
    assert lines[: len(ways)] == [f"  {way}" for way in ways]
    assert lines[len(ways)].startswith("The database said: ")


def test_an_error_with_all_inputs_there_is_the_databases_own(dbt):
    with pytest.raises(HarnessError, match="customer_id") as refused:
        dbt.model("stg_orders", sources={("shop", "orders"): [{"id": 1, "amount": 1}]})
    assert "isn't there; give it" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param(
            "order_total",
            "there is no model, seed or snapshot 'order_total' in the project warehouse. Did you mean 'order_totals'?",
            id="near miss",
        ),
        pytest.param("countries", "countries is a seed and no model: dbt.ref('countries') loads its file", id="seed"),
        pytest.param(
            "customers_history",
            "customers_history is a snapshot and no model: dbt.ref('customers_history', rows) gives its rows to the "
            "models that read it",
            id="snapshot",
        ),
        pytest.param(
            "forecast",
            "forecast is a Python model, which runs in the warehouse only; call its function in a test",
            id="Python",
        ),
    ],
)
def test_what_is_no_model_in_sql_is_refused(dbt, name, message):
    with refusal(message):
        dbt.model(name)


def test_keys_of_inputs_that_name_nothing_are_refused(dbt):
    with refusal("a key of sources is (source, table); got 'shop.orders'"):
        dbt.model("stg_orders", sources={"shop.orders": ORDERS})
    with refusal("a key of refs is a name, or (package, name); got ('a', 'b', 'c')"):
        dbt.model("stg_orders", refs={("a", "b", "c"): ORDERS})


# -- this -------------------------------------------------------------------------------------------------------------


def test_incremental_this_lasts_to_the_end_of_the_test(dbt):
    this = dbt.incremental_this("orders", [{"id": 1}, {"id": 7}], unique_key="id").relation
    assert dbt.call("warehouse.only_new", "id") == f"id > (select max(id) from {this})"
    assert dbt.call("warehouse.key_and_name") == ["id", "incremental", "orders", True]


def test_incremental_this_ends_with_its_block(dbt):
    with dbt.incremental_this("orders", types={"id": "integer"}) as this:
        assert dbt.call("warehouse.only_new", "id") == f"id > (select max(id) from {this})"
        with dbt.flags(full_refresh=True):
            assert dbt.call("warehouse.only_new", "id") == "true"
    assert dbt.render("{{ this is defined }}") == "False"


# -- materializations -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("materialization", ["table", "view"])
def test_a_materialization_of_dbt_makes_its_relation(dbt, materialization):
    dbt.ref("stg_orders", ORDERS)
    [made] = dbt.materialize(materialization, "select id from {{ ref('stg_orders') }} where amount > 5", "big")
    assert (made.database, made.schema, made.identifier) == (dbt.database, dbt.schema, "big")
    assert dbt.query("select * from {{ made }}", made=made) == [{"id": 2}]
    found = dbt.project.adapter.get_relation(dbt.database, dbt.schema, "big")
    assert found.type == materialization


def test_the_second_run_of_an_incremental_one_merges(dbt):
    for rows in ("select 1 as id, 'a' as name union all select 2, 'b'", "select 2 as id, 'c' as name"):
        [made] = dbt.materialize("incremental", rows, unique_key="id", incremental_strategy="delete+insert")
    assert dbt.query("select * from {{ made }} order by id", made=made) == [
        {"id": 1, "name": "a"},
        {"id": 2, "name": "c"},
    ]


def test_a_materialization_of_the_project_runs_twice_and_its_statements_are_told(dbt):
    [made] = dbt.materialize("appended", "select 1 as id")
    assert dbt.statements == [f"create table {made} as select 1 as id"]
    dbt.statements.clear()
    dbt.materialize("appended", "{% if true %}select 2 as id{% endif %}", post_hook="insert into {{ this }} values (3)")
    assert dbt.statements == [f"insert into {made} select 2 as id", f"insert into {made} values (3)"]
    # Another connection sees it: it is committed.
    other = dbt.connection().cursor()
    other.execute("select id from model order by id")
    assert [row[0] for row in other.fetchall()] == [1, 2, 3]


def test_a_materialization_has_the_place_that_the_projects_macros_give(dbt):
    [made] = dbt.materialize("table", "select 1 as id", "orders", schema="marts", alias="Bestellungen")
    assert (made.schema, made.identifier) == ("test_marts", "Bestellungen")
    assert dbt.query("select * from {{ made }}", made=made) == [{"id": 1}]


def test_a_materialized_model_takes_ephemeral_parents(dbt):
    dbt.ref("stg_orders", ORDERS)
    [made] = dbt.materialize("table", "select id from {{ ref('paid_orders') }}", "order_totals")
    assert dbt.query("select id from {{ made }} order by 1", made=made) == [{"id": 1}, {"id": 2}, {"id": 4}]


def test_a_materialization_that_does_not_say_what_it_made_fails_as_in_dbt(dbt):
    with dbt.raises(re.compile(r'^The materialization \("forgetful"\) did not explicitly return a list of relations')):
        dbt.materialize("forgetful", "select 1 as id")


def test_an_unknown_materialization_is_refused(dbt):
    with pytest.raises(HarnessError, match=r"^there is no materialization 'apended' for .* Did you mean 'appended'\?$"):
        dbt.materialize("apended", "select 1 as id")


# -- results ----------------------------------------------------------------------------------------------------------


def test_results_are_what_an_on_run_end_hook_sees(dbt):
    results = [
        dbt.result("model.warehouse.stg_orders", execution_time=1.5),
        dbt.result("order_totals", "error", message="out of memory"),
        dbt.result("assert_no_debts", "fail", failures=3),
        dbt.result("countries", adapter_response={"rows_affected": 2}),
    ]
    assert dbt.call("warehouse.summary", results) == [
        ["stg_orders", "success", 1.5, None, None],
        ["order_totals", "error", 0.0, None, "out of memory"],
        ["assert_no_debts", "fail", 0.0, 3, None],
        ["countries", "success", 0.0, None, None],
    ]
    assert results[3].to_dict()["adapter_response"] == {"rows_affected": 2}
    assert dbt.result("assert_no_debts").status == "pass"


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        pytest.param(
            "stg_order",
            None,
            "there is no node 'stg_order' in the project warehouse. Did you mean 'stg_orders'?",
            id="unknown node",
        ),
        pytest.param(
            "prices",
            None,
            "more than one node is named 'prices'; give one of model.warehouse.prices.v1, model.warehouse.prices.v2",
            id="two nodes",
        ),
        pytest.param(
            "stg_orders",
            "succes",
            "the status of a model must be one of success, error, skipped, partial success, no-op; got 'succes'. "
            "Did you mean 'success'?",
            id="unknown status",
        ),
        pytest.param(
            "assert_no_debts",
            "success",
            "the status of a test must be one of pass, error, fail, warn, skipped; got 'success'.",
            id="another node's status",
        ),
    ],
)
def test_results_that_dbt_has_not_are_refused(dbt, name, status, message):
    with refusal(message):
        dbt.result(name, status)


# -- isolation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("time", ["first", "second"])
def test_nothing_of_a_test_is_there_in_the_next(dbt, time):
    """Runs twice: what the first run leaves behind, the second one finds."""
    del time
    assert dbt.call("warehouse.place_of", "stg_orders").count("Orders clean") == 1
    with pytest.raises(HarnessError, match="reads what isn't there"):
        dbt.model("order_totals")
    with pytest.raises(HarnessError, match="reads what isn't there"):
        dbt.model("customers_by_country")
    assert dbt.render("{{ this is defined }}") == "False"
    assert not any(node.compiled for node in dbt.project.manifest.nodes.values() if node.resource_type == "model")

    dbt.ref("stg_orders", dbt.table("elsewhere", ORDERS))
    dbt.source("shop", "customers", [{"id": 1, "country": "NO"}])
    assert len(dbt.model("order_totals")) == 2
    assert len(dbt.model("customers_by_country")) == 1
    dbt.incremental_this("orders", [{"id": 1}])
    dbt.materialize("table", "select 1 as id", "stg_orders", schema="staging", alias="Orders clean")
