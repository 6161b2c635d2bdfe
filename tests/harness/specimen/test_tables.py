"""Tables made from Python rows: their types and values as the database then says."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

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
    "jsonb": "json",
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
        pytest.param(time(12, 30, tzinfo=CET), "time with time zone", id="time with zone"),
        pytest.param(timedelta(days=-3, seconds=4, microseconds=5), "interval", id="interval"),
        pytest.param(UUID("12345678-1234-5678-1234-567812345678"), "uuid", id="uuid"),
        pytest.param({"a": [1, {"b": None}], "c": "x'"}, "json", id="dict"),
    ],
)
def test_a_value_gets_the_type_of_its_kind_and_comes_back(dbt, value, type_):
    table = dbt.table("t", [{"a": value, "b": 1}, {"a": None, "b": 2}])
    assert types_of(dbt) == {"a": type_, "b": "bigint"}
    assert dbt.query("select a from {{ table }} order by b", table=table) == [{"a": value}, {"a": None}]


@pytest.mark.parametrize("value", [0.1, 5e-324, -1.7976931348623157e308, 1e22, float("-inf")])
@pytest.mark.parametrize("copies", [1, 100], ids=["few", "many"])
def test_floats_keep_every_bit_in_few_rows_and_in_many(dbt, value, copies):
    dbt.table("t", [{"a": value}] * copies)
    assert dbt.query("select a from t") == [{"a": value}] * copies


HOSTILE = {
    "text": "a'b\\ \n;--{{ x }} %s ? $1 Ünïcödé",
    "bytes": b"\x00'\\\xff",
    "great": 2**63,
    "exact": Decimal("-0.000000000000000001"),
    "zoned": datetime(2024, 7, 1, 12, 0, 0, 1, tzinfo=CET),
    "lasts": timedelta(microseconds=-1),
    "dict": {"a": "'"},
    "list": ["a'", None, "{},NULL"],
    "dates": [date(2024, 2, 29), None],
    "key": UUID(int=0),
    "truth": False,
    "none": None,
}


@pytest.mark.parametrize("copies", [1, 2, 3, 100])
def test_few_rows_and_many_arrive_alike(dbt, copies):
    rows = [{"id": number, **HOSTILE} for number in range(copies)]
    dbt.table("t", rows)
    found = dbt.query("select * from t order by id")
    assert found == rows


@pytest.mark.engines("postgres")
def test_decimals_without_an_end_arrive(dbt):
    values = [Decimal("Infinity"), Decimal("-Infinity"), Decimal(1)]
    dbt.table("t", [{"o": number, "a": value} for number, value in enumerate(values)])
    assert dbt.query("select a from t order by o").column("a") == values
    dbt.table("t", [{"a": Decimal("NaN")}])
    assert dbt.query("select a from t").column("a")[0].is_nan()


@pytest.mark.engines("postgres")
def test_the_character_nul_is_refused_by_name_of_the_table(dbt):
    with pytest.raises(HarnessError, match=r'postgres can\'t hold a value for "test"."t": .*NUL'):
        dbt.table("t", [{"a": "\x00"}])


def test_a_list_is_json_where_its_type_says_so(dbt):
    dbt.table("t", [{"a": [1, {"b": 2}], "b": '{"c": 3}'}], types={"a": "json", "b": "json"})
    assert dbt.query("select * from t") == [{"a": [1, {"b": 2}], "b": {"c": 3}}]


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
    with pytest.raises(DatabaseError) as refused:
        dbt.table("t", [{"a": "x"}], types={"a": "integer"})
    # The value's own refusal, and not that of an attempt to make room for the table.
    assert re.search("string 'x' to INT|type integer: \"x\"", refused.value.message, re.IGNORECASE)
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


def test_a_table_replaces_a_view_and_a_view_a_table(dbt):
    dbt.view("t", "select 1 as a")
    dbt.table("t", [{"b": 2}])
    assert dbt.query("select * from t") == [{"b": 2}]
    dbt.view("t", "select 3 as c")
    dbt.view("t", "select 4 as d")
    assert dbt.query("select * from t") == [{"d": 4}]


def test_a_schema_is_made_when_it_is_not_there(dbt):
    dbt.execute(f"drop schema {dbt.schema} cascade")
    dbt.table("t", [{"a": 1}])
    dbt.table("t", [{"a": 2}], schema="raw")
    dbt.view("v", "select a from raw.t", schema="staging")
    assert dbt.query(f"select a from {dbt.schema}.t union all select a from staging.v") == [{"a": 1}, {"a": 2}]


def test_a_view_that_fails_leaves_the_table_of_its_name(dbt):
    dbt.table("t", [{"a": 1}])
    with pytest.raises(DatabaseError):
        dbt.view("t", "select nothing from nowhere")
    assert dbt.query("select * from t") == [{"a": 1}]


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


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        ("jsonb", "Catalog Error: Type with name jsonb does not exist. Did you mean 'json'?"),
        ("decimal(39,0)", "Binder Error: DECIMAL type width must be between 1 and 38."),
    ],
    ids=["unknown", "too wide"],
)
def test_a_type_that_duckdb_lacks_is_refused_with_its_column(dbt, type_, reason):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", [{"a": 1, "b": None}], types={"b": type_})
    assert str(refused.value) == f"column 'b': duckdb refuses the type {type_!r}: {reason}"


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        ("varhcar", "type \"varhcar\" does not exist. Did you mean 'varchar'?"),
        ("decimal(5000,0)", "NUMERIC precision 5000 must be between 1 and 1000."),
    ],
    ids=["unknown", "too wide"],
)
def test_a_type_that_postgres_lacks_is_refused_with_its_column(dbt, type_, reason):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", [{"a": 1, "b": None}], types={"b": type_})
    assert str(refused.value) == f"column 'b': postgres refuses the type {type_!r}: {reason}"


SOURCES = (
    "a table is made from mappings, one per row, from CSV text, a Path to a CSV file or a frame "
    "(pandas, polars, Arrow), "
)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"a": 1}, SOURCES + "not from a dict"),
        (7, SOURCES + "not from a int"),
        ([(1, 2)], "row 1 is a tuple and not a mapping of column to value"),
    ],
    ids=["one row", "number", "tuples"],
)
def test_what_is_no_rows_is_refused(dbt, source, message):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", source)
    assert str(refused.value) == message


def test_the_callers_rows_and_types_are_left_alone(dbt):
    rows, types = [{"a": Decimal(1)}], {"a": "integer"}
    dbt.table("t", rows, types=types)
    assert (rows, types) == ([{"a": Decimal(1)}], {"a": "integer"})


# -- CSV --------------------------------------------------------------------------------------------------------------


def test_csv_text_makes_a_table_with_types_from_its_values(dbt):
    dbt.table(
        "t",
        """
        id, name,       amount, zip,   paid,  day,        at,                  seen,                 e
        1,  Ann,        1.50,   00123, true,  2024-02-29, 2024-02-29 12:30,    2024-02-29T12:30:00Z, 1e5
        2,  "a, ""b"".", -2,    123,   FALSE, 2024-03-01, 2024-03-01T00:00:01, 2024-02-29 12:30+02,  x
        """,
    )
    rows = dbt.query("select * from t order by id")
    assert rows == [
        {
            "id": 1,
            "name": "Ann",
            "amount": Decimal("1.50"),
            "zip": "00123",
            "paid": True,
            "day": date(2024, 2, 29),
            "at": datetime(2024, 2, 29, 12, 30),
            "seen": datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
            "e": "1e5",
        },
        {
            "id": 2,
            "name": 'a, "b".',
            "amount": Decimal(-2),
            "zip": "123",
            "paid": False,
            "day": date(2024, 3, 1),
            "at": datetime(2024, 3, 1, 0, 0, 1),
            "seen": datetime(2024, 2, 29, 10, 30, tzinfo=UTC),
            "e": "x",
        },
    ]
    assert types_of(dbt)["id"] == "bigint"


def test_an_empty_csv_field_is_null_and_quotes_make_it_empty_text(dbt):
    dbt.table("t", 'id,a,b,c\n1,,"",1\n2,x,"NULL",\n3,"  ",,\n')
    assert dbt.query("select * from t order by id") == [
        {"id": 1, "a": None, "b": "", "c": 1},
        {"id": 2, "a": "x", "b": "NULL", "c": None},
        {"id": 3, "a": "  ", "b": None, "c": None},
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("9223372036854775808", Decimal(2**63), id="great integer"),
        pytest.param("0", 0, id="zero"),
        pytest.param("0.10", Decimal("0.10"), id="decimal"),
        pytest.param("007", "007", id="leading zeros"),
        pytest.param("+1", "+1", id="plus"),
        pytest.param('"1"', "1", id="quoted number"),
        pytest.param("2024-02-30", "2024-02-30", id="no such day"),
        pytest.param("29.02.2024", "29.02.2024", id="other date"),
        pytest.param("nan", "nan", id="not a number"),
        pytest.param("yes", "yes", id="yes"),
        pytest.param('"line\nbreak"', "line\nbreak", id="line break"),
        pytest.param('""""', '"', id="quote"),
    ],
)
def test_a_csv_field_is_read_with_care(dbt, field, value):
    dbt.table("t", f"a,b\r\n{field},1\r\n")
    found = dbt.query("select a from t").column("a")
    assert found == [value]
    assert type(found[0]) is type(value)


def test_given_types_win_over_those_of_csv(dbt):
    dbt.table("t", "a,b,c\n1,2,2024-02-29", types={"a": "text", "b": "decimal(10,2)", "c": "timestamp"})
    assert types_of(dbt) == {"a": "text", "b": "numeric", "c": "timestamp"}
    assert dbt.query("select * from t") == [{"a": "1", "b": Decimal("2.00"), "c": datetime(2024, 2, 29)}]


def test_a_csv_header_alone_makes_a_table_without_rows(dbt):
    dbt.table("t", "a,b\n", types={"b": "integer"})
    assert types_of(dbt) == {"a": "text", "b": "integer"}
    assert dbt.query("select * from t") == []


def test_an_empty_line_is_a_null_where_there_is_one_column(dbt):
    dbt.table("t", "a\n1\n\n3\n")
    dbt.table("two", "a,b\n1,2\n\n3,4\n")
    assert sorted(dbt.query("select a from t").column("a"), key=str) == [1, 3, None]
    assert dbt.query("select count(*) as n from two") == [{"n": 2}]


def test_a_csv_file_makes_a_table(dbt, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(b"\xef\xbb\xbfid,name\r\n1,\xc3\x84nn\r\n")
    dbt.table("t", file)
    assert dbt.query("select * from t") == [{"id": 1, "name": "Änn"}]
    file.write_text("id\n1,2\n")
    with pytest.raises(HarnessError, match=r"^orders\.csv: line 2 of the CSV text has 2 fields, the header 1$"):
        dbt.table("t", file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the CSV text is empty: its first line has to name the columns"),
        ("a,a\n1,2", "the CSV text's first line has to name each column once; it is 'a, a'"),
        ("a,\n1,2", "the CSV text's first line has to name each column once; it is 'a, '"),
        ('a,b\n"x\ny",2\n3', "line 4 of the CSV text has 1 fields, the header 2"),
        ('a,b\n1,"2', "line 2 of the CSV text has a double quote that is not closed or not alone"),
        ('a,b\n1,2"3"', "line 2 of the CSV text has a double quote that is not closed or not alone"),
    ],
    ids=["empty", "name twice", "no name", "field missing", "open quote", "quote inside"],
)
def test_a_broken_csv_text_is_refused(dbt, text, message):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", text)
    assert str(refused.value) == message
