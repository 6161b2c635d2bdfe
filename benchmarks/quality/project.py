"""A dbt project made for a benchmark, and runs of dbt in it: each a process of its own that tells what it did.

Run as a process (``python project.py FOLDER COMMAND...``) it runs dbt and prints what happened as JSON.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["DbtError", "Project", "Ran"]

ROOT = Path(__file__).resolve().parents[2]

_PROJECT = """\
name: bench
config-version: 2
profile: bench
flags: {send_anonymous_usage_stats: false}
vars: {"dbt_date:time_zone": UTC}
"""


class DbtError(Exception):
    """A run of dbt failed: its message says why."""


@dataclass(frozen=True)
class Ran:
    """What one process of dbt did.

    Attributes
    ----------
    seconds : float
        The whole process, with the import of dbt and the parsing.
    nodes : float
        The sum of the nodes' execution times, in seconds, as dbt tells them.
    compiling : float
        The part of it in which SQL is rendered, look-ups in the catalog among it.
    statements : int
        Statements that nodes sent, without those that open and close transactions.
    memory : float
        The process' peak in MB; with DuckDB the engine's too.
    statuses : dict of str to int
        How many nodes ended how.
    """

    seconds: float
    nodes: float
    compiling: float
    statements: int
    memory: float
    statuses: dict[str, int]


class Project:
    """A project in a folder that doesn't have to be there yet.

    Parameters
    ----------
    folder : Path
        Where it is written.
    output : mapping
        The target of its profile.
    packages : Path, optional
        A folder with copies of packages, which it has installed beside this one.
    """

    def __init__(self, folder: Path, output: Mapping[str, Any], packages: Path | None = None) -> None:
        self.folder = folder
        profile = {"bench": {"target": "bench", "outputs": {"bench": dict(output)}}}
        # JSON is YAML too.
        self.write({"dbt_project.yml": _PROJECT, "profiles.yml": json.dumps(profile)})
        installed = folder / "dbt_packages"
        installed.mkdir()
        (installed / "cutover").symlink_to(ROOT, target_is_directory=True)
        for path in sorted(packages.iterdir()) if packages is not None else []:
            if (path / "dbt_project.yml").exists():
                (installed / path.name).symlink_to(path.resolve(), target_is_directory=True)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the project."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def dbt(self, *command: str) -> Ran:
        """Run dbt in a process of its own.

        Raises
        ------
        DbtError
            A node had an error. A test that fails isn't one: it has its status.
        """
        environment = os.environ | {"DO_NOT_TRACK": "1"}
        start = time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-B", __file__, str(self.folder), *command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if ran.returncode != 0:
            raise DbtError(ran.stderr or ran.stdout)
        return Ran(seconds=seconds, **json.loads(ran.stdout.splitlines()[-1]))


def _run(folder: str, command: list[str]) -> dict[str, Any]:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - in the child alone

    asked = 0

    def listen(event: Any) -> None:
        nonlocal asked
        if event.info.name == "SQLQuery" and event.data.node_info.node_name:
            asked += not re.search(r"^(begin|commit|rollback)\b", event.data.sql, re.IGNORECASE | re.MULTILINE)

    runner = dbtRunner(callbacks=[listen])
    place = ["--project-dir", folder, "--profiles-dir", folder]
    answer = runner.invoke(["--quiet", "--log-level", "none", *command, *place])
    results = list(getattr(answer.result, "results", []))
    errors = [f"{result.node.name}: {result.message}" for result in results if str(result.status) == "error"]
    if answer.exception is not None or errors:
        raise SystemExit("\n".join(errors) or str(answer.exception))
    statuses = [str(result.status) for result in results]
    return {
        "nodes": sum(result.execution_time for result in results),
        "compiling": sum(
            one.completed_at.timestamp() - one.started_at.timestamp()
            for result in results
            for one in result.timing
            if one.name == "compile"
        ),
        "statements": asked,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
        "statuses": {status: statuses.count(status) for status in sorted(set(statuses))},
    }


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], sys.argv[2:])))
