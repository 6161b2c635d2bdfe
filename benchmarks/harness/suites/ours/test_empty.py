"""What pytest itself takes for a test."""

import pytest

from checks import size


@pytest.mark.parametrize("number", range(size("tests", 2000)))
def test_empty(number):
    assert number >= 0
