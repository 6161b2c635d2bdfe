"""The project beside dbt_utils and dbt_expectations, as far as it can be seen without these packages."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import parse_projects

INTEROP = Path(__file__).parents[2] / "integration_tests" / "interop"


@pytest.fixture
def script():
    """The script that `make test-interop` runs."""
    spec = importlib.util.spec_from_file_location("run_interop", INTEROP / "run.py")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up.
    sys.modules[spec.name] = module
    yield module if spec.loader.exec_module(module) is None else None
    del sys.modules[spec.name]


def test_each_fault_has_its_place(script):
    missing = [(name, old) for name, old, _ in script.FAULTS if old not in (INTEROP / name).read_text()]

    assert missing == []
    assert len(script.FAULTS) >= 10


def test_each_singular_test_has_a_fault(script):
    faulty = {name for name, _, _ in script.FAULTS}

    assert {f"tests/{path.name}" for path in (INTEROP / "tests").glob("*.sql")} <= faulty


def test_a_folder_without_the_packages_is_refused(tmp_path):
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "dbt_project.yml").write_text("name: dbt_utils\n")
    command = [sys.executable, "-B", INTEROP / "run.py", "--packages", tmp_path, "--output", tmp_path / "output"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    wanted = f"{tmp_path} has no copy of dbt_expectations, dbt_date: a folder for each, with its dbt_project.yml\n"
    assert (ran.returncode, ran.stderr) == (1, wanted)


def test_projects_that_need_the_hub_are_not_parsed():
    assert parse_projects.needs_the_hub(INTEROP)
    assert not parse_projects.needs_the_hub(INTEROP.parent)
