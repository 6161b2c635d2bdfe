"""README's example project is built, its commands run, and their output compared but for times and ids."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages import ROOT, Page, steady

README = Page("README.md")
FAILS = {"reconcile", "checks"}
"""Commands that end with exit code 1, as README says."""
CHANGING = [(r"build_\d{8}T\d{6}_[0-9a-f]{8}", "build_..."), (r"[\d.]+ s$", "... s")]
"""What changes from run to run: builds' ids and seconds."""


def printed(output: str) -> str:
    """The package's own lines of what dbt printed, without dbt's clock."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d +", "", line) for line in re.sub(r"\x1b\[\d+m", "", output).splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("cutover."))
    end = next((n for n, line in enumerate(lines) if line.startswith("Encountered an error")), len(lines))
    return "\n".join(lines[start:end])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """README's project in a folder of its own, after all of its commands; each command's outcome by its name."""
    project = tmp_path_factory.mktemp("shop")
    for block in README.blocks("file"):
        path = project / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
    (project / "packages.yml").write_text(f"packages:\n  - local: {os.path.relpath(ROOT, project)}\n")
    (project / "profiles.yml").write_text(
        "shop:\n  target: prod\n  outputs:\n    prod: {type: duckdb, path: shop.duckdb, schema: main}\n"
    )
    bin_folder = str(Path(sys.executable).parent)
    environment = os.environ | {
        "PATH": bin_folder + os.pathsep + os.environ["PATH"],
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_PROFILES_DIR": str(project),
        "NO_COLOR": "1",
    }
    outcomes = {}

    def shell(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )

    installed = shell("dbt --quiet deps")
    assert installed.returncode == 0, installed.stdout
    for number, block in enumerate(README.blocks("run")):
        outcomes[block.name or str(number)] = shell(f"set -euo pipefail\n{block.text}")
    return outcomes


def test_every_command_ends_as_it_says(ran):
    ended = {name: outcome.returncode for name, outcome in ran.items()}

    assert ended == {name: int(name in FAILS) for name in ran}, {name: ran[name].stdout for name in ran}
    assert len(ended) >= 6


@pytest.mark.parametrize("name", README.names("output"))
def test_output_is_what_the_command_printed(ran, name):
    assert steady(README.text("output", name), *CHANGING) == steady(printed(ran[name].stdout), *CHANGING)
