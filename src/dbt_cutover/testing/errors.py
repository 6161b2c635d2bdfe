"""What can go wrong in the harness itself, one class per kind of fault."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["DatabaseError", "EngineUnavailableError", "HarnessError", "ProjectError", "did_you_mean"]


class HarnessError(Exception):
    """The harness was asked for something that it can't do: the message says what and what would work."""


class ProjectError(HarnessError):
    """There is no dbt project, or dbt refused it; carries dbt's own message."""


class EngineUnavailableError(HarnessError):
    """An engine was asked for that can't be reached on this machine."""


class DatabaseError(HarnessError):
    """The database refused a statement that a test sent: its message first, then the statement.

    Attributes
    ----------
    message : str
        What the database said.
    sql : str
        The statement as it was sent.
    """

    def __init__(self, message: str, sql: str) -> None:
        self.message = message.strip()
        self.sql = sql
        super().__init__(f"{self.message}\n\nThe statement was:\n{sql}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence naming the nearest of the known names, or an empty text."""
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
