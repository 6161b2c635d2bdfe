"""What can go wrong in the harness itself, one class per kind of fault."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "DatabaseError",
    "EngineUnavailableError",
    "HarnessError",
    "MacroError",
    "MacroFrame",
    "ProjectError",
    "did_you_mean",
]


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


@dataclass(frozen=True)
class MacroFrame:
    """A place in a macro's file.

    Attributes
    ----------
    unique_id : str
        dbt's name of the macro, such as ``macro.shop.cents``.
    path : str
        The file, relative to the project where it lies in it, else to its package.
    line : int
        The line in that file, from 1.
    """

    unique_id: str
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.unique_id.removeprefix('macro.')}"


class MacroError(HarnessError):
    """A macro raised an error: its own message first, then the place in its file and the macros that called it.

    Attributes
    ----------
    message : str
        The error's own message, without dbt's heading.
    frames : list of MacroFrame
        The macros that the error went through, the first called first and the one that raised it last.
    error : BaseException
        What dbt raised.
    """

    def __init__(self, message: str, frames: Sequence[MacroFrame], error: BaseException) -> None:
        self.message = message
        self.frames = list(frames)
        self.error = error
        words = ["raised at", *["called at"] * len(self.frames)]
        places = [f"{word} {frame}" for word, frame in zip(words, reversed(self.frames), strict=False)]
        super().__init__("\n".join([message, "", *places] if places else [message]))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence naming the nearest of the known names, or an empty text."""
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
