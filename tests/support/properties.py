"""Settings of the property tests: the same examples in every run, more of them when CUTOVER_MORE_EXAMPLES is set."""

import os

from hypothesis import HealthCheck, settings

__all__ = ["examples"]


def examples(number: int) -> settings:
    """Return settings for so many examples; ten times as many when the environment asks for more."""
    return settings(
        max_examples=number * 10 if os.environ.get("CUTOVER_MORE_EXAMPLES") else number,
        derandomize=True,
        database=None,
        deadline=None,
        # One clean place per test, not per example: the macros under test keep nothing between two calls.
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
