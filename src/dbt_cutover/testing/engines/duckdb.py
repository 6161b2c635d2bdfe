"""DuckDB, in process and in memory."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar

from dbt_cutover.testing.engines.base import Engine
from dbt_cutover.testing.errors import EngineUnavailableError, HarnessError

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import DuckDBInstance, ParsedProject

__all__ = ["DuckDB"]

_OUTSIDE = """
    select database_name, null, null, null from duckdb_databases()
    union all select database_name, schema_name, null, null from duckdb_schemas() where not internal
    union all select database_name, schema_name, table_name, null from duckdb_tables() where not internal
    union all select database_name, schema_name, view_name, null from duckdb_views() where not internal
    union all select 'memory_limit', null, null, current_setting('memory_limit')
    union all select 'threads', null, null, current_setting('threads')::varchar
"""
"""What the whole instance holds, and the settings that are the instance's and that tests of big data change."""


class DuckDB(Engine):
    """One in-memory instance a session; each test has a database of its own attached, always under the same name.

    Neither a rollback (any error aborts the transaction, dbt commits by itself) nor a schema per test (tests make
    several) keeps tests apart; attaching and detaching does, in under a millisecond.
    """

    name = "duckdb"
    folds_case = False
    case_sensitive = False
    max_identifier_length = None
    transactional_ddl = True
    commits_operations = False
    has_roles = False
    types: ClassVar[dict[str, str]] = {
        "boolean": "boolean",
        "integer": "bigint",
        "float": "double",
        "text": "varchar",
        "bytes": "blob",
        "date": "date",
        "time": "time",
        "timestamp": "timestamp",
        "timestamptz": "timestamptz",
    }

    def __init__(self) -> None:
        self._instance: DuckDBInstance | None = None
        self._root: Any = None
        self._outside: set[tuple[Any, ...]] = set()
        self._connections: list[Any] = []
        self._exit = ExitStack()

    def check(self) -> None:
        """Look for the driver and the adapter."""
        for module in ("duckdb", "dbt.adapters.duckdb"):
            if importlib.util.find_spec(module) is None:
                raise EngineUnavailableError(f"the module {module} is missing: install dbt-cutover[duckdb]")

    def start(self) -> None:
        """Do nothing: the instance opens with the first test, which brings dbt's settings for it."""

    def stop(self) -> None:
        """Close the instance."""
        if self._instance is not None:
            self._instance.close()
            self._instance = None

    def output(self, base: dict[str, Any]) -> dict[str, Any]:
        """Keep extensions, settings and the like; the place is ours, so that no test writes to a user's file."""
        attach = [*base.get("attach", []), {"path": ":memory:", "alias": self.database}]
        settings = {**base.get("settings", {}), "schema": f"{self.database}.{self.schema}"}
        place = {"type": "duckdb", "path": ":memory:", "attach": attach, "settings": settings}
        return {"threads": 1, **base, **place, "database": self.database, "schema": self.schema}

    def enter(self, project: ParsedProject) -> None:
        """Attach an empty database."""
        from dbt_cutover.testing._dbt_compat import DuckDBInstance  # noqa: PLC0415 - imports dbt, which takes seconds

        if self._instance is None or self._instance.credentials != project.config.credentials:
            self.stop()
            self._instance = DuckDBInstance(project.config.credentials)
            self._open(self._instance)
        self._exit.enter_context(self._instance.current())
        self._root.execute(f"attach ':memory:' as {self.database}")
        self._root.execute(f"create schema {self.database}.{self.schema}")

    def leave(self) -> None:
        """Detach the database; after a test that left something outside of it, begin with a new instance."""
        import duckdb  # noqa: PLC0415 - the driver is there only where the engine is asked for

        self._exit.close()
        for connection in self._connections:
            connection.interrupt()  # a thread of the test may still be busy with it
        try:
            for connection in self._connections:
                _close(connection)
            self._root.execute(f"detach {self.database}")
            clean = self._contents() == self._outside
        except duckdb.Error:  # the test detached it itself, or still uses it
            clean = False
        self._connections.clear()
        if not clean and self._instance is not None:
            self._instance.close()
            self._open(self._instance)

    def _open(self, instance: DuckDBInstance) -> None:
        # dbt's first connection would want the target schema to be there: the database is attached anew for each test.
        self._root = instance.open()
        self._root.execute(f"detach {self.database}")
        self._outside = self._contents()

    def _contents(self) -> set[tuple[Any, ...]]:
        return set(self._root.execute(_OUTSIDE).fetchall())

    def connect(self) -> Any:
        """Return another connection to the same instance."""
        connection = _Connection(self._root.cursor())
        connection.cursor().execute(f"set schema = '{self.database}.{self.schema}'")
        self._connections.append(connection)
        return connection

    def end_transaction(self, handle: Any, *, commit: bool) -> None:
        """Commit or roll back; without a transaction DuckDB refuses both, and there is no asking beforehand."""
        import duckdb  # noqa: PLC0415

        cursor = handle.cursor()
        try:
            cursor.execute("commit" if commit else "rollback")
        except duckdb.TransactionException as error:
            if "no transaction is active" not in str(error):
                raise

    def is_database_error(self, error: BaseException) -> bool:
        """Whether the driver raised it."""
        import duckdb  # noqa: PLC0415

        return isinstance(error, duckdb.Error)

    def insert(self, cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Send one list per column: a parameter per value costs ten times as much."""
        columns = [[_parameter(value) for value in column] for column in zip(*rows, strict=True)]
        cursor.execute(f"insert into {table} select {', '.join(['unnest(?)'] * len(columns))}", columns)

    def decimal_type(self, before: int, after: int) -> str:
        """Take the widest decimal with that scale."""
        if before + after > 38:
            raise HarnessError(f"no decimal of DuckDB holds {before} digits before and {after} after the point")
        return f"decimal(38, {after})"


class _Connection:
    """A connection as other drivers have it: its cursors share one session, and so the schema and the transaction."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def cursor(self) -> Any:
        return self._session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


def _close(connection: Any, seconds: float = 5) -> None:
    import duckdb  # noqa: PLC0415

    deadline = time.monotonic() + seconds
    while True:
        try:
            connection.close()
        except duckdb.Error:  # not interrupted yet
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _parameter(value: Any) -> Any:
    # As text, decimals keep all their digits and times their zone: the driver takes them through types that don't.
    if value is None or isinstance(value, bool | int | float | str | bytes | list | dict):
        return value
    return str(value)
