"""Which row of a result answers which expected row."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Pairing", "pair"]

Row = Mapping[str, Any]
Pair = tuple[int, int]

_MOST_COMPARISONS = 250_000
"""So many rows are compared with each other to find the nearest; of more, only those in the same position."""


@dataclass(frozen=True)
class Pairing:
    """Positions of rows, from 0, in the expected rows and the actual ones.

    Attributes
    ----------
    equal, different : list of (expected, actual)
        Rows that are equal, wherever they stand; rows that answer each other and differ.
    missing, surplus : list of int
        Expected rows, and actual rows, that nothing answers.
    """

    equal: list[Pair]
    different: list[Pair]
    missing: list[int]
    surplus: list[int]

    @property
    def same_rows(self) -> bool:
        """Whether both sides have the same rows, each as often."""
        return not (self.different or self.missing or self.surplus)

    @property
    def moved(self) -> list[Pair]:
        """The equal rows that stand elsewhere than in the expected order, when the others are left out."""
        by_actual = sorted(self.equal, key=lambda found: found[1])
        wanted = sorted(self.equal)
        return [found for found, due in zip(by_actual, wanted, strict=True) if found[0] != due[0]]


def pair(expected: Sequence[Row], actual: Sequence[Row]) -> Pairing:
    """Pair equal rows, those in the same position first; then the nearest; then rows of one column by position."""
    equal = [
        (position, position)
        for position, (wanted, got) in enumerate(zip(expected, actual, strict=False))
        if wanted == got
    ]
    missing, surplus = _left(equal, range(len(expected)), range(len(actual)))
    equal += _equal_elsewhere(expected, actual, missing, surplus)
    missing, surplus = _left(equal, missing, surplus)
    different = _nearest(expected, actual, missing, surplus)
    missing, surplus = _left(different, missing, surplus)
    alone = len(expected) == len(actual) == 1
    in_place = [
        (position, position)
        for position in sorted(set(missing) & set(surplus))
        if alone or len(expected[position]) == len(actual[position]) == 1
    ]
    missing, surplus = _left(in_place, missing, surplus)
    return Pairing(sorted(equal), sorted(different + in_place), missing, surplus)


def _left(pairs: Iterable[Pair], missing: Iterable[int], surplus: Iterable[int]) -> tuple[list[int], list[int]]:
    used_expected = {wanted for wanted, _ in pairs}
    used_actual = {got for _, got in pairs}
    return (
        [position for position in missing if position not in used_expected],
        [position for position in surplus if position not in used_actual],
    )


def _key(row: Row) -> Any:
    """Return something equal for equal rows; None when a value has no hash."""
    try:
        key = frozenset(row.items())
        hash(key)
    except TypeError:
        return None
    return key


def _equal_elsewhere(
    expected: Sequence[Row], actual: Sequence[Row], missing: Iterable[int], surplus: Iterable[int]
) -> list[Pair]:
    found = []
    waiting: dict[Any, deque[int]] = defaultdict(deque)
    for position in surplus:
        waiting[_key(actual[position])].append(position)
    keyless = waiting.pop(None, deque())
    for wanted in missing:
        key = _key(expected[wanted])
        candidates = waiting.get(key, deque()) if key is not None else deque()
        if candidates:
            found.append((wanted, candidates.popleft()))
            continue
        others = keyless if key is not None else [got for group in (*waiting.values(), keyless) for got in group]
        got = next((got for got in others if expected[wanted] == actual[got]), None)
        if got is not None:
            found.append((wanted, got))
            (keyless if got in keyless else waiting[_key(actual[got])]).remove(got)
    return found


def _nearest(
    expected: Sequence[Row], actual: Sequence[Row], missing: Sequence[int], surplus: Sequence[int]
) -> list[Pair]:
    """Pair rows that agree in at least half of their columns, the nearest first."""
    if len(missing) * len(surplus) > _MOST_COMPARISONS:
        return []
    near = []
    for wanted in missing:
        for got in surplus:
            columns = {**expected[wanted], **actual[got]}
            agreeing = sum(_agree(column, expected[wanted], actual[got]) for column in columns)
            if agreeing * 2 >= len(columns) > 0:
                near.append((-agreeing, abs(wanted - got), wanted, got))
    pairs: list[Pair] = []
    used_expected, used_actual = set(), set()
    for _, _, wanted, got in sorted(near):
        if wanted not in used_expected and got not in used_actual:
            used_expected.add(wanted)
            used_actual.add(got)
            pairs.append((wanted, got))
    return pairs


def _agree(column: str, wanted: Row, got: Row) -> bool:
    """Whether a cell is the same, or reads the same: a value of another type is no other row."""
    if column not in wanted or column not in got:
        return False
    return bool(wanted[column] == got[column]) or str(wanted[column]) == str(got[column])
