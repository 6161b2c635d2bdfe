"""Measure the macro-test harness beside its peers, in one run: ``make bench-harness``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checks import checks
from lines import LINES, Line
from sessions import Bench, BenchmarkError

__all__ = ["main"]

_DISTRIBUTIONS = (
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "pytest",
    "pytest-dbt-core",
    "dbt-tests-adapter",
    "pytest-dbt-duckdb",
)

_VERSIONS = """
import importlib.metadata, json, platform, sys
found = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the groups of lines that were asked for; print the table, write it as JSON."""
    options = _options(arguments)
    before = os.getloadavg()[0]
    measured: list[Line] = []
    with TemporaryDirectory(prefix="bench-harness-") as scratch:
        for name in options.lines:
            measure, rounds = LINES[name]
            folder = Path(scratch) / name
            folder.mkdir()
            bench = Bench(options.python, options.python_duckdb, folder, checks())
            try:
                for line in measure(bench, options.rounds or rounds):
                    measured.append(line)
                    print(_shown(line), flush=True)
            except BenchmarkError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
    machine = {
        "cores": os.cpu_count(),
        "load": {"before": round(before, 1), "after": round(os.getloadavg()[0], 1)},
        "versions": _versions(options.python),
        "versions of pytest-dbt-duckdb": _versions(options.python_duckdb),
    }
    print(_machine(machine))
    if options.json is not None:
        content = {"machine": machine, "lines": [asdict(line) | {"met": line.met} for line in measured]}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(content, indent=2) + "\n")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("lines", nargs="*", choices=[*LINES, []], metavar="LINES", help=f"of {', '.join(LINES)}")
    here = Path(sys.executable)
    parser.add_argument("--python", type=Path, default=here, help="has our plugin and the peers that share its DuckDB")
    parser.add_argument("--python-duckdb", type=Path, default=here, help="has pytest-dbt-duckdb")
    parser.add_argument("--rounds", type=int, help="runs per line; by default each line's own")
    parser.add_argument("--json", type=Path, help="where the figures go too")
    options = parser.parse_args(arguments)
    options.lines = options.lines or list(LINES)
    for python in (options.python, options.python_duckdb):
        if not python.exists():
            parser.error(f"there is no {python}: `make bench-harness` makes it")
    # Absolute, for runs have folders of their own; not resolved, for a virtual environment is known by this path.
    options.python, options.python_duckdb = options.python.absolute(), options.python_duckdb.absolute()
    return options


def _shown(line: Line) -> str:
    value = f"{line.value:,.3g} {line.unit}" if line.value < 100 else f"{line.value:,.0f} {line.unit}"
    bar = ""
    if line.bar is not None:
        bar = f"{'at least' if line.least else 'at most'} {line.bar:g} {line.unit}: {'met' if line.met else 'MISSED'}"
    sides = ""
    if line.ours is not None and line.theirs is not None:
        sides = f"{line.theirs:,.3g} s / {line.ours:,.3g} s"
    return f"{line.what:86} {value:>9}  {bar:24} n={line.runs}  {sides}".rstrip()


def _machine(machine: dict[str, Any]) -> str:
    load = machine["load"]
    lines = [f"\n{machine['cores']} cores, load {load['before']} before and {load['after']} after"]
    lines.extend(
        f"{name}: " + ", ".join(f"{package} {version}" for package, version in machine[name].items())
        for name in ("versions", "versions of pytest-dbt-duckdb")
    )
    return "\n".join(lines)


def _versions(python: Path) -> dict[str, str]:
    asked = subprocess.run([python, "-c", _VERSIONS, *_DISTRIBUTIONS], capture_output=True, text=True, check=True)
    versions: dict[str, str] = json.loads(asked.stdout)
    return versions


if __name__ == "__main__":
    sys.exit(main())
