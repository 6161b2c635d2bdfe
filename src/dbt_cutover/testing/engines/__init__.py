"""The engines on which tests run, those of the plugin itself; others come by a hook."""

from __future__ import annotations

from dbt_cutover.testing.engines.base import Engine
from dbt_cutover.testing.engines.duckdb import DuckDB
from dbt_cutover.testing.engines.offline import OFFLINE, Offline
from dbt_cutover.testing.engines.postgres import Postgres

__all__ = ["BUILT_IN", "DuckDB", "Engine", "Offline", "Postgres"]

BUILT_IN: tuple[type[Engine], ...] = (DuckDB, Postgres, *OFFLINE)
"""The plugin's own."""
