"""An adapter that is cut off from its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from dbt_common.exceptions import CompilationError

__all__ = ["disconnected"]


@contextmanager
def disconnected(adapter: Any, refusal: Callable[[str], str]) -> Iterator[None]:
    """Let each try to reach the database fail at once while the block runs, as an error of the macro that tries.

    Parameters
    ----------
    adapter
        dbt's adapter.
    refusal : function
        Returns the error's message for what was asked.
    """

    def execute(sql: str, *arguments: Any, **options: Any) -> NoReturn:
        del arguments, options
        raise CompilationError(refusal(" ".join(sql.split())))

    def open_(connection: Any) -> NoReturn:
        del connection
        raise CompilationError(refusal("a connection"))

    # On the objects, so that the classes' own methods show again afterwards.
    adapter.execute, adapter.connections.open = execute, open_
    try:
        yield
    finally:
        del adapter.execute, adapter.connections.open
