"""The benchmark of the harness still runs: tiny sizes, no figures held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "harness"


@pytest.fixture
def benchmark(tmp_path):
    """Run some of the benchmark's lines, tiny; the interpreter of the tests lacks two of the peers."""

    def run(*lines: str, **sizes: str) -> tuple[subprocess.CompletedProcess[str], dict[str, dict]]:
        told = tmp_path / "figures.json"
        small = {"BENCH_TESTS": "110", "BENCH_CHECKS": "8", "BENCH_TIMES": "5"} | sizes
        command = [sys.executable, str(BENCHMARK / "run.py"), "--rounds", "1", "--json", str(told), *lines]
        ran = subprocess.run(command, env=os.environ | small, capture_output=True, text=True, check=False)
        figures = json.loads(told.read_text())["lines"] if told.exists() else []
        return ran, {figure["what"]: figure for figure in figures}

    return run


@pytest.mark.thorough
def test_the_benchmark_measures_each_of_its_lines(benchmark):
    ran, figures = benchmark("start", "single", "whole", "macro_generator", "coverage")
    assert ran.returncode == 0, ran.stderr
    expected = [
        "start of a session, 150 macros, warm",
        "render, a new text",
        "call",
        "a whole test, median over 110",
        "memory after the last test over that after the 100th",
        "16 macro_generator tests, pytest-dbt-core over ours: whole process",
        "110 tests with macro coverage over without",
    ]
    for line in expected:
        assert [what for what in figures if what.startswith(line)], line
        assert line in ran.stdout
    assert all(figure["value"] > 0 for figure in figures.values())


@pytest.mark.thorough
def test_a_peer_that_cannot_run_stops_the_benchmark(benchmark):
    ran, figures = benchmark("single", "peers")
    assert (ran.returncode, figures) == (1, {})
    assert "peers: exit code" in ran.stderr


def test_an_unknown_line_and_a_missing_interpreter_are_refused(benchmark, tmp_path):
    ran, _ = benchmark("sinlge")
    assert (ran.returncode, "choice: 'sinlge'" in ran.stderr) == (2, True)

    ran, _ = benchmark("single", "--python-duckdb", str(tmp_path / "python"))
    assert ran.returncode == 2
    assert ran.stderr.endswith(f"there is no {tmp_path / 'python'}: `make bench-harness` makes it\n")
