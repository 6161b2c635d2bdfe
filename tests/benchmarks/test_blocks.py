"""The benchmark of the building blocks still runs, tiny: no figures held, but all sides leave the same rows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "blocks"


@pytest.fixture
def benchmark(tmp_path):
    """Run some of the benchmark's lines, tiny."""

    def run(*arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, float]]:
        told = tmp_path / "figures.json"
        sizes = ["--rows", "2000", "--years", "20", "--rounds", "1", "--json", str(told)]
        command = [sys.executable, "-B", str(BENCHMARK / "run.py"), *arguments, *sizes]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = json.loads(told.read_text())["lines"] if told.exists() else []
        return ran, {line["what"]: line["value"] for line in lines}

    return run


@pytest.mark.thorough
def test_each_line_is_measured(benchmark):
    ran, figures = benchmark()

    assert ran.returncode == 0, ran.stderr
    exact = {what: value for what, value in figures.items() if what.endswith((": rows", "while compiling"))}
    assert exact == {
        # 15 years of 365 days and 5 of 366; one year of 366 days.
        "20 years by day: rows": 7305,
        "20 years by day: statements of ours while compiling": 0,
        "1 years by hour: rows": 8784,
        "1 years by hour: statements of ours while compiling": 0,
        "pivot of 2,000 rows to 20: rows": 1000,
        "pivot: statements while compiling": 0,
        # Ten states of each of 200 keys, of which every other one repeats the one before it.
        "scd2 of 2,000 states: rows": 1000,
        "scd2 of 2,000 states: statements while compiling": 0,
        # 200 new rows: 100 of new keys, 50 of known ones with something new.
        "satellite, 200 rows onto 2,000: rows": 2150,
        "satellite: statements while compiling": 0,
    }
    ratios = {what: value for what, value in figures.items() if " over " in what}
    assert len(ratios) == 8
    assert all(value > 0 for value in ratios.values())


def test_an_unknown_line_and_a_folder_without_the_peer_are_refused(benchmark, tmp_path):
    ran, _ = benchmark("spin")
    assert (ran.returncode, "choice: 'spin'" in ran.stderr) == (2, True)

    ran, _ = benchmark("spine", "--packages", str(tmp_path))
    assert ran.returncode == 2
    assert ran.stderr.endswith(f"{tmp_path} has no copy of dbt_utils\n")


def test_another_answer_than_ours_stops_the_benchmark(tmp_path):
    program = """
import pathlib, sys
import lines

bench = lines.Bench(pathlib.Path(sys.argv[1]), rows=1, years=1, rounds=1, packages=None)
peers = {name: f"create temp table made as select {i} as i" for i, name in ((1, "ours"), (2, "a peer"))}
list(bench.compare("sum", peers, "select count(*), sum(i) from made"))
"""
    command = [sys.executable, "-B", "-c", program, str(tmp_path)]
    ran = subprocess.run(command, cwd=BENCHMARK, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert ran.stderr.endswith("timing.TimingError: sum: a peer left (1, '2'), ours (1, '1')\n")
