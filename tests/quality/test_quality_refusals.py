"""What run_quality_checks and profile refuse, before any SQL but the look-up in the catalog, with nothing written."""

from __future__ import annotations

import math
from datetime import date, datetime

import pytest

HOSTILE = [
    pytest.param("it's", "'it\\'s'", id="a quote"),
    pytest.param("a; drop table x", "'a; drop table x'", id="a semicolon"),
    pytest.param("a\nb", "'a\\nb'", id="a line end"),
    pytest.param("{{ 1 / 0 }}", "'{{ 1 / 0 }}'", id="braces"),
    pytest.param("größe", "'größe'", id="unicode"),
    pytest.param("", "''", id="empty"),
    pytest.param(3, "3", id="a number"),
    pytest.param({"a": 1}, "{a: 1}", id="a mapping"),
]

COLUMNS = "a column of testdb.test.orders (id, status, amount, customer)"
RELATION = "a relation: ref('orders'), source('shop', 'orders'), schema.table or database.schema.table"
LIST_EXAMPLE = " Example: [{check: not_null, column: order_id}]."
KINDS = (
    "not_null, not_empty_string, unique, in_range, accepted_values, matches_regex, valid_email, length_between, "
    "expression, relationship, monotonic, row_count, null_fraction, freshness, distinct_count, sum_between"
)
KEYS = "where, severity, mostly, max_failures, name, owner, description"
# Words of refusals that can only be known from the catalog; all others come before any statement.
FROM_THE_CATALOG = ("a column of", "as the column", "compares", "takes a column of type", "['id', 'ID']", "2024-02-02")


@pytest.fixture
def refused(dbt, orders, has_schema):
    """Run an operation that must be refused with the whole message, after so many look-ups in the catalog."""
    del orders

    def run(message, /, operation="run_quality_checks", look_ups=1, **arguments):
        message = f"cutover.{operation}: {message}"
        for output in ("table", "json"):
            outcome = dbt.operation(f"cutover.{operation}", output=output, **arguments)
            assert outcome.error == message
            assert outcome.exit_code == 1
            assert len(outcome.statements) == look_ups, outcome.statements
            assert not [sql for sql in outcome.statements if "/* cutover." in sql]
            if output == "json":
                assert outcome.json == {"operation": operation, "verdict": "error", "error": message}
            assert outcome.logged == []
        assert not has_schema("cutover")

    return run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {"sample_size": -1},
            "`sample_size` must be a whole number from 0 to 10000; got -1.",
            id="sample_size below zero",
        ),
        pytest.param(
            {"sample_size": 10001},
            "`sample_size` must be a whole number from 0 to 10000; got 10001.",
            id="sample_size too large",
        ),
        pytest.param(
            {"sample_size": "5"},
            "`sample_size` must be a whole number from 0 to 10000; got '5'.",
            id="sample_size as text",
        ),
        pytest.param(
            {"sample_size": True},
            "`sample_size` must be a whole number from 0 to 10000; got true.",
            id="sample_size as boolean",
        ),
        pytest.param(
            {"fail_on": "warning"}, "`fail_on` must be one of error, warn, never; got 'warning'.", id="fail_on"
        ),
        pytest.param(
            {"fail_on": "eror"},
            "`fail_on` must be one of error, warn, never; got 'eror'. Did you mean 'error'?",
            id="fail_on mistyped",
        ),
        pytest.param(
            {"fail_on": None}, "`fail_on` must be one of error, warn, never; got nothing.", id="fail_on missing"
        ),
        pytest.param({"record": "no"}, "`record` must be true or false; got 'no'.", id="record"),
        pytest.param({"dry_run": "yes"}, "`dry_run` must be true or false; got 'yes'.", id="dry_run"),
        pytest.param(
            {"where": ""},
            "`where` must be a text that is not empty; got ''. Example: status <> 'test'.",
            id="where empty",
        ),
        pytest.param(
            {"where": ["a"]},
            "`where` must be a text that is not empty; got ['a']. Example: status <> 'test'.",
            id="where as a list",
        ),
        pytest.param(
            {"where": "true); drop table x; select (1"},
            "`where` must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; "
            "got 'true); drop table x; select (1'. Example: status <> 'test'.",
            id="where that leaves its parentheses",
        ),
        pytest.param({"name": 7}, "`name` must be a text that is not empty; got 7.", id="name as a number"),
        pytest.param({"redact": "id"}, "`redact` must be a list; got 'id'. Example: [email].", id="redact as text"),
        pytest.param({"redact": None}, "`redact` must be a list; got nothing. Example: [email].", id="redact missing"),
        pytest.param(
            {"redact": [3]},
            "`redact[0]` must be a text that is not empty; got 3. Example: [email].",
            id="redact of a number",
        ),
        pytest.param(
            {"checks": []}, "`checks` must be a list with at least one item; got []." + LIST_EXAMPLE, id="no checks"
        ),
        pytest.param(
            {"checks": "not_null"},
            "`checks` must be a list with at least one item; got 'not_null'." + LIST_EXAMPLE,
            id="checks as text",
        ),
        pytest.param(
            {"checks": {"check": "x"}},
            "`checks` must be a list with at least one item; got {check: 'x'}." + LIST_EXAMPLE,
            id="checks as a mapping",
        ),
        pytest.param(
            {"checks": 5},
            "`checks` must be a list with at least one item; got 5." + LIST_EXAMPLE,
            id="checks as a number",
        ),
        pytest.param(
            {"checks": None},
            "`checks`, or `column_name` with `expected_min` and `expected_max`, is required; got neither. "
            "Example: checks: [{check: not_null, column: order_id}].",
            id="nothing to check",
        ),
        pytest.param(
            {"column_name": "amount"},
            "`column_name` belongs to the four-argument form and cannot stand beside `checks`: write {check: "
            "in_range, column: ..., min: ..., max: ...} there.",
            id="both forms",
        ),
        pytest.param(
            {"expected_min": 0},
            "`expected_min` belongs to the four-argument form and cannot stand beside `checks`: write {check: "
            "in_range, column: ..., min: ..., max: ...} there.",
            id="both forms, a bound",
        ),
        pytest.param(
            {"expected_max": 0},
            "`expected_max` belongs to the four-argument form and cannot stand beside `checks`: write {check: "
            "in_range, column: ..., min: ..., max: ...} there.",
            id="both forms, the other bound",
        ),
        pytest.param({"table_name": None}, f"`table_name` must be {RELATION}; got nothing.", id="table_name missing"),
        pytest.param({"table_name": 7}, f"`table_name` must be {RELATION}; got 7.", id="table_name as a number"),
        pytest.param(
            {"checks": [{"check": "relationship", "column": "id", "field": "id"}]},
            f"`checks[0].to` must be {RELATION}; got nothing.",
            id="relationship without to",
        ),
    ],
)
def test_without_any_sql(refused, arguments, message):
    refused(
        message,
        look_ups=0,
        **{"table_name": "test.orders", "checks": [{"check": "not_null", "column": "id"}]} | arguments,
    )


def test_an_unknown_argument(refused):
    known = (
        "table_name, column_name, expected_min, expected_max, checks, select, where, sample_size, redact, keys, "
        "fail_on, name, record, dry_run, output"
    )
    refused(
        f"unknown argument 'colum_name'. Did you mean 'column_name'? Known: {known}.",
        look_ups=0,
        table_name="test.orders",
        colum_name="id",
    )


def test_too_many_arguments(dbt, orders):
    with dbt.raises(
        "cutover.run_quality_checks: takes at most 15 arguments (table_name, column_name, expected_min, "
        "expected_max, checks, select, where, "
        "sample_size, redact, keys, fail_on, name, record, dry_run, output); got 1 more: ['more']."
    ):
        dbt.call(
            "cutover.run_quality_checks",
            orders,
            "id",
            0,
            9,
            None,
            None,
            None,
            20,
            [],
            None,
            "error",
            None,
            True,
            False,
            "table",
            "more",
        )
    assert dbt.statements == []


@pytest.mark.parametrize("operation", ["run_quality_checks", "profile"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [("csv", "'csv'"), (None, "nothing"), (["json"], "['json']"), ("JSON", "'JSON'. Did you mean 'json'?")],
    ids=str,
)
def test_an_unknown_output(dbt, operation, value, shown):
    outcome = dbt.operation(f"cutover.{operation}", output=value)

    assert (
        outcome.error
        == f"cutover.{operation}: `output` must be one of table, json; got {shown}{'' if shown.endswith('?') else '.'}"
    )
    assert (outcome.exit_code, outcome.statements, outcome.printed) == (1, [], "")


@pytest.mark.parametrize(("operation", "argument"), [("run_quality_checks", "table_name"), ("profile", "relation")])
@pytest.mark.parametrize(("value", "shown"), HOSTILE)
def test_what_is_no_relation(refused, operation, argument, value, shown):
    more = {"checks": [{"check": "row_count", "min": 1}]} if operation == "run_quality_checks" else {}
    allowed = f"{RELATION}, each part in double quotes where needed" if isinstance(value, str) else RELATION
    refused(f"`{argument}` must be {allowed}; got {shown}.", operation, 0, **{argument: value}, **more)


@pytest.mark.parametrize(("operation", "argument"), [("run_quality_checks", "table_name"), ("profile", "relation")])
def test_a_relation_that_is_not_there(refused, operation, argument):
    # The second statement asks the catalog again, for a name nearby.
    more = {"checks": [{"check": "row_count", "min": 1}]} if operation == "run_quality_checks" else {}
    message = (
        f"`{argument}` testdb.test.oders is not there: looked in schema test of database testdb, which holds 2 "
        "relations. Did you mean 'orders'?"
    )
    refused(message, operation, 2, **{argument: "test.oders"}, **more)


def test_a_parent_that_is_not_there(refused):
    checks = [
        {"check": "not_null", "column": "id"},
        {"check": "relationship", "column": "customer", "to": "test.custmers", "field": "customer_id"},
    ]
    message = (
        "`checks[1].to` testdb.test.custmers is not there: looked in schema test of database testdb, which holds "
        "2 relations. Did you mean 'customers'?"
    )
    refused(message, look_ups=2, table_name="test.orders", checks=checks)


IN_RANGE = {"check": "in_range", "column": "amount"}


@pytest.mark.parametrize(
    ("check", "message"),
    [
        pytest.param(
            "not_null",
            "`checks[0]` must be a mapping; got 'not_null'. Example: {check: not_null, column: order_id}.",
            id="no mapping",
        ),
        pytest.param(
            None,
            "`checks[0]` must be a mapping; got nothing. Example: {check: not_null, column: order_id}.",
            id="nothing",
        ),
        pytest.param({}, f"`checks[0].check` must be one of {KINDS}; got nothing.", id="no kind"),
        pytest.param(
            {"check": "not_nul", "column": "id"},
            f"`checks[0].check` must be one of {KINDS}; got 'not_nul'. Did you mean 'not_null'?",
            id="kind mistyped",
        ),
        pytest.param(
            {"check": ["unique"]}, f"`checks[0].check` must be one of {KINDS}; got ['unique'].", id="kind as a list"
        ),
        pytest.param(
            {"check": "row_count", "min": 1, "mostly": 0.9},
            "`checks[0]` must be a mapping with the keys check, min, max, where, severity, name, owner, description; "
            "got 'mostly'. Example: {check: row_count, min: ...}.",
            id="a share of a table",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", "mostly": 0.9, "max_failures": 1},
            "`checks[0]` takes `mostly` or `max_failures`, not both.",
            id="both tolerances",
        ),
        *[
            pytest.param(
                {"check": "not_null", "column": "id", "mostly": value},
                f"`checks[0].mostly` must be a share from 0 to 1 with at most six decimals; got {shown}. "
                "Example: 0.95.",
                id=f"mostly {shown}",
            )
            for value, shown in [
                (95, "95"),
                (-0.1, "-0.1"),
                (0.1234567, "0.1234567"),
                ("0.9", "'0.9'"),
                (True, "true"),
                (math.nan, "nan"),
            ]
        ],
        pytest.param(
            {"check": "not_null", "column": "id", "max_failures": -1},
            "`checks[0].max_failures` must be a whole number of at least 0; got -1.",
            id="max_failures below zero",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", "owner": 7},
            "`checks[0].owner` must be a text that is not empty; got 7.",
            id="owner",
        ),
        pytest.param(
            {"check": "expression", "expression": "amount > 0)"},
            "`checks[0].expression` must be one SQL expression, with its parentheses paired, its comments closed and "
            "no semicolon; got 'amount > 0)'. Example: amount >= 0.",
            id="expression",
        ),
        pytest.param(
            {"check": "matches_regex", "column": "amount", "regex": "a"},
            "`checks[0]` matches_regex takes a column of type text; amount is {amount}.",
            id="a pattern of a number",
        ),
        pytest.param(
            {"check": "sum_between", "column": "status", "min": 1},
            "`checks[0]` sum_between takes a column of type integer, decimal, float; status is {status}.",
            id="a sum of texts",
        ),
        pytest.param(
            {"check": "freshness", "column": "amount", "within": "1 day"},
            "`checks[0]` freshness takes a column of type date, timestamp, timestamptz; amount is {amount}.",
            id="the age of a number",
        ),
        pytest.param(
            {"check": "freshness", "column": "amount", "within": 24},
            "`checks[0].within` must be a text such as '3 days': minutes, hours, days, weeks, months or years; got 24.",
            id="within",
        ),
        pytest.param(
            {"check": "null_fraction", "column": "id", "max": 5},
            "`checks[0].max` must be a share from 0 to 1 with at most six decimals; got 5. Example: 0.95.",
            id="a fraction in percent",
        ),
        pytest.param(
            {"check": "length_between", "column": "status", "min": 3, "max": 2},
            "`checks[0].min` 3 is above `checks[0].max` 2.",
            id="lengths swapped",
        ),
        pytest.param(
            {"check": "monotonic", "column": "id", "sort_column": "amount", "direction": "up"},
            "`checks[0].direction` must be one of increasing, decreasing; got 'up'.",
            id="direction",
        ),
        pytest.param(
            {"check": "monotonic", "column": "id"},
            "`checks[0].sort_column` must be a text that is not empty; got nothing.",
            id="no order",
        ),
        pytest.param(
            {"check": "monotonic", "column": "id", "sort_column": "nr"},
            f"`checks[0].sort_column` must be {COLUMNS}; got 'nr'.",
            id="an order that is no column",
        ),
        pytest.param(
            {"check": "not_null", "colum": "id"},
            "`checks[0]` must be a mapping with the keys check, column, " + KEYS + "; got 'colum'. Did "
            "you mean 'column'? "
            "Example: {check: not_null, column: ...}.",
            id="key mistyped",
        ),
        pytest.param(
            {"check": "row_count", "column": "id"},
            "`checks[0]` must be a mapping with the keys check, min, max, where, severity, name, owner, description; "
            "got 'column'. Example: {check: row_count, min: ...}.",
            id="key of another kind",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", 7: 8},
            "`checks[0]` must be a mapping with the keys check, column, " + KEYS + "; got 7. Example: "
            "{check: not_null, column: ...}.",
            id="a key that is a number",
        ),
        pytest.param(
            {"check": "not_null"},
            "`checks[0].column` must be a text that is not empty; got nothing.",
            id="column missing",
        ),
        pytest.param(
            {"check": "unique"},
            "`checks[0].column` must be a text that is not empty; got nothing.",
            id="columns missing",
        ),
        pytest.param(
            {"check": "unique", "column": "id", "columns": ["id"]},
            "`checks[0]` takes `column` or `columns`, not both.",
            id="column and columns",
        ),
        pytest.param(
            {"check": "unique", "columns": []},
            "`checks[0].columns` must be a list with at least one item; got []. Example: [order_id, line].",
            id="no columns",
        ),
        pytest.param(
            {"check": "unique", "columns": "id"},
            "`checks[0].columns` must be a list with at least one item; got 'id'. Example: [order_id, line].",
            id="columns as text",
        ),
        pytest.param(
            {"check": "unique", "columns": ["id", "id"]},
            "`checks[0].columns` must be a list that names each once; got ['id', 'id'].",
            id="a column twice",
        ),
        pytest.param(
            {"check": "unique", "columns": ["id", "ID"]},
            "`checks[0].columns` must be a list that names each once; got ['id', 'ID'].",
            id="a column twice, in other letters",
        ),
        pytest.param(
            {"check": "unique", "columns": ["id", "nr"]},
            f"`checks[0].columns[1]` must be {COLUMNS}; got 'nr'.",
            id="columns hold no column",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", "severity": "fatal"},
            "`checks[0].severity` must be one of warn, error; got 'fatal'.",
            id="severity",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", "severity": None},
            "`checks[0].severity` must be one of warn, error; got nothing.",
            id="severity empty",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", "where": 1},
            "`checks[0].where` must be a text that is not empty; got 1. Example: status <> 'test'.",
            id="where",
        ),
        pytest.param(
            {"check": "not_null", "column": "id", "name": " "},
            "`checks[0].name` must be a text that is not empty; got ' '.",
            id="name empty",
        ),
        pytest.param(IN_RANGE, "`checks[0].min` or `checks[0].max` is required; got neither.", id="no bounds"),
        pytest.param(
            {**IN_RANGE, "min": 5, "max": 4}, "`checks[0].min` 5 is above `checks[0].max` 4.", id="bounds swapped"
        ),
        pytest.param(
            {**IN_RANGE, "min": "5"},
            "`checks[0].min` must be a number, as the column amount is {amount}; got '5'.",
            id="a bound as text",
        ),
        pytest.param(
            {**IN_RANGE, "max": True},
            "`checks[0].max` must be a number, as the column amount is {amount}; got true.",
            id="a bound as boolean",
        ),
        pytest.param(
            {**IN_RANGE, "max": [1]},
            "`checks[0].max` must be a number, as the column amount is {amount}; got [1].",
            id="a bound as a list",
        ),
        pytest.param(
            {**IN_RANGE, "max": math.nan},
            "`checks[0].max` must be a number, as the column amount is {amount}; got nan.",
            id="a bound that is no number",
        ),
        pytest.param(
            {**IN_RANGE, "min": -math.inf},
            "`checks[0].min` must be a number, as the column amount is {amount}; got -inf.",
            id="a bound that an integer cannot have",
        ),
        pytest.param(
            {**IN_RANGE, "min": 1, "inclusive": "no"},
            "`checks[0].inclusive` must be true or false; got 'no'.",
            id="inclusive",
        ),
        pytest.param(
            {"check": "accepted_values", "column": "status"},
            "`checks[0].values` must be a list with at least one item; got nothing. Example: ['open', 'paid'].",
            id="values missing",
        ),
        pytest.param(
            {"check": "accepted_values", "column": "status", "values": ["open", 5]},
            "`checks[0].values[1]` must be a text, as the column status is {status}; got 5.",
            id="a value of another type",
        ),
        pytest.param(
            {"check": "accepted_values", "column": "status", "values": [None]},
            "`checks[0].values[0]` must be a text, as the column status is {status}; got nothing.",
            id="null as a value",
        ),
        pytest.param(
            {"check": "relationship", "column": "id", "to": "test.customers"},
            "`checks[0].field` must be a text that is not empty; got nothing.",
            id="field missing",
        ),
        pytest.param(
            {"check": "relationship", "column": "id", "to": "test.customers", "field": "id"},
            "`checks[0].field` must be a column of testdb.test.customers (customer_id); got 'id'.",
            id="field is no column",
        ),
        pytest.param(
            {"check": "relationship", "column": "status", "to": "test.customers", "field": "customer_id"},
            "`checks[0]` compares status ({status}) with customer_id ({amount}) of testdb.test.customers: cast "
            "one of them in a view first.",
            id="types that do not compare",
        ),
        pytest.param(
            {"check": "row_count"},
            "`checks[0].min` or `checks[0].max` is required; got neither.",
            id="row_count without bounds",
        ),
        pytest.param(
            {"check": "row_count", "min": -1},
            "`checks[0].min` must be a whole number of at least 0; got -1.",
            id="row_count below zero",
        ),
        pytest.param(
            {"check": "row_count", "max": 1.5},
            "`checks[0].max` must be a whole number of at least 0; got 1.5.",
            id="row_count with a fraction",
        ),
        pytest.param(
            {"check": "row_count", "min": 2, "max": 1},
            "`checks[0].min` 2 is above `checks[0].max` 1.",
            id="row_count swapped",
        ),
    ],
)
def test_a_check(dbt, refused, check, message):
    types = {row["column_name"]: row["data_type"] for row in column_types(dbt, "orders")}
    if "{" in message and "Example: {" not in message:
        message = message.format(**types)

    look_ups = int(any(words in message for words in FROM_THE_CATALOG))
    refused(message, look_ups=look_ups, table_name="test.orders", checks=[check])


def column_types(dbt, table):
    return dbt.query(
        "select column_name, data_type from information_schema.columns where table_schema = 'test' and "
        f"table_name = '{table}'"
    )


@pytest.mark.parametrize(("value", "shown"), HOSTILE)
def test_what_is_no_column(refused, value, shown):
    is_name = isinstance(value, str) and value
    wording = f"{COLUMNS}; got {shown}." if is_name else f"a text that is not empty; got {shown}."
    example = "" if is_name else " Example: [email]."
    checks = [{"check": "not_null", "column": value}]

    look_ups = int(bool(is_name))
    refused(f"`checks[0].column` must be {wording}", look_ups=look_ups, table_name="test.orders", checks=checks)
    refused(
        f"`column_name` must be {wording}",
        look_ups=look_ups,
        table_name="test.orders",
        column_name=value,
        expected_min=0,
    )
    good = [{"check": "row_count", "min": 1}]
    refused(
        f"`redact[0]` must be {wording}{example}",
        look_ups=1 if is_name else 0,
        table_name="test.orders",
        checks=good,
        redact=[value],
    )


def test_a_column_nearby(refused):
    refused(
        f"`checks[0].column` must be {COLUMNS}; got 'amont'. Did you mean 'amount'?",
        table_name="test.orders",
        checks=[{"check": "unique", "column": "amont"}],
    )


def test_two_checks_of_one_name(refused):
    checks = [{"check": "not_null", "column": "id", "name": "a"}, {"check": "row_count", "min": 1, "name": "a"}]
    refused(
        "`checks[1].name` must be a name that no other check of the list has; got 'a'.",
        look_ups=0,
        table_name="test.orders",
        checks=checks,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({}, "`expected_min` or `expected_max` is required; got neither.", id="no bounds"),
        pytest.param(
            {"expected_min": 2, "expected_max": 1}, "`expected_min` 2 is above `expected_max` 1.", id="bounds swapped"
        ),
        pytest.param(
            {"expected_min": "0'"},
            "`expected_min` must be a number, as the column amount is bigint; got '0\\''.",
            id="the smallest as text",
        ),
        pytest.param(
            {"expected_max": {"a": 1}},
            "`expected_max` must be a number, as the column amount is bigint; got {a: 1}.",
            id="the largest as a mapping",
        ),
    ],
)
def test_the_four_argument_form_names_its_own_arguments(dbt, refused, arguments, message):
    (type_,) = [row["data_type"] for row in column_types(dbt, "orders") if row["column_name"] == "amount"]
    look_ups = int(any(words in message for words in FROM_THE_CATALOG))
    message = message.replace("bigint", type_)
    refused(message, look_ups=look_ups, table_name="test.orders", column_name="amount", **arguments)


DAY = "a date (2024-01-31)"
TIME = "a date (2024-01-31) or a time without an offset (2024-01-31 12:00:00)"
MOMENT = "a time with its offset (2024-01-31 12:00:00+00:00)"


@pytest.mark.parametrize(
    ("column", "value", "allowed", "shown"),
    [
        pytest.param("day", "2024-02-30", DAY, "'2024-02-30'", id="a day that no month has"),
        pytest.param("day", "2023-02-29", DAY, "'2023-02-29'", id="no leap year"),
        pytest.param("day", "1900-02-29", DAY, "'1900-02-29'", id="no leap year in a century"),
        pytest.param("day", "2024-13-01", DAY, "'2024-13-01'", id="month 13"),
        pytest.param("day", "2024-00-01", DAY, "'2024-00-01'", id="month 0"),
        pytest.param("day", "2024-01-00", DAY, "'2024-01-00'", id="day 0"),
        pytest.param("day", "0000-01-01", DAY, "'0000-01-01'", id="year 0"),
        pytest.param(
            "day", "2024-01-31 12:00:00", DAY, "'2024-01-31 12:00:00'", id="a date with a time, which a cast would drop"
        ),
        pytest.param("day", datetime(2024, 1, 31), DAY, "2024-01-31 00:00:00", id="a time from YAML for a date"),
        pytest.param("day", "2024-01-31\n", DAY, "'2024-01-31\\n'", id="a line end"),
        pytest.param("day", "31.01.2024", DAY, "'31.01.2024'", id="another order"),
        pytest.param("day", "current_date", DAY, "'current_date'", id="an expression"),
        pytest.param("day", 20240131, DAY, "20240131", id="a number"),
        pytest.param("naive", "2024-01-31 24:00", TIME, "'2024-01-31 24:00'", id="hour 24"),
        pytest.param("naive", "2024-01-31 12:60", TIME, "'2024-01-31 12:60'", id="minute 60"),
        pytest.param(
            "naive", "2024-01-31 12:00:00Z", TIME, "'2024-01-31 12:00:00Z'", id="an offset that a cast would drop"
        ),
        pytest.param("naive", "2024-01-31'; --", TIME, "'2024-01-31\\'; --'", id="SQL"),
        pytest.param(
            "moment",
            "2024-01-31 12:00:00",
            MOMENT,
            "'2024-01-31 12:00:00'",
            id="no offset, which each session reads its own way",
        ),
        pytest.param("moment", "2024-01-31", MOMENT, "'2024-01-31'", id="a date for a moment"),
        pytest.param("moment", date(2024, 1, 31), MOMENT, "2024-01-31", id="a date from YAML for a moment"),
    ],
)
def test_a_date_or_time(dbt, refused, column, value, allowed, shown):
    # Guards: the calendar of _time_bound; what it lets through, a cast in the middle of the scan would refuse
    # or, worse, read in another way.
    types = {"day": "date", "naive": "timestamp", "moment": "timestamptz"}
    dbt.table("times", types=types)
    (type_,) = [row["data_type"] for row in column_types(dbt, "times") if row["column_name"] == column]

    message = f"must be {allowed}, as the column {column} is {type_}; got {shown}."
    refused(
        f"`checks[0].min` {message}",
        table_name="test.times",
        checks=[{"check": "in_range", "column": column, "min": value}],
    )
    refused(
        f"`checks[0].values[0]` {message}",
        table_name="test.times",
        checks=[{"check": "accepted_values", "column": column, "values": [value]}],
    )


@pytest.mark.parametrize(
    "check",
    [{"check": "in_range", "min": 1}, {"check": "accepted_values", "values": [1]}],
    ids=["in_range", "accepted_values"],
)
def test_a_type_without_bounds(dbt, refused, check):
    dbt.table("documents", types={"body": "json"})
    (row,) = column_types(dbt, "documents")
    argument = "min" if "min" in check else "values[0]"
    refused(
        f"`checks[0].{argument}` cannot be compared with the column body, which is {row['data_type']}.",
        table_name="test.documents", checks=[{**check, "column": "body"}],
    )  # fmt: skip


def test_types_of_no_family_compare_with_themselves_alone(dbt, refused):
    dbt.table("documents", types={"body": "json", "token": "uuid"})
    types = {row["column_name"]: row["data_type"] for row in column_types(dbt, "documents")}
    message = (
        f"`checks[0]` compares body ({types['body']}) with token ({types['token']}) of testdb.test.documents: "
        "cast one of them in a view first."
    )
    check = {"check": "relationship", "column": "body", "to": "test.documents", "field": "token"}
    refused(message, table_name="test.documents", checks=[check])


def test_a_boolean_has_no_range(dbt, refused):
    dbt.table("flags", types={"on": "boolean"})
    (row,) = column_types(dbt, "flags")
    refused(
        f"`checks[0].min` cannot be compared with the column on, which is {row['data_type']}.",
        table_name="test.flags", checks=[{"check": "in_range", "column": "on", "min": True}],
    )  # fmt: skip
    refused(
        f"`checks[0].values[0]` must be a boolean, as the column on is {row['data_type']}; got 'true'.",
        table_name="test.flags", checks=[{"check": "accepted_values", "column": "on", "values": ["true"]}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "look_ups", "message"),
    [
        pytest.param({"approximate": "yes"}, 0, "`approximate` must be true or false; got 'yes'.", id="approximate"),
        pytest.param({"dry_run": 1}, 0, "`dry_run` must be true or false; got 1.", id="dry_run"),
        pytest.param(
            {"columns": []},
            0,
            "`columns` must be a list with at least one item; got []. Example: [amount, status].",
            id="no columns",
        ),
        pytest.param(
            {"columns": "id"},
            0,
            "`columns` must be a list with at least one item; got 'id'. Example: [amount, status].",
            id="columns as text",
        ),
        pytest.param(
            {"columns": ["id", "id"]},
            0,
            "`columns` must be a list that names each once; got ['id', 'id'].",
            id="a column twice",
        ),
        pytest.param(
            {"columns": [None]},
            0,
            "`columns[0]` must be a text that is not empty; got nothing. Example: [amount, status].",
            id="a column that is nothing",
        ),
        pytest.param({"columns": ["a; b"]}, 1, f"`columns[0]` must be {COLUMNS}; got 'a; b'.", id="no column"),
        pytest.param(
            {"colums": ["id"]},
            0,
            "unknown argument 'colums'. Did you mean 'columns'? Known: relation, columns, approximate, dry_run, "
            "output, schema, select, exclude, quantiles, top_values, name, record.",
            id="unknown",
        ),
    ],
)
def test_profile(refused, arguments, look_ups, message):
    refused(message, "profile", look_ups, relation="test.orders", **arguments)
