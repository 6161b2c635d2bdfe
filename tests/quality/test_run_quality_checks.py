"""The checks one by one, on tables small enough to be counted by hand. The tables are those of conftest.py."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest


@pytest.mark.parametrize(
    ("check", "failing"),
    [
        pytest.param({"check": "not_null", "column": "id"}, 1, id="not null"),
        pytest.param({"check": "not_null", "column": "STATUS"}, 1, id="not null, the column in other letters"),
        pytest.param({"check": "unique", "column": "id"}, 2, id="unique counts both rows of a pair"),
        pytest.param({"check": "unique", "column": "status"}, 2, id="unique leaves nulls out"),
        pytest.param(
            {"check": "unique", "columns": ["id", "status"]}, 0, id="unique over two columns, a null in the pair"
        ),
        pytest.param({"check": "unique", "columns": ["status", "customer"]}, 0, id="unique over two columns"),
        pytest.param({"check": "unique", "columns": ["customer"]}, 2, id="unique over a list of one"),
        pytest.param({"check": "in_range", "column": "amount", "min": 0, "max": 10}, 2, id="in range"),
        pytest.param({"check": "in_range", "column": "amount", "min": 0}, 1, id="at least"),
        pytest.param({"check": "in_range", "column": "amount", "max": 0}, 2, id="at most"),
        pytest.param(
            {"check": "in_range", "column": "amount", "min": 0, "max": 10, "inclusive": False}, 4, id="between"
        ),
        pytest.param(
            {"check": "in_range", "column": "amount", "min": -5.5, "max": 30.25}, 0, id="bounds with fractions"
        ),
        pytest.param(
            {"check": "accepted_values", "column": "status", "values": ["open", "paid"]}, 1, id="accepted values"
        ),
        pytest.param({"check": "accepted_values", "column": "id", "values": [1, 2, 3]}, 0, id="accepted numbers"),
        pytest.param(
            {"check": "relationship", "column": "customer", "to": "test.customers", "field": "customer_id"},
            1,
            id="relationship",
        ),
        pytest.param({"check": "row_count", "min": 5, "max": 5}, 0, id="row count"),
        pytest.param({"check": "row_count", "min": 6}, 1, id="too few rows"),
        pytest.param({"check": "row_count", "max": 4}, 1, id="too many rows"),
    ],
)
@pytest.mark.usefixtures("orders")
def test_counts_the_rows_that_fail(failures, check, failing):
    assert failures(check) == (failing, 5)


@pytest.mark.parametrize(
    ("check", "failing", "rows"),
    [
        pytest.param({"check": "not_null", "column": "customer"}, 1, 2, id="not null"),
        pytest.param({"check": "unique", "column": "id"}, 2, 2, id="unique"),
        pytest.param({"check": "unique", "column": "customer"}, 0, 2, id="unique among the rows kept"),
        pytest.param({"check": "in_range", "column": "amount", "min": 0}, 1, 2, id="in range"),
        pytest.param({"check": "accepted_values", "column": "status", "values": ["open"]}, 1, 2, id="accepted values"),
        pytest.param(
            {"check": "relationship", "column": "customer", "to": "test.customers", "field": "customer_id"},
            0,
            2,
            id="relationship",
        ),
        pytest.param({"check": "row_count", "min": 3}, 1, 2, id="row count"),
    ],
)
@pytest.mark.usefixtures("orders")
def test_where_of_a_run_and_of_a_check_keep_the_same_rows(failures, check, failing, rows):
    # A check that looked at fewer rows says so: one whose filter keeps nothing would pass on 0 rows, not on 5.
    assert failures(check, where="id = 3") == (failing, rows)
    assert failures({**check, "where": "id = 3"}) == (failing, rows)
    assert failures({**check, "where": "id = 3"}, where="amount is not null") == (failing, rows)


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("id = 3 or id = 1", id="or"),
        pytest.param("id in (1, 3) -- not the rest", id="a comment at the end"),
        pytest.param("id in (1,\n3)", id="lines"),
        pytest.param(
            "id in (1, 3) and coalesce(status, '') not like '%100%; drop {{ table }} /* */ ?'",
            id="text that means something elsewhere",
        ),
    ],
)
@pytest.mark.parametrize("place", ["run", "check"])
@pytest.mark.usefixtures("orders")
def test_a_condition_stays_inside_its_parentheses(run_checks, where, place):
    # Guard: the parentheses and the line ends of _and. Without them `or` reaches over the next condition, and
    # the comment swallows it.
    checks = [
        {"check": "in_range", "column": "amount", "min": 20},
        {"check": "unique", "column": "id"},
        {"check": "not_null", "column": "status"},
    ]
    if place == "run":
        outcome = run_checks(*checks, where=where)
    else:
        outcome = run_checks(*({**check, "where": where} for check in checks))

    (relation,) = outcome.json["relations"]
    assert [(result["failures"], result["rows"]) for result in relation["checks"]] == [(2, 3), (2, 3), (1, 3)]
    assert sorted((row["check"], row["row"]["amount"]) for row in relation["failed_rows"]) == [
        ("in_range_amount", "-5"),
        ("in_range_amount", "10"),
        ("not_null_status", "30"),
        ("unique_id", "-5"),
        ("unique_id", "30"),
    ]


@pytest.mark.parametrize(
    ("type_", "values", "bounds", "failing"),
    [
        pytest.param("date", [date(2024, 1, 31), date(2024, 2, 1)], {"max": "2024-01-31"}, 1, id="date"),
        pytest.param(
            "date",
            [date(2024, 2, 29)],
            {"min": date(2024, 2, 29), "max": date(2024, 2, 29)},
            0,
            id="date from YAML, a leap day",
        ),
        pytest.param(
            "timestamp", [datetime(2024, 1, 31, 0, 0, 1)], {"max": "2024-01-31"}, 1, id="timestamp against a date"
        ),
        pytest.param(
            "timestamp",
            [datetime(2024, 1, 31, 12, 0, 0, 5)],
            {"max": "2024-01-31 12:00:00.000004"},
            1,
            id="timestamp, microseconds",
        ),
        pytest.param(
            "timestamp", [datetime(2024, 1, 31, 12)], {"min": datetime(2024, 1, 31, 12)}, 0, id="timestamp from YAML"
        ),
        pytest.param(
            "timestamptz",
            [datetime(2024, 1, 31, 12, tzinfo=UTC)],
            {"min": "2024-01-31T13:00:01+01:00"},
            1,
            id="moment, other zone",
        ),
        pytest.param(
            "timestamptz",
            [datetime(2024, 1, 31, 12, tzinfo=UTC)],
            {"max": datetime(2024, 1, 31, 12, tzinfo=UTC)},
            0,
            id="moment from YAML",
        ),
        pytest.param("text", ["a", "é", "~", ""], {"min": "a", "max": "z"}, 3, id="text"),
        pytest.param("text", ["it's", "it"], {"min": "it's"}, 1, id="text with a quote"),
        pytest.param("text", ["a\\b", "a"], {"max": "a\\b"}, 0, id="text with a backslash"),
        pytest.param("decimal(12, 2)", [Decimal("0.10"), Decimal("0.11")], {"max": 0.1}, 1, id="decimal"),
        pytest.param("decimal(38, 0)", [10**37, 10**37 + 1], {"max": 10**37}, 1, id="38 digits"),
        pytest.param("bigint", [2**63 - 1, 2**63 - 2], {"max": 2**63 - 2}, 1, id="the largest integers"),
        pytest.param("bigint", [2**63 - 1], {"max": 10**30}, 0, id="a bound beyond the type"),
        pytest.param("double precision", [0.1, 0.1 + 2**-55], {"max": 0.1}, 1, id="double"),
        pytest.param("real", [0.1, 0.2], {"max": 0.1}, 1, id="real, rounded as its bound is"),
        pytest.param("real", [0.5], {"max": 1e300}, 0, id="a bound beyond a real"),
        pytest.param("double precision", [math.nan], {"min": 0}, 0, id="nan is above a lower bound"),
        pytest.param(
            "double precision",
            [math.nan, math.inf, -math.inf],
            {"min": 0, "max": 1},
            3,
            id="nan and infinity are outside",
        ),
        pytest.param("double precision", [math.inf, 1e308], {"max": math.inf}, 0, id="an infinite bound"),
        pytest.param("double precision", [-0.0], {"min": 0}, 0, id="minus zero"),
    ],
)
def test_compares_in_the_columns_own_type(dbt, failures, type_, values, bounds, failing):
    dbt.table("t", [{"v": value} for value in [*values, None]], types={"v": type_})

    assert failures({"check": "in_range", "column": "v", **bounds}, table_name="test.t") == (failing, len(values) + 1)


@pytest.mark.parametrize(
    ("type_", "values", "accepted", "failing"),
    [
        pytest.param("text", ["it's", "its", "IT'S"], ["it's"], 2, id="text"),
        pytest.param("text", ["", " ", "null"], ["", "null"], 1, id="empty text and the word null"),
        pytest.param(
            "text", ["{{ x }}", "a;b", "a\nb", "ünï"], ["{{ x }}", "a;b", "a\nb", "ünï"], 0, id="hostile text"
        ),
        pytest.param("boolean", [True, False], [True], 1, id="boolean"),
        pytest.param("date", [date(2024, 1, 1), date(2024, 1, 2)], ["2024-01-01"], 1, id="date"),
        pytest.param("decimal(4, 2)", [Decimal("1.10"), Decimal("1.11")], [1.1], 1, id="decimal"),
        pytest.param("real", [0.1, 0.2, 0.3], [0.1, 0.2], 1, id="real"),
        pytest.param(
            "bigint",
            [9007199254740993, 2],
            [9007199254740992, 2.5],
            2,
            id="integers keep their digits beside a fraction",
        ),
    ],
)
def test_accepted_values_of_each_type(dbt, failures, type_, values, accepted, failing):
    dbt.table("t", [{"v": value} for value in [*values, None]], types={"v": type_})

    assert failures({"check": "accepted_values", "column": "v", "values": accepted}, table_name="test.t")[0] == failing


@pytest.mark.parametrize(
    ("type_", "values", "failing"),
    [
        pytest.param("double precision", [math.nan, math.nan, 0.0, -0.0, 1.0], 4, id="nan and minus zero"),
        pytest.param("text", ["a", "A", "a ", "", ""], 2, id="text by its letters"),
        pytest.param("json", ['{"a": 1}', '{"a": 1}', '{"a": 2}'], 2, id="json, which an engine may not compare"),
        pytest.param("timestamptz", [datetime(2024, 1, 1, tzinfo=UTC)] * 3, 3, id="three copies"),
    ],
)
def test_unique_of_each_type(dbt, run_checks, type_, values, failing):
    dbt.table("t", [{"v": value} for value in [*values, None, None]], types={"v": type_})

    (relation,) = run_checks({"check": "unique", "column": "v"}, table_name="test.t").json["relations"]

    assert relation["checks"][0]["failures"] == len(relation["failed_rows"]) == failing


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        pytest.param("integer", "bigint", id="integers of two sizes"),
        pytest.param("bigint", "decimal(12, 2)", id="integer and decimal"),
        pytest.param("text", "varchar(20)", id="texts"),
        pytest.param("json", "json", id="json, which an engine may not compare"),
    ],
)
def test_relationship_across_types(dbt, run_checks, child, parent):
    dbt.table("parents", [{"ref": "1"}, {"ref": "2"}, {"ref": "2"}, {"ref": None}], types={"ref": parent})
    dbt.table("children", [{"ref": "1"}, {"ref": "2"}, {"ref": "3"}, {"ref": None}], types={"ref": child})

    check = {"check": "relationship", "column": "ref", "to": "test.parents", "field": "ref"}
    (relation,) = run_checks(check, table_name="test.children").json["relations"]

    assert relation["checks"][0]["failures"] == 1
    assert [row["row"] for row in relation["failed_rows"]] == [{"ref": "3"}]


def test_relationship_to_the_table_itself(dbt, run_checks):
    dbt.table("staff", [{"id": 1, "boss": None}, {"id": 2, "boss": 1}, {"id": 3, "boss": 9}])

    check = {"check": "relationship", "column": "boss", "to": "test.staff", "field": "id"}
    (relation,) = run_checks(check, table_name="test.staff").json["relations"]

    assert [row["row"]["id"] for row in relation["failed_rows"]] == ["3"]


@pytest.mark.usefixtures("orders")
def test_relationship_field_and_to_are_what_is_compared_with(dbt, failures):
    dbt.table("others", [{"customer_id": 99, "other": 7}])
    check = {"check": "relationship", "column": "customer", "field": "customer_id"}

    assert failures({**check, "to": "test.others"})[0] == 3
    assert failures({**check, "to": "test.others", "field": "other"})[0] == 2


ALL_KINDS = [
    {"check": "not_null", "column": "id"},
    {"check": "unique", "column": "id"},
    {"check": "in_range", "column": "id", "min": 0},
    {"check": "accepted_values", "column": "id", "values": [1]},
    {"check": "relationship", "column": "id", "to": "test.t", "field": "id"},
    {"check": "row_count", "max": 2},
]


def test_an_empty_table_passes_and_says_that_it_has_no_rows(dbt, run_checks):
    dbt.table("t", types={"id": "integer"})

    (relation,) = run_checks(*ALL_KINDS, table_name="test.t").json["relations"]

    assert (relation["verdict"], relation["rows"], relation["failed_rows"]) == ("pass", 0, [])
    assert [(result["rows"], result["failures"]) for result in relation["checks"]] == [(0, 0)] * 6
    assert [result["observed"] for result in relation["checks"]] == [None, None, "no value", None, None, 0]


def test_a_column_of_nulls_fails_not_null_alone(dbt, run_checks):
    dbt.table("t", [{"id": None}, {"id": None}], types={"id": "integer"})

    (relation,) = run_checks(*ALL_KINDS, table_name="test.t").json["relations"]

    assert [(result["name"], result["failures"]) for result in relation["checks"] if result["failures"]] == [
        ("not_null_id", 2)
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Order Id", id="mixed case and a space"),
        pytest.param('say "hi"', id="double quotes"),
        pytest.param("it's", id="a quote"),
        pytest.param("select", id="reserved"),
        pytest.param("größe_金額", id="unicode"),
        pytest.param("a */ b /* c", id="ends of comments"),
        pytest.param("*//**/", id="comments without blanks"),
        pytest.param("100%s {{ x }} ; --", id="what drivers and templates read"),
    ],
)
def test_any_name_of_a_table_and_a_column(dbt, run_checks, name):
    # Guards: _comment's replacements (a check is named after its column), and the doubling of quotes in _quoted.
    relation = dbt.table(name, [{name: 1, "other": 1}, {name: 1, "other": 2}, {name: None, "other": 3}], schema=name)
    checks = [
        {"check": "not_null", "column": name},
        {"check": "unique", "columns": [name]},
        {"check": "in_range", "column": name, "max": 0},
        {"check": "accepted_values", "column": name, "values": [2]},
        {"check": "relationship", "column": name, "to": relation, "field": "other"},
        {"check": "row_count", "max": 2, "name": name},
    ]

    (found,) = run_checks(*checks, table_name=relation).json["relations"]

    assert [result["failures"] for result in found["checks"]] == [1, 2, 2, 2, 0, 1]
    assert found["checks"][-1]["name"] == name
    assert all(list(row["row"]) == [name, "other"] for row in found["failed_rows"])


def test_columns_that_are_called_as_ours(dbt, run_checks):
    # What the statement itself names row_count, failures_1 and so on never hides the user's column of that name.
    # Guard: the names cutover_parent and cutover_parents in _failing_condition.
    names = [
        "row_count",
        "rows_1",
        "failures_1",
        "lowest_1",
        "copies",
        "reference",
        "value_1",
        "scan",
        "duplicated",
        "child",
        "parent",
    ]
    dbt.table("scan", [dict.fromkeys(names, 1), dict.fromkeys(names, 1), dict.fromkeys(names, 2)])
    dbt.table("parents", [{"id": 1}])
    kinds = [
        {"check": "unique"},
        {"check": "in_range", "max": 1},
        {"check": "relationship", "to": "test.parents", "field": "id"},
    ]
    checks = [{**kind, "column": name, "where": f"{name} > 0"} for name in names for kind in kinds]

    (relation,) = run_checks(*checks, table_name="test.scan", where="row_count < 3").json["relations"]

    assert [result["failures"] for result in relation["checks"]] == [2, 1, 1] * len(names)
    assert len(relation["failed_rows"]) == 4 * len(names)
    assert {result["rows"] for result in relation["checks"]} == {3}


def test_a_view_is_checked_like_a_table(dbt, failures):
    dbt.view("v", "select 1 as a union all select null")

    assert failures({"check": "not_null", "column": "a"}, table_name="test.v") == (1, 2)


@pytest.mark.usefixtures("orders")
def test_the_relation_may_be_given_in_every_way(dbt, run_checks, orders):
    for given in (orders, "test.orders", f'{dbt.database}."test"."orders"'):
        (relation,) = run_checks({"check": "row_count", "min": 1}, table_name=given).json["relations"]
        assert relation["relation"] == f"{dbt.database}.test.orders"


@pytest.mark.usefixtures("orders")
class TestFourArguments:
    """The form that people paste from guides: a relation, a column, the smallest and the largest value."""

    def test_by_name(self, dbt):
        arguments = {"table_name": "test.orders", "column_name": "amount", "expected_min": 0}

        outcome = dbt.operation("cutover.run_quality_checks", **arguments, expected_max=10, output="json", record=False)

        (result,) = outcome.json["relations"][0]["checks"]
        assert (result["check"], result["column"], result["failures"], result["observed"]) == (
            "in_range",
            "amount",
            2,
            "-5 .. 30",
        )

    def test_by_position(self, dbt, orders):
        with dbt.raises(
            "cutover.run_quality_checks: testdb.test.orders: 1 of 1 checks did not pass: 2 of 5 rows: amount is "
            "outside 0 .. 10; seen -5 .. 30."
        ):
            dbt.call("cutover.run_quality_checks", orders, "amount", 0, 10)

    def test_leaves_no_text_where_it_is_called(self, dbt, orders):
        # As a hook or inside a model: what it returns would be sent as SQL.
        assert dbt.render("{{ cutover.run_quality_checks(t, 'amount', -5, 30, record=false) }}", t=orders) == ""
        assert dbt.render("{{ cutover.run_quality_checks(t, 'amount', -5, 30, dry_run=true) }}", t=orders) == ""

    @pytest.mark.parametrize(
        ("low", "high", "code"), [(-5, 30, 0), (-4, 30, 1), (-5, 29, 1), (None, 30, 0), (-5, None, 0), (None, 29, 1)]
    )
    def test_either_bound_decides(self, dbt, low, high, code):
        outcome = dbt.operation(
            "cutover.run_quality_checks",
            table_name="test.orders",
            column_name="amount",
            expected_min=low,
            expected_max=high,
            record=False,
        )

        assert outcome.exit_code == code, outcome.error


@pytest.mark.usefixtures("orders")
def test_does_nothing_while_dbt_parses(dbt, orders):
    assert (
        dbt.render(
            "{{ cutover.run_quality_checks(t, 'amount', 0, 10) }}{{ cutover.profile(t) }}", t=orders, execute=False
        )
        == ""
    )
    assert dbt.statements == []


@pytest.mark.usefixtures("orders")
def test_names_that_checks_get(run_checks):
    checks = [
        {"check": "not_null", "column": "id"},
        {"check": "not_null", "column": "ID", "name": None},
        {"check": "not_null", "column": "id", "where": "id > 1", "name": "not_null_id_2"},
        {"check": "unique", "columns": ["id", "status"]},
        {"check": "row_count", "min": 1},
        {"check": "row_count", "min": 2},
    ]

    (relation,) = run_checks(*checks).json["relations"]

    # Guard: _free_name; a suffix alone would give not_null_id_2 twice, and samples could not be told apart.
    assert [result["name"] for result in relation["checks"]] == [
        "not_null_id", "not_null_id_3", "not_null_id_2", "unique_id_status", "row_count", "row_count_2",
    ]  # fmt: skip
