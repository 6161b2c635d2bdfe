"""What the harness asks of an engine."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from dbt_cutover.testing import frames
from dbt_cutover.testing.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["Engine"]


class Engine(ABC):
    """One engine for a whole session: where it runs, how a test gets a clean place on it, and what is true of it.

    Tests ask the facts and never the name. One object serves all the projects of a session. A plugin or a
    ``conftest.py`` adds its own by :func:`dbt_cutover.testing.hooks.pytest_dbt_engines`.
    """

    name: ClassVar[str]
    """What ``--dbt-engine`` and the markers take."""
    adapter_type: ClassVar[str]
    """dbt's type of the adapter, as profiles say it."""
    connects: ClassVar[bool] = True
    """There is a database behind it. Where there is none, macros can be rendered and called, and no more."""
    folds_case: ClassVar[bool]
    """An unquoted name is stored in another case than it was written in."""
    case_sensitive: ClassVar[bool]
    """Two quoted names that differ by case only can stand side by side."""
    max_identifier_length: ClassVar[int | None]
    """The longest name, in bytes; None when there is no limit."""
    transactional_ddl: ClassVar[bool]
    """Creating and dropping is undone by a rollback."""
    commits_operations: ClassVar[bool]
    """What an operation doesn't commit itself stays nevertheless."""
    has_roles: ClassVar[bool]
    """There are users with rights of their own."""

    database: ClassVar[str] = "testdb"
    """The database that tests run in."""
    schema: ClassVar[str] = "test"
    """The target schema; there and empty at the start of each test."""

    types: ClassVar[dict[str, str]]
    """SQL type for each kind of value that :mod:`dbt_cutover.testing.tables` and frames tell apart."""
    type_names: ClassVar[str | None] = None
    """A query for the names of all types, so that a refusal can tell the nearest one."""

    @abstractmethod
    def check(self) -> None:
        """Look, without starting anything, whether the engine can be had on this machine.

        Raises
        ------
        EngineUnavailableError
            It can't, and why.
        """

    @abstractmethod
    def start(self) -> None:
        """Start what the engine needs for a session."""

    @abstractmethod
    def stop(self) -> None:
        """Stop what :meth:`start` started; also when the session failed."""

    @abstractmethod
    def output(self, base: dict[str, Any]) -> dict[str, Any]:
        """Return the profile's output for this engine, on top of what the user's own profile says."""

    @abstractmethod
    def enter(self, project: ParsedProject) -> None:
        """Make the place clean for a test of a project: an empty target schema and nothing else."""

    @abstractmethod
    def leave(self) -> None:
        """Take away all that a test made. dbt's connection is closed by then; any other is cut."""

    @abstractmethod
    def connect(self) -> Any:
        """Return a new DB-API connection to the place of the running test; closed when the test ends."""

    def notice(self, sql: str) -> None:  # noqa: B027 - most engines need no notice
        """Take notice of a statement before it is sent on dbt's connection: what has to be ended or undone after it."""

    @abstractmethod
    def end_transaction(self, handle: Any, *, commit: bool) -> None:
        """End the transaction that is open on dbt's connection, if any."""

    @abstractmethod
    def is_database_error(self, error: BaseException) -> bool:
        """Whether the error is one that the engine's driver raises."""

    def create_table(self, table: str, columns: str) -> str:
        """Return the SQL that makes a table (a quoted name) in the place of one that may be there."""
        return f"drop table if exists {table}; create table {table} ({columns})"

    @abstractmethod
    def insert(self, cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Fill a table (a quoted name), at least one row. Fast for thousands of rows.

        Raises
        ------
        HarnessError
            The engine can't hold a value.
        """

    def insert_arrow(self, cursor: Any, table: str, rows: pa.Table) -> None:
        """Fill a table (a quoted name) from an Arrow table of at least one row.

        Raises
        ------
        HarnessError
            The engine can't hold a value.
        """
        self.insert(cursor, table, frames.python_rows(rows))

    def arrow_type(self, type_: pa.DataType) -> str | None:
        """Return the type that holds a type of Arrow exactly; None when the engine has none."""
        if str(type_).startswith("decimal"):
            return f"decimal({type_.precision},{type_.scale})" if type_.scale >= 0 else None
        if str(type_) == "uint64":
            return self.decimal_type(20, 0)
        if re.match("(large_|fixed_size_)?list<", str(type_)):
            inner = self.arrow_type(type_.value_type)
            return None if inner is None else f"{inner}[]"
        kind = frames.kind(type_)
        return None if kind is None else self.types[kind]

    @abstractmethod
    def decimal_type(self, before: int, after: int) -> str:
        """Return a type that holds decimals of so many digits before and after the point exactly.

        Raises
        ------
        HarnessError
            The engine has none.
        """

    def result(self, cursor: Any) -> Rows:
        """Return the rows of the cursor's last statement, their values of the Python types that all engines share."""
        columns = cursor.description
        return Rows([column[0] for column in columns], cursor.fetchall(), [str(column[1]) for column in columns])

    @staticmethod
    def quote(name: str) -> str:
        """Return an identifier in quotes, whatever is in it."""
        return '"' + name.replace('"', '""') + '"'
