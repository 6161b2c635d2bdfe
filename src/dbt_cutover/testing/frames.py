"""Arrow, pandas and polars: frames that tables are made from, and rows as frames.

The libraries are imported when a frame is met or asked for.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dbt_cutover.testing.errors import HarnessError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa  # type: ignore[import-untyped]

    from dbt_cutover.testing.rows import Rows

__all__ = ["arrow_table", "from_frame", "is_frame", "kind", "pandas_frame", "python_rows", "with_json_text"]


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise HarnessError(f"{name} is missing: install dbt-cutover[frames]") from error


# -- frames in --------------------------------------------------------------------------------------------------------


def _is_pandas(rows: object) -> bool:
    return type(rows).__module__.partition(".")[0] == "pandas"


def is_frame(rows: object) -> bool:
    """Whether it is a frame of pandas, polars, Arrow, DuckDB or another library that speaks Arrow."""
    return _is_pandas(rows) or hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "__arrow_c_array__")


def from_frame(rows: Any) -> pa.Table:
    """Return a frame as an Arrow table.

    Of pandas, what pandas calls missing (``isna``) is NULL, NaN among it, and the index is left out. Everywhere else
    NULL and NaN are two values, and both arrive.

    Raises
    ------
    HarnessError
        pyarrow isn't installed, it can't take the frame, or two columns have one name.
    """
    arrow = _library("pyarrow")
    try:
        table = arrow.Table.from_pandas(rows, preserve_index=False) if _is_pandas(rows) else arrow.table(rows)
    except (arrow.ArrowException, AttributeError, TypeError, ValueError) as error:
        raise HarnessError(f"Arrow can't take the {type(rows).__name__}: {error}") from error
    twice = sorted({name for name in table.column_names if table.column_names.count(name) > 1})
    if twice:
        raise HarnessError(f"the frame has more than one column named {', '.join(twice)}")
    return table.replace_schema_metadata()


_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "null": "text",
        "bool": "boolean",
        "int8": "integer16",
        "uint8": "integer16",
        "int16": "integer16",
        "uint16": "integer32",
        "int32": "integer32",
        "uint32": "integer",
        "int64": "integer",
        "halffloat": "float32",
        "float": "float32",
        "double": "float",
        "string": "text",
        "large_string": "text",
        "string_view": "text",
        "binary": "bytes",
        "large_binary": "bytes",
        "binary_view": "bytes",
        "date32[day]": "date",
        "date64[ms]": "date",
    }
)


def kind(type_: pa.DataType) -> str | None:
    """Return what :attr:`Engine.types` calls a type of Arrow; None for what has no such name."""
    name = str(type_)
    if name.startswith("dictionary"):
        return kind(type_.value_type)
    if name.startswith("timestamp"):
        return "timestamp" if type_.tz is None else "timestamptz"
    for prefix, found in (("time", "time"), ("duration", "interval"), ("fixed_size_binary", "bytes")):
        if name.startswith(prefix):
            return found
    return _KINDS.get(name)


def with_json_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of structs, lists or maps as JSON text; any other as it is."""
    arrow = _library("pyarrow")
    if not arrow.types.is_nested(column.type):
        return column
    texts = [None if value is None else json.dumps(value) for value in column.to_pylist()]
    return arrow.chunked_array([arrow.array(texts, arrow.string())])


def python_rows(table: pa.Table) -> list[tuple[Any, ...]]:
    """Return a table's rows as Python values, whose timestamps know microseconds.

    Raises
    ------
    HarnessError
        A value is finer than a microsecond.
    """
    arrow = _library("pyarrow")
    columns = []
    for field, column in zip(table.schema, table.columns, strict=True):
        coarser = str(field.type).replace("[ns", "[us")
        if coarser != str(field.type) and not arrow.types.is_nested(field.type):
            try:
                column = column.cast(_in_microseconds(field.type))  # noqa: PLW2901
            except arrow.ArrowInvalid as error:
                raise HarnessError(f"column {field.name!r} has values finer than a microsecond: {error}") from error
        columns.append(column.to_pylist())
    return list(zip(*columns, strict=True))


def _in_microseconds(type_: pa.DataType) -> Any:
    arrow = _library("pyarrow")
    if arrow.types.is_timestamp(type_):
        return arrow.timestamp("us", type_.tz)
    return arrow.time64("us") if arrow.types.is_time(type_) else arrow.duration("us")


# -- rows out ---------------------------------------------------------------------------------------------------------

_ARROW: Mapping[str, str] = MappingProxyType(
    {
        "boolean": "bool_",
        "tinyint": "int8",
        "smallint": "int16",
        "integer": "int32",
        "bigint": "int64",
        "utinyint": "uint8",
        "usmallint": "uint16",
        "uinteger": "uint32",
        "ubigint": "uint64",
        "float": "float32",
        "real": "float32",
        "double": "float64",
        "double precision": "float64",
        "varchar": "string",
        "text": "string",
        "character varying": "string",
        "character": "string",
        "name": "string",
        "uuid": "string",
        "json": "string",
        "jsonb": "string",
        "blob": "binary",
        "bytea": "binary",
        "date": "date32",
    }
)
"""Arrow's constructor without parameters, for the names that DuckDB and Postgres give to types."""

_EXACT = re.compile(r"(?:decimal|numeric)\((?P<precision>\d+),(?P<scale>\d+)\)")
_UNKNOWN = ("numeric", "hugeint", "uhugeint", "bignum")
"""Exact numbers whose precision isn't told by the type, or is more than a decimal of 128 bits has."""


def _arrow_type(name: str) -> Any:
    """Return Arrow's type for the database's name of one; None when Arrow has to tell it from the values."""
    arrow = _library("pyarrow")
    name = name.lower()
    if name.endswith("]"):
        inner = _arrow_type(name[: name.rindex("[")])
        return None if inner is None else arrow.list_(inner)
    if exact := _EXACT.fullmatch(name):
        precision, scale = int(exact["precision"]), int(exact["scale"])
        return (arrow.decimal128 if precision <= 38 else arrow.decimal256)(precision, scale)
    if name.startswith("timestamp"):
        return arrow.timestamp("us", "UTC" if _has_zone(name) else None)
    if name.startswith("interval"):
        return arrow.duration("us")
    if name.startswith("time") and not _has_zone(name):
        return arrow.time64("us")
    plain = name.partition("(")[0] if name.startswith("character") else name
    return getattr(arrow, _ARROW[plain])() if plain in _ARROW else None


def _has_zone(name: str) -> bool:
    return "with time zone" in name or "tz" in name


def _to_text(name: str) -> Callable[[Any], Any] | None:
    """Return how values of a type that Arrow has no match for become text; None for any other."""
    name = name.lower()
    if name in ("json", "jsonb"):
        return json.dumps
    return str if name in ("uuid", "time with time zone") else None


def _exact_numbers(values: list[Any]) -> tuple[Any, list[Any]]:
    arrow = _library("pyarrow")
    numbers = [None if value is None else Decimal(value) for value in values]
    parts = [number.as_tuple() for number in numbers if number is not None]
    if any(not isinstance(part.exponent, int) for part in parts):
        raise ValueError("Arrow's decimals have no NaN and no Infinity; cast it to double precision")
    exponents = [part.exponent for part in parts if isinstance(part.exponent, int)]
    scale = max([0, *(-exponent for exponent in exponents)])
    digits = max([1, *(len(part.digits) + exponent for part, exponent in zip(parts, exponents, strict=True))]) + scale
    return (arrow.decimal128(38, scale) if digits <= 38 else arrow.decimal256(76, scale)), numbers


def _column(name: str, type_: str, values: list[Any]) -> Any:
    arrow = _library("pyarrow")
    if to_text := _to_text(type_):
        values = [None if value is None else to_text(value) for value in values]
    try:
        if type_.lower() in _UNKNOWN:
            wanted, values = _exact_numbers(values)
        else:
            wanted = _arrow_type(type_)
        if wanted is None and all(value is None for value in values):
            wanted = arrow.string()
        return arrow.array(values, wanted)
    except (arrow.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise HarnessError(f"column {name!r}: Arrow can't take its {type_} values: {error}") from error


def arrow_table(rows: Rows) -> pa.Table:
    """Return rows as an Arrow table: see :meth:`Rows.to_arrow`.

    JSON, UUIDs and times with a time zone are text, intervals durations; numbers without a precision are decimals with
    the most digits after the point that a value has; other types (structs, enums) are told from the values.
    """
    arrow = _library("pyarrow")
    columns = {name: _column(name, rows.types[name], rows.column(name)) for name in rows.columns}
    return arrow.table(columns)


def pandas_frame(rows: Rows) -> pd.DataFrame:
    """Return rows as a pandas frame: see :meth:`Rows.to_pandas`."""
    pandas = _library("pandas")
    table = arrow_table(rows)
    columns = {name: _series(table.column(name)) for name in rows.columns}
    frame: pd.DataFrame = pandas.DataFrame(columns, index=range(len(rows)))
    return frame


def _series(column: Any) -> Any:
    pandas = _library("pandas")
    nullable = {"bool": "boolean", **{f"{u}int{n}": f"{u.upper()}Int{n}" for u in ("", "u") for n in (8, 16, 32, 64)}}
    if not column.null_count or str(column.type) not in nullable:
        return column.to_pandas()
    return pandas.Series(pandas.array(column.to_pylist(), dtype=nullable[str(column.type)]))
