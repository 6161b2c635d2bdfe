"""The checks as scenarios of pytest-dbt-duckdb, in YAML beside the project."""

from pathlib import Path

import pytest
from pytest_dbt_duckdb.plugin import load_yaml_tests

PROJECT = Path(__file__).parent.parent
SCENARIOS = PROJECT / "scenarios"


@pytest.mark.parametrize("scenario", load_yaml_tests(str(SCENARIOS)), ids=lambda scenario: scenario.id)
def test_check(duckdb_fixture, scenario):
    duckdb_fixture.execute_dbt(
        dbt_project_dir=str(PROJECT),
        resources_folder=str(SCENARIOS),
        nodes_to_load=scenario.given,
        nodes_to_validate=scenario.then,
        build=scenario.build,
    )
