"""The demo: `make demo`, or `python demo/run.py`.

Loads real flights, builds a legacy warehouse with faults and its dbt rewrite, has the package find every fault,
publishes the rewrite under the eyes of readers, and goes back and forth. Exit code 1 when anything comes out otherwise
than it should.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent

# What an earlier run left in the output folder; nothing else in it is touched.
LEFTOVERS = ("args", "dbt_packages", "logs", "raw", "results", "target")
LEFTOVER_FILES = ("summary.json", "warehouse.duckdb", "warehouse.duckdb.wal")
MARKER = ".cutover_demo"


def clear(output: Path) -> None:
    """Make the output folder, without what an earlier run left in it.

    Parameters
    ----------
    output : Path
        The folder.
    """
    output.mkdir(parents=True, exist_ok=True)
    (output / MARKER).touch()
    for name in LEFTOVERS:
        # The package lies in dbt_packages as a link, which rmtree takes away without following it.
        shutil.rmtree(output / name, ignore_errors=True)
    for name in LEFTOVER_FILES:
        (output / name).unlink(missing_ok=True)


def main() -> int:
    """Run the demo.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(
        description="From a legacy warehouse with faults to its dbt rewrite, live, on real data."
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=PROJECT / "output",
        metavar="DIR",
        help="where everything goes that the demo leaves behind",
    )
    output: Path = parser.parse_args().output.resolve()
    if output.exists() and any(output.iterdir()) and not (output / MARKER).exists():
        parser.error(f"--output {output}: the folder holds something, and not what an earlier run left")
    clear(output)
    # Before dbt is imported, which reads them then or later: the project files name the first, dbt knows the others.
    os.environ.update(
        CUTOVER_DEMO_OUTPUT=str(output),
        DBT_TARGET_PATH=str(output / "target"),
        DBT_LOG_PATH=str(output / "logs"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    )
    from cutover_demo.dbt_calls import Dbt, DbtError  # noqa: PLC0415
    from cutover_demo.screen import Screen  # noqa: PLC0415
    from cutover_demo.story import CHAPTERS, Story  # noqa: PLC0415

    screen = Screen(CHAPTERS)
    screen.title(
        "dbt-cutover",
        "336,776 flights. A warehouse of hand-written SQL that nobody dares to touch, and its rewrite in dbt.\n"
        "Do both say the same? And can we swap them while people are reading?",
    )
    dbt = Dbt(PROJECT, output / "results")
    try:
        with screen.working("linked the package into the demo's project (dbt deps)"):
            dbt.deps()
        problems = Story(screen, dbt, PROJECT, output).tell()
    except DbtError as error:
        screen.ending(False, str(error))
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
