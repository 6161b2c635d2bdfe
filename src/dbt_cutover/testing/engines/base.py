"""What the harness asks of an engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["Engine"]


class Engine(ABC):
    """One engine for a whole session: where it runs, how a test gets a clean place on it, and what is true of it.

    Tests ask the facts and never the name. One object serves all the projects of a session.
    """

    name: ClassVar[str]
    """What ``--dbt-engine`` takes; also dbt's type of the adapter."""
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
    """SQL type for each kind of Python value that :mod:`dbt_cutover.testing.tables` tells apart."""

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

    @abstractmethod
    def end_transaction(self, handle: Any, *, commit: bool) -> None:
        """End the transaction that is open on dbt's connection, if any."""

    @abstractmethod
    def is_database_error(self, error: BaseException) -> bool:
        """Whether the error is one that the engine's driver raises."""

    @abstractmethod
    def insert(self, cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Fill a table (a quoted name), at least one row. Fast for thousands of rows."""

    @abstractmethod
    def decimal_type(self, before: int, after: int) -> str:
        """Return a type that holds decimals of so many digits before and after the point exactly.

        Raises
        ------
        HarnessError
            The engine has none.
        """

    def value(self, value: Any) -> Any:
        """Return a value of a result as the Python type that all engines share."""
        return value

    @staticmethod
    def quote(name: str) -> str:
        """Return an identifier in quotes, whatever is in it."""
        return '"' + name.replace('"', '""') + '"'
