"""Tables given as CSV: a header line, then one line per row; types are told from the values."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from dbt_cutover.testing.errors import HarnessError

__all__ = ["Csv", "read", "read_file"]

# Python's own reader can tell a quoted empty field from an empty one only from 3.12 on.
_FIELD = re.compile(
    r"""[ \t]*(?:"(?P<quoted>(?:[^"]|"")*)"[ \t]*|(?P<plain>[^",\r\n]*))(?P<end>,|\r\n|\r|\n|\Z)""", re.DOTALL
)


@dataclass(frozen=True)
class Csv:
    """The columns' names, and the rows with the values in the columns' order."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Field:
    text: str
    quoted: bool

    @property
    def is_null(self) -> bool:
        return not self.text and not self.quoted


def read_file(path: Path, types: Mapping[str, str]) -> Csv:
    """Read a file, in UTF-8: see :func:`read`."""
    return _rows(path.read_text(encoding="utf-8-sig"), types, f"{path.name}: ")


def read(text: str, types: Mapping[str, str]) -> Csv:
    """Return the columns and the rows of a CSV text.

    Parameters
    ----------
    text : str
        Fields are separated by commas; one in double quotes may hold commas, line breaks and doubled double quotes.
        Blanks around a field don't count, unless they are inside of its quotes, nor does the text's common indentation.
        An empty field is NULL and ``""`` the empty text.
    types : mapping
        SQL type by column. Such a column's fields stay text, which the database casts.

    Returns
    -------
    Csv
        A column is one of integers, decimals, booleans (``true``, ``false``), dates (``2024-02-29``),
        timestamps (``2024-02-29 12:30``, with or without seconds and time zone) if all its fields are; anything else
        is text, as is what has leading zeros, an exponent or quotes.

    Raises
    ------
    HarnessError
        There is no header, a line has more or fewer fields than it, a column's name is empty or there twice, or a quote
        isn't closed.
    """
    return _rows(textwrap.dedent(text).strip("\n"), types, "")


def _rows(text: str, types: Mapping[str, str], where: str) -> Csv:
    records = list(_records(text, where))
    if not records:
        raise HarnessError(f"{where}the CSV text is empty: its first line has to name the columns")
    names = [field.text for field in records[0][1]]
    if not all(names) or len(set(names)) < len(names):
        raise HarnessError(f"{where}the CSV text's first line has to name each column once; it is {', '.join(names)!r}")
    # A line without anything is a NULL where there is one column, and no row where there are more.
    body = [record for record in records[1:] if len(names) == 1 or len(record[1]) > 1 or not record[1][0].is_null]
    for line, fields in body:
        if len(fields) != len(names):
            raise HarnessError(f"{where}line {line} of the CSV text has {len(fields)} fields, the header {len(names)}")
    columns = [
        _texts(fields) if name in types else _values(fields)
        for name, fields in zip(names, _transposed([fields for _, fields in body], len(names)), strict=True)
    ]
    return Csv(names, list(zip(*columns, strict=True)))


def _transposed(rows: list[list[_Field]], columns: int) -> list[list[_Field]]:
    return [[row[position] for row in rows] for position in range(columns)]


def _records(text: str, where: str) -> Iterator[tuple[int, list[_Field]]]:
    """Give each record with the number of its first line."""
    position, line, first = 0, 1, 1
    fields: list[_Field] = []
    text = text.removesuffix("\n").removesuffix("\r")
    while text:
        found = _FIELD.match(text, position)
        if found is None:
            raise HarnessError(f"{where}line {line} of the CSV text has a double quote that is not closed or not alone")
        quoted, plain, end = found["quoted"], found["plain"], found["end"]
        fields.append(
            _Field(plain.strip(), quoted=False) if quoted is None else _Field(quoted.replace('""', '"'), True)
        )
        line += len(re.findall(r"\r\n|\r|\n", found[0]))
        position = found.end()
        if end == ",":
            continue
        yield first, fields
        if not end:
            return
        first, fields = line, []


def _texts(fields: Iterable[_Field]) -> list[Any]:
    return [None if field.is_null else field.text for field in fields]


def _boolean(text: str) -> bool:
    return text.lower() == "true"


_WHOLE = r"-?(0|[1-9][0-9]*)"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = _DAY + r"[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_KINDS: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(_WHOLE), int),
    (re.compile(_WHOLE + r"(\.[0-9]+)?"), Decimal),
    (re.compile("true|false", re.IGNORECASE), _boolean),
    (re.compile(_DAY), date.fromisoformat),
    (re.compile(_MOMENT), datetime.fromisoformat),
    (re.compile(_MOMENT + r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"), datetime.fromisoformat),
)


def _values(fields: list[_Field]) -> list[Any]:
    """Return a column's values as the first kind that takes them all, else as text."""
    texts = _texts(fields)
    present = [text for text in texts if text is not None]
    if not any(field.quoted for field in fields):
        for pattern, value in _KINDS:
            if all(pattern.fullmatch(text) for text in present):
                try:
                    return [None if text is None else value(text) for text in texts]
                except ValueError:  # the 30th of February is text
                    return texts
    return texts
