"""check_contract as a generic test of models and sources: the same faults, a row each."""

from __future__ import annotations

import pytest
from contract_project import make_project

MESSAGES = ["region is not there", "1 of 2 rows: Id is null"]


@pytest.fixture(scope="session")
def contract_folder(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("contracts"))


@pytest.fixture
def project_dir(contract_folder):
    return contract_folder


@pytest.fixture
def customers(dbt):
    dbt.table("customers", [{"Id": 1, "email": "a"}, {"Id": None, "email": "b"}], schema="legacy")
    return dbt.source("legacy", "customers")


@pytest.fixture
def orders(dbt):
    def make(*rows):
        columns = ["order_id", "line", "status", "amount"]
        types = {"order_id": "integer", "line": "integer", "status": "varchar(20)", "amount": "numeric(10, 2)"}
        return dbt.ref("orders", [dict(zip(columns, row, strict=True)) for row in rows], types=types)

    return make


def test_rows_that_explain_themselves(dbt, customers):
    found = dbt.run_test("cutover.matches_contract", customers)

    assert found.columns == ["status", "kind", "column_name", "expected", "found", "message"]
    assert [tuple(row.values()) for row in found] == [
        ("fail", "removed", "region", "text", None, "region is not there"),
        ("fail", "not_null", "Id", None, None, "1 of 2 rows: Id is null"),
    ]
    assert (found.status, found.failures) == ("fail", 2)


def test_the_same_faults_as_the_operation(dbt, customers):
    operation = dbt.operation("cutover.check_contract", relation="legacy.customers", record=False, output="json")
    drift = [item["message"] for item in operation.json["drift"] if item["status"] == "fail"]
    counted = [item["message"] for item in operation.json["checks"] if item["status"] != "pass"]

    found = dbt.run_test("cutover.matches_contract", customers)

    assert [row["message"] for row in found] == drift + counted == MESSAGES


@pytest.mark.parametrize(
    ("rows", "status", "kinds"),
    [
        pytest.param([(1, 1, "open", 1)], "pass", [], id="all well"),
        pytest.param([], "pass", [], id="an empty table"),
        pytest.param([(1, 1, "lost", 1)], "warn", ["accepted_values"], id="a warning"),
        pytest.param([(1, 1, "lost", -1)], "fail", ["accepted_values", "expression"], id="a fault beside it"),
        pytest.param([(1, 1, "open", 1)] * 2, "fail", ["unique"], id="a key twice"),
    ],
)
def test_status(dbt, orders, rows, status, kinds):
    found = dbt.run_test("cutover.matches_contract", orders(*rows))

    assert (found.status, sorted(row["kind"] for row in found)) == (status, kinds)


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        pytest.param({}, ["added", "not_null"], id="unexpected columns are faults"),
        pytest.param({"allow_unexpected": True}, ["not_null"], id="or not"),
        pytest.param({"allow_unexpected": True, "check_order": True}, ["not_null", "reordered"], id="the order too"),
        pytest.param({"allow_unexpected": True, "check_data": False}, ["not_null", "unique"], id="no look at the data"),
    ],
)
def test_arguments(dbt, arguments, kinds):
    table = dbt.table("t", [{"b": 1, "a": None, "note": 1}], types=dict.fromkeys(["b", "a", "note"], "integer"))
    columns = [{"name": "a", "constraints": [{"type": "primary_key"}]}, {"name": "b"}]

    found = dbt.run_test("cutover.matches_contract", table, columns=columns, **arguments)

    assert sorted(row["kind"] for row in found) == kinds


def test_where_in_the_config_filters_the_rows(dbt, orders):
    table = orders((1, 1, "open", -1), (2, 1, "open", 1))

    assert dbt.run_test("cutover.matches_contract", table).failures == 1
    assert dbt.run_test("cutover.matches_contract", table, config={"where": "order_id = 2"}).failures == 0


def test_nothing_is_asked_while_parsing(dbt, orders):
    table = orders()
    dbt.context(execute=False)

    sql = dbt.call("cutover._broken_contract", table, None, False, False, True)

    assert dbt.statements == []
    assert dbt.query(sql) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"check_data": 1}, "`check_data` must be true or false; got 1.", id="boolean"),
        pytest.param(
            {"column": 1},
            "unknown argument 'column'. Did you mean 'columns'? "
            "Known: model, columns, allow_unexpected, check_order, check_data.",
            id="unknown",
        ),
        pytest.param(
            {"columns": [{"data_type": "int"}]},
            "`columns[0].name` must be a text that is not empty; got nothing.",
            id="a column without a name",
        ),
    ],
)
def test_refusals_come_while_parsing(dbt, orders, arguments, message):
    table = orders()
    dbt.context(execute=False)

    with dbt.raises(f"cutover.matches_contract: {message}"):
        dbt.call("cutover.test_matches_contract", model=table, **arguments)

    assert dbt.statements == []
