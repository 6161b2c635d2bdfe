"""Nothing of a test is there in another one, in whatever order they run: each looks first, then makes its mess."""

from __future__ import annotations

import importlib
import threading

import pytest
from dbt.adapters.factory import FACTORY
from dbt_common.events.event_manager_client import cleanup_event_logger

from dbt_cutover.testing import DatabaseError

on_duckdb = pytest.mark.engines("duckdb")
on_postgres = pytest.mark.engines("postgres")


def expect_a_clean_place(dbt):
    found = dbt.query(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema not in ('information_schema', 'pg_catalog')"
    )
    assert found == []
    schemas = dbt.query("select schema_name from information_schema.schemata where catalog_name = 'testdb'")
    made = {name for name in schemas.column("schema_name") if not name.startswith("pg_")}
    assert made - {"information_schema", "main", "public"} == {dbt.schema}
    assert dbt.query("select 1 as a") == [{"a": 1}]
    assert dbt.call("specimen.exists", dbt.database, dbt.schema, "orders") is False
    seen = dbt.call("specimen.surroundings")
    assert (seen["currency"], seen["schema"], seen["stage"], seen["nodes"]) == ("EUR", dbt.schema, "unset", ["orders"])
    assert (dbt.statements[1:], dbt.logs, dbt.printed) == ([], [], [])


def tables(dbt):
    dbt.table("orders", [{"id": 1}])
    dbt.table("orders", [{"id": 1}], schema="Else Where")
    dbt.view("recent", "select 1 as a", schema="marts")
    assert dbt.call("specimen.exists", dbt.database, dbt.schema, "orders") is True


def temporary_table(dbt):
    dbt.execute("create temporary table orders as select 1 as a")


def open_transaction(dbt):
    dbt.project.handle().cursor().execute("begin")
    dbt.project.handle().cursor().execute("create table orders (id integer)")


def aborted_transaction(dbt):
    cursor = dbt.project.handle().cursor()
    cursor.execute("begin")
    with pytest.raises(Exception, match="nowhere"):
        cursor.execute("select * from nowhere")


def failing_macro(dbt):
    with pytest.raises(Exception, match="nowhere"):
        dbt.call("specimen.runs_in_a_transaction", "select * from nowhere")


def closed_connection(dbt):
    dbt.project.handle().close()


def unfinished_blocks(dbt):
    for block in (
        dbt.vars({"currency": "USD"}),
        dbt.target(schema="live"),
        dbt.graph({"nodes": {}}),
        dbt.env({"SPECIMEN_STAGE": "ci"}),
        dbt.context(this="x", execute=False),
    ):
        block.__enter__()  # and never out of it


def second_connection_with_a_lock(dbt):
    dbt.table("orders", [{"id": 1}])
    cursor = dbt.connection().cursor()
    cursor.execute("begin")
    cursor.execute("update orders set id = 2")


def second_connection_that_the_test_closes(dbt):
    connection = dbt.connection()
    connection.cursor().execute("begin; create table orders (id integer)")
    connection.close()


def busy_thread(dbt):
    cursor = dbt.connection().cursor()
    dbt.table("orders", [{"id": 1}])

    def work():
        try:
            cursor.execute("create table made as select count(*) as n from generate_series(1, 3000000000)")
        except Exception:
            ended.set()

    ended = threading.Event()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(0.05)


def printing_and_logging(dbt):
    dbt.call("specimen.acts", prints=["a"], logs=["b"], sql="select 1 as a")


def everything_dbt_keeps_in_globals(dbt):
    # What a test that runs dbt itself does to the process.
    del dbt
    FACTORY.cleanup_connections()
    FACTORY.reset_adapters()
    cleanup_event_logger()


def outside_of_the_database(dbt):
    dbt.execute("create table memory.main.orders (id integer)")


def attached_database(dbt):
    dbt.execute("attach ':memory:' as other; create table other.main.orders (id integer)")


def setting_of_the_instance(dbt):
    dbt.execute("set memory_limit = '100MB'")


def detached_database(dbt):
    dbt.execute("use memory")
    dbt.execute("detach testdb")


def role(dbt):
    dbt.execute('create role "R""ole"; create table orders (id integer); grant select on orders to "R""ole"')
    dbt.execute('create schema owned authorization "R""ole"')


def public_schema(dbt):
    dbt.execute(
        "create table public.orders (id integer); create function public.f() returns int language sql as 'select 1'"
    )


def no_public_schema(dbt):
    dbt.execute("drop schema public cascade")


def session_setting(dbt):
    dbt.execute("set search_path to nowhere; set timezone to 'Asia/Tokyo'; set default_transaction_read_only to on")


def killed_connection(dbt):
    with pytest.raises(DatabaseError):
        dbt.query("select pg_terminate_backend(pg_backend_pid())")


def lost_connection_with_a_lock(dbt):
    psycopg2 = importlib.import_module("psycopg2")  # there only where the engine is
    dbt.table("orders", [{"id": 1}])
    credentials = dbt.project.config.credentials
    lost = psycopg2.connect(host=credentials.host, port=credentials.port, user=credentials.user, dbname=dbt.database)
    lost.cursor().execute("lock table test.orders")
    KEPT.append(lost)


KEPT: list[object] = []


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize(
    "mess",
    [
        tables,
        temporary_table,
        open_transaction,
        aborted_transaction,
        failing_macro,
        closed_connection,
        unfinished_blocks,
        second_connection_with_a_lock,
        second_connection_that_the_test_closes,
        busy_thread,
        printing_and_logging,
        everything_dbt_keeps_in_globals,
        pytest.param(outside_of_the_database, marks=on_duckdb),
        pytest.param(attached_database, marks=on_duckdb),
        pytest.param(setting_of_the_instance, marks=on_duckdb),
        pytest.param(detached_database, marks=on_duckdb),
        pytest.param(role, marks=on_postgres),
        pytest.param(public_schema, marks=on_postgres),
        pytest.param(no_public_schema, marks=on_postgres),
        pytest.param(session_setting, marks=on_postgres),
        pytest.param(killed_connection, marks=on_postgres),
        pytest.param(lost_connection_with_a_lock, marks=on_postgres),
    ],
    ids=lambda mess: mess.__name__,
)
def test_a_test_begins_clean_and_leaves_nothing(dbt, mess, turn):
    del turn
    expect_a_clean_place(dbt)
    mess(dbt)


@on_duckdb
@pytest.mark.parametrize("turn", ["once", "again"])
def test_settings_of_the_instance_are_as_they_were(dbt, turn):
    del turn
    before = dbt.query("select current_setting('threads') as threads")[0]["threads"]
    dbt.execute("set threads = 3")
    assert before == 1


@on_postgres
@pytest.mark.parametrize("turn", ["once", "again"])
def test_roles_are_gone(dbt, turn):
    del turn
    dbt.execute("create role visitor")
    dbt.table("orders", [{"id": 1}])
    dbt.execute("grant usage on schema test to visitor; grant select on orders to visitor; set role visitor")
    assert dbt.query("select current_user as who") == [{"who": "visitor"}]
