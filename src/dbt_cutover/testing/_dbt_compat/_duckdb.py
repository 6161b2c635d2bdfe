"""dbt-duckdb's own handling of its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["DuckDBInstance"]


class DuckDBInstance:
    """The in-process database behind dbt-duckdb's connections, which dbt-duckdb calls an environment.

    Parameters
    ----------
    credentials
        dbt's credentials of a DuckDB target.
    """

    def __init__(self, credentials: Any) -> None:
        from dbt.adapters.duckdb import environments  # noqa: PLC0415 - an adapter is there only where it is asked for

        self.credentials = credentials
        self._environment: Any = environments.create(credentials)

    def open(self) -> Any:
        """Open the instance and return its first connection, before dbt would."""
        self._environment.conn = self._environment.initialize_db(self.credentials, self._environment._plugins)
        return self._environment.conn

    def close(self) -> None:
        """Close the instance with all that is in it."""
        self._environment.close()

    @contextmanager
    def current(self, before_connecting: Callable[[], None]) -> Iterator[None]:
        """Make it the one instance of dbt-duckdb, which closes it when a connection with other credentials opens.

        Parameters
        ----------
        before_connecting : function
            Called before dbt opens a connection to it.
        """
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

        connect = self._environment.handle

        def announced() -> Any:
            before_connecting()
            return connect()

        before = DuckDBConnectionManager._ENV
        DuckDBConnectionManager._ENV = self._environment
        self._environment.handle = announced
        try:
            yield
        finally:
            del self._environment.handle  # the class's own shows again
            DuckDBConnectionManager._ENV = before
