"""The checks that every tool runs: a macro, the rows that go in, the rows that must come out.

What is expected is worked out here in Python, not by the macros.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

__all__ = ["UNITS", "Check", "checks", "size"]

UNITS = 25
"""The project has so many files of macros, alike but for numbers: four to call in each, and two behind one of them."""

_KINDS = ("band", "scaled", "filled", "remainder")


def size(name: str, default: int) -> int:
    """Return how much is to be run, which the environment may say: ``BENCH_TESTS=20``."""
    return int(os.environ.get(f"BENCH_{name.upper()}", default))


@dataclass(frozen=True)
class Check:
    """One macro on one table.

    Parameters
    ----------
    number : int
        From 0; every four of them are of one file of macros.
    """

    number: int

    @property
    def unit(self) -> int:
        """The file of macros, from 0."""
        return self.number // len(_KINDS)

    @property
    def kind(self) -> str:
        """What the macro does."""
        return _KINDS[self.number % len(_KINDS)]

    @property
    def name(self) -> str:
        """The check's name, which is also its model's where a tool can only test models."""
        return f"check_{self.number:03}"

    @property
    def macro(self) -> str:
        """The macro's name."""
        return f"{self.kind}_{self.unit:02}"

    @property
    def type(self) -> str:
        """The SQL type of what the macro's expression gives."""
        return "varchar" if self.kind == "band" else "bigint"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the input table: positive, negative, zero, NULL and large."""
        amounts = [self.number, -self.number - 1, 0, None, 100 + 7 * self.number, 10**12]
        return [{"id": id_, "amount": amount} for id_, amount in enumerate(amounts, start=1)]

    @property
    def expected(self) -> list[dict[str, Any]]:
        """The rows of the result."""
        return [{"id": row["id"], "value": self._value(row["amount"])} for row in self.rows]

    def _value(self, amount: int | None) -> Any:
        unit = self.unit
        if self.kind == "band":
            limits = [limit * (unit + 1) for limit in (10, 20, 30)]
            return next((f"below {limit}" for limit in limits if amount is not None and amount < limit), "the rest")
        if self.kind == "filled":
            return -unit if amount is None else amount
        if amount is None:
            return None
        # SQL's remainder has the sign of the dividend.
        return amount * (unit + 2) + unit if self.kind == "scaled" else int(math.fmod(amount, unit + 3))

    def text(self, column: str) -> str:
        """Return the SQL that the macro writes for a column."""
        unit = self.unit
        if self.kind == "band":
            whens = [
                f"when {column} < {limit} then 'below {limit}'" for limit in (n * (unit + 1) for n in (10, 20, 30))
            ]
            return " ".join(["case", *whens, "else 'the rest' end"])
        if self.kind == "scaled":
            return f"({column} * {unit + 2} + {unit})"
        return f"coalesce({column}, {-unit})" if self.kind == "filled" else f"({column} % {unit + 3})"


def checks() -> list[Check]:
    """Return the checks: a hundred unless ``BENCH_CHECKS`` says less."""
    return [Check(number) for number in range(size("checks", UNITS * len(_KINDS)))]
