"""What dbt raises."""

from __future__ import annotations

from dbt_common.exceptions import DbtBaseException, DbtRuntimeError

__all__ = ["DbtError", "error_message"]

DbtError = DbtBaseException
"""The base of all that dbt raises."""


def error_message(error: BaseException) -> str:
    """Return an error's own message, without dbt's heading ("Compilation Error in ...") and list of macros."""
    if isinstance(error, DbtRuntimeError):
        return str(error.msg).strip()
    return str(error).strip()
