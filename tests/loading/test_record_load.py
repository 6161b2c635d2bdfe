"""Records of loads, by operation and by the hooks of real runs."""

from datetime import UTC, datetime, timedelta
from threading import Timer

import pytest

HOOK = "{{ cutover.record_load(this) }}"

pytestmark = pytest.mark.usefixtures("orders")


def loads(dbt):
    rows = dbt.query("select relation, row_count from cutover.loads order by recorded_at, row_count")
    return [(row["relation"], row["row_count"]) for row in rows]


def has_loads(dbt):
    return any(row["name"] == "loads" for row in dbt.call("cutover.dialect_relation_names", "testdb"))


@pytest.fixture
def orders(dbt):
    return dbt.table("orders", [{"id": 1}, {"id": 2}])


def test_a_row_says_what_when_and_how_many(dbt):
    outcome = dbt.operation("cutover.record_load", relation="test.orders")
    assert (outcome.exit_code, outcome.logged) == (0, ["cutover.record_load: testdb.test.orders has 2 rows"])
    (row,) = dbt.query("select * from cutover.loads")
    assert (row["relation"], row["row_count"]) == ("testdb.test.orders", 2)
    assert row["invocation_id"] == dbt.render("{{ invocation_id }}")
    assert row["target_name"] == dbt.render("{{ target.name }}")
    now = datetime.now(UTC).replace(tzinfo=None)
    assert now - timedelta(minutes=1) < row["loaded_at"] <= row["recorded_at"] + timedelta(seconds=5)


def test_json_and_an_empty_relation_of_a_hostile_name(dbt):
    dbt.table('It"s; --', [], types={"id": "integer"})
    outcome = dbt.operation("cutover.record_load", relation='test."It""s; --"', output="json")
    document = outcome.json
    assert document.pop("loaded_at").startswith("20")
    name = 'testdb.test."It""s; --"'
    assert document == {"operation": "record_load", "verdict": "recorded", "relation": name, "rows": 0}
    assert loads(dbt) == [(name, 0)]


def test_a_view_is_counted_too(dbt, orders):
    dbt.view("seen", f"select * from {orders} where id = 1")
    dbt.operation("cutover.record_load", relation="test.seen")
    assert loads(dbt) == [("testdb.test.seen", 1)]


def test_a_scan_and_an_insert_and_the_table_made_once(dbt, orders):
    for insert_alone in (False, True):
        sent = dbt.operation("cutover.record_load", relation="test.orders").statements
        assert sum(str(orders) in sql and "count(*)" in sql for sql in sent) == 1
        assert sum(sql.startswith("insert ") for sql in sent) == 1
        assert any(sql.startswith("create ") for sql in sent) is not insert_alone
    assert len(loads(dbt)) == 2


def test_without_a_relation_it_makes_the_table_and_no_row(dbt):
    outcome = dbt.operation("cutover.record_load")
    assert outcome.logged == ["cutover.record_load: the table of records is there"]
    assert loads(dbt) == []
    assert dbt.operation("cutover.record_load", output="json").json == {
        "operation": "record_load",
        "verdict": "prepared",
    }


def test_a_dry_run_shows_the_statements_and_sends_none_of_them(dbt):
    outcome = dbt.operation("cutover.record_load", relation="test.orders", dry_run=True, output="json")
    purposes = [statement["purpose"] for statement in outcome.json["statements"]]
    assert purposes == ["count testdb.test.orders", "make the table of records", "make the table of records"]
    assert not has_loads(dbt)


def test_what_is_not_there_is_an_error_and_nothing_is_made(dbt):
    outcome = dbt.operation("cutover.record_load", relation="test.order")
    assert outcome.error == (
        "cutover.record_load: `relation` testdb.test.order is not there: looked in schema test of database testdb, "
        "which holds 1 relations. Did you mean 'orders'?"
    )
    assert not has_loads(dbt)


def test_an_unknown_argument(dbt):
    outcome = dbt.operation("cutover.record_load", relaton="test.orders")
    assert outcome.error == (
        "cutover.record_load: unknown argument 'relaton'. Did you mean 'relation'? Known: relation, dry_run, output."
    )


# -- as a hook --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("materialization", ["table", "incremental", "view"])
def test_each_run_of_a_model_is_recorded_with_its_rows(dbt, materialization):
    for _ in range(2):
        dbt.materialize(materialization, "select id from {{ target.schema }}.orders", "bronze", post_hook=HOOK)
    wanted = [2, 4] if materialization == "incremental" else [2, 2]
    assert loads(dbt) == [("testdb.test.bronze", rows) for rows in wanted]
    assert dbt.printed == []
    assert not any("record_load" in line for line in dbt.logs)


def test_a_hook_without_a_relation_records_its_model(dbt):
    dbt.materialize("table", "select 1 as id union all select 2", "bronze", post_hook="{{ cutover.record_load() }}")
    (row,) = dbt.query("select relation, row_count from cutover.loads")
    assert (row["relation"].split(".")[-1], row["row_count"]) == ("bronze", 2)


def test_a_hook_after_the_commit_records_too(dbt):
    hook = {"sql": HOOK, "transaction": False}
    dbt.materialize("table", "select id from {{ target.schema }}.orders", "bronze", post_hook=hook)
    assert loads(dbt) == [("testdb.test.bronze", 2)]


def test_a_load_that_fails_afterwards_leaves_no_record(dbt):
    hooks = [HOOK, "select * from nowhere.nothing"]
    with pytest.raises(Exception, match="nowhere"):
        dbt.materialize("table", "select 1 as id", "bronze", post_hook=hooks)
    assert not has_loads(dbt)
    dbt.operation("cutover.record_load")
    with pytest.raises(Exception, match="nowhere"):
        dbt.materialize("table", "select 1 as id", "bronze", post_hook=hooks)
    assert loads(dbt) == []


def test_a_record_that_can_not_be_written_fails_the_load_and_leaves_the_old_table(dbt):
    dbt.materialize("table", "select 1 as id", "bronze")
    dbt.table("loads", [{"invocation_id": 1}], types={"invocation_id": "integer"}, schema="cutover")
    with pytest.raises(Exception, match=r"(?i)invocation|integer|int32"):
        dbt.materialize("table", "select 2 as id", "bronze", post_hook=HOOK)
    assert dbt.query("select id from {{ target.schema }}.bronze") == [{"id": 1}]


def test_while_parsing_it_does_nothing(dbt, orders):
    with dbt.context(execute=False):
        assert dbt.call("cutover.record_load", orders) == ""
    assert dbt.statements == []


@pytest.mark.engines("postgres")
def test_a_first_load_waits_for_another_one_that_is_not_committed_yet(dbt):
    other = dbt.connection().cursor()
    other.execute("begin")
    other.execute(dbt.call("cutover.dialect_wait_for_transaction", "cutover_loads"))
    for statement in dbt.call("cutover._state_statements", ["loads"]):
        other.execute(statement)
    ending = Timer(0.3, other.execute, ["commit"])
    ending.start()
    outcome = dbt.operation("cutover.record_load", relation="test.orders")
    ending.join()
    assert outcome.error is None
    assert loads(dbt) == [("testdb.test.orders", 2)]


@pytest.mark.engines("duckdb")
def test_an_engine_that_can_not_wait_has_no_statement_for_it(dbt):
    assert dbt.call("cutover.dialect_wait_for_transaction", "cutover_loads") is None
