"""Measure the building blocks beside SQL written by hand, in one run: ``make bench-blocks``."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from lines import LINES, Bench, Line
from rendering import RenderingError
from timing import TimingError

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Take the figures that were asked for; print the table, write it as JSON."""
    options = _options(arguments)
    before = os.getloadavg()[0]
    measured: list[Line] = []
    with TemporaryDirectory(prefix="bench-blocks-") as scratch:
        for name in options.lines:
            folder = Path(scratch) / name
            folder.mkdir()
            bench = Bench(folder, options.rows, options.years, options.rounds, options.packages)
            try:
                for line in LINES[name](bench):
                    measured.append(line)
                    print(_shown(line), flush=True)
            except (RenderingError, TimingError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
    machine = {
        "cores": os.cpu_count(),
        "load": {"before": round(before, 1), "after": round(os.getloadavg()[0], 1)},
        "versions": {name: importlib.metadata.version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb")},
        "rounds": options.rounds,
    }
    print(f"\n{json.dumps(machine)}")
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        content = {"machine": machine, "lines": [asdict(line) for line in measured]}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("lines", nargs="*", choices=[*LINES, []], metavar="LINES", help=f"of {', '.join(LINES)}")
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the tables")
    parser.add_argument("--years", type=int, default=200, help="years of the daily spine")
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each statement")
    parser.add_argument(
        "--packages", type=Path, help="a folder with a copy of dbt_utils: its date spine is measured too"
    )
    parser.add_argument("--json", type=Path, help="where the figures go too")
    options = parser.parse_args(arguments)
    options.lines = options.lines or list(LINES)
    if options.packages is not None and not list(options.packages.glob("*utils*/dbt_project.yml")):
        parser.error(f"{options.packages} has no copy of dbt_utils")
    return options


def _shown(line: Line) -> str:
    value = f"{line.value:,.0f}" if line.value == int(line.value) or line.value >= 100 else f"{line.value:,.3g}"
    sides = f"  {line.ours:,.3g} s / {line.peer:,.3g} s" if line.ours is not None and line.peer is not None else ""
    memory = f"  {line.memory[0]:,.0f} MB / {line.memory[1]:,.0f} MB" if line.memory is not None else ""
    return f"{line.what:72} {value:>10} {line.unit:10}{sides}{memory}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
