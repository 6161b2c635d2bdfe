"""DuckDB, in process and in memory."""

from __future__ import annotations

import importlib.util
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from dbt_cutover.testing.engines.base import Engine
from dbt_cutover.testing.errors import EngineUnavailableError, HarnessError
from dbt_cutover.testing.rows import Rows, converted, in_utc

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

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

_BEGINS = re.compile(r"\b(begin|start)\b", re.IGNORECASE)
"""Without such a word no statement leaves a transaction open."""

_REACHES_OUT = r"\b(attach|detach|use|set|reset|pragma|load|install|secret|call)\b"
"""Without such a word, or the name of another database, no statement changes what is outside of the test's database."""


class DuckDB(Engine):
    """One in-memory instance a session; each test has a database of its own attached, always under the same name.

    Neither a rollback (any error aborts the transaction, dbt commits by itself) nor a schema per test (tests make
    several) keeps tests apart; attaching and detaching does, in under a millisecond.
    """

    name = "duckdb"
    adapter_type = "duckdb"
    folds_case = False
    case_sensitive = False
    max_identifier_length = None
    transactional_ddl = True
    commits_operations = False
    has_roles = False
    types: ClassVar[dict[str, str]] = {
        "boolean": "boolean",
        "integer": "bigint",
        "integer16": "smallint",
        "integer32": "integer",
        "float": "double",
        "float32": "float",
        "text": "varchar",
        "bytes": "blob",
        "date": "date",
        "time": "time",
        "timetz": "timetz",
        "timestamp": "timestamp",
        "timestamptz": "timestamptz",
        "interval": "interval",
        "uuid": "uuid",
        "json": "json",
    }
    type_names = "select distinct type_name from duckdb_types()"

    def __init__(self) -> None:
        self._instance: DuckDBInstance | None = None
        self._root: Any = None
        self._outside: set[tuple[Any, ...]] = set()
        self._reaches_out = re.compile(_REACHES_OUT, re.IGNORECASE)
        self._attached = False
        self._reached_out = False
        self._begun = False
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
        # Handing a few rows from thread to thread costs as much again as the work on them.
        options = {"threads": 1, **base.get("config_options", {})}
        place = {
            "type": "duckdb",
            "path": ":memory:",
            "attach": attach,
            "settings": settings,
            "config_options": options,
        }
        return {"threads": 1, **base, **place, "database": self.database, "schema": self.schema}

    def enter(self, project: ParsedProject) -> None:
        """Have an empty database attached when the test first connects: many tests of macros never do."""
        from dbt_cutover.testing._dbt_compat import DuckDBInstance  # noqa: PLC0415 - imports dbt, which takes seconds

        if self._instance is None or self._instance.credentials != project.config.credentials:
            self.stop()
            self._instance = DuckDBInstance(project.config.credentials)
            self._open(self._instance)
        self._exit.enter_context(self._instance.current(self._attach))

    def _attach(self) -> None:
        if not self._attached:
            self._root.execute(f"attach ':memory:' as {self.database}; create schema {self.database}.{self.schema}")
            self._attached = True

    def leave(self) -> None:
        """Detach the database; after a test that left something outside of it, begin with a new instance."""
        import duckdb  # noqa: PLC0415 - the driver is there only where the engine is asked for

        self._exit.close()
        for connection in self._connections:
            with suppress(duckdb.ConnectionException):  # the test closed it itself
                connection.interrupt()  # a thread of the test may still be busy with it
        try:
            for connection in self._connections:
                _close(connection)
            if self._attached:
                self._root.execute(f"detach {self.database}")
            clean = not self._reached_out or self._contents() == self._outside
        except duckdb.Error:  # the test detached it itself, or still uses it
            clean = False
        self._connections.clear()
        self._attached = self._begun = self._reached_out = False
        if not clean and self._instance is not None:
            self._instance.close()
            self._open(self._instance)

    def _open(self, instance: DuckDBInstance) -> None:
        # dbt's first connection would want the target schema to be there: the database is attached anew for each test.
        self._root = instance.open()
        self._root.execute(f"detach {self.database}")
        self._outside = self._contents()
        # To look takes a third of a small test's time: it is done when a statement can have reached there.
        databases = {re.escape(row[0]) for row in self._outside if row[0] not in ("system", "temp")}
        self._reaches_out = re.compile(f"{_REACHES_OUT}|{'|'.join(sorted(databases))}", re.IGNORECASE)

    def _contents(self) -> set[tuple[Any, ...]]:
        return set(self._root.execute(_OUTSIDE).fetchall())

    def connect(self) -> Any:
        """Return another connection to the same instance."""
        self._attach()
        connection = _Connection(self._root.cursor())
        connection.cursor().execute(f"set schema = '{self.database}.{self.schema}'")
        self._connections.append(connection)
        self._reached_out = True  # what is sent there isn't seen
        return connection

    def notice(self, sql: str) -> None:
        """Look whether the statement may begin a transaction, or reach out of the test's database."""
        self._begun = self._begun or _BEGINS.search(sql) is not None
        self._reached_out = self._reached_out or self._reaches_out.search(sql) is not None

    def end_transaction(self, handle: Any, *, commit: bool) -> None:
        """Commit or roll back; without a transaction DuckDB refuses both, and there is no asking beforehand."""
        import duckdb  # noqa: PLC0415

        if not self._begun:
            return
        self._begun = False
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

    def create_table(self, table: str, columns: str) -> str:
        """Replace in one statement, at half the time of two."""
        return f"create or replace table {table} ({columns})"

    def insert(self, cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Write a few rows into the statement; of many, send one list per column.

        A parameter per value costs more than either: half as much again for two rows, many times for a hundred.
        """
        if len(rows) <= _FEW:
            literals = [[_literal(value) for value in row] for row in rows]
            if all(None not in row for row in literals):
                written = ", ".join(f"({', '.join(map(str, row))})" for row in literals)
                cursor.execute(f"insert into {table} values {written}")
                return
        columns = [[_parameter(value) for value in column] for column in zip(*rows, strict=True)]
        cursor.execute(f"insert into {table} select {', '.join(['unnest(?)'] * len(columns))}", columns)

    def insert_arrow(self, cursor: Any, table: str, rows: pa.Table) -> None:
        """Read the Arrow table where it is."""
        cursor.register("cutover_arrow", rows)
        try:
            cursor.execute(f"insert into {table} from cutover_arrow")
        finally:
            cursor.unregister("cutover_arrow")

    def arrow_type(self, type_: pa.DataType) -> str | None:
        """Ask DuckDB, which reads nearly all types of Arrow."""
        import duckdb  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415

        empty = pa.schema([("a", type_)]).empty_table()
        try:
            found = str(self._root.from_arrow(empty).types[0])
        except duckdb.NotImplementedException:
            return None
        return self.types["text"] if found == '"NULL"' else found

    def decimal_type(self, before: int, after: int) -> str:
        """Take the widest decimal with that scale."""
        if before + after > 38:
            raise HarnessError(f"no decimal of DuckDB holds {before} digits before and {after} after the point")
        return f"decimal(38, {after})"

    def result(self, cursor: Any) -> Rows:
        """Return JSON parsed, timestamps with a time zone in UTC, and arrays of a fixed length as lists."""
        types = [str(column[1]) for column in cursor.description]
        conversions = {index: _CONVERSIONS[type_] for index, type_ in enumerate(types) if type_ in _CONVERSIONS}
        conversions |= {index: list for index, type_ in enumerate(types) if _FIXED_LENGTH.search(type_)}
        values = converted(cursor.fetchall(), conversions)
        return Rows([column[0] for column in cursor.description], values, types)


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


_FEW = 4
"""The number of rows up to which a statement with the values in it is the quickest, however many columns they have."""

_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "JSON": json.loads,
        "BIGNUM": int,
        "TIMESTAMP WITH TIME ZONE": in_utc,
        "TIMESTAMPTZ_NS": in_utc,
    }
)

_FIXED_LENGTH = re.compile(r"\[\d+\]\Z")


def _parameter(value: Any) -> Any:
    # As text, decimals keep all their digits and times their zone: the driver takes them through types that don't.
    if value is None or isinstance(value, bool | int | float | str | bytes | dict | timedelta):
        return value
    if isinstance(value, list | tuple):
        return [_parameter(item) for item in value]
    return str(value)


def _literal(value: Any) -> str | None:
    """Return the value as :func:`_parameter` would send it, in SQL; None for what is better sent."""
    sent = _parameter(value)
    if sent is None:
        return "null"
    if isinstance(sent, float):
        return f"'{sent!r}'::double"
    if isinstance(sent, bool | int):
        return str(sent)
    return "'" + sent.replace("'", "''") + "'" if isinstance(sent, str) else None
