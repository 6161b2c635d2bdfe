"""Tables given as Python rows: their columns, and a type for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import HarnessError, did_you_mean

__all__ = ["Content", "content"]


@dataclass(frozen=True)
class Content:
    """A table's columns with their SQL types, and its rows with the values in the columns' order."""

    types: dict[str, str]
    rows: list[tuple[Any, ...]]


def content(rows: Iterable[Mapping[str, Any]], types: Mapping[str, str], engine: Engine) -> Content:
    """Work out columns and types.

    Raises
    ------
    HarnessError
        There are no columns, rows have different ones, a type is given for a column that isn't there, or a column's
        values are of kinds that no type holds together.
    """
    rows = list(rows)
    columns = list(rows[0]) if rows else list(types)
    if not columns:
        raise HarnessError("a table needs columns: give at least one row, or types")
    for number, row in enumerate(rows, start=1):
        if row.keys() != rows[0].keys():
            different = sorted(row.keys() ^ rows[0].keys())
            raise HarnessError(f"row {number} has other columns than row 1: {', '.join(different)}")
    for column in types:
        if column not in columns:
            near = did_you_mean(column, columns)
            raise HarnessError(f"types names the column {column!r}, which the rows don't have.{near}")
    values = [tuple(row[column] for column in columns) for row in rows]
    inferred = {
        column: types[column] if column in types else _type(column, [row[index] for row in values], engine)
        for index, column in enumerate(columns)
    }
    return Content(inferred, values)


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
    return engine.types[kinds.pop()]


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
)


def _kind(column: str, value: Any) -> str:
    for type_, kind in _KINDS:
        if isinstance(value, type_):
            return "timestamptz" if isinstance(value, datetime) and value.tzinfo is not None else kind
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
