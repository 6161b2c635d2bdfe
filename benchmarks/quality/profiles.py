"""A profile of fifty columns beside DuckDB's own SUMMARIZE: ``python benchmarks/quality/profiles.py``.

The statement is the one that `cutover.profile` shows in a dry run. Both run in this process, in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from project import Project

__all__ = ["main", "statement", "table"]

_KINDS = (
    "cast(hash(i, {n}) % 1000000 as bigint)",
    "cast(hash(i, {n}) % 1000000 as decimal(12, 2)) / 100",
    "cast(hash(i, {n}) % 1000000 as double) / 7",
    "case when hash(i, {n}) % 10 > 0 then 'value ' || (hash(i, {n}) % 5000) end",
    "date '2000-01-01' + cast(hash(i, {n}) % 9000 as integer)",
)


def table(rows: int, columns: int) -> str:
    """Return the statement that makes the table: whole numbers, decimals, floats, texts with NULLs and dates."""
    listed = [f"{_KINDS[n % len(_KINDS)].format(n=n)} as column_{n}" for n in range(columns)]
    return f"create table facts as select {', '.join(listed)} from range({rows}) as r(i)"


def statement(folder: Path, **arguments: Any) -> str:
    """Return the one statement of a profile, as a dry run shows it."""
    asked = {"relation": "main.facts", "dry_run": True, "output": "json", **arguments}
    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, "--quiet", "run-operation", "cutover.profile", "--args", json.dumps(asked), *place]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    (one,) = json.loads(ran.stdout.splitlines()[0])["statements"]
    return str(one["sql"])


def measure(connection: duckdb.DuckDBPyConnection, sides: dict[str, str], rounds: int) -> dict[str, float]:
    """Run each statement in turns, after one run that isn't timed; return the medians in seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, sql in sides.items():
            start = time.perf_counter()
            connection.execute(sql).fetchall()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: median(taken) for name, taken in seconds.items()}


def main(arguments: list[str] | None = None) -> int:
    """Take the figures; print them, and write them as JSON when asked."""
    parser = argparse.ArgumentParser(prog="profiles.py", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the table")
    parser.add_argument("--columns", type=int, default=50, help="columns of the table")
    parser.add_argument("--rounds", type=int, default=3, help="timed runs of each side")
    parser.add_argument("--json", type=Path, help="where the figures go too")
    options = parser.parse_args(arguments)
    before = os.getloadavg()[0]
    with TemporaryDirectory(prefix="bench-profiles-") as scratch:
        database = Path(scratch) / "bench.duckdb"
        project = Project(Path(scratch) / "project", {"type": "duckdb", "path": str(database), "schema": "main"})
        with duckdb.connect(str(database)) as connection:
            connection.execute(table(options.rows, options.columns))
        sides = {
            "summarize": "summarize facts",
            "profile, approximate": statement(project.folder, approximate=True),
            "profile, exact, without quartiles": statement(project.folder, quantiles=False),
            "profile, exact": statement(project.folder),
        }
        with duckdb.connect(str(database)) as connection:
            taken = measure(connection, sides, options.rounds)
    peer = taken["summarize"]
    for name, seconds in taken.items():
        print(f"{name:<36} {seconds:8.2f} s   {seconds / peer:6.2f} x of summarize")
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        load = {"before": round(before, 1), "after": round(os.getloadavg()[0], 1)}
        content = {"rows": options.rows, "columns": options.columns, "load": load, "seconds": taken}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
