"""A plugin of pytest (``-p clock``) that writes down, as JSON, where the time of a session went.

The environment says where to (``BENCH_RECORD``) and whether dbt is imported before pytest's own clock starts
(``BENCH_PRELOAD=1``), as pytest-dbt-core does when it is loaded.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections import defaultdict
from pathlib import Path

import pytest

__all__ = ["Clock", "pytest_configure"]


def _preload() -> float:
    start = time.perf_counter()
    if os.environ.get("BENCH_PRELOAD") == "1":
        import dbt.adapters.duckdb  # noqa: PLC0415 - only when asked for
        import dbt.cli.main  # noqa: F401, PLC0415
        import duckdb  # noqa: F401, PLC0415
    return time.perf_counter() - start


def pytest_configure(config: pytest.Config) -> None:
    """Start the clock.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_configure
    """
    config.pluginmanager.register(Clock(Path(os.environ["BENCH_RECORD"])))


class Clock:
    """Takes the times of one session.

    Parameters
    ----------
    path : Path
        Where the record goes: ``start`` (seconds from the loop over the tests to the end of the first one's set-up),
        ``tests`` (seconds of each: set-up, call and teardown), ``resident`` (MB after the 100th test and after the
        last), ``measured`` (what tests gave to ``record_property``).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loop = 0.0
        self._start: float | None = None
        self._tests: dict[str, float] = defaultdict(float)
        self._resident: list[float] = []
        self._measured: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self):
        """Note when the tests begin.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtestloop
        """
        self._loop = time.perf_counter()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self):
        """Note when the first test is set up.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtest_setup
        """
        result = yield
        if self._start is None:
            self._start = time.perf_counter() - self._loop
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the parts of each test.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtest_logreport
        """
        self._tests[report.nodeid] += report.duration
        if report.when == "teardown":
            self._measured.update(report.user_properties)
            if len(self._tests) == 100:
                self._resident.append(_resident())

    def pytest_sessionfinish(self) -> None:
        """Write the record.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_sessionfinish
        """
        self._resident.append(_resident())
        record = {
            "import": _IMPORT,
            "start": self._start,
            "tests": list(self._tests.values()),
            "resident": self._resident,
            "measured": self._measured,
        }
        self._path.write_text(json.dumps(record))


def _resident() -> float:
    """Return the memory in use, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


_IMPORT = _preload()
