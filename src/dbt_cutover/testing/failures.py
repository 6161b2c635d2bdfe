"""What the report of a failed test shows beside pytest's own: the message first, no frames of ours, the SQL."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dbt_cutover.testing.errors import HarnessError

if TYPE_CHECKING:
    from dbt_cutover.testing.harness import Dbt

__all__ = ["put_message_first", "sections", "shorten_traceback"]

_PACKAGE = Path(__file__).parent
_LINES = 100
"""So much of a text is shown."""
_STATEMENTS = 20
"""So many statements, the last ones, are shown."""


def shorten_traceback(excinfo: pytest.ExceptionInfo[BaseException] | None) -> None:
    """End the traceback of an error of the harness where the test called it."""
    if excinfo is None or not isinstance(excinfo.value, HarnessError):
        return
    last, traceback = None, excinfo.value.__traceback__
    while traceback is not None:
        if not _is_ours(traceback.tb_frame.f_code.co_filename):
            last = traceback
        traceback = traceback.tb_next
    if last is not None:
        last.tb_next = None


def _is_ours(file: str) -> bool:
    return file == contextlib.__file__ or Path(file).is_relative_to(_PACKAGE)


def put_message_first(report: pytest.TestReport, excinfo: pytest.ExceptionInfo[BaseException] | None) -> None:
    """Begin the report of an error of the harness, and its line in the summary, with the message and not the class."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if excinfo is None or not isinstance(excinfo.value, HarnessError) or crash is None:
        return
    name = f"{type(excinfo.value).__module__}.{type(excinfo.value).__qualname__}: "
    crash.message = crash.message.removeprefix(name)
    entries: Sequence[Any] = report.longrepr.reprtraceback.reprentries  # type: ignore[union-attr]
    for entry in entries:
        entry.lines = [line.replace(name, "", 1) if line.startswith("E ") else line for line in entry.lines]


def sections(dbt: Dbt) -> Iterator[tuple[str, str]]:
    """Yield title and text of what a test did up to its failure.

    Parameters
    ----------
    dbt : Dbt
        What the test's ``dbt`` fixture gave.
    """
    if dbt.last is not None:
        called = [f"  {place}" for place in dbt.project.places(dbt.last.source)]
        yield "dbt rendered last", "\n".join([_cut(dbt.last.source), *called, "gave", _cut(dbt.last.text)])
    if dbt.statements:
        first = max(0, len(dbt.statements) - _STATEMENTS)
        numbered = [f"{number}. {_cut(sql)}" for number, sql in enumerate(dbt.statements[first:], start=first + 1)]
        yield "dbt statements of macros", "\n".join([f"... {first} before", *numbered] if first else numbered)
    if dbt.logs:
        yield "dbt log()", "\n".join(dbt.logs)
    if dbt.printed:
        yield "dbt print()", "\n".join(dbt.printed)


def _cut(text: str) -> str:
    lines = text.strip().splitlines()
    return "\n".join([*lines[:_LINES], *([f"... and {len(lines) - _LINES} more lines"] if len(lines) > _LINES else [])])
