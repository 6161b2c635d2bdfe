"""Build the distribution and try it where nothing else is: in an empty environment, on another project.

Looks at the wheel (the Python side alone, the version of ``dbt_project.yml``), installs it with its DuckDB extra, and
runs pytest there on a dbt project that has never heard of this checkout.

Usage: ``python scripts/check_wheel.py``, from the environment of ``make lint``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "dbt-1.11.txt"

PROJECT = """\
name: elsewhere
version: 1.0.0
profile: elsewhere
macro-paths: [macros]
"""
PROFILE = """\
elsewhere:
  target: dev
  outputs:
    dev: {type: duckdb, path: ':memory:', schema: main}
"""
MACRO = "{% macro doubled(expression) -%} 2 * ({{ expression }}) {%- endmacro %}\n"
TEST = """\
from importlib.metadata import version

import dbt_cutover


def test_the_fixture_runs_a_macro_of_this_project(dbt):
    assert dbt.query("select {{ elsewhere.doubled('20 + 1') }} as answer") == [{"answer": 42}]


def test_the_version_is_the_distribution_s():
    assert dbt_cutover.__version__ == version("dbt-cutover")
"""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command that must succeed, with nothing of this process's environment pointing back to the checkout."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run([str(part) for part in command], cwd=cwd, env=environment, check=True)


def build(folder: Path) -> Path:
    """Build the sdist, and the wheel from the sdist, so that the sdist is known to be whole."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def faults(wheel: Path) -> list[str]:
    """Look into the wheel; list what is wrong with it."""
    project = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    version = re.search(r"^version: (\S+)$", project, re.MULTILINE)
    found = []
    if version is None or wheel.name != f"dbt_cutover-{version.group(1)}-py3-none-any.whl":
        found.append(f"{wheel.name} hasn't the version of dbt_project.yml")
    sources = ROOT / "src"
    expected = {
        path.relative_to(sources).as_posix()
        for path in (sources / "dbt_cutover").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    found += [f"the wheel carries {name}, which is none of src/" for name in sorted(carried - expected)]
    found += [f"the wheel lacks {name}" for name in sorted(expected - carried)]
    return found


def try_elsewhere(wheel: Path, folder: Path) -> None:
    """Install the wheel as a user would and run its plugin on a project of its own."""
    python = folder / "venv" / "bin" / "python"
    venv.create(folder / "venv", with_pip=True)
    run(python, "-m", "pip", "install", "--quiet", "--constraint", PINS, f"{wheel}[duckdb]")
    run(python, "-m", "pip", "check")
    project = folder / "elsewhere"
    for name, text in {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE,
        "macros/doubled.sql": MACRO,
        "tests/test_doubled.py": TEST,
    }.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    run(python, "-m", "pytest", "-q", "tests", cwd=project)


def main() -> int:
    """Build, look, install, try; give 1 when the wheel isn't as it should be."""
    with tempfile.TemporaryDirectory(prefix="cutover-wheel-") as name:
        folder = Path(name).resolve()
        wheel = build(folder / "dist")
        found = faults(wheel)
        for fault in found:
            print(fault)
        if not found:
            try_elsewhere(wheel, folder)
            print(f"{wheel.name} installs and works")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
