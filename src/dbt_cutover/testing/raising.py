"""Errors of macros that a test expects."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from dbt_cutover.testing.errors import MacroError

__all__ = ["Raised", "expecting"]


class Raised:
    """What :meth:`Dbt.raises` caught.

    Attributes
    ----------
    message : str
        The macro's own message, without dbt's heading and list of macros.
    error : BaseException or None
        dbt's exception itself.
    """

    def __init__(self) -> None:
        self.message = ""
        self.error: BaseException | None = None


@contextmanager
def expecting(expected: str | re.Pattern[str]) -> Iterator[Raised]:
    """Expect a :class:`MacroError` with that message: see :meth:`dbt_cutover.testing.harness.Dbt.raises`."""
    raised = Raised()
    try:
        yield raised
    except MacroError as error:
        raised.message, raised.error = error.message, error.error
    else:
        raise AssertionError(f"nothing was raised; expected: {_shown(expected)}")
    if isinstance(expected, str):
        if raised.message != expected.strip():
            difference = "\n".join(difflib.ndiff(expected.strip().splitlines(), raised.message.splitlines()))
            raise AssertionError(f"another message; expected (-), raised (+):\n{difference}") from None
    elif not expected.search(raised.message):
        raise AssertionError(f"{_shown(expected)} is not found in:\n{raised.message}") from None


def _shown(expected: str | re.Pattern[str]) -> str:
    return expected if isinstance(expected, str) else f"the pattern {expected.pattern!r}"
