"""Rows as tests get them: values, types and frames, the same on all engines."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from dbt_cutover.testing import HarnessError, Rows

SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        pytest.param("true", True, id="boolean"),
        pytest.param("cast(1.1 as real)", 1.10000002384185791015625, id="a float of 32 bits"),
        pytest.param("cast('1.50' as decimal(10, 2))", Decimal("1.50"), id="decimal"),
        pytest.param(f"cast('{SOME_UUID}' as uuid)", SOME_UUID, id="uuid"),
        pytest.param("interval '2 days 3 seconds'", timedelta(days=2, seconds=3), id="interval"),
        pytest.param("""cast('{"a": [1, null]}' as json)""", {"a": [1, None]}, id="json"),
        pytest.param("cast(null as json)", None, id="no json"),
        pytest.param("array[1, null]", [1, None], id="list of integers"),
        pytest.param("array[1.5, null]", [Decimal("1.5"), None], id="list of decimals"),
        pytest.param(f"array[cast('{SOME_UUID}' as uuid), null]", [SOME_UUID, None], id="list of uuids"),
        pytest.param("array['a', '']", ["a", ""], id="list of text"),
        pytest.param("time '12:30:00.5'", time(12, 30, 0, 500000), id="time"),
        pytest.param("date '2024-02-29'", date(2024, 2, 29), id="date"),
    ],
)
def test_a_value_has_one_python_form_on_every_engine(dbt, sql, value):
    found = dbt.query(f"select {sql} as a").column("a")
    assert found == [value]
    assert type(found[0]) is type(value)


def test_bytes_are_bytes(dbt):
    table = dbt.table("t", [{"a": b"\x00\xff", "b": [b"\x01", None]}])
    assert dbt.query("select * from {{ t }}", t=table) == [{"a": b"\x00\xff", "b": [b"\x01", None]}]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/New_York"])
def test_timestamps_with_a_zone_are_told_in_utc_whatever_the_session_says(dbt, zone):
    dbt.execute(f"set timezone = '{zone}'")
    found = dbt.query("select timestamptz '2024-07-01 12:00:00+02' as a").column("a")
    assert [value.isoformat() for value in found] == ["2024-07-01T10:00:00+00:00"]


@pytest.mark.engines("postgres")
def test_a_timestamp_that_python_cannot_tell_in_utc_keeps_its_zone(dbt):
    dbt.execute("set timezone = 'America/New_York'")
    found = dbt.query("select timestamptz '9999-12-31 23:00:00' as a").column("a")
    assert [value.isoformat() for value in found] == ["9999-12-31T23:00:00-05:00"]


def test_columns_and_types_are_known_without_rows(dbt):
    dbt.table("t", [], types={"n": "decimal(12,3)", "d": "date", "v": "varchar(7)", "i": "smallint"})
    rows = dbt.query("select n, d, v, i from t")
    assert (rows, rows.columns) == ([], ["n", "d", "v", "i"])
    types = {column: type_.lower().replace("numeric", "decimal") for column, type_ in rows.types.items()}
    assert types["v"] in ("varchar", "character varying(7)")  # DuckDB doesn't keep the length
    assert types == {"n": "decimal(12,3)", "d": "date", "v": types["v"], "i": "smallint"}


@pytest.mark.engines("postgres")
def test_types_that_the_test_makes_are_named_too(dbt):
    dbt.execute("create type mood as enum ('sad', 'glad')")
    assert dbt.query("select cast('sad' as mood) as a, 1.5 as b").types == {"a": "test.mood", "b": "numeric"}


def test_two_columns_of_one_name_are_refused(dbt):
    with pytest.raises(HarnessError, match="more than one column named a: give them aliases"):
        dbt.query("select 1 as a, 2 as a")


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(HarnessError) as refused:
        Rows(["amount", "id"], [], ["integer", "integer"]).column("amuont")
    assert str(refused.value) == "the rows have no column 'amuont'; they have amount, id. Did you mean 'amount'?"


# -- frames -----------------------------------------------------------------------------------------------------------

TYPED = {
    "flag": ("boolean", pa.bool_(), True),
    "small": ("smallint", pa.int16(), -3),
    "whole": ("integer", pa.int32(), 4),
    "big": ("bigint", pa.int64(), 2**62 + 1),
    "single": ("real", pa.float32(), 1.5),
    "number": ("double precision", pa.float64(), 0.1),
    "exact": ("decimal(20,4)", pa.decimal128(20, 4), Decimal("12345678901234.5678")),
    "name": ("text", pa.string(), ""),
    "day": ("date", pa.date32(), date(2024, 2, 29)),
    "hour": ("time", pa.time64("us"), time(1, 2, 3, 4)),
    "moment": ("timestamp", pa.timestamp("us"), datetime(2024, 2, 29, 1, 2, 3, 4)),
    "instant": ("timestamptz", pa.timestamp("us", "UTC"), datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC)),
    "lasts": ("interval", pa.duration("us"), timedelta(days=1, microseconds=5)),
    "zoned": ("timetz", pa.string(), "12:30:00+02:00"),
    "key": ("uuid", pa.string(), str(SOME_UUID)),
    "list": ("integer[]", pa.list_(pa.int32()), [1, None]),
}
TYPES = {column: type_ for column, (type_, _, _) in TYPED.items()}
VALUES = {column: value for column, (_, _, value) in TYPED.items()}
NULLS = dict.fromkeys(TYPED)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([], id="no row"),
        pytest.param([NULLS], id="nothing but null"),
        pytest.param([VALUES, NULLS], id="values and null"),
    ],
)
def test_arrow_has_the_types_of_the_database_with_and_without_values(dbt, given):
    dbt.table("t", given, types=TYPES)
    table = dbt.query("select * from t").to_arrow()
    assert table.schema == pa.schema([(column, type_) for column, (_, type_, _) in TYPED.items()])
    assert table.to_pylist() == given


def test_json_is_text_in_arrow(dbt):
    rows = dbt.query("""select cast('{"a":1}' as json) as a, cast(null as json) as b""")
    assert rows.to_arrow().to_pylist() == [{"a": '{"a": 1}', "b": None}]


def test_a_null_without_a_type_is_text_in_arrow(dbt):
    rows = dbt.query("select null as a")
    assert rows.to_arrow().to_pylist() == [{"a": None}]
    assert rows.to_arrow().schema == pa.schema([("a", pa.string())])


@pytest.mark.engines("postgres")
def test_numbers_without_a_precision_keep_all_their_digits_in_arrow(dbt):
    table = dbt.query("select 1.5 as a, 12345678901234567890123456789012345678.125 as b, null::numeric as c").to_arrow()
    assert table.to_pylist() == [
        {"a": Decimal("1.5"), "b": Decimal("12345678901234567890123456789012345678.125"), "c": None}
    ]
    with pytest.raises(HarnessError, match=r"column 'a': Arrow can't take its numeric values: .*no NaN"):
        dbt.query("select 'NaN'::numeric as a").to_arrow()


@pytest.mark.engines("duckdb")
def test_integers_of_128_bits_stay_exact_in_arrow(dbt):
    rows = dbt.query("select 170141183460469231731687303715884105727::hugeint as a, {'x': 1} as s")
    assert rows.to_arrow().to_pylist() == [{"a": Decimal(2**127 - 1), "s": {"x": 1}}]


@pytest.mark.parametrize("given", [[], [VALUES]], ids=["no row", "a row"])
def test_pandas_has_the_types_of_the_database_with_and_without_rows(dbt, given):
    dbt.table("t", given, types=TYPES)
    frame = dbt.query("select * from t").to_pandas()
    kinds = frame.dtypes.astype(str).to_dict()
    assert {column: kinds[column] for column in ("flag", "small", "whole", "big", "single", "number")} == {
        "flag": "bool",
        "small": "int16",
        "whole": "int32",
        "big": "int64",
        "single": "float32",
        "number": "float64",
    }
    assert {kinds["moment"], kinds["instant"], kinds["lasts"]} == {
        "datetime64[us]",
        "datetime64[us, UTC]",
        "timedelta64[us]",
    }
    assert len(frame) == len(given)
    assert frame["exact"].tolist() == [row["exact"] for row in given]


def test_integers_and_booleans_with_nulls_keep_their_values_in_pandas(dbt):
    dbt.table("t", [{"o": 1, "i": 2**62 + 1, "b": True, "x": 0.5}, {"o": 2, "i": None, "b": None, "x": None}])
    frame = dbt.query("select i, b, x from t order by o").to_pandas()
    assert frame.dtypes.astype(str).to_dict() == {"i": "Int64", "b": "boolean", "x": "float64"}
    assert frame["i"].tolist() == [2**62 + 1, pd.NA]
    assert frame["b"].tolist() == [True, pd.NA]
    assert frame["x"].isna().tolist() == [False, True]


# What goes in as a frame comes out with the same types and values.


def test_an_arrow_table_arrives_as_it_is(dbt):
    given = pa.table({column: pa.array([VALUES[column], None], type_) for column, (_, type_, _) in TYPED.items()})
    dbt.table("t", given)
    found = dbt.query("select * from t").to_arrow()
    assert found.schema == given.schema
    assert found.sort_by("big").to_pylist() == given.to_pylist()


def test_arrow_tells_null_from_nan_and_from_infinity(dbt):
    dbt.table("t", pa.table({"o": [1, 2, 3], "a": [math.nan, None, -math.inf]}))
    found = dbt.query("select a from t order by o").column("a")
    assert math.isnan(found[0])
    assert found[1:] == [None, -math.inf]


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda table: table.to_batches()[0], id="record batch"),
        pytest.param(lambda table: table.to_reader(), id="record batch reader"),
        pytest.param(pl.from_arrow, id="polars"),
        pytest.param(lambda table: table.to_pandas(), id="pandas"),
    ],
)
def test_frames_of_all_kinds_arrive(dbt, wrap):
    days = [date(2024, 2, 29), None]
    given = {"i": [1, 2], "s": ["x", ""], "d": days, "n": [Decimal("1.50"), Decimal("-2.25")]}
    dbt.table("t", wrap(pa.table(given)))
    rows = dbt.query("select * from t order by i")
    assert rows == [
        {"i": 1, "s": "x", "d": days[0], "n": Decimal("1.50")},
        {"i": 2, "s": "", "d": None, "n": Decimal("-2.25")},
    ]
    assert rows.types["i"].lower() == "bigint"
    assert rows.types["n"].lower().endswith(",2)")


def test_a_relation_of_duckdb_arrives(dbt):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as other:
        dbt.table("t", other.sql("select 1::smallint as a, 'x' as b"))
    rows = dbt.query("select * from t")
    assert (rows, rows.types["a"].lower()) == ([{"a": 1, "b": "x"}], "smallint")


def test_polars_tells_null_from_nan(dbt):
    dbt.table("t", pl.DataFrame({"o": [1, 2], "a": [math.nan, None]}))
    found = dbt.query("select a from t order by o").column("a")
    assert math.isnan(found[0])
    assert found[1] is None


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(np.array([1.5, np.nan, np.nan]), id="numpy floats"),
        pytest.param(pd.array([1.5, None, None], dtype="Float64"), id="nullable floats"),
        pytest.param(np.array([1.5, None, float("nan")], dtype=object), id="objects"),
    ],
)
def test_what_pandas_calls_missing_is_null(dbt, column):
    dbt.table("t", pd.DataFrame({"o": [1, 2, 3], "a": column}, index=[7, 8, 9]))
    assert dbt.query("select * from t order by o") == [{"o": 1, "a": 1.5}, {"o": 2, "a": None}, {"o": 3, "a": None}]


def test_pandas_missing_times_integers_and_text_are_null(dbt):
    frame = pd.DataFrame(
        {
            "i": pd.array([1, None], dtype="Int64"),
            "t": pd.to_datetime(pd.Series(["2024-02-29 12:00", None])),
            "s": ["", None],
            "c": pd.Categorical(["x", None]),
        }
    )
    dbt.table("t", frame)
    assert dbt.query("select * from t order by i nulls last") == [
        {"i": 1, "t": datetime(2024, 2, 29, 12), "s": "", "c": "x"},
        {"i": None, "t": None, "s": None, "c": None},
    ]


def test_a_type_may_be_given_for_a_column_of_a_frame(dbt):
    dbt.table("t", pa.table({"a": ["1", "2"], "b": [{"x": 1}, None]}), types={"a": "integer", "b": "json"})
    assert dbt.query("select * from t order by a") == [{"a": 1, "b": {"x": 1}}, {"a": 2, "b": None}]


def test_a_frame_without_rows_makes_a_table_without_rows(dbt):
    dbt.table("t", pa.schema([("a", pa.int16()), ("b", pa.null())]).empty_table())
    rows = dbt.query("select * from t")
    assert (rows, rows.columns, rows.types["a"].lower()) == ([], ["a", "b"], "smallint")


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(
    ("column", "message"),
    [
        pytest.param(
            pa.array([{"x": 1}]),
            "column 'a': postgres has no type for Arrow's struct<x: int64>; give one in types",
            id="struct",
        ),
        pytest.param(
            pa.array([1], pa.timestamp("ns")),
            "column 'a' has values finer than a microsecond: "
            "Casting from timestamp[ns] to timestamp[us] would lose data: 1",
            id="nanosecond",
        ),
    ],
)
def test_what_an_engine_cannot_hold_of_arrow_is_refused(dbt, column, message):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", pa.table({"a": column}))
    assert str(refused.value) == message


@pytest.mark.engines("duckdb")
def test_a_type_of_arrow_that_duckdb_does_not_read_is_refused(dbt):
    with pytest.raises(HarnessError) as refused:
        dbt.table("t", pa.table({"a": pa.array([1], pa.int8()), "b": pa.array([Decimal(1)], pa.decimal256(60, 2))}))
    assert str(refused.value) == "column 'b': duckdb has no type for Arrow's decimal256(60, 2); give one in types"


def test_a_frame_with_two_columns_of_one_name_is_refused(dbt):
    with pytest.raises(HarnessError, match="the frame has more than one column named a"):
        dbt.table("t", pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]))


@pytest.mark.engines("duckdb")
def test_many_rows_of_arrow_arrive(dbt):
    numbers = range(100_000)
    dbt.table("t", pa.table({"id": numbers, "name": [f"n{n}" if n % 7 else None for n in numbers]}))
    assert dbt.query("select count(*) as n, count(name) as names, sum(id) as total from t") == [
        {"n": 100_000, "names": 100_000 - 14_286, "total": 99_999 * 50_000}
    ]
