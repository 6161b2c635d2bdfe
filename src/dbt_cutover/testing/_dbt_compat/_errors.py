"""What dbt raises."""

from __future__ import annotations

from dbt_common.exceptions import DbtBaseException, DbtRuntimeError
from jinja2 import TemplateError

__all__ = ["DbtError", "error_message"]

DbtError = DbtBaseException
"""The base of all that dbt raises."""


def error_message(error: BaseException) -> str:
    """Return an error's own message, without dbt's heading ("Compilation Error in ...") and list of macros."""
    if isinstance(error, DbtRuntimeError):
        return str(error.msg).strip()
    if isinstance(error, DbtBaseException | TemplateError):
        return str(error).strip()
    # Python's own errors say little without their name: KeyError has the key alone.
    return f"{type(error).__name__}: {error}"
