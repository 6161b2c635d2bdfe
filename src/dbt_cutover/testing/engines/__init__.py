"""The engines on which tests run. Adding one is a class here and its name in the table below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dbt_cutover.testing.engines.base import Engine
from dbt_cutover.testing.engines.duckdb import DuckDB
from dbt_cutover.testing.engines.postgres import Postgres

__all__ = ["ENGINES", "DuckDB", "Engine", "Postgres"]

ENGINES: Mapping[str, type[Engine]] = MappingProxyType({engine.name: engine for engine in (DuckDB, Postgres)})
"""Every known engine by the name that ``--dbt-engine`` and ``@pytest.mark.engines`` take."""
