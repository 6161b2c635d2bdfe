"""What came out of a ``dbt run-operation`` that ran in process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn

from dbt_cutover.testing.errors import HarnessError

__all__ = ["Operation"]


@dataclass(frozen=True)
class Operation:
    """The outcome of one operation.

    Attributes
    ----------
    value : Any
        What the macro returned; None when it failed.
    exit_code : int
        What ``dbt run-operation`` would exit with: 0, or 1 after an error.
    printed : str
        What ``print()`` wrote: the whole standard output of ``dbt --quiet run-operation``.
    logged : list of str
        The messages given to ``log()``, in order.
    error : str or None
        The error's own message, without dbt's heading and without its list of macros; None when all went well.
    statements : list of str
        The statements that the operation sent.
    """

    value: Any
    exit_code: int
    printed: str
    logged: list[str] = field(default_factory=list)
    error: str | None = None
    statements: list[str] = field(default_factory=list)

    @property
    def json(self) -> Any:
        """The printed JSON document.

        Raises
        ------
        HarnessError
            What was printed isn't exactly one JSON document.
        """
        try:
            return json.loads(self.printed, parse_constant=_refuse_constant)
        except ValueError as error:
            raise HarnessError(f"not exactly one JSON document was printed ({error}):\n{self.printed}") from None


def _refuse_constant(name: str) -> NoReturn:
    # Python reads NaN and Infinity, which are not JSON: another reader would refuse the document.
    raise ValueError(f"{name} is not JSON")
