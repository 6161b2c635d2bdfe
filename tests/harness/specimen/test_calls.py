"""Calling macros: render, call, query, run_test, and what macros see."""

from __future__ import annotations

import re

import pytest

from dbt_cutover.testing import DatabaseError, HarnessError


def test_render_gives_the_text(dbt):
    assert dbt.render("select {{ specimen.cents(column, precision=3) }}", column="amount") == (
        "select round(amount / 100.0, 3)"
    )


def test_render_leaves_text_without_jinja_alone(dbt):
    assert dbt.render("select '100%' as a -- {not jinja}") == "select '100%' as a -- {not jinja}"


def test_rendering_the_same_text_twice_takes_the_new_values(dbt):
    assert [dbt.render("{{ specimen.cents(c) }}", c=column) for column in ("a", "b")] == [
        "round(a / 100.0, 2)",
        "round(b / 100.0, 2)",
    ]


def test_a_value_of_render_is_no_global_of_macros(dbt):
    assert dbt.render("{{ specimen.asks_for_a_name_it_lacks() }}", passed_by_the_test=1) == "not seen"


def test_call_gives_the_value_that_the_macro_returns(dbt):
    assert dbt.call("specimen._private", None) == {"value": None, "kind": "none"}
    assert dbt.call("specimen._private", value="a'b{{ c }}") == {"value": "a'b{{ c }}", "kind": "text"}


def test_call_gives_the_text_of_a_macro_that_returns_nothing(dbt):
    assert dbt.call("specimen.cents", "amount") == "round(amount / 100.0, 2)"


@pytest.mark.parametrize("name", ["cents", "type_string"], ids=["the project's own", "dbt's"])
def test_call_finds_a_macro_without_its_package(dbt, name):
    assert callable(dbt._macro(name))


def test_dispatch_takes_the_macro_of_the_engine(dbt):
    assert dbt.call("specimen.describes") == dbt.engine.name


def test_an_unknown_macro_is_named_with_its_neighbour(dbt):
    message = "there is no macro 'specimen.cent' in the project specimen. Did you mean 'specimen.cents'?"
    for use in (dbt.call, dbt.operation):
        with pytest.raises(HarnessError, match=f"^{re.escape(message)}$"):
            use("specimen.cent")


def test_an_unknown_package_is_named(dbt):
    message = "there is no package 'specimens' in the project specimen. Did you mean 'specimen.cents'?"
    with pytest.raises(HarnessError, match=f"^{re.escape(message)}$"):
        dbt.call("specimens.cents")


def test_query_gives_rows_with_their_columns(dbt):
    orders = dbt.table("orders", [{"id": 2, "name": None}, {"id": 1, "name": "x"}])

    rows = dbt.query("select name, id from {{ orders }} order by id", orders=orders)

    assert rows == [{"name": "x", "id": 1}, {"name": None, "id": 2}]
    assert rows.columns == ["name", "id"]
    assert rows.column("id") == [1, 2]


def test_a_query_without_rows_has_its_columns(dbt):
    rows = dbt.query("select 1 as a, 2 as b where 1 = 0")
    assert (rows, rows.columns) == ([], ["a", "b"])


def test_two_columns_of_one_name_are_refused(dbt):
    with pytest.raises(HarnessError, match="more than one column named a"):
        dbt.query("select 1 as a, 2 as a, 3 as b")


def test_what_the_database_refuses_is_told_with_the_statement(dbt):
    with pytest.raises(DatabaseError, match="nowhere") as refused:
        dbt.query("select * from {{ name }}", name="nowhere")
    assert refused.value.sql == "select * from nowhere"


def test_query_reads_what_a_macro_did_before(dbt):
    dbt.call("specimen.runs_in_a_transaction", "create table made as select 7 as n")
    assert dbt.query("select n from made") == [{"n": 7}]


def test_ref_and_source_lead_to_the_tests_place(dbt):
    dbt.table("orders", [{"id": 5}])
    dbt.table("customers", [{"id": 6}], schema="raw")
    rows = dbt.query(
        "select o.id, c.id as customer from {{ ref('orders') }} as o, {{ source('shop', 'customers') }} as c"
    )
    assert rows == [{"id": 5, "customer": 6}]


def test_a_view_is_a_relation_over_a_query(dbt):
    orders = dbt.table("orders", [{"id": 5}])
    view = dbt.view("recent", "select id + 1 as next from {{ ref('orders') }}", schema="marts")
    assert (view.type, view.schema, orders.type) == ("view", "marts", "table")
    assert dbt.query("select next from {{ view }}", view=view) == [{"next": 6}]


def test_macros_can_ask_the_catalog(dbt):
    orders = dbt.table("orders", [{"id": 1, "Größe": 2}])
    assert dbt.call("specimen.columns", orders) == ["id", "Größe"]


def test_a_table_is_found_after_dbt_has_looked_around(dbt):
    place = (dbt.database, dbt.schema)
    assert dbt.call("specimen.exists", *place, "orders") is False
    dbt.table("orders", [{"id": 1}])
    assert dbt.call("specimen.exists", *place, "orders") is True
    dbt.execute("drop table test.orders")
    assert dbt.call("specimen.exists", *place, "orders") is False


def test_a_second_connection_sees_what_is_committed_only(dbt):
    dbt.table("orders", [{"id": 1}])
    other = dbt.connection().cursor()
    other.execute("begin")
    other.execute("insert into orders values (2)")
    assert dbt.query("select count(*) as n from orders") == [{"n": 1}]
    other.execute("commit")
    assert dbt.query("select count(*) as n from orders") == [{"n": 2}]


def test_named_results_of_one_call_are_not_there_in_the_next(dbt):
    dbt.call("specimen.runs_in_a_transaction", "select 1 as a")
    assert dbt.call("specimen.has_a_result") is False


# -- generic tests ----------------------------------------------------------------------------------------------------


def test_run_test_gives_the_failing_rows(dbt):
    orders = dbt.table("orders", [{"amount": 5}, {"amount": 10}, {"amount": -1}])
    assert dbt.run_test("specimen.above", orders, column_name="amount", bound=5) == [
        {"value": 5, "bound": 5},
        {"value": -1, "bound": 5},
    ]
    assert dbt.run_test("specimen.above", orders, column_name="amount", bound=-2) == []


def test_run_test_knows_the_tests_of_dbt(dbt):
    orders = dbt.table("orders", [{"id": 1}, {"id": None}])
    assert len(dbt.run_test("not_null", orders, column_name="id")) == 1


def test_an_unknown_test_is_named_with_its_neighbour(dbt):
    orders = dbt.table("orders", [{"id": 1}])
    message = "there is no macro 'specimen.abov' in the project specimen. Did you mean 'specimen.above'?"
    with pytest.raises(HarnessError, match=f"^{re.escape(message)}$"):
        dbt.run_test("specimen.abov", orders)


# -- what is recorded -------------------------------------------------------------------------------------------------


def test_statements_are_those_that_macros_send(dbt):
    orders = dbt.table("orders", [{"id": 1}])
    dbt.query("select 1 as a")
    dbt.execute("create table more (id integer)")
    assert dbt.statements == []

    assert dbt.call("specimen.counts", orders) == 1

    assert dbt.statements == [f"select count(*) as n from {orders}"]
    dbt.statements.clear()
    assert dbt.query("select {{ specimen.counts(orders) }} as n", orders=orders) == [{"n": 1}]
    assert dbt.statements == [f"select count(*) as n from {orders}"]


def test_transactions_that_dbt_opens_are_no_statements(dbt):
    dbt.call("specimen.runs_in_a_transaction", "create table made (id integer)")
    assert dbt.statements == ["create table made (id integer)"]


def test_transactions_that_a_macro_opens_are_statements(dbt):
    dbt.operation("specimen.acts", sql="begin")
    assert dbt.statements == ["begin"]


def test_a_statement_that_fails_is_recorded(dbt):
    with dbt.raises(re.compile("nowhere")):
        dbt.call("specimen.runs", "select * from nowhere")
    assert dbt.statements == ["select * from nowhere"]


def test_the_sql_of_a_generic_test_is_a_statement(dbt):
    orders = dbt.table("orders", [{"id": 1}])
    dbt.run_test("specimen.above", orders, column_name="id")
    assert dbt.statements == [f"select id as value, 0 as bound from {orders} where id <= 0"]


def test_logs_and_prints_are_kept_apart(dbt):
    dbt.call("specimen.acts", prints=["a", "b"], logs=["c"])
    assert (dbt.printed, dbt.logs) == (["a", "b"], ["c"])


# -- what macros see --------------------------------------------------------------------------------------------------


def test_vars_last_as_long_as_their_block(dbt):
    with dbt.vars({"currency": "USD"}):
        assert dbt.call("specimen.through_another") == "USD"
        with dbt.vars({"currency": "CHF", "other": 1}):
            assert dbt.call("specimen.currency") == "CHF"
            assert dbt.call("specimen.surroundings")["command_line"] == ["currency", "other"]
        assert dbt.call("specimen.currency") == "USD"
        assert dbt.operation("specimen.surroundings").value["currency"] == "USD"
        assert dbt.operation("specimen.surroundings").value["command_line"] == ["currency"]
    assert dbt.call("specimen.through_another") == "EUR"
    assert dbt.operation("specimen.surroundings").value["currency"] == "EUR"
    assert dbt.call("specimen.surroundings")["command_line"] == []


@pytest.mark.parametrize("turn", ["once", "again"])
def test_without_a_block_an_override_lasts_until_the_test_ends(dbt, turn):
    del turn
    before = dbt.call("specimen.surroundings")
    assert (before["currency"], before["target"], before["stage"], before["full_refresh"]) == (
        "EUR",
        dbt.engine.name,
        "unset",
        False,
    )
    dbt.vars({"currency": "USD"})
    dbt.target(name="prod")
    dbt.env({"SPECIMEN_STAGE": "ci"})
    dbt.flags(full_refresh=True)
    dbt.context(execute=False)
    dbt.graph({"nodes": {}})
    for seen in (dbt.call("specimen.surroundings"), dbt.operation("specimen.surroundings").value):
        assert (seen["currency"], seen["target"], seen["stage"], seen["full_refresh"], seen["nodes"]) == (
            "USD",
            "prod",
            "ci",
            True,
            [],
        )
    assert dbt.call("specimen.surroundings")["execute"] is False


def test_an_override_can_be_ended_and_ends_once(dbt):
    override = dbt.vars({"currency": "USD"})
    override.end()
    dbt.vars({"currency": "CHF"})
    override.end()
    assert dbt.call("specimen.currency") == "CHF"


def test_what_is_changed_inside_a_block_ends_with_it(dbt):
    dbt.vars({"currency": "USD"})
    with dbt.vars({"currency": "CHF"}):
        dbt.vars({"currency": "JPY"})
        assert dbt.call("specimen.currency") == "JPY"
    assert dbt.call("specimen.currency") == "USD"


def test_flags_are_those_of_dbt_itself_too(dbt):
    assert dbt.call("should_full_refresh") is False
    with dbt.flags(full_refresh=True):
        assert dbt.call("should_full_refresh") is True
        with dbt.flags(FULL_REFRESH=False, store_failures=True):
            assert dbt.render("{{ flags.FULL_REFRESH }} {{ flags.STORE_FAILURES }}") == "False True"
    assert dbt.render("{{ flags.FULL_REFRESH }} {{ flags.STORE_FAILURES }}") == "False False"
    with dbt.flags(print=False):
        dbt.render("{{ print('unseen') }}")
    assert dbt.printed == []


def test_an_unknown_flag_is_named_with_its_neighbour(dbt):
    with pytest.raises(HarnessError, match=r"^dbt has no flag 'full_refesh'. Did you mean 'full_refresh'\?$"):
        dbt.flags(full_refesh=True)


def test_an_error_ends_vars_too(dbt):
    with pytest.raises(RuntimeError, match="mine"), dbt.vars({"currency": "USD"}):
        raise RuntimeError("mine")
    assert dbt.call("specimen.currency") == "EUR"


def test_target_lasts_as_long_as_its_block(dbt):
    before = dbt.call("specimen.surroundings")
    with dbt.target(name="prod", schema="live"):
        for seen in (dbt.call("specimen.surroundings"), dbt.operation("specimen.surroundings").value):
            assert (seen["target"], seen["target_name"], seen["schema"], seen["own_schema"]) == (
                "prod",
                "prod",
                "live",
                "live",
            )
    assert dbt.call("specimen.surroundings") == before
    assert before["schema"] == dbt.schema


def test_graph_lasts_as_long_as_its_block(dbt):
    with dbt.graph({"nodes": {"model.a.b": {"name": "b"}}}):
        assert dbt.call("specimen.surroundings")["nodes"] == ["b"]
        assert dbt.operation("specimen.surroundings").value["nodes"] == ["b"]
        assert dbt.render("{{ graph.sources }}") == "{}"
    assert dbt.call("specimen.surroundings")["nodes"] == ["orders"]


def test_an_unknown_part_of_the_graph_is_refused(dbt):
    with pytest.raises(HarnessError, match=r"^graph has no 'node'. Did you mean 'nodes'\?$"), dbt.graph({"node": {}}):
        pass


def test_env_lasts_as_long_as_its_block(dbt):
    assert dbt.call("specimen.surroundings")["stage"] == "unset"
    with dbt.env({"SPECIMEN_STAGE": "ci"}):
        assert dbt.call("specimen.surroundings")["stage"] == "ci"
        with dbt.env({"SPECIMEN_STAGE": None}):
            assert dbt.operation("specimen.surroundings").value["stage"] == "unset"
        assert dbt.operation("specimen.surroundings").value["stage"] == "ci"
    assert dbt.call("specimen.surroundings")["stage"] == "unset"


def test_macros_see_the_model_that_render_is_given(dbt):
    orders = dbt.table("orders", [{"id": 1}])
    model = {"config": {"materialized": "incremental"}}

    seen = dbt.render("{{ specimen.incremental() }}", this=orders, model=model)

    assert seen == "{'incremental': True, 'materialized': 'incremental'}"
    assert dbt.render("{{ this is defined }}") == "False"


@pytest.mark.parametrize(
    ("there", "materialized", "incremental"),
    [
        pytest.param(True, "incremental", True, id="later run"),
        pytest.param(False, "incremental", False, id="first run"),
        pytest.param(True, "table", False, id="another materialization"),
    ],
)
def test_is_incremental_has_its_three_answers(dbt, there, materialized, incremental):
    orders = dbt.table("orders", [{"id": 1}])
    if not there:
        dbt.execute("drop table orders")
    with dbt.context(this=orders, model={"config": {"materialized": materialized}}):
        assert dbt.call("specimen.incremental")["incremental"] is incremental


def test_execute_can_be_false_without_stopping_the_adapter(dbt):
    orders = dbt.table("orders", [{"id": 1}])
    assert dbt.render("{{ specimen.surroundings()['execute'] }}", execute=False) == "False"
    with dbt.context(execute=False):
        assert dbt.call("specimen.columns", orders) == ["id"]
    assert dbt.call("specimen.surroundings")["execute"] is True


# -- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("macro", ["refuses", "refuses_deep_down"])
@pytest.mark.parametrize(
    "message",
    [
        pytest.param("cutover.x: `a` must be one of b, c; got 'd'.", id="one line"),
        pytest.param("first line\n  second, indented\n\nlast > in macro (x)", id="lines like those of dbt"),
    ],
)
def test_raises_compares_the_macros_own_message(dbt, macro, message):
    with dbt.raises(message) as raised:
        dbt.call(f"specimen.{macro}", message)
    assert raised.message == message
    assert "Compilation Error" in str(raised.error)

    with dbt.raises(message):
        dbt.render("{{ specimen[macro](message) }}", macro=macro, message=message)
    assert dbt.operation(f"specimen.{macro}", message=message).error == message


def test_raises_wants_the_whole_message(dbt):
    with pytest.raises(AssertionError) as failed, dbt.raises("the whole"):
        dbt.call("specimen.refuses", "the whole message")
    assert "- the whole" in str(failed.value)
    assert "+ the whole message" in str(failed.value)


def test_raises_takes_a_pattern(dbt):
    with dbt.raises(re.compile(r"got \d+")):
        dbt.call("specimen.refuses", "expected 1, got 22")
    with pytest.raises(AssertionError, match="not found in"), dbt.raises(re.compile(r"got \d+$")):
        dbt.call("specimen.refuses", "got 22 apples")


def test_raises_wants_an_error(dbt):
    with pytest.raises(AssertionError, match=r"^nothing was raised; expected: never$"), dbt.raises("never"):
        dbt.call("specimen.currency")


def test_raises_takes_an_error_that_python_raises_in_a_macro(dbt):
    with dbt.raises("ZeroDivisionError: integer division or modulo by zero") as raised:
        dbt.call("specimen.divides", 0)
    assert isinstance(raised.error, ZeroDivisionError)


def test_raises_lets_pass_what_no_macro_raised(dbt):
    with pytest.raises(RuntimeError, match=r"^mine$"), dbt.raises("anything"):
        raise RuntimeError("mine")


# -- operations -------------------------------------------------------------------------------------------------------


def test_an_operation_that_goes_well(dbt):
    done = dbt.operation(
        "specimen.acts", prints=["{", "}"], logs=["x"], sql="create table made as select 1 as a", answers=[1]
    )
    assert (done.value, done.exit_code, done.error) == ([1], 0, None)
    assert (done.printed, done.json, done.logged) == ("{\n}", {}, ["x"])
    assert done.statements == ["create table made as select 1 as a"]
    assert dbt.query("select a from made") == [{"a": 1}]


def test_an_operation_tells_its_own_part_only(dbt):
    dbt.operation("specimen.acts", prints=["1"], logs=["x"], sql="select 1 as a")
    second = dbt.operation("specimen.acts", prints=["2"])
    assert (second.printed, second.logged, second.statements) == ("2", [], [])
    assert dbt.printed == ["1", "2"]


def test_an_operation_that_the_macro_fails(dbt):
    failed = dbt.operation("specimen.acts", prints=['{"verdict": "error"}'], fails="no\nway")
    assert (failed.value, failed.exit_code, failed.error) == (None, 1, "no\nway")
    assert failed.json == {"verdict": "error"}


def test_an_operation_that_the_database_fails(dbt):
    failed = dbt.operation("specimen.acts", sql="select * from nowhere")
    assert failed.exit_code == 1
    assert "nowhere" in failed.error
    assert dbt.query("select 1 as a") == [{"a": 1}]


def test_an_operation_that_python_fails(dbt):
    failed = dbt.operation("specimen.divides", number=0)
    assert (failed.exit_code, failed.error) == (1, "integer division or modulo by zero")


def test_an_operation_with_an_argument_that_the_macro_lacks(dbt):
    failed = dbt.operation("specimen.divides", numbers=0)
    assert failed.exit_code == 1
    assert "takes no keyword argument 'numbers'" in failed.error


def test_what_an_operation_leaves_open_stays_only_where_dbt_commits_it(dbt):
    dbt.operation("specimen.runs_in_a_transaction", sql="create table made as select 1 as a")
    found = dbt.query("select table_name from information_schema.tables where table_name = 'made'")
    assert (len(found) == 1) is dbt.engine.commits_operations


def test_an_operation_has_a_connection_of_its_own(dbt):
    dbt.execute("create temporary table mine as select 1 as a")
    assert dbt.query("select a from mine") == [{"a": 1}]
    assert dbt.operation("specimen.acts", sql="select a from mine").exit_code == 1


@pytest.mark.parametrize(
    "prints",
    [
        pytest.param([], id="nothing"),
        pytest.param(["hello"], id="no JSON"),
        pytest.param(["{}", "{}"], id="two documents"),
        pytest.param(['{"a": NaN}'], id="NaN"),
        pytest.param(["{}", "done"], id="something after it"),
    ],
)
def test_what_is_not_one_json_document_is_refused(dbt, prints):
    done = dbt.operation("specimen.acts", prints=prints)
    with pytest.raises(HarnessError, match="not exactly one JSON document"):
        _ = done.json
