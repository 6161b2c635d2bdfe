from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

# What a text column has to hold, and what would break a statement that is put together carelessly.
HOSTILE = [
    "it's",
    "null",
    "",
    "\\",
    '"',
    "a\nb\r\t",
    "'); drop schema cutover; --",
    "{{ 1 / 0 }} {% endraw %}",
    "/* */ -- %s %(a)s $1 ?",
    "größe 🎉",
    "x" * 10_000,
    None,
]
TEXTS = ["run_id", "relation", "check_name", "reason", "row_json", "key_json"]


@pytest.fixture
def recorded(dbt):
    """Record rows in a state table as an operation does, and return what is there afterwards."""

    def record(table, rows):
        assert dbt.operation("cutover._ensure_state", tables=[table]).error is None
        operation = dbt.operation("cutover._record", table=table, rows=rows)
        # By the first column of the table's own, after the three that all have.
        return operation, dbt.query(f"select * from cutover.{table} order by 4")

    return record


def test_nothing_is_there_before_the_first_use(dbt):
    names = dbt.call("cutover.dialect_relation_names", "testdb")

    assert "cutover" not in {row["schema"] for row in names}


def test_first_use_makes_the_schema_and_the_table(dbt):
    operation = dbt.operation("cutover._ensure_state", tables=["failed_rows", "deployment_events"])

    assert operation.error is None
    assert operation.statements[1].startswith("create schema if not exists ")
    assert [sql.split(" (")[0] for sql in operation.statements[2:]] == [
        'create table if not exists "testdb"."cutover"."failed_rows"',
        'create table if not exists "testdb"."cutover"."deployment_events"',
    ]
    assert dbt.query("select * from cutover.failed_rows") == []
    assert dbt.query("select * from cutover.deployment_events").columns == [
        *("invocation_id", "recorded_at", "target_name"),
        *("deployment", "event", "build_id", "colour", "holder", "details"),
    ]


def test_second_use_only_looks(dbt):
    dbt.operation("cutover._ensure_state", tables=["failed_rows", "deployments"])
    operation = dbt.operation("cutover._ensure_state", tables=["failed_rows", "deployments"])

    assert operation.error is None
    assert len(operation.statements) == 1


def test_statements_are_told_without_being_sent(dbt):
    statements = dbt.call("cutover._state_statements", ["failed_rows"])

    assert len(statements) == 2
    assert statements[0].startswith("create schema if not exists ")
    assert len(dbt.statements) == 1
    assert "cutover" not in {row["schema"] for row in dbt.call("cutover.dialect_relation_names", "testdb")}


def test_column_that_an_older_table_lacks_is_added(dbt):
    dbt.table("failed_rows", [{"INVOCATION_ID": "old", "run_id": "r", "note": "kept"}], schema="cutover")
    operation = dbt.operation("cutover._ensure_state", tables=["failed_rows"])

    assert operation.error is None
    assert [sql.split(" add column ")[1].split()[0] for sql in operation.statements[2:]] == [
        *('"recorded_at"', '"target_name"'),
        *('"relation"', '"check_name"', '"reason"', '"row_json"', '"key_json"'),
    ]
    assert dbt.query("select run_id, note, reason from cutover.failed_rows") == [
        {"run_id": "r", "note": "kept", "reason": None}
    ]


def test_row_carries_who_when_and_where(dbt, recorded):
    _, rows = recorded("failed_rows", [{"reason": "x"}])

    assert rows[0]["invocation_id"] == dbt.render("{{ invocation_id }}")
    assert rows[0]["target_name"] == dbt.render("{{ target.name }}")
    assert abs(datetime.now(UTC).replace(tzinfo=None) - rows[0]["recorded_at"]) < timedelta(minutes=1)


def test_text_comes_back_as_it_was(recorded):
    operation, rows = recorded("failed_rows", [{"run_id": f"{n:02}", "reason": text} for n, text in enumerate(HOSTILE)])

    assert operation.error is None
    assert rows.column("reason") == HOSTILE


@pytest.mark.parametrize("column", TEXTS)
def test_every_text_column_takes_hostile_text(recorded, column):
    _, rows = recorded("failed_rows", [{column: text} for text in HOSTILE])

    assert sorted(map(str, rows.column(column))) == sorted(map(str, HOSTILE))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("check_results", id="check_results"),
        pytest.param("failed_rows", id="failed_rows"),
        pytest.param("reconciliation_results", id="reconciliation_results"),
        pytest.param("reconciliation_samples", id="reconciliation_samples"),
        pytest.param("deployments", id="deployments"),
        pytest.param("deployment_events", id="deployment_events"),
        pytest.param("loads", id="loads"),
    ],
)
def test_every_column_of_every_table_takes_its_type(dbt, recorded, table):
    common = ("invocation_id", "recorded_at", "target_name")
    types = {name: type_ for name, type_ in dbt.call("cutover._state_columns", table).items() if name not in common}
    text, count, seconds, moment = (
        dbt.render("{{ dbt.type_" + t + "() }}") for t in ("string", "bigint", "numeric", "timestamp")
    )
    values = {text: "it's", count: 2**53 + 1, seconds: Decimal("0.25"), moment: datetime(2024, 2, 29, 1, 2, 3, 4)}
    _, rows = recorded(table, [{name: values[type_] for name, type_ in types.items()}, {}])

    found = sorted(rows, key=lambda row: row[next(iter(types))] is None)
    assert {name: found[0][name] for name in types} == {name: values[type_] for name, type_ in types.items()}
    assert {found[1][name] for name in types} == {None}


@pytest.mark.parametrize(
    ("number", "statements"),
    [
        pytest.param(0, 0, id="none"),
        pytest.param(200, 1, id="one statement"),
        pytest.param(201, 2, id="one row more"),
        pytest.param(450, 3, id="three statements"),
    ],
)
def test_many_rows_go_in_batches(recorded, number, statements):
    wanted = [f"{n:05}" for n in range(number)]
    operation, rows = recorded("failed_rows", [{"run_id": run_id} for run_id in wanted])

    assert len(operation.statements) == statements
    assert rows.column("run_id") == wanted


# Red when each batch is sent before the next is written: 200 rows stay behind.
@pytest.mark.parametrize(
    ("row", "error"),
    [
        pytest.param({"reson": "x"}, "cutover._record: the table failed_rows has no column reson", id="unknown column"),
        pytest.param(
            {"reason": ["x"]},
            "cutover._literal: `value` must be null, a boolean, a number, a text, a date or a timestamp; got ['x'].",
            id="a value that is none",
        ),
    ],
)
def test_refusal_writes_nothing(recorded, row, error):
    operation, rows = recorded("failed_rows", [*({"reason": "fine"} for _ in range(250)), row])

    assert operation.error == error
    assert operation.exit_code == 1
    assert operation.statements == []
    assert rows == []


def test_state_is_where_the_vars_say(dbt):
    with dbt.vars({"cutover_schema": "Audit it's"}):
        dbt.operation("cutover._ensure_state", tables=["failed_rows"])
        operation = dbt.operation("cutover._record", table="failed_rows", rows=[{"reason": "x"}])

    assert operation.error is None
    assert dbt.query('select reason from "Audit it\'s".failed_rows') == [{"reason": "x"}]


@pytest.mark.engines("duckdb")
def test_state_may_be_in_another_database(dbt):
    dbt.execute("attach ':memory:' as audit")
    try:
        with dbt.vars({"cutover_database": "audit"}):
            dbt.operation("cutover._ensure_state", tables=["failed_rows"])
            assert dbt.operation("cutover._record", table="failed_rows", rows=[{"reason": "x"}]).error is None
        assert dbt.query("select reason from audit.cutover.failed_rows") == [{"reason": "x"}]
    finally:
        dbt.execute("detach audit")


@pytest.mark.engines("postgres")
def test_state_can_not_be_in_a_database_that_is_out_of_reach(dbt):
    with dbt.vars({"cutover_database": "audit"}):
        operation = dbt.operation("cutover._ensure_state", tables=["failed_rows"])

    assert operation.error == (
        "cutover._record: `cutover_database` must be testdb, for this engine writes to that database only; got 'audit'."
    )
    assert operation.statements == []


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param(
            {"cutover_schema": None}, "`cutover_schema` must be a text that is not empty; got nothing.", id="none"
        ),
        pytest.param(
            {"cutover_schema": " "}, "`cutover_schema` must be a text that is not empty; got ' '.", id="blank"
        ),
        pytest.param(
            {"cutover_schema": ["a"]}, "`cutover_schema` must be a text that is not empty; got ['a'].", id="list"
        ),
        # Red without the check: dbt's Relation leaves the quote as it is, and the rest would be SQL.
        pytest.param(
            {"cutover_schema": 'x"; drop schema test; --'},
            "`cutover_schema` must be a name without double quotes; got 'x\"; drop schema test; --'.",
            id="hostile schema",
        ),
        pytest.param(
            {"cutover_database": 5}, "`cutover_database` must be a text that is not empty; got 5.", id="number"
        ),
        pytest.param(
            {"cutover_database": 'x"'},
            "`cutover_database` must be a name without double quotes; got 'x\"'.",
            id="quote",
        ),
    ],
)
def test_place_of_the_state_is_checked(dbt, given, error):
    with dbt.vars(given):
        operation = dbt.operation("cutover._ensure_state", tables=["failed_rows"])

    assert operation.error == f"cutover._record: {error}"
    assert operation.statements == []


def test_now_is_naive_and_utc(dbt):
    now = dbt.call("cutover._utc_now")

    assert now.tzinfo is None
    assert abs(datetime.now(UTC).replace(tzinfo=None) - now) < timedelta(minutes=1)
