"""The list of checks as a query; that it says what the operation says is a property beside the operation's."""

from __future__ import annotations

import re

import pytest

CHECKS = [
    {"check": "not_null", "column": "id", "mostly": 0.8},
    {"check": "in_range", "column": "amount", "min": 0, "name": 'it\'s "sane"', "severity": "warn"},
    {"check": "relationship", "column": "customer", "to": "test.customers", "field": "customer_id"},
    {"check": "row_count", "min": 6},
]
QUERY = "select * from {{ cutover.quality_check_results(orders, checks, where) }} as results order by check_number"


def test_a_row_per_check(dbt, orders):
    found = dbt.query(QUERY, orders=orders, checks=CHECKS, where="id is null or id < 9")
    assert found.columns == [
        "check_number", "check_name", "check_type", "column_name", "severity", "status", "row_count", "failures",
        "observed", "message",
    ]  # fmt: skip
    assert [tuple(row.values()) for row in found] == [
        (1, "not_null_id", "not_null", "id", "error", "pass", 5, 1, None, "1 of 5 rows: id is null"),
        (2, "it's \"sane\"", "in_range", "amount", "warn", "warn", 5, 1, "-5 .. 30",
         "1 of 5 rows: amount is below 0; seen -5 .. 30"),
        (3, "relationship_customer", "relationship", "customer", "error", "fail", 5, 1, None,
         "1 of 5 rows: customer is not in testdb.test.customers.customer_id"),
        (4, "row_count", "row_count", None, "error", "fail", 5, 1, "5", "5 rows, below 6"),
    ]  # fmt: skip


def test_one_look_up_and_no_query_while_compiling(dbt, orders):
    dbt.render("{{ cutover.quality_check_results(orders, checks) }}", orders=orders, checks=CHECKS)
    assert len(dbt.statements) == 1


def test_the_table_is_read_once_for_all_that_need_no_pass(dbt, orders):
    checks = [check for check in CHECKS if check["check"] != "relationship"]
    sql = dbt.render("{{ cutover.quality_check_results(orders, checks) }}", orders=orders, checks=checks)
    assert sql.count(str(orders)) == 1


def test_while_parsing_the_columns_are_there_and_no_catalog_is_asked(dbt, orders):
    with dbt.context(execute=False):
        found = dbt.query(QUERY, orders=orders, checks=CHECKS, where=None)
    assert found == []
    assert found.columns[:3] == ["check_number", "check_name", "check_type"]
    assert dbt.statements == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"checks": []}, "`checks` must be a list with at least one item; got [].", id="no checks"),
        pytest.param(
            {"checks": [{"check": "not_nul", "column": "id"}]}, "Did you mean 'not_null'?", id="a kind mistyped"
        ),
        pytest.param({"where": "1 = 1;"}, "`where` must be one SQL expression", id="where"),
        pytest.param({"relation": None}, "`relation` must be a relation", id="no relation"),
        pytest.param({"columns": ["id"]}, "unknown argument 'columns'.", id="unknown argument"),
    ],
)
@pytest.mark.parametrize("execute", [True, False], ids=["running", "parsing"])
def test_refusals_come_while_parsing(dbt, orders, given, message, execute):
    with dbt.context(execute=execute), dbt.raises(re.compile("cutover.quality_check_results: .*" + re.escape(message))):
        dbt.call("cutover.quality_check_results", **{"relation": orders, "checks": CHECKS} | given)
    assert dbt.statements == []
