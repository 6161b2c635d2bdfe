"""The Python side of dbt-cutover: the macro-test harness, and later the reports and the command line."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    # The version stands in dbt_project.yml alone; the build copies it into the distribution's metadata.
    __version__ = version("dbt-cutover")
except PackageNotFoundError:  # a source tree on PYTHONPATH, not installed
    __version__ = "0+uninstalled"
