"""Render SQL with the package, as a model of a project that installs it, and count what it asks while compiling.

Run as a process of its own (``python rendering.py FOLDER``): then no connection of dbt is open while SQL is timed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Rendered", "RenderingError", "render"]

ROOT = Path(__file__).resolve().parents[2]

_PROJECT = """\
name: bench
config-version: 2
profile: bench
model-paths: [models]
test-paths: [data_tests]
flags: {send_anonymous_usage_stats: false}
"""
_PROFILE = "bench: {target: bench, outputs: {bench: {type: duckdb, path: bench.duckdb, schema: main}}}\n"


class RenderingError(Exception):
    """dbt couldn't compile the models: its message says why."""


@dataclass(frozen=True)
class Rendered:
    """A model's SQL, how many statements it ran while compiling, and the seconds that the compilation took."""

    sql: str
    statements: int
    seconds: float


def render(folder: Path, models: Mapping[str, str], packages: Path | None = None) -> dict[str, Rendered]:
    """Compile models in a project of its own.

    Parameters
    ----------
    folder : Path
        Where the project goes; tables that the models name are in its ``bench.duckdb``.
    models : mapping of str to str
        The models' files by name.
    packages : Path, optional
        A folder with a copy of dbt_utils, which the models may call then.

    Returns
    -------
    dict of str to Rendered, by model.
    """
    listed = [{"local": str(ROOT)}]
    if packages is not None:
        listed += [{"local": str(path.parent.resolve())} for path in packages.glob("*utils*/dbt_project.yml")]
    for name, text in {
        "dbt_project.yml": _PROJECT,
        "profiles.yml": _PROFILE,
        # JSON is YAML too.
        "packages.yml": json.dumps({"packages": listed}),
        **{f"models/{model}.sql": text for model, text in models.items()},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environment = os.environ | {"DO_NOT_TRACK": "1"}
    command = [sys.executable, "-B", __file__, str(folder)]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RenderingError(ran.stderr or ran.stdout)
    return {name: Rendered(**rendered) for name, rendered in json.loads(ran.stdout.splitlines()[-1]).items()}


def _compile(folder: str) -> dict[str, dict[str, Any]]:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - in the child alone

    asked: Counter[str] = Counter()

    def listen(event: Any) -> None:
        # What opens and closes a transaction asks nothing.
        if event.info.name == "SQLQuery" and not re.search(r"^(begin|commit|rollback)\b", event.data.sql, re.I | re.M):
            asked[event.data.node_info.node_name] += 1

    runner = dbtRunner(callbacks=[listen])
    place = ["--project-dir", folder, "--profiles-dir", folder]
    for command in ("deps", "compile"):
        answer = runner.invoke(["--quiet", "--log-level", "none", command, *place])
        if not answer.success:
            results = getattr(answer.result, "results", [])
            raise SystemExit(str(answer.exception or [result.message for result in results]))
    return {
        result.node.name: {
            "sql": result.node.compiled_code,
            "statements": asked[result.node.name],
            "seconds": sum(
                one.completed_at.timestamp() - one.started_at.timestamp()
                for one in result.timing
                if one.name == "compile"
            ),
        }
        for result in answer.result.results
        if result.node.package_name == "bench"
    }


if __name__ == "__main__":
    print(json.dumps(_compile(sys.argv[1])))
