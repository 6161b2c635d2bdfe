"""README's example project is built, its commands run, and their output compared but for times and ids."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"<!-- (file|run|output)(?:: ([^\n]*?))? -->\n```\w*\n(.*?)```", re.DOTALL)
FAILS = {"reconcile", "checks"}
"""Commands that end with exit code 1, as README says."""


def blocks() -> list[tuple[str, str, str]]:
    return [(kind, name, text) for kind, name, text in BLOCK.findall((ROOT / "README.md").read_text())]


def printed(output: str) -> str:
    """The package's own lines of what dbt printed, without dbt's clock."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d +", "", line) for line in re.sub(r"\x1b\[\d+m", "", output).splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("cutover."))
    end = next((n for n, line in enumerate(lines) if line.startswith("Encountered an error")), len(lines))
    return "\n".join(lines[start:end])


def steady(text: str) -> list[str]:
    """Lines without their indent and without what changes from run to run: builds' ids and seconds."""
    text = re.sub(r"build_\d{8}T\d{6}_[0-9a-f]{8}", "build_...", text)
    text = re.sub(r"[\d.]+ s$", "... s", text, flags=re.MULTILINE)
    return [line.strip() for line in text.strip().splitlines()]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """README's project in a folder of its own, after all of its commands; each command's outcome by its name."""
    project = tmp_path_factory.mktemp("shop")
    for kind, name, text in blocks():
        if kind == "file":
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
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
    for number, (kind, name, text) in enumerate(blocks()):
        if kind == "run":
            outcomes[name or str(number)] = shell(f"set -euo pipefail\n{text}")
    return outcomes


def names(kind: str) -> list[str]:
    return [name for found, name, _ in blocks() if found == kind and name]


def test_every_command_ends_as_it_says(ran):
    ended = {name: outcome.returncode for name, outcome in ran.items()}

    assert ended == {name: int(name in FAILS) for name in ran}, {name: ran[name].stdout for name in ran}
    assert len(ended) >= 6


@pytest.mark.parametrize("name", names("output"))
def test_output_is_what_the_command_printed(ran, name):
    shown = next(text for kind, found, text in blocks() if kind == "output" and found == name)

    assert steady(shown) == steady(printed(ran[name].stdout))
