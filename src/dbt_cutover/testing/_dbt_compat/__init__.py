"""Everything that rests on dbt's internals: tried on dbt-core 1.10.8 and 1.11.

No other module imports dbt, and this one is imported only when a test needs a project: importing dbt takes seconds.
"""

from __future__ import annotations

from dbt_cutover.testing._dbt_compat._duckdb import DuckDBInstance
from dbt_cutover.testing._dbt_compat._errors import DbtError, error_message
from dbt_cutover.testing._dbt_compat._nodes import Nodes
from dbt_cutover.testing._dbt_compat._offline import disconnected
from dbt_cutover.testing._dbt_compat._process import GlobalState, Logged
from dbt_cutover.testing._dbt_compat._project import MacroGenerator, ParsedProject, macro_generator, parse
from dbt_cutover.testing._dbt_compat._runs import (
    GenericTest,
    macro_arguments,
    materialize,
    model_of,
    run_result,
    test_names,
    verdict,
)
from dbt_cutover.testing._dbt_compat._trace import macro_error, macro_trace

__all__ = [
    "DbtError",
    "DuckDBInstance",
    "GenericTest",
    "GlobalState",
    "Logged",
    "MacroGenerator",
    "Nodes",
    "ParsedProject",
    "disconnected",
    "error_message",
    "macro_arguments",
    "macro_error",
    "macro_generator",
    "macro_trace",
    "materialize",
    "model_of",
    "parse",
    "run_result",
    "test_names",
    "verdict",
]
