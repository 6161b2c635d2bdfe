"""Rows as a query gave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dbt_cutover.testing.errors import HarnessError

__all__ = ["Rows"]


class Rows(list[dict[str, Any]]):
    """A list with one dict per row, and the columns in the order of the query.

    Parameters
    ----------
    columns : sequence of str
        Column names as the database gave them.
    values : iterable of sequences
        One sequence of values per row.

    Raises
    ------
    HarnessError
        Two columns have the same name: a dict would silently keep only one of them.
    """

    def __init__(self, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        self.columns = list(columns)
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if twice:
            raise HarnessError(f"the query gives more than one column named {', '.join(twice)}: give them aliases")
        super().__init__(dict(zip(self.columns, row, strict=True)) for row in values)

    def column(self, name: str) -> list[Any]:
        """Return the values of one column, in the order of the rows."""
        return [row[name] for row in self]
