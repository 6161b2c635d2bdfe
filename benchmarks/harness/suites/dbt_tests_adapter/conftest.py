"""What the tests of dbt-tests-adapter need: the project's files and a DuckDB database."""

from pathlib import Path

import pytest

pytest_plugins = ["dbt.tests.fixtures.project"]

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="class")
def dbt_profile_target(tmp_path_factory):
    return {"type": "duckdb", "path": str(tmp_path_factory.mktemp("database") / "bench.duckdb"), "threads": 1}


@pytest.fixture(scope="class")
def project_config_update():
    return {"name": "bench"}


@pytest.fixture(scope="class")
def macros():
    return {path.name: path.read_text() for path in (PROJECT / "macros").iterdir()}


@pytest.fixture(scope="class")
def models():
    return {path.name: path.read_text() for path in (PROJECT / "models").iterdir()}
