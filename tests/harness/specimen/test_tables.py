"""Tables made from Python rows: their types and values as the database then says."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from dbt_cutover.testing import DatabaseError, HarnessError

CET = timezone(timedelta(hours=1))
CATALOG = (
    "select column_name, data_type from information_schema.columns where table_name = 't' order by ordinal_position"
)

# The catalog's word for a type that was asked for; what isn't here is told as it was asked.
SPELLINGS = {
    "double": "double precision",
    "varchar": "text",
    "character varying": "text",
    "blob": "bytea",
    "timestamp without time zone": "timestamp",
    "time without time zone": "time",
    "decimal(10,2)": "numeric",
}


def types_of(dbt):
    found = {row["column_name"]: row["data_type"].lower() for row in dbt.query(CATALOG)}
    return {column: SPELLINGS.get(type_, type_) for column, type_ in found.items()}


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        pytest.param(True, "boolean", id="boolean"),
        pytest.param(-(2**63), "bigint", id="the least integer"),
        pytest.param(1.5, "double precision", id="float"),
        pytest.param(float("inf"), "double precision", id="infinity"),
        pytest.param("", "text", id="empty text"),
        pytest.param('o\'clock; {{ drop }} %s \\ \n\t Ünïcödé 🐘 "x"', "text", id="hostile text"),
        pytest.param(b"\x00'\\\xff", "bytea", id="bytes"),
        pytest.param(date(1, 1, 1), "date", id="date"),
        pytest.param(time(23, 59, 59, 999999), "time", id="time"),
        pytest.param(datetime(2024, 2, 29, 12, 30, 0, 1), "timestamp", id="naive timestamp"),
        pytest.param(datetime(2024, 7, 1, 12, 0, tzinfo=CET), "timestamp with time zone", id="timestamp with zone"),
        pytest.param(datetime(2024, 7, 1, 12, 0, tzinfo=UTC), "timestamp with time zone", id="timestamp in UTC"),
    ],
)
def test_a_value_gets_the_type_of_its_kind_and_comes_back(dbt, value, type_):
    table = dbt.table("t", [{"a": value, "b": 1}, {"a": None, "b": 2}])
    assert types_of(dbt) == {"a": type_, "b": "bigint"}
    assert dbt.query("select a from {{ table }} order by b", table=table) == [{"a": value}, {"a": None}]


def test_nan_comes_back(dbt):
    dbt.table("t", [{"a": float("nan")}])
    assert types_of(dbt) == {"a": "double precision"}
    assert math.isnan(dbt.query("select a from t")[0]["a"])


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["0.1", "-12345678901234567890.123456789"], id="many digits"),
        pytest.param(["1E+5", "1E-12"], id="exponents"),
        pytest.param(["0", "-0.000"], id="zeros"),
    ],
)
def test_decimals_keep_all_their_digits(dbt, values):
    values = [Decimal(value) for value in values]
    dbt.table("t", [{"a": value, "b": number} for number, value in enumerate(values)])
    assert types_of(dbt)["a"].startswith(("decimal(38,", "numeric"))
    assert dbt.query("select a from t order by b").column("a") == values


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        pytest.param([1, 2.5], "double precision", id="integers and floats"),
        pytest.param([None, None], "text", id="nothing but null"),
    ],
)
def test_a_column_of_several_kinds_has_the_wider_type(dbt, values, type_):
    dbt.table("t", [{"a": value, "b": number} for number, value in enumerate(values)])
    assert types_of(dbt)["a"] == type_
    assert dbt.query("select a from t order by b").column("a") == values


@pytest.mark.parametrize("values", [[1, Decimal("2.50")], [2**63, 1]], ids=["integers and decimals", "great integers"])
def test_a_column_of_exact_numbers_stays_exact(dbt, values):
    dbt.table("t", [{"a": value, "b": number} for number, value in enumerate(values)])
    assert dbt.query("select a from t order by b").column("a") == values


@pytest.mark.parametrize("rows", [[], [{"i": 1, "n": "2.5", "d": "2024-01-01", "t": "x"}]], ids=["no rows", "a row"])
def test_types_are_exactly_those_that_are_given(dbt, rows):
    types = {"i": "smallint", "n": "decimal(10,2)", "d": "date", "t": "text"}
    dbt.table("t", rows, types=types)
    assert types_of(dbt) == {"i": "smallint", "n": "numeric", "d": "date", "t": "text"}
    scale = "select numeric_precision as p, numeric_scale as s from information_schema.columns where column_name = 'n'"
    assert dbt.query(scale + " and table_name = 't'") == [{"p": 10, "s": 2}]
    wanted = [{"i": 1, "n": Decimal("2.50"), "d": date(2024, 1, 1), "t": "x"}] if rows else []
    assert dbt.query("select * from t") == wanted


def test_types_may_be_given_for_some_columns(dbt):
    dbt.table("t", [{"b": 1, "a": None}], types={"a": "date"})
    assert types_of(dbt) == {"b": "bigint", "a": "date"}


def test_a_type_may_have_a_constraint(dbt):
    dbt.table("t", [{"a": 1}], types={"a": "integer not null"})
    with pytest.raises(DatabaseError):
        dbt.execute("insert into t values (null)")


def test_a_value_that_the_type_does_not_hold_is_refused(dbt):
    with pytest.raises(DatabaseError):
        dbt.table("t", [{"a": "x"}], types={"a": "integer"})
    assert dbt.query("select 1 as a") == [{"a": 1}]


@pytest.mark.parametrize(
    "name",
    ["select", "Order Lines", "naïve", 'a"b', "a.b", "a'b;--", "100%", "{{ x }}"],
    ids=["reserved", "space and case", "unicode", "quote", "dot", "apostrophe", "per cent", "braces"],
)
def test_names_are_taken_letter_by_letter(dbt, name):
    table = dbt.table(name, [{name: 1, "other": 2}], schema=name)
    found = dbt.query(
        "select table_schema, table_name, column_name from information_schema.columns where table_name = {{ n }}",
        n="'" + name.replace("'", "''") + "'",
    )
    assert [tuple(row.values()) for row in found] == [(name, name, name), (name, name, "other")]
    assert (table.schema, table.identifier) == (name, name)


def test_a_table_replaces_the_one_before(dbt):
    dbt.table("t", [{"a": 1}])
    dbt.table("t", [{"b": 2}])
    assert dbt.query("select * from t") == [{"b": 2}]


def test_many_rows_arrive(dbt):
    rows = [{"id": number, "name": f"n{number}" if number % 7 else None} for number in range(20_000)]
    dbt.table("t", rows)
    assert dbt.query("select count(*) as n, count(name) as names, sum(id) as total from t") == [
        {"n": 20_000, "names": 20_000 - 2_858, "total": 19_999 * 10_000}
    ]


@pytest.mark.parametrize(
    ("rows", "types", "message"),
    [
        pytest.param([], None, "a table needs columns: give at least one row, or types", id="no columns"),
        pytest.param([{"a": 1}, {"b": 1}], None, "row 2 has other columns than row 1: a, b", id="other columns"),
        pytest.param(
            [{"amount": 1}],
            {"amuont": "text"},
            "types names the column 'amuont', which the rows don't have. Did you mean 'amount'?",
            id="type of no column",
        ),
        pytest.param(
            [{"a": 1}, {"a": "x"}],
            None,
            "column 'a' mixes integer and text values; give its type in types",
            id="numbers and text",
        ),
        pytest.param(
            [{"a": object()}],
            None,
            "column 'a': no SQL type is known for a object; give it in types",
            id="no such type",
        ),
    ],
)
def test_rows_that_make_no_table_are_refused(dbt, rows, types, message):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", rows, types=types)
    assert str(refused.value) == message


def test_the_callers_rows_and_types_are_left_alone(dbt):
    rows, types = [{"a": Decimal(1)}], {"a": "integer"}
    dbt.table("t", rows, types=types)
    assert (rows, types) == ([{"a": Decimal(1)}], {"a": "integer"})
