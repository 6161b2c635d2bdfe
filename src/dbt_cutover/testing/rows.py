"""Rows as a query gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dbt_cutover.testing.errors import HarnessError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa  # type: ignore[import-untyped]

__all__ = ["Rows", "converted", "in_utc"]


class Rows(list[dict[str, Any]]):
    """A list with one dict per row, and the columns in the order of the query.

    Parameters
    ----------
    columns : sequence of str
        Column names as the database gave them.
    values : iterable of sequences
        One sequence of values per row.
    types : sequence of str
        The database's name of each column's type.

    Attributes
    ----------
    columns : list of str
        The columns' names, in the order of the query; known also when there are no rows.
    types : dict of str to str
        Column to the database's name of its type, such as ``DECIMAL(18,2)`` or ``character varying(10)``.

    Raises
    ------
    HarnessError
        Two columns have the same name: a dict would silently keep only one of them.
    """

    def __init__(self, columns: Sequence[str], values: Iterable[Sequence[Any]], types: Sequence[str]) -> None:
        self.columns = list(columns)
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if twice:
            raise HarnessError(f"the query gives more than one column named {', '.join(twice)}: give them aliases")
        self.types = dict(zip(self.columns, types, strict=True))
        super().__init__(dict(zip(self.columns, row, strict=True)) for row in values)

    def column(self, name: str) -> list[Any]:
        """Return the values of one column, in the order of the rows.

        Raises
        ------
        HarnessError
            There is no such column.
        """
        if name not in self.types:
            near = did_you_mean(name, self.columns)
            raise HarnessError(f"the rows have no column {name!r}; they have {', '.join(self.columns)}.{near}")
        return [row[name] for row in self]

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table, whose types follow the database's even where there is no value.

        Raises
        ------
        HarnessError
            pyarrow isn't installed, or Arrow has no type for a column.
        """
        from dbt_cutover.testing.frames import arrow_table  # noqa: PLC0415 - frames.py needs this module

        return arrow_table(self)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame, whose types follow the database's even where there is no value.

        Integers and booleans are numpy's, or, in a column with NULLs, pandas' nullable ones: no value changes.
        Decimals, dates and times are Python objects. A NULL in a column of floats is NaN, as pandas has it.

        Raises
        ------
        HarnessError
            pandas or pyarrow isn't installed, or Arrow has no type for a column.
        """
        from dbt_cutover.testing.frames import pandas_frame  # noqa: PLC0415

        return pandas_frame(self)


def converted(
    values: Sequence[Sequence[Any]], conversions: Mapping[int, Callable[[Any], Any]]
) -> Sequence[Sequence[Any]]:
    """Return the values with some columns (by position) converted, except NULLs."""
    if not conversions:
        return values
    return [
        [
            conversions[position](value) if position in conversions and value is not None else value
            for position, value in enumerate(row)
        ]
        for row in values
    ]


def in_utc(value: Any) -> Any:
    """Return a timestamp with a time zone in UTC; what the driver couldn't make a datetime of, as it is."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999 west of Greenwich
        return value
