"""Tables given as Python rows, CSV or a frame: their columns, and a type for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dbt_cutover.testing import csv_text, frames
from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import HarnessError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

__all__ = ["Content", "Source", "content"]

Source = Any
"""What :meth:`Dbt.table` takes: an iterable of mappings, CSV text, the Path of a CSV file, or a frame (pandas, polars,
Arrow, a relation of DuckDB)."""


@dataclass(frozen=True)
class Content:
    """A table's columns with their SQL types, and its rows: the values in the columns' order, or an Arrow table."""

    types: dict[str, str]
    rows: list[tuple[Any, ...]]
    arrow: pa.Table | None = None

    def insert(self, engine: Engine, cursor: Any, table: str) -> None:
        """Fill the table (a quoted name), which is there and empty."""
        if self.rows:
            engine.insert(cursor, table, self.rows)
        elif self.arrow is not None and self.arrow.num_rows:
            engine.insert_arrow(cursor, table, self.arrow)


def content(source: Source, types: Mapping[str, str], engine: Engine) -> Content:
    """Work out columns and types.

    Raises
    ------
    HarnessError
        There are no columns, rows have different ones, a type is given for a column that isn't there, a column's
        values are of kinds that no type holds together, or the engine has no type for them.
    """
    if isinstance(source, list | tuple):
        return _from_mappings(source, types, engine)
    if isinstance(source, str | Path):
        csv = csv_text.read(source, types) if isinstance(source, str) else csv_text.read_file(source, types)
        return _from_rows(csv.columns, csv.rows, types, engine)
    if frames.is_frame(source):
        return _from_arrow(frames.from_frame(source), types, engine)
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise HarnessError(
            f"a table is made from mappings, one per row, from CSV text, a Path to a CSV file or a frame "
            f"(pandas, polars, Arrow), not from a {type(source).__name__}"
        )
    return _from_mappings(list(source), types, engine)


def _from_mappings(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str], engine: Engine) -> Content:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise HarnessError(f"row {number} is a {type(row).__name__} and not a mapping of column to value")
        if row.keys() != rows[0].keys():
            different = sorted(row.keys() ^ rows[0].keys())
            raise HarnessError(f"row {number} has other columns than row 1: {', '.join(different)}")
    columns = list(rows[0]) if rows else list(types)
    return _from_rows(columns, [tuple(row[column] for column in columns) for row in rows], types, engine)


def _from_rows(
    columns: Sequence[str], rows: list[tuple[Any, ...]], types: Mapping[str, str], engine: Engine
) -> Content:
    _check_types(columns, types)
    inferred = {
        column: types[column] if column in types else _type(column, [row[index] for row in rows], engine)
        for index, column in enumerate(columns)
    }
    as_json = [index for index, type_ in enumerate(inferred.values()) if _is_json(type_)]
    if as_json:
        rows = [
            tuple(
                json.dumps(value) if index in as_json and isinstance(value, dict | list) else value
                for index, value in enumerate(row)
            )
            for row in rows
        ]
    return Content(inferred, rows)


def _from_arrow(table: pa.Table, types: Mapping[str, str], engine: Engine) -> Content:
    _check_types(table.column_names, types)
    for index, column in enumerate(table.column_names):
        if _is_json(types.get(column, "")):
            table = table.set_column(index, column, frames.with_json_text(table.column(index)))
    found = {}
    for field in table.schema:
        type_ = types[field.name] if field.name in types else engine.arrow_type(field.type)
        if type_ is None:
            raise HarnessError(
                f"column {field.name!r}: {engine.name} has no type for Arrow's {field.type}; give one in types"
            )
        found[field.name] = type_
    return Content(found, [], table)


def _is_json(type_: str) -> bool:
    return type_.lower().startswith("json")


def _check_types(columns: Sequence[str], types: Mapping[str, str]) -> None:
    if not columns:
        raise HarnessError("a table needs columns: give at least one row, or types")
    for column in types:
        if column not in columns:
            near = did_you_mean(column, columns)
            raise HarnessError(f"types names the column {column!r}, which the rows don't have.{near}")


def _type(column: str, values: Sequence[Any], engine: Engine) -> str:
    present = [value for value in values if value is not None]
    kinds = {_kind(column, value) for value in present} or {"text"}
    if kinds == {"integer", "float"}:
        kinds = {"float"}
    if kinds <= {"integer", "decimal"} and (
        kinds != {"integer"} or not all(-(2**63) <= value < 2**63 for value in present)
    ):
        return engine.decimal_type(*_digits(present))
    if len(kinds) > 1:
        raise HarnessError(f"column {column!r} mixes {' and '.join(sorted(kinds))} values; give its type in types")
    kind = kinds.pop()
    if kind == "list":
        return _type(column, [item for value in present for item in value], engine) + "[]"
    return engine.types[kind]


# bool is an int, and datetime a date: the narrower stands first.
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "float"),
    (Decimal, "decimal"),
    (str, "text"),
    (bytes, "bytes"),
    (datetime, "timestamp"),
    (date, "date"),
    (time, "time"),
    (timedelta, "interval"),
    (UUID, "uuid"),
    (list, "list"),
    (dict, "json"),
)


def _kind(column: str, value: Any) -> str:
    for type_, kind in _KINDS:
        if isinstance(value, type_):
            return kind + "tz" if isinstance(value, datetime | time) and value.tzinfo is not None else kind
    raise HarnessError(f"column {column!r}: no SQL type is known for a {type(value).__name__}; give it in types")


def _digits(values: Iterable[Decimal | int]) -> tuple[int, int]:
    """Return the most digits before and after the decimal point."""
    before, after = 1, 0
    for value in values:
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int):  # NaN and Infinity have none
            before, after = max(before, number.adjusted() + 1), max(after, -exponent)
    return before, after
