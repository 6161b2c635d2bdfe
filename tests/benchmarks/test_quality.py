"""The benchmarks of quality still run, tiny: no figures held, but every side answers as it has to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks" / "quality"


@pytest.fixture
def benchmark(tmp_path):
    """Run a benchmark; its process and what it wrote as JSON."""

    def run(name: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, object]]:
        told = tmp_path / "figures.json"
        command = [sys.executable, "-B", str(BENCHMARKS / name), *arguments, "--json", str(told)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        return ran, json.loads(told.read_text()) if told.exists() else {}

    return run


@pytest.mark.thorough
def test_each_history_is_judged_by_each_method(benchmark):
    ran, figures = benchmark("anomalies.py", "--trials", "7")

    assert ran.returncode == 0, ran.stderr
    found = {(one["shape"], one["method"]): one for one in figures["found"]}
    assert len(found) == 8 * 4
    assert found["flat, 7 days", "no_anomaly"]["learning"] == 100
    # By arithmetic, whatever the noise: a median isn't moved by one outlier, and eight points can't be three sigma.
    assert found["flat, 14 days, an old outlier of eight times", "no_anomaly"]["empty"] == 100
    assert found["flat, 7 days", "the guides' three sigma"]["half"] == 0


@pytest.mark.thorough
def test_checks_are_measured_beside_tests_of_dbt(benchmark):
    ran, figures = benchmark("checks.py", "duckdb", "--rows", "1000", "--rounds", "1")

    assert ran.returncode == 0, ran.stderr
    assert [line["checks"] for line in figures["lines"]] == ["dbt's own, rows", "dbt's own, all kinds"]
    # Twenty tests, a statement each.
    assert all(line["statements"][1] >= 20 > line["statements"][0] for line in figures["lines"])


def test_a_folder_without_the_peer_and_an_unknown_engine_are_refused(benchmark, tmp_path):
    ran, _ = benchmark("checks.py", "duckdb", "--packages", str(tmp_path))
    assert (ran.returncode, ran.stderr.endswith(f"{tmp_path} has no copy of dbt_expectations\n")) == (2, True)

    ran, _ = benchmark("checks.py", "duckbd")
    assert (ran.returncode, "choice: 'duckbd'" in ran.stderr) == (2, True)


@pytest.mark.thorough
def test_profiles_are_measured_beside_summarize(benchmark):
    ran, figures = benchmark("profiles.py", "--rows", "1000", "--columns", "6", "--rounds", "1")

    assert ran.returncode == 0, ran.stderr
    assert list(figures["seconds"]) == [
        "summarize",
        "profile, approximate",
        "profile, exact, without quartiles",
        "profile, exact",
    ]
