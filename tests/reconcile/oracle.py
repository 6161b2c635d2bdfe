"""What a comparison of two tables must find, by brute force over Python values, before any SQL."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Cell = tuple[str, Any]
Tolerance = Mapping[str, float]


def cell(value: Any) -> Cell:
    """Return a value as it compares: NULL with NULL, NaN with NaN, -0.0 with 0.0, 1.10 with 1.1; True is no 1."""
    if value is None:
        return ("null", None)
    if isinstance(value, float) and math.isnan(value):
        return ("nan", None)
    return ("boolean" if isinstance(value, bool) else "value", value)


@dataclass
class Expected:
    """Numbers of a comparison.

    `mismatches` per column means something when no key repeats: otherwise it hangs on how unequal rows are paired.
    """

    match: int
    mismatch: int
    only_in_legacy: int
    only_in_migrated: int
    keys_only_in_legacy: int
    keys_only_in_migrated: int
    duplicated_in_legacy: int
    duplicated_in_migrated: int
    mismatches: dict[str, int]


def compare(
    legacy: Sequence[Row],
    migrated: Sequence[Row],
    keys: Sequence[str],
    columns: Sequence[str],
    tolerances: Mapping[str, Tolerance] | None = None,
) -> Expected:
    """Pair rows within their key, as many equal ones as there can be, and count."""
    tolerances = tolerances or {}
    sides = [_by_key(rows, keys) for rows in (legacy, migrated)]
    result = Expected(0, 0, 0, 0, 0, 0, 0, 0, dict.fromkeys(columns, 0))
    for key in sides[0].keys() | sides[1].keys():
        left, right = (side.get(key, []) for side in sides)
        match = _most_equal(left, right, columns, tolerances)
        pairs = min(len(left), len(right))
        result.match += match
        result.mismatch += pairs - match
        result.only_in_legacy += len(left) - pairs
        result.only_in_migrated += len(right) - pairs
        result.keys_only_in_legacy += not right
        result.keys_only_in_migrated += not left
        result.duplicated_in_legacy += len(left) > 1
        result.duplicated_in_migrated += len(right) > 1
        if pairs == 1:
            for column in columns:
                result.mismatches[column] += not equal(left[0][column], right[0][column], tolerances.get(column))
    return result


def _by_key(rows: Sequence[Row], keys: Sequence[str]) -> dict[tuple[Cell, ...], list[Row]]:
    groups: dict[tuple[Cell, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(cell(row[key]) for key in keys)].append(row)
    return groups


def equal(left: Any, right: Any, tolerance: Tolerance | None = None) -> bool:
    """Whether two values are equal, or two finite numbers within a tolerance, exactly reckoned."""
    if cell(left) == cell(right):
        return True
    if tolerance is None or any(value is None or not math.isfinite(value) for value in (left, right)):
        return False
    left, right = Fraction(left), Fraction(right)
    allowed = [
        Fraction(tolerance[kind]) * (1 if kind == "absolute" else max(abs(left), abs(right))) for kind in tolerance
    ]
    return abs(left - right) <= max(allowed)


def _most_equal(
    left: Sequence[Row], right: Sequence[Row], columns: Sequence[str], tolerances: Mapping[str, Tolerance]
) -> int:
    """Count the pairs when rows that are exactly equal are paired first, and as many of the rest as can be."""
    exact = [Counter(tuple(cell(row[column]) for column in columns) for row in rows) for rows in (left, right)]
    both = exact[0] & exact[1]
    rest = [_without(rows, both, columns) for rows in (left, right)]
    matched = largest_matching(
        rest[0],
        rest[1],
        lambda one, other: all(equal(one[name], other[name], tolerances.get(name)) for name in columns),
    )
    return both.total() + matched


def _without(rows: Sequence[Row], taken: Counter[tuple[Cell, ...]], columns: Sequence[str]) -> list[Row]:
    taken = taken.copy()
    rest = []
    for row in rows:
        values = tuple(cell(row[column]) for column in columns)
        if taken[values] > 0:
            taken[values] -= 1
        else:
            rest.append(row)
    return rest


def largest_matching(left: Sequence[Row], right: Sequence[Row], fits: Callable[[Row, Row], bool]) -> int:
    """Return the size of a maximum bipartite matching, by augmenting paths."""
    partner: dict[int, int] = {}

    def find(place: int, seen: set[int]) -> bool:
        for other, row in enumerate(right):
            if other not in seen and fits(left[place], row):
                seen.add(other)
                if other not in partner or find(partner[other], seen):
                    partner[other] = place
                    return True
        return False

    return sum(find(place, set()) for place in range(len(left)))
