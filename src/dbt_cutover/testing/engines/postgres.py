"""PostgreSQL, on a private server."""

from __future__ import annotations

import importlib.util
import json
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from dbt_cutover.testing.engines.base import Engine
from dbt_cutover.testing.errors import EngineUnavailableError, HarnessError
from dbt_cutover.testing.postgres import Server, find_binaries
from dbt_cutover.testing.rows import Rows, converted, in_utc

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["Postgres"]

_CUT_CONNECTIONS = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""
_SCHEMAS = "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'"
_ROLES = "select rolname from pg_roles"


class Postgres(Engine):
    """A private server for the session; after each test all that a new database doesn't have is dropped."""

    name = "postgres"
    adapter_type = "postgres"
    folds_case = True
    case_sensitive = True
    max_identifier_length = 63
    transactional_ddl = True
    # dbt sends a COMMIT before the macro, as SQL: the driver doesn't notice, and opens no transaction from then on.
    commits_operations = True
    has_roles = True
    types: ClassVar[dict[str, str]] = {
        "boolean": "boolean",
        "integer": "bigint",
        "integer16": "smallint",
        "integer32": "integer",
        "float": "double precision",
        "float32": "real",
        "text": "text",
        "bytes": "bytea",
        "date": "date",
        "time": "time",
        "timetz": "timetz",
        "timestamp": "timestamp",
        "timestamptz": "timestamptz",
        "interval": "interval",
        "uuid": "uuid",
        "json": "jsonb",
    }
    type_names = "select format_type(oid, null) from pg_type union select typname from pg_type"

    def __init__(self) -> None:
        self._server: Server | None = None
        self._admin: Any = None
        self._roles: set[str] = set()
        self._type_names: dict[int, str] = {}

    def check(self) -> None:
        """Look for the driver, the adapter and the server's programs."""
        for module in ("psycopg2", "dbt.adapters.postgres"):
            if importlib.util.find_spec(module) is None:
                raise EngineUnavailableError(f"the module {module} is missing: install dbt-cutover[postgres]")
        find_binaries()

    def start(self) -> None:
        """Start the server and make the database."""
        self._server = Server(Path(tempfile.mkdtemp(prefix="dbt-cutover-postgres-")))
        self._server.start()
        first = self._open("postgres")
        first.cursor().execute(f"create database {self.database}")
        first.close()
        self._admin = self._open(self.database)
        self._roles = self._list(_ROLES)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _open(self, database: str) -> Any:
        import psycopg2  # type: ignore[import-untyped]  # noqa: PLC0415 - there only where the engine is asked for

        connection = psycopg2.connect(dbname=database, **self._address())
        connection.autocommit = True
        return connection

    def _address(self) -> dict[str, Any]:
        assert self._server is not None, "the engine was not started"
        return {"host": self._server.host, "port": self._server.port, "user": self._server.user}

    def output(self, base: dict[str, Any]) -> dict[str, Any]:
        """Keep what isn't the connection's; unqualified names are looked up in the target schema, as on DuckDB."""
        names = {"dbname": self.database, "schema": self.schema, "search_path": f"{self.schema},public"}
        return {"threads": 1, **base, "type": "postgres", "password": "", **self._address(), **names}

    def enter(self, project: ParsedProject) -> None:
        """Make the target schema."""
        del project
        self._admin.cursor().execute(f"create schema {self.schema}")

    def leave(self) -> None:
        """Cut all connections, then drop schemas and roles; temporary tables went with their connections."""
        cursor = self._admin.cursor()
        # By the server, which also reaches connections that the test lost. Closing one here while a thread of the test
        # is busy with it would crash the process.
        cursor.execute(_CUT_CONNECTIONS)
        dropped = [f"drop schema {self.quote(schema)} cascade" for schema in sorted(self._list(_SCHEMAS))]
        cursor.execute("; ".join([*dropped, "create schema public", "grant usage on schema public to public"]))
        for role in sorted(self._list(_ROLES) - self._roles):
            cursor.execute(f"drop owned by {self.quote(role)} cascade; drop role {self.quote(role)}")

    def _list(self, query: str) -> set[str]:
        return {name for (name,) in self._query(query)}

    def _query(self, query: str) -> list[tuple[Any, ...]]:
        cursor = self._admin.cursor()
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def connect(self) -> Any:
        """Return another connection to the same database."""
        connection = self._open(self.database)
        connection.cursor().execute(f"set search_path to {self.schema}, public")
        connection.autocommit = False
        return connection

    def end_transaction(self, handle: Any, *, commit: bool) -> None:
        """Commit or roll back; the driver does nothing when there is no transaction."""
        if commit:
            handle.commit()
        else:
            handle.rollback()

    def is_database_error(self, error: BaseException) -> bool:
        """Whether the driver raised it."""
        import psycopg2  # noqa: PLC0415

        return isinstance(error, psycopg2.Error)

    def insert(self, cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Send a thousand rows in one statement."""
        from psycopg2.extras import execute_values  # type: ignore[import-untyped]  # noqa: PLC0415

        sent = [[_parameter(value) for value in row] for row in rows]
        try:
            execute_values(cursor, f"insert into {table.replace('%', '%%')} values %s", sent, page_size=1000)
        except ValueError as error:  # the character NUL
            raise HarnessError(f"{self.name} can't hold a value for {table}: {error}") from error

    def decimal_type(self, before: int, after: int) -> str:
        """Take numeric, which holds any number of digits, NaN and Infinity."""
        del before, after
        return "numeric"

    def result(self, cursor: Any) -> Rows:
        """Return bytes and UUIDs as such, timestamps with a time zone in UTC, and what a `real` holds exactly."""
        columns = cursor.description
        conversions = {
            index: _CONVERSIONS[column.type_code]
            for index, column in enumerate(columns)
            if column.type_code in _CONVERSIONS
        }
        values = converted(cursor.fetchall(), conversions)
        return Rows([column.name for column in columns], values, [self._type_name(column) for column in columns])

    def _type_name(self, column: Any) -> str:
        if column.type_code not in self._type_names:  # all at once; a test may have made more since
            rows = self._query("select oid::bigint, format_type(oid, null) from pg_type")
            self._type_names = dict(rows)
        name = self._type_names[column.type_code]
        if name == "numeric" and column.precision != _NO_PRECISION:
            return f"numeric({column.precision},{column.scale})"
        return f"{name}({column.internal_size})" if name.startswith("character") and column.internal_size > 0 else name


_NO_PRECISION = 65535
"""What the driver says of a numeric without any."""


def _uuids(text: str) -> list[UUID | None]:
    return [None if item == "NULL" else UUID(item) for item in text.strip("{}").split(",") if item]


# By the type's object identifier, which is the same on every server.
_CONVERSIONS: Mapping[int, Callable[[Any], Any]] = MappingProxyType(
    {
        17: bytes,  # bytea
        1001: lambda items: [None if item is None else bytes(item) for item in items],
        700: lambda number: struct.unpack("f", struct.pack("f", number))[0],  # real, which comes as its shortest text
        1184: in_utc,  # timestamp with time zone
        2950: UUID,
        2951: _uuids,
    }
)


def _parameter(value: Any) -> Any:
    """Return a value as the driver sends it without loss."""
    if isinstance(value, Decimal) and value.is_infinite():
        return str(value)  # the driver sends NaN
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return json.dumps(value)
    return [_parameter(item) for item in value] if isinstance(value, list) else value
