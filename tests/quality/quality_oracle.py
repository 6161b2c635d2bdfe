"""What a list of checks must find, worked out row by row in Python from the rows as they were given, before any SQL."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Predicate = Callable[[Row], bool | None]
"""SQL's three values: a row that is neither true nor false is not kept."""


class Value:
    """A value as a database compares it: NaN equals itself and is above everything else, minus zero is zero."""

    def __init__(self, value: Any) -> None:
        nan = isinstance(value, float) and math.isnan(value)
        self.rank = (1, 0) if nan else (0, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self.rank == other.rank

    def __hash__(self) -> int:
        return hash(self.rank)

    def __lt__(self, other: Value) -> bool:
        return self.rank < other.rank


def kept(rows: Sequence[Row], *predicates: Predicate | None) -> list[int]:
    """Return the places of the rows for which all predicates are true."""
    return [
        place for place, row in enumerate(rows) if all(wanted is None or wanted(row) is True for wanted in predicates)
    ]


def failing(
    check: Mapping[str, Any], rows: Sequence[Row], places: Sequence[int], parents: Sequence[Row] = ()
) -> list[int]:
    """Return the places, among those given, of the rows that fail a row check."""
    columns = check.get("columns") or [check["column"]]
    values = {place: tuple(rows[place][column] for column in columns) for place in places}
    if check["check"] == "not_null":
        return [place for place in places if values[place][0] is None]
    present = {place: tuple(map(Value, value)) for place, value in values.items() if None not in value}
    if check["check"] == "unique":
        copies = Counter(present.values())
        return [place for place, value in present.items() if copies[value] > 1]
    good = _good(check, parents)
    return [place for place, value in present.items() if not good(value[0])]


def _good(check: Mapping[str, Any], parents: Sequence[Row]) -> Callable[[Value], bool]:
    if check["check"] == "in_range":
        low, high = (None if check.get(key) is None else Value(check[key]) for key in ("min", "max"))
        edges = check.get("inclusive", True)
        return lambda value: (
            (low is None or low < value or (edges and value == low))
            and (high is None or value < high or (edges and value == high))
        )
    if check["check"] == "accepted_values":
        allowed = {Value(value) for value in check["values"]}
    else:
        allowed = {Value(row[check["field"]]) for row in parents if row[check["field"]] is not None}
    return lambda value: value in allowed


def row_count_fails(check: Mapping[str, Any], count: int) -> bool:
    """Whether a number of rows is outside a row_count check's bounds."""
    return not (check.get("min") or 0) <= count <= (check.get("max") if check.get("max") is not None else math.inf)


def extremes(values: Sequence[Any]) -> tuple[Any, Any] | None:
    """Return the smallest and the largest value that isn't NULL."""
    present = sorted((value for value in values if value is not None), key=Value)
    return (present[0], present[-1]) if present else None


def distinct(values: Sequence[Any]) -> int:
    """Count different values that aren't NULL."""
    return len({Value(value) for value in values if value is not None})


def mean(values: Sequence[Any]) -> float | None:
    """Return the mean of the values that aren't NULL, exactly summed."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    if any(isinstance(value, float) for value in present):
        return math.fsum(present) / len(present)
    return float(sum(map(Decimal, present)) / len(present))
