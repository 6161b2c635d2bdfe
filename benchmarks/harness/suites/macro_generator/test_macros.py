"""Tests of macros as a user of pytest-dbt-core writes them."""

import pytest
from dbt.clients.jinja import MacroGenerator

from checks import checks

CASES = [
    pytest.param(f"macro.bench.{check.macro}", column, check.text(column), id=f"{check.macro} of {column}")
    for column in ("amount", "total")
    for check in checks()
]


@pytest.mark.parametrize(("macro_generator", "column", "expected"), CASES, indirect=["macro_generator"])
def test_text(macro_generator: MacroGenerator, column: str, expected: str) -> None:
    assert macro_generator(column) == expected
