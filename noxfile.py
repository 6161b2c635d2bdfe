"""The harness' tests on each dbt and each Python that it is for: ``make test-matrix``, or ``nox -s dbt-1.10-3.12``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

__all__ = ["dbt_1_10", "dbt_1_11"]

PYTHONS = ["3.11", "3.12", "3.13"]

# An interpreter that the machine lacks is named in the summary; the one that runs nox is always there.
nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.envdir = ".venv-nox"


def _search() -> list[str]:
    """Return the folders to look for interpreters in before PATH: our own, and pyenv's, whose shims run one version."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders = [folder for python in PYTHONS for folder in sorted(versions.glob(f"{python}.*/bin"))]
    return [str(folder) for folder in (Path(sys.executable).parent, *folders)]


os.environ["PATH"] = os.pathsep.join([*_search(), os.environ["PATH"]])


def _test(session: nox.Session, dbt: str) -> None:
    # Exactly what is pinned, and nothing is missing.
    session.install("--no-deps", "--requirement", f"requirements/dbt-{dbt}.txt")
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    session.run("python", "-m", "pip", "check", silent=True)
    tests = session.posargs or ["-n", "2", "--dist", "loadfile", "-m", "not thorough", "tests/harness"]
    session.run("python", "-m", "pytest", "-q", *tests)


@nox.session(python=PYTHONS, name="dbt-1.10")
def dbt_1_10(session: nox.Session) -> None:
    """Test with dbt 1.10.8, the oldest that the package supports."""
    _test(session, "1.10")


@nox.session(python=PYTHONS, name="dbt-1.11")
def dbt_1_11(session: nox.Session) -> None:
    """Test with dbt 1.11."""
    _test(session, "1.11")
