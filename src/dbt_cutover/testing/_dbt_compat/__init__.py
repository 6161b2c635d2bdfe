"""Everything that rests on dbt's internals: tried on dbt-core 1.10.8 and 1.11.

No other module imports dbt, and this one is imported only when a test needs a project: importing dbt takes seconds.
"""

from __future__ import annotations

from dbt_cutover.testing._dbt_compat._duckdb import DuckDBInstance
from dbt_cutover.testing._dbt_compat._errors import DbtError, error_message
from dbt_cutover.testing._dbt_compat._process import GlobalState, Logged
from dbt_cutover.testing._dbt_compat._project import MacroGenerator, ParsedProject, macro_generator, parse

__all__ = [
    "DbtError",
    "DuckDBInstance",
    "GlobalState",
    "Logged",
    "MacroGenerator",
    "ParsedProject",
    "error_message",
    "macro_generator",
    "parse",
]
