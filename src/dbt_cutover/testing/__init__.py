"""A pytest plugin that tests dbt macros: the project is parsed once a session, every test gets a clean place.

The plugin itself is :mod:`dbt_cutover.testing.plugin`; tests use the ``dbt`` fixture, an object of
:class:`dbt_cutover.testing.harness.Dbt`.
"""

from __future__ import annotations

from dbt_cutover.testing.differences import assert_rows
from dbt_cutover.testing.errors import (
    DatabaseError,
    EngineUnavailableError,
    HarnessError,
    MacroError,
    ProjectError,
)
from dbt_cutover.testing.operation import Operation
from dbt_cutover.testing.rows import Rows

__all__ = [
    "DatabaseError",
    "EngineUnavailableError",
    "HarnessError",
    "MacroError",
    "Operation",
    "ProjectError",
    "Rows",
    "assert_rows",
]
