"""What a list of checks must find, worked out row by row in Python from the rows as they were given, before any SQL."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
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
    if check["check"] == "expression":
        return [place for place in places if check["python"](rows[place]) is False]
    columns = check.get("columns") or [check["column"]]
    values = {place: tuple(rows[place][column] for column in columns) for place in places}
    if check["check"] == "not_null":
        return [place for place in places if values[place][0] is None]
    if check["check"] == "not_empty_string":
        return [place for place in places if not (values[place][0] or "").strip()]
    if check["check"] == "monotonic":
        return _falling(check, rows, places)
    present = {place: tuple(map(Value, value)) for place, value in values.items() if None not in value}
    if check["check"] == "unique":
        copies = Counter(present.values())
        return [place for place, value in present.items() if copies[value] > 1]
    good = _good(check, parents)
    return [place for place, value in present.items() if not good(value[0])]


def _falling(check: Mapping[str, Any], rows: Sequence[Row], places: Sequence[int]) -> list[int]:
    sign = -1 if check.get("direction") == "decreasing" else 1
    groups: dict[tuple[Any, ...], list[tuple[Any, Any, int]]] = {}
    for place in places:
        value, moment = rows[place][check["column"]], rows[place][check["sort_column"]]
        if value is not None and moment is not None:
            group = tuple(rows[place][column] for column in check.get("group_by", []))
            groups.setdefault(group, []).append((moment, sign * value, place))
    wrong = []
    for steps in groups.values():
        for (_, before, _), (_, value, place) in pairwise(sorted(steps)):
            if value < before or (check.get("strictly") and value == before):
                wrong.append(place)
    return wrong


def _good(check: Mapping[str, Any], parents: Sequence[Row]) -> Callable[[Value], bool]:
    if check["check"] == "length_between":
        return lambda value: not out_of_bounds(check, len(value.rank[1]))
    if check["check"] == "matches_regex":
        return lambda value: re.search(check["regex"], value.rank[1], re.ASCII | re.DOTALL) is not None
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


def out_of_bounds(check: Mapping[str, Any], value: Any) -> bool:
    """Whether a number is outside a check's bounds."""
    low, high = check.get("min"), check.get("max")
    return (low is not None and value < low) or (high is not None and value > high)


def measured(check: Mapping[str, Any], rows: Sequence[Row]) -> tuple[Any, bool]:
    """Return what a table check measures in the rows that it looks at, and whether it is wrong."""
    if check["check"] == "row_count":
        return len(rows), out_of_bounds(check, len(rows))
    values = [row[check["column"]] for row in rows]
    if check["check"] == "null_fraction":
        nulls = values.count(None)
        share = Fraction(nulls, len(rows)) if rows else None
        return share, share is not None and share > Fraction(str(check["max"]))
    if check["check"] == "distinct_count":
        return distinct(values), out_of_bounds(check, distinct(values))
    total = sum((value for value in values if value is not None), start=Decimal(0))
    return total, out_of_bounds(check, total)


def holds(check: Mapping[str, Any], failures: int, count: int) -> bool:
    """Whether so many failures of so many rows are few enough."""
    if check.get("mostly") is not None:
        return count - failures >= Fraction(str(check["mostly"])) * count
    return failures <= (check.get("max_failures") or 0)


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
