"""The generic tests of quality: thin, over the same checks; what they return is the rows that fail."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

ROWS = [
    {"id": 1, "Select": "a@b.co", "amount": 5, "day": date(2024, 1, 1)},
    {"id": 2, "Select": "a@b", "amount": -1, "day": date(2024, 1, 2)},
    {"id": 3, "Select": " ", "amount": 0, "day": None},
    {"id": 4, "Select": None, "amount": None, "day": date(2024, 3, 1)},
]


@pytest.fixture
def facts(dbt):
    return dbt.table("Facts: it's select", ROWS)


@pytest.mark.parametrize(
    ("test", "arguments", "ids"),
    [
        pytest.param("revenue_not_negative", {"column_name": "amount"}, [2], id="revenue_not_negative"),
        pytest.param("not_empty_string", {"column_name": "Select"}, [3, 4], id="not_empty_string"),
        pytest.param("valid_email", {"column_name": "Select"}, [2, 3], id="valid_email"),
        pytest.param("matches_regex", {"column_name": "select", "regex": "^a@.*[.]"}, [2, 3], id="matches_regex"),
        pytest.param("in_range", {"column_name": "amount", "min_value": 0}, [2], id="in_range"),
        pytest.param("in_range", {"column_name": "amount", "max_value": 0, "inclusive": False}, [1, 3], id="below"),
        pytest.param(
            "in_range",
            {"column_name": "day", "min_value": "2024-01-02", "max_value": "2024-02-29"},
            [1, 4],
            id="in_range of days",
        ),
        pytest.param(
            "in_range", {"column_name": "amount", "min_value": 1, "row_condition": "id > 2"}, [3], id="row_condition"
        ),
    ],
)
def test_rows_that_fail(dbt, facts, test, arguments, ids):
    found = dbt.run_test(f"cutover.{test}", facts, **arguments)
    assert sorted(row["id"] for row in found) == ids
    assert found.columns == ["id", "Select", "amount", "day"]
    assert (found.status, found.failures) == ("fail", len(ids))


@pytest.mark.parametrize(
    ("test", "arguments", "message"),
    [
        ("null_fraction_at_most", {"column_name": "amount", "at_most": 0.2}, "0.250000 of amount null, above 0.2"),
        ("row_count_between", {"min_value": 5}, "4 rows, below 5"),
        ("row_count_between", {"max_value": 1, "row_condition": "amount >= 0"}, "2 rows, above 1"),
        (
            "fresh_within",
            {"column_name": "day", "within": "2 days"},
            "2024-03-01 00:00:00 is the newest day, older than 2 days",
        ),
    ],
)  # fmt: skip
def test_one_row_says_what_is_wrong_with_the_table(dbt, facts, test, arguments, message):
    found = dbt.run_test(f"cutover.{test}", facts, **arguments)
    assert [row["message"] for row in found] == [message]


@pytest.mark.parametrize(
    ("test", "arguments"),
    [
        ("null_fraction_at_most", {"column_name": "amount", "at_most": 0.25}),
        ("row_count_between", {"min_value": 4, "max_value": 4}),
        ("fresh_within", {"column_name": "now", "within": "1 hour"}),
    ],
)
def test_nothing_is_returned_where_all_is_well(dbt, test, arguments):
    table = dbt.table("t", [row | {"now": datetime.now(UTC) - timedelta(minutes=5)} for row in ROWS])
    found = dbt.run_test(f"cutover.{test}", table, **arguments)
    assert (list(found), found.status) == ([], "pass")


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        pytest.param("id > 1", [2], id="plain"),
        pytest.param("id = 2 or id = 1", [2], id="an or"),
        pytest.param("day <> date '2024-01-02'", [], id="a quote"),
    ],
)
def test_where_in_the_config_filters_as_in_dbt(dbt, facts, where, ids):
    found = dbt.run_test("cutover.in_range", facts, config={"where": where}, column_name="amount", min_value=0)
    assert [row["id"] for row in found] == ids


def test_a_subquery_of_another_shape_is_refused(dbt, facts):
    del facts
    with dbt.raises(
        "cutover.in_range: cannot tell which relation is tested from '(select 1 as a) as b': a `get_where_subquery` of "
        "the project's own gave it. Write the condition as the test's `row_condition`."
    ):
        dbt.call("cutover.test_in_range", model="(select 1 as a) as b", column_name="a", min_value=0)


LIST = [
    {"check": "not_null", "column": "amount", "severity": "warn"},
    {"check": "in_range", "column": "amount", "min": -1},
    {"check": "unique", "column": "id"},
]


@pytest.mark.parametrize(
    ("checks", "status", "names"),
    [
        pytest.param(LIST[1:], "pass", [], id="all pass"),
        pytest.param(LIST, "warn", ["not_null_amount"], id="a warning"),
        pytest.param(
            [*LIST, {"check": "row_count", "min": 9}], "fail", ["not_null_amount", "row_count"], id="a failure too"
        ),
    ],
)
def test_a_list_warns_and_fails_by_the_severity_of_its_checks(dbt, facts, checks, status, names):
    found = dbt.run_test("cutover.passes_checks", facts, checks=checks)
    assert (found.status, found.failures) == (status, len(names))
    assert sorted(row["check_name"] for row in found) == names


def test_a_list_takes_the_filters_of_config_and_argument(dbt, facts):
    checks = [{"check": "row_count", "min": 5}]
    found = dbt.run_test(
        "cutover.passes_checks", facts, config={"where": "id > 1"}, checks=checks, row_condition="amount is not null"
    )
    assert [row["message"] for row in found] == ["2 rows, below 5"]


@pytest.mark.parametrize(
    ("test", "arguments", "message"),
    [
        ("in_range", {"column_name": "amount"}, "`min_value` or `max_value` is required; got neither."),
        ("in_range", {"column_name": "id", "min_value": 2, "max_value": 1}, "`min_value` 2 is above `max_value` 1."),
        ("in_range", {"column_name": "id", "min_value": 0, "row_condition": "a)"}, "`row_condition` must be one SQL"),
        ("matches_regex", {"column_name": "Select", "regex": "("}, "`regex` must be a regular expression with its"),
        ("null_fraction_at_most", {"column_name": "amount", "at_most": 5}, "`at_most` must be a share from 0 to 1"),
        ("fresh_within", {"column_name": "day", "within": "1 fortnight"}, "`within` must be a text such as '3 days'"),
        ("passes_checks", {"checks": [{"check": "not_nul"}]}, "Did you mean 'not_null'?"),
        ("passes_checks", {"checks": "not_null"}, "`checks` must be a list with at least one item; got 'not_null'."),
    ],
)  # fmt: skip
def test_refusals_come_while_parsing(dbt, facts, test, arguments, message):
    with dbt.context(execute=False), dbt.raises(re.compile(f"cutover.{test}: .*" + re.escape(message))):
        dbt.call(f"cutover.test_{test}", model=facts, **arguments)
    assert dbt.statements == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"column_name": "amout", "min_value": 0}, "`column_name` must be a column of "),
        ({"column_name": "amount", "min_value": "0"}, "`min_value` must be a number, as the column amount is "),
    ],
)
def test_refusals_that_need_the_catalog(dbt, facts, arguments, message):
    with dbt.raises(re.compile("cutover.in_range: " + re.escape(message))):
        dbt.run_test("cutover.in_range", facts, **arguments)
