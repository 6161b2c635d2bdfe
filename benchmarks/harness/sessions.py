"""Timed runs, each a process of its own, on a project of its own; what doesn't pass isn't timed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import project
from checks import Check

__all__ = ["Bench", "BenchmarkError", "Outcome"]

HERE = Path(__file__).parent


class BenchmarkError(Exception):
    """A run that was to be timed didn't do what it was to do: its output says why."""


@dataclass(frozen=True)
class Outcome:
    """What one run took, in seconds.

    Attributes
    ----------
    process : float
        From the start of the process to its end.
    clock : float
        By pytest's own clock, the "in 1.23s" of its last line; for other tools what they say themselves.
    record : dict
        What :mod:`clock` wrote down.
    """

    process: float
    clock: float
    record: dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where runs happen and by which interpreters.

    Parameters
    ----------
    python : Path
        Has dbt-cutover, pytest-dbt-core, dbt-tests-adapter and dbt.
    python_duckdb : Path
        Has pytest-dbt-duckdb, which needs an older DuckDB.
    folder : Path
        Empty; projects and caches go here.
    checks : sequence of Check
        What is to be checked.
    """

    python: Path
    python_duckdb: Path
    folder: Path
    checks: Sequence[Check]

    def project(self, name: str, suite: str, *, models: bool = False, database: str = ":memory:") -> Path:
        """Make a new project with a suite of tests in it, with a model for each check where a tool needs them."""
        folder = self.folder / name
        project.write_project(folder, database)
        if models:
            project.write_models(folder, self.checks)
        if suite:
            shutil.copytree(HERE / "suites" / suite, folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        return folder

    def pytest(
        self, folder: Path, *arguments: str, passed: int, preload: bool = False, python: Path | None = None
    ) -> Outcome:
        """Run pytest in a project; so many tests have to pass and none to fail."""
        record = folder / "record.json"
        record.unlink(missing_ok=True)
        # The order is the file's, and nothing is shared with other sessions but the cache, which is the project's own.
        options = ["-q", "-p", "clock", "-p", "no:randomly", "-p", "no:xdist", "--rootdir", str(folder)]
        command = [str(python or self.python), "-m", "pytest", *options, *arguments]
        seconds, output = _run(command, folder, BENCH_RECORD=str(record), BENCH_PRELOAD="1" if preload else "0")
        closing = re.search(rf"^(?:=+ )?{passed} passed(?:, \d+ warnings?)? in ([0-9.]+)s", output, re.MULTILINE)
        if closing is None:
            raise BenchmarkError(f"{passed} tests should have passed: {' '.join(command)}\n{output}")
        return Outcome(seconds, float(closing[1]), json.loads(record.read_text()))

    def unit_tests(self, folder: Path) -> Outcome:
        """Run dbt's unit tests by dbt in one process; the clock is that of the call."""
        command = [str(self.python), str(HERE / "unit_tests.py"), str(folder)]
        seconds, output = _run(command, folder)
        told = json.loads(output.splitlines()[-1])
        self._all_passed(told["passed"], output)
        return Outcome(seconds, told["seconds"], {})

    def dbt_test(self, folder: Path) -> Outcome:
        """Run dbt's unit tests as one does in a shell; the clock is dbt's own."""
        command = [str(self.python.with_name("dbt")), "test", "--select", "test_type:unit", "--profiles-dir", "."]
        seconds, output = _run(command, folder)
        passed = re.search(r"PASS=(\d+) WARN=0 ERROR=0", output)
        clock = re.search(r"Finished running .* \(([0-9.]+)s\)", output)
        self._all_passed(int(passed[1]) if passed else 0, output)
        if clock is None:
            raise BenchmarkError(f"dbt doesn't say how long it took:\n{output}")
        return Outcome(seconds, float(clock[1]), {})

    def _all_passed(self, passed: int, output: str) -> None:
        if passed != len(self.checks):
            raise BenchmarkError(f"{len(self.checks)} unit tests should have passed, not {passed}:\n{output}")


def _run(command: list[str], folder: Path, **environment: str) -> tuple[float, str]:
    """Run a command in a folder and return the seconds it took and what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DBT_", "PYTHON"))}
    ours = {
        "PYTHONPATH": str(HERE),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    start = time.perf_counter()
    ran = subprocess.run(
        command, cwd=folder, env=kept | ours | environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if ran.returncode != 0:
        raise BenchmarkError(f"exit code {ran.returncode}: {' '.join(command)}\n{ran.stdout}{ran.stderr}")
    return seconds, ran.stdout
