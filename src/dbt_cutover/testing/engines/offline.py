"""Engines without a database behind them: dbt's adapter alone, for macros that only write SQL."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from dbt_cutover.testing.engines.base import Engine
from dbt_cutover.testing.errors import EngineUnavailableError, HarnessError

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["OFFLINE", "Offline"]


class Offline(Engine):
    """An adapter with a profile that is made up: macros dispatch and quote as on the engine, and reach nothing."""

    connects = False
    made_up: ClassVar[Mapping[str, Any]]
    """What the adapter wants to read in a profile."""

    def __init__(self) -> None:
        self._exit = ExitStack()

    def check(self) -> None:
        """Look for the adapter."""
        module = f"dbt.adapters.{self.adapter_type}"
        if importlib.util.find_spec("dbt") is None or importlib.util.find_spec(module) is None:
            raise EngineUnavailableError(f"the module {module} is missing: install dbt-cutover[{self.adapter_type}]")

    def start(self) -> None:
        """Do nothing: there is nothing to start."""

    def stop(self) -> None:
        """Do nothing."""

    def output(self, base: dict[str, Any]) -> dict[str, Any]:
        """Make one up: what a user's own says is for connecting, which nobody does."""
        del base
        names: dict[str, Any] = {"type": self.adapter_type, "database": self.database, "schema": self.schema}
        return {**names, "threads": 1, **self.made_up}

    def enter(self, project: ParsedProject) -> None:
        """Cut dbt off from the network."""
        from dbt_cutover.testing._dbt_compat import disconnected  # noqa: PLC0415 - imports dbt, which takes seconds

        self._exit.enter_context(disconnected(project.adapter, self.refusal))

    def leave(self) -> None:
        """Give dbt its connections back."""
        self._exit.close()

    def refusal(self, asked: str) -> str:
        """Return the sentence for what can't be done here."""
        return _refusal(self.name, asked)

    def _refuse(self, asked: str) -> NoReturn:
        raise HarnessError(self.refusal(asked))

    def notice(self, sql: str) -> None:
        """Refuse the statement."""
        self._refuse(sql)

    def connect(self) -> Any:
        """Refuse."""
        self._refuse("a connection")

    def end_transaction(self, handle: Any, *, commit: bool) -> None:
        """Do nothing: there is no transaction."""

    def is_database_error(self, error: BaseException) -> bool:
        """Whether a driver raised it: none is ever asked."""
        del error
        return False

    def insert(self, cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Refuse."""
        del cursor, rows
        self._refuse(f"insert into {table}")

    def decimal_type(self, before: int, after: int) -> str:
        """Refuse."""
        del before, after
        self._refuse("a table")


class _NoTypes(dict[str, str]):
    """Stands for the types of an engine on which there are no tables."""

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def __missing__(self, kind: str) -> NoReturn:
        raise HarnessError(_refusal(self._engine, f"a column of {kind} values"))


def _refusal(engine: str, asked: str) -> str:
    return f"{engine} can't be connected: only dbt.render and dbt.call work there; asked was: {asked}"


def _offline(name: str, *, has_databases: bool = True, **made_up: Any) -> type[Offline]:
    own: dict[str, Any] = {"name": name, "adapter_type": name, "made_up": made_up, "types": _NoTypes(name)}
    if not has_databases:
        own["database"] = None
    return type(name.capitalize(), (Offline,), own)


# Host names under .invalid resolve nowhere, should anything ever try.
OFFLINE: tuple[type[Offline], ...] = (
    _offline("athena", region_name="eu-west-1", s3_staging_dir="s3://offline.invalid/"),
    _offline("bigquery", method="oauth-secrets", token="offline"),
    _offline("databricks", host="offline.invalid", http_path="/sql/offline", token="offline"),
    _offline("redshift", host="offline.invalid", port=5439, user="offline", password="offline"),
    _offline("snowflake", account="offline", user="offline", password="offline", warehouse="offline"),
    _offline("spark", has_databases=False, method="http", host="offline.invalid", token="offline", cluster="offline"),
    _offline("trino", method="none", host="offline.invalid", port=8080, user="offline"),
)
"""The engines that have an adapter here and no database."""
