"""Changes of what macros see."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self

__all__ = ["Override"]


class Override:
    """A change of what macros see: in force at once, until its ``with`` block ends, or else until the test ends.

    Parameters
    ----------
    change : context manager
        Makes the change and takes it back.

    Examples
    --------
    ``dbt.vars({"currency": "USD"})`` holds for the rest of the test, and for the block alone in
    ``with dbt.vars({"currency": "USD"}): ...``. What is changed inside a block ends with the block.
    """

    def __init__(self, change: AbstractContextManager[object]) -> None:
        self._change = ExitStack()
        self._change.enter_context(change)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Take the change back; does nothing when it was taken back already."""
        self._change.close()
