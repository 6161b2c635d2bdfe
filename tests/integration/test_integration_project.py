"""The migration project that installs the package: it runs through, and its nodes land where the naming policy says."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def expected(project, monkeypatch) -> ModuleType:
    """The module that works the numbers out without SQL."""
    spec = importlib.util.spec_from_file_location("expected", project / "expected.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "expected", module)
    spec.loader.exec_module(module)
    return module


def test_the_migration_runs_from_deps_to_rollback(project, tmp_path):
    """Everything that a user does with the package, each answer held against numbers worked out without SQL."""
    summary = tmp_path / "summary.json"

    run = subprocess.run(
        [sys.executable, "-B", project / "run.py", "--summary", summary],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DBT_TARGET_PATH": str(tmp_path / "target"), "DBT_LOG_PATH": str(tmp_path / "logs")},
        timeout=300,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(summary.read_text())
    assert told["failed"] == []
    # That it looked at all, and that dbt really built: a run that does nothing holds nothing.
    assert told["held"] >= 120
    assert told["statuses"]["success"] >= 3 * 16
    assert told["statuses"]["pass"] >= 3 * 25
    assert (tmp_path / "target" / "integration.duckdb").stat().st_size > 1_000_000


def test_an_expectation_that_does_not_hold_fails_the_run(project_copy, tmp_path):
    """The steps after it are taken all the same, also after an answer that can't be read."""
    program = """
import run

run.STEPS = {
    "wrong": lambda dbt, expect, shop: expect.equal("orders", len(shop.raw["orders"]), 1),
    "unreadable": lambda dbt, expect, shop: run.Outcome(1, "no document", "", {}).document,
    "right": lambda dbt, expect, shop: expect.equal("one", 1, 1),
}
raise SystemExit(run.main([]))
"""
    told = subprocess.run(
        [sys.executable, "-B", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        cwd=project_copy,
        env={**os.environ, "DBT_TARGET_PATH": str(tmp_path / "target"), "DBT_LOG_PATH": str(tmp_path / "logs")},
    )

    assert told.returncode == 1, told.stdout + told.stderr
    assert "FAILED orders: expected 1, got 2000" in told.stdout
    assert "FAILED unreadable: AssertionError: expected one JSON document, got 0: 'no document'" in told.stdout
    assert "1 expectations held, 2 failed; 0 dbt commands" in told.stdout


def test_the_oracle_counts_by_status_and_column(expected):
    """The independent comparison, on rows that can be counted by eye."""
    legacy = {1: {"a": "x", "b": Decimal("1.00")}, 2: {"a": None, "b": Decimal("2.00")}, 3: {"a": "z", "b": None}}
    migrated = {1: {"a": "x", "b": Decimal("1.01")}, 2: {"a": None, "b": None}, 4: {"a": "z", "b": None}}

    exact = expected.compare(legacy, migrated, ["a", "b"])
    within_a_cent = expected.compare(legacy, migrated, ["a", "b"], within=Decimal("0.01"))

    assert exact.rows == {"match": 0, "mismatch": 2, "only_in_legacy": 1, "only_in_migrated": 1}
    assert exact.columns == {"a": 0, "b": 2}
    # A missing number is never within a tolerance.
    assert within_a_cent.rows == {"match": 1, "mismatch": 1, "only_in_legacy": 1, "only_in_migrated": 1}
    assert within_a_cent.columns == {"a": 0, "b": 1}


# Per case: the target, the vars, and where a node of each layer and the package's own model must land. That model has
# no custom schema, so it stands in the target's schema.
LAYERS = ("bronze_orders", "silver_orders", "fct_orders", "orders", "cutover_reconciliation_status")
GREEN = {"cutover_colour": "green", "cutover_build": "b1"}
WITH_SHIM = {
    "prefixed, development": (
        "dev",
        {"cutover_schema_policy": "prefixed"},
        "dev_bronze dev_silver dev_gold dev_raw dev",
    ),
    "environment, development": ("dev", {}, "bronze_dev silver_dev gold_dev raw_dev dev"),
    "environment, CI": ("ci", {}, "bronze_ci silver_ci gold_ci raw_ci ci"),
    "environment, production": ("prod", {}, "bronze silver gold raw analytics"),
    "target only, CI": ("ci", {"cutover_schema_policy": "target_only"}, "ci ci ci ci ci"),
    "a colour, production": ("prod", GREEN, "bronze silver gold__green raw analytics"),
    "a colour where nothing is published by colour": ("dev", GREEN, "bronze_dev silver_dev gold_dev raw_dev dev"),
}
# Without the three lines in the project, dbt's own rule holds and no policy is asked.
WITHOUT_SHIM = {
    "prefixed, development": (
        "dev",
        {"cutover_schema_policy": "prefixed"},
        "dev_bronze dev_silver dev_gold dev_raw dev",
    ),
    "target only, CI": ("ci", {"cutover_schema_policy": "target_only"}, "ci_bronze ci_silver ci_gold ci_raw ci"),
}


def parse_all(project: Path, cases: dict[str, tuple[str, dict[str, object], str]]) -> dict[str, dict[str, str]]:
    """Parse the project once per case, in one process."""
    asked = [{"target": target, "vars": variables} for target, variables, _ in cases.values()]
    program = Path(__file__).with_name("places.py")
    told = subprocess.run(
        [sys.executable, "-B", program, project, json.dumps(asked)],
        check=True,
        capture_output=True,
        text=True,
        cwd=project,
        env={**os.environ, "SHOP_SILVER_SCHEMA": "silver"},
    )
    return dict(zip(cases, json.loads(told.stdout), strict=True))


@pytest.fixture(scope="module")
def places_with_shim(installed_project) -> dict[str, dict[str, str]]:
    return parse_all(installed_project, WITH_SHIM)


@pytest.fixture(scope="module")
def places_without_shim(installed_project) -> dict[str, dict[str, str]]:
    shim = installed_project / "macros" / "generate_schema_name.sql"
    docs = installed_project / "macros" / "_macros.yml"
    kept = shim.read_text(), docs.read_text()
    shim.unlink()
    docs.unlink()
    try:
        return parse_all(installed_project, WITHOUT_SHIM)
    finally:
        shim.write_text(kept[0])
        docs.write_text(kept[1])


@pytest.mark.parametrize("case", WITH_SHIM)
def test_the_policy_places_the_nodes(places_with_shim, case):
    assert [places_with_shim[case].get(name) for name in LAYERS] == WITH_SHIM[case][2].split(), places_with_shim[case]


@pytest.mark.parametrize("case", WITHOUT_SHIM)
def test_without_the_shim_dbt_places_the_nodes(places_without_shim, case):
    places = places_without_shim[case]

    assert [places.get(name) for name in LAYERS] == WITHOUT_SHIM[case][2].split(), places
