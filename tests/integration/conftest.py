"""What the tests of the integration project share: a copy of it, installed as a user would."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "integration_tests"


@pytest.fixture(scope="session")
def project() -> Path:
    """The project as it stands in the checkout."""
    return PROJECT


def _copy(to: Path) -> Path:
    """Copy the project; its packages.yml names this checkout, wherever the copy stands."""
    shutil.copytree(PROJECT, to, ignore=shutil.ignore_patterns("target", "logs", "dbt_packages", "package-lock.yml"))
    (to / "packages.yml").write_text(f"packages:\n  - local: '{REPOSITORY.as_posix()}'\n", encoding="utf-8")
    return to


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """Copy the project for one test, which may change it."""
    return _copy(tmp_path / "project")


@pytest.fixture(scope="session")
def installed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project for the session, without tests (they place no node, and take time to parse), and install."""
    copy = _copy(tmp_path_factory.mktemp("integration") / "project")
    for layer in ("bronze", "silver", "gold"):
        (copy / "models" / layer / f"_{layer}.yml").unlink()
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run([dbt, "--quiet", "deps", "--project-dir", copy, "--profiles-dir", copy], check=True, cwd=copy)
    return copy
