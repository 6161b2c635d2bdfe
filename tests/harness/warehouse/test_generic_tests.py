"""Tests of dbt: rows, failures and status by hand from dbt's documentation of each config."""

from __future__ import annotations

import re

import pytest

from dbt_cutover.testing import HarnessError

VALUES = [{"id": number, "value": number} for number in (1, 2, 3, 4, 5)]


@pytest.fixture
def values(dbt):
    return dbt.table("numbers", VALUES)


def found(rows):
    return rows.column("value"), rows.failures, rows.status


def refusal(message):
    return pytest.raises(HarnessError, match=f"^{re.escape(message)}$")


@pytest.mark.parametrize(
    ("config", "rows", "failures", "status"),
    [
        pytest.param({}, [3, 4, 5], 3, "fail", id="none"),
        pytest.param({"severity": "warn"}, [3, 4, 5], 3, "warn", id="severity"),
        pytest.param({"severity": "WARN"}, [3, 4, 5], 3, "warn", id="severity in capitals"),
        pytest.param({"where": "id < 4"}, [3], 1, "fail", id="where"),
        pytest.param({"where": "id = __first__"}, [], 0, "pass", id="where by the project's override"),
        pytest.param({"limit": 2}, [3, 4], 2, "fail", id="limit"),
        pytest.param({"fail_calc": "sum(value)"}, [3, 4, 5], 12, "fail", id="fail_calc"),
        pytest.param({"fail_calc": "sum(value)", "limit": 2}, [3, 4], 7, "fail", id="fail_calc of the limited"),
        pytest.param({"error_if": "> 3"}, [3, 4, 5], 3, "warn", id="error_if lets pass, warn_if doesn't"),
        pytest.param({"error_if": "> 3", "warn_if": "> 3"}, [3, 4, 5], 3, "pass", id="both let pass"),
        pytest.param({"error_if": ">= 3"}, [3, 4, 5], 3, "fail", id="error_if"),
        pytest.param({"warn_if": "> 9"}, [3, 4, 5], 3, "fail", id="warn_if doesn't hold an error back"),
        pytest.param({"severity": "warn", "warn_if": "> 9"}, [3, 4, 5], 3, "pass", id="warn_if"),
        pytest.param({"severity": "warn", "error_if": "= 3", "warn_if": "> 9"}, [3, 4, 5], 3, "pass", id="no error"),
        pytest.param({"error_if": "= 0"}, [3, 4, 5], 3, "warn", id="a test that must fail"),
    ],
)
def test_config_is_applied_as_dbt_does(dbt, values, config, rows, failures, status):
    ran = dbt.run_test("below", values, column_name="value", bound=3, config=config)
    assert found(ran) == (rows, failures, status)


def test_a_test_that_finds_nothing_passes(dbt, values):
    assert found(dbt.run_test("warehouse.below", values, column_name="value")) == ([], 0, "pass")


def test_warnings_can_be_errors(dbt, values):
    with dbt.flags(warn_error=True):
        assert dbt.run_test("below", values, column_name="value", bound=3, config={"severity": "warn"}).status == "fail"


def test_the_blocks_own_config_holds(dbt, values):
    assert found(dbt.run_test("tolerant", values, column_name="value")) == ([1, 2, 3], 6, "warn")
    assert found(dbt.run_test("positive_where", values, column_name="value")) == ([2, 3, 4, 5], 4, "fail")


def test_a_block_is_configured_as_it_is_while_dbt_parses(dbt):
    one = dbt.table("one", [{"id": 1}])
    assert found(dbt.run_test("parses", one)) == ([1], 1, "warn")


def test_the_given_config_wins_over_the_blocks(dbt, values):
    config = {"severity": "error", "limit": 1}
    assert found(dbt.run_test("tolerant", values, column_name="value", config=config)) == ([1], 1, "fail")
    ran = dbt.run_test("positive_where", values, column_name="value", config={"where": "id > 4"})
    assert found(ran) == ([5], 1, "fail")
    # Only what is given: the rest is the block's.
    assert found(dbt.run_test("tolerant", values, column_name="value", config={"limit": 1}))[1:] == (1, "pass")


def test_the_config_of_one_run_is_not_there_in_the_next(dbt, values):
    dbt.run_test("below", values, column_name="value", bound=3, config={"limit": 1, "severity": "warn"})
    assert found(dbt.run_test("below", values, column_name="value", bound=3)) == ([3, 4, 5], 3, "fail")


def test_tests_of_dbt_run(dbt):
    parents, children = dbt.table("parents", [{"id": 1}]), dbt.table("children", [{"id": 1}, {"id": 2}, {"id": None}])
    assert dbt.run_test("not_null", children, column_name="id") == [{"id": None}]
    assert dbt.run_test("dbt.unique", children, column_name="id").status == "pass"
    assert dbt.run_test("relationships", children, column_name="id", to=parents, field="id") == [{"from_field": 2}]
    assert dbt.run_test("accepted_values", children, column_name="id", values=[1], quote=False).column("n_records") == [
        1
    ]


def test_the_query_is_told_and_is_the_one_statement(dbt, values):
    ran = dbt.run_test("below", values, column_name="value", bound=3, config={"limit": 1})
    assert ran.sql == f"select value as value from {values} where value >= 3 order by 1"
    assert [re.sub(r"\s+", " ", statement) for statement in dbt.statements] == [f"{ran.sql} limit 1"]


def test_what_a_block_says_and_asks_happens_once(dbt, values):
    ran = dbt.run_test("says", values, config={"limit": 1, "severity": "warn"})
    assert ran == [{"n": 1, "severity": "warn"}]
    assert dbt.logs == ["said"]
    assert dbt.statements[0] == "select 1 as one"
    assert len(dbt.statements) == 2


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        pytest.param(
            "below",
            {"column_name": "value", "bond": 3},
            "the test below takes column_name, bound; got 'bond'. Did you mean 'bound'?",
            id="argument",
        ),
        pytest.param(
            "says", {"column_name": "value"}, "the test says takes no argument; got 'column_name'.", id="none"
        ),
        pytest.param(
            "below",
            {"column_name": "value", "config": {"wher": "id = 1"}},
            "a test has no config 'wher'. Did you mean 'where'?",
            id="config",
        ),
        pytest.param(
            "below",
            {"column_name": "value", "bound": 9, "config": {"fail_calc": "sum(value)"}},
            "fail_calc must give a whole number; 'sum(value)' gave None",
            id="no number",
        ),
    ],
)
def test_what_a_test_does_not_take_is_refused(dbt, values, name, arguments, message):
    with refusal(message):
        dbt.run_test(name, values, **arguments)


def test_a_test_may_take_any_argument(dbt):
    one = dbt.table("one", [{"id": 1}])
    assert dbt.run_test("takes_anything", one, b=1, a=2) == [{"given": "a,b"}]


@pytest.mark.parametrize("given", ["numbers", [{"id": 1}]], ids=["name", "rows"])
def test_what_is_no_relation_is_refused(dbt, given):
    with refusal(f"the test below runs on a relation, such as dbt.table and dbt.ref return; got {given!r}"):
        dbt.run_test("below", given, column_name="value")


def test_a_severity_that_dbt_has_not_fails_as_in_dbt(dbt, values):
    with dbt.raises(re.compile("Severity must be either 'warn' or 'error'")):
        dbt.run_test("below", values, column_name="value", config={"severity": "loud"})


# -- singular tests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debts", "status"),
    [pytest.param(1, "pass", id="one"), pytest.param(2, "warn", id="two"), pytest.param(3, "fail", id="three")],
)
def test_a_singular_test_runs_by_its_name(dbt, debts, status):
    dbt.ref("order_totals", [{"customer_id": number, "total": -number} for number in range(debts + 1)])
    ran = dbt.run_test("assert_no_debts")
    assert (sorted(ran.column("total")), ran.failures, ran.status) == (
        [-number for number in range(debts, 0, -1)],
        debts,
        status,
    )
    assert dbt.run_test("warehouse.assert_no_debts") == ran


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        pytest.param(
            "assert_no_debt",
            {},
            "there is no singular test 'assert_no_debt' in the project warehouse. Did you mean 'assert_no_debts'?",
            id="near miss",
        ),
        pytest.param("below", {}, "below is a generic test: give the relation to run it on", id="generic test"),
        pytest.param(
            "assert_no_debts",
            {"config": {"limit": 1}},
            "assert_no_debts is a singular test, which takes no config and no arguments",
            id="config",
        ),
    ],
)
def test_a_singular_test_that_is_not_there_is_refused(dbt, name, options, message):
    with refusal(message):
        dbt.run_test(name, **options)
