"""How rows differ, as a small table to read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any
from uuid import UUID

from dbt_cutover.testing.pairing import Pairing, pair
from dbt_cutover.testing.rows import Rows

__all__ = ["assert_rows", "describe", "explain", "untold"]

Row = Mapping[str, Any]

_MOST_ROWS = 20
_WIDEST_CELL = 40
_BEFORE = 10
"""So many equal characters of a long cell are shown before those that differ."""
_WIDEST_LINE = 110
_ABSENT = object()
"""Stands for the cell of a row that doesn't have the column."""


def explain(operator: str, left: object, right: object) -> list[str] | None:
    """Return the lines that say why an assertion on rows failed; None when it isn't one.

    Parameters
    ----------
    operator : str
        The comparison of the assertion; ``==`` is explained.
    left, right
        The operands. The one that a query gave is the actual side, or the left one if both are.
    """
    actual, expected = (left, right) if isinstance(left, Rows) else (right, left)
    if operator != "==" or not isinstance(actual, Rows) or not isinstance(expected, list):
        return None
    if not all(isinstance(row, Mapping) for row in expected):
        return None
    return describe(actual, expected)


def assert_rows(actual: Sequence[Row], expected: Iterable[Row], *, ordered: bool = True) -> None:
    """Fail with a table of the differences unless the rows are equal.

    Parameters
    ----------
    actual : rows
        What a query gave.
    expected : iterable of mappings
        What it should give.
    ordered : bool
        The order counts. Otherwise both sides need the same rows, each as often.

    Raises
    ------
    AssertionError
        They differ.
    """
    __tracebackhide__ = True
    expected = list(expected)
    equal = list(actual) == expected if ordered else pair(expected, actual).same_rows
    if not equal:
        raise AssertionError("\n".join(describe(actual, expected, ordered=ordered)))


def untold(lines: Sequence[str], message: str) -> bool:
    """Whether pytest cut the lines off in the message of an assertion that they explain."""
    return lines[0] in message and lines[-1] not in message


def describe(actual: Sequence[Row], expected: Sequence[Row], *, ordered: bool = True) -> list[str]:
    """Return the differences of two lists of rows, which differ, as lines of text."""
    found = pair(expected, actual)
    if found.same_rows:
        return _describe_order(found, actual)
    changes = [_Change.of(*positions, expected, actual) for positions in found.different]
    missing = [_Change.of(position, None, expected, actual) for position in found.missing]
    surplus = [_Change.of(None, position, expected, actual) for position in found.surplus]
    table = _Table(_columns(expected, actual), [*changes, *missing, *surplus])
    return [
        f"rows differ: {len(expected)} expected (-), {len(actual)} actual (+)",
        *_describe_columns(expected, actual),
        *_describe_types(changes),
        *table.lines({"differ": len(changes), "only in expected": len(missing), "only in actual": len(surplus)}),
        *(["rows that are equal stand in another order, too"] if ordered and found.moved else []),
    ]


def _describe_order(found: Pairing, actual: Sequence[Row]) -> list[str]:
    moved = [_Change(f"{got + 1} -> {wanted + 1}", None, actual[got]) for wanted, got in found.moved]
    table = _Table(_columns([], actual), moved)
    return [f"same {len(actual)} rows in another order", *table.lines({"stand elsewhere (is -> expected)": len(moved)})]


def _columns(*sides: Sequence[Row]) -> list[str]:
    names = dict.fromkeys(name for rows in sides for row in rows for name in row)
    return list(names)


def _describe_columns(expected: Sequence[Row], actual: Sequence[Row]) -> list[str]:
    names = _columns(expected), actual.columns if isinstance(actual, Rows) else _columns(actual)
    if not expected or not names[1]:
        return []
    only = [name for name in names[0] if name not in names[1]], [name for name in names[1] if name not in names[0]]
    return [
        f"columns only in {side}: {', '.join(columns)}"
        for side, columns in zip(("expected", "actual"), only, strict=True)
        if columns
    ]


def _describe_types(changes: Iterable[_Change]) -> list[str]:
    """Name each column where the values' types differ, once for each two types, and where NaN meets NaN."""
    lines: dict[tuple[Any, ...], str] = {}
    for change in changes:
        for name, (wanted, got) in change.cells.items():
            kinds = type(wanted), type(got)
            if wanted is None or got is None or _ABSENT in (wanted, got):
                continue
            if _is_nan(wanted) and _is_nan(got):
                lines.setdefault((name, "nan"), f"{name}: NaN is not equal to NaN; use pytest.approx(nan, nan_ok=True)")
            elif kinds[0] is not kinds[1] and not kinds[0].__module__.startswith("_pytest"):
                text = f"{name}: expected {_typed(wanted)}, got {_typed(got)}"
                lines.setdefault((name, *kinds), text)
    return list(lines.values())


def _is_nan(value: object) -> bool:
    return isinstance(value, float | Decimal) and math.isnan(value)


def _typed(value: object) -> str:
    return f"{type(value).__name__} {_short(repr(value) if isinstance(value, str) else _text(value))}"


@dataclass(frozen=True)
class _Change:
    """One difference: two rows that answer each other, or a row of one side."""

    label: str
    wanted: Row | None
    got: Row | None
    cells: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, wanted: int | None, got: int | None, expected: Sequence[Row], actual: Sequence[Row]) -> _Change:
        """Make it from the rows' positions."""
        if wanted is None:
            assert got is not None
            return cls(str(got + 1), None, actual[got])
        if got is None:
            return cls(str(wanted + 1), expected[wanted], None)
        sides = expected[wanted], actual[got]
        both = {name: tuple(side.get(name, _ABSENT) for side in sides) for name in _columns(sides)}
        cells = {name: (first, second) for name, (first, second) in both.items() if first != second}
        label = str(wanted + 1) if wanted == got else f"{wanted + 1}/{got + 1}"
        return cls(label, *sides, cells)

    def lines(self, columns: Sequence[str]) -> list[list[str]]:
        """Return one line of cells per side; of two, the second has those that differ."""
        if self.wanted is None or self.got is None:
            row, sign = (self.got, "+") if self.wanted is None else (self.wanted, "-")
            return [[sign, self.label, *(_cell(row.get(name, _ABSENT)) for name in columns)]] if row is not None else []
        shown = [
            _cells(*self.cells[name]) if name in self.cells else (_cell(self.wanted[name]), "") for name in columns
        ]
        return [["-", self.label, *(cell for cell, _ in shown)], ["+", "", *(cell for _, cell in shown)]]


class _Table:
    """Differences under each other, with as many columns as fit and the first rows of each kind."""

    def __init__(self, columns: list[str], changes: list[_Change]) -> None:
        self._changes = changes
        changed = {name for change in changes for name in change.cells}
        shown = [change.lines(columns) for change in changes[:_MOST_ROWS]]
        widths = {
            name: max(len(name), *(len(line[index]) for lines in shown for line in lines))
            for index, name in enumerate(columns, start=2)
        }
        left = _WIDEST_LINE
        kept: set[str] = set()
        # What differs comes first, then as much of the rest as there is room for.
        for name in sorted(columns, key=lambda name: name not in changed):
            left -= widths[name] + 2
            if left >= 0 or not kept:
                kept.add(name)
        self._columns = [name for name in columns if name in kept]
        self._hidden = [name for name in columns if name not in kept]

    def lines(self, kinds: Mapping[str, int]) -> list[str]:
        """Return the table's lines; kinds says how many of the differences are of which kind, in their order."""
        body: list[str | list[str]] = []
        first = 0
        for kind, count in kinds.items():
            if count:
                body.append(f"{count} {'row' if count == 1 else 'rows'} {_verb(kind, count)}:")
                until = min(first + count, _MOST_ROWS)
                body += [line for change in self._changes[first:until] for line in change.lines(self._columns)]
                if first + count > max(until, first):
                    body.append(f"... and {first + count - max(until, first)} more")
            first += count
        header = ["", "row", *self._columns]
        grid = [header, *(line for line in body if isinstance(line, list))]
        widths = [max(len(line[index]) for line in grid) for index in range(len(header))]
        texts = [line if isinstance(line, str) else _aligned(line, widths) for line in [header, *body]]
        if self._hidden:
            texts.append(f"columns left out: {', '.join(self._hidden[:5])}{_and_more(len(self._hidden) - 5)}")
        return texts


def _verb(kind: str, count: int) -> str:
    return {"differ": "differs"}.get(kind, kind.replace("stand ", "stands ")) if count == 1 else kind


def _and_more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return ("  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))).rstrip()


_PLAIN = re.compile(r"[^\W\d_][^\s'\"]*( [^\s'\"]+)*")
"""Text that no value of another type looks like, and whose spaces can be seen."""
_WORDS = ("null", "none", "true", "false", "nan", "infinity", "inf", "absent")


def _text(value: object) -> str:
    """Return a value as it is shown: NULL, text in quotes where it could be taken for something else."""
    if value is None:
        return "NULL"
    if value is _ABSENT:
        return "(absent)"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.isprintable() and value.lower() not in _WORDS
        return value if plain else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value) if isinstance(value, Decimal | UUID | date | time | timedelta) else repr(value)


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 3] + "..."


def _cell(value: object) -> str:
    return _short(_text(value))


def _cells(wanted: object, got: object) -> tuple[str, str]:
    """Return two cells that differ; of long ones the part where they begin to."""
    first, second = _text(wanted), _text(got)
    same = sum(1 for _ in takewhile(lambda pair_: pair_[0] == pair_[1], zip(first, second, strict=False)))
    start = same - _BEFORE
    if max(len(first), len(second)) <= _WIDEST_CELL or start <= 0:
        return _short(first), _short(second)
    return _short("..." + first[start:]), _short("..." + second[start:])
