"""Parse every dbt project of the repository with one dbt, warnings being errors.

Works on a copy, so that neither ``dbt deps`` nor the parse leaves anything in the checkout.

Usage: ``python scripts/parse_projects.py path/to/dbt``, be it dbt Core's or the Fusion engine's.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".*", "target", "logs", "output", "dbt_packages", "dbt_internal_packages")

# The package itself has no profile: a profile is the user's.
PROFILE = """\
parse:
  target: parse
  outputs:
    parse:
      type: duckdb
      path: ':memory:'
      schema: main
"""


def projects(root: Path) -> Iterator[Path]:
    """Find the folders that hold a dbt project."""
    return (path.parent for path in sorted(root.rglob("dbt_project.yml")))


def needs_the_hub(project: Path) -> bool:
    """Tell whether a project installs packages of others: a parse needs no network."""
    packages = project / "packages.yml"
    return packages.exists() and re.search(r"^ *- package:", packages.read_text("utf-8"), re.MULTILINE) is not None


def parse(dbt: Path, project: Path) -> bool:
    """Install a project's packages and parse it, without a warning."""
    profile = []
    if not (project / "profiles.yml").exists():
        (project / "profiles.yml").write_text(PROFILE, encoding="utf-8")
        profile = ["--profile", "parse"]
    common = ["--profiles-dir", ".", *profile]
    # Without a list of packages `deps` would empty the folder in which a project keeps its own.
    lists = any((project / name).exists() for name in ("packages.yml", "dependencies.yml"))
    return (not lists or run(dbt, project, "deps", *common)) and run(dbt, project, "parse", *common)


def run(dbt: Path, project: Path, command: str, *arguments: str) -> bool:
    """Run one command of dbt; tell whether it succeeded."""
    environment = os.environ | {
        "DBT_PARTIAL_PARSE": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VALIDATE_MACRO_ARGS": "true",
        # `deps` warns of a packages.yml without packages, which is what the package has on purpose.
        "DBT_WARN_ERROR": "true" if command == "parse" else "false",
        "DO_NOT_TRACK": "1",
    }
    return subprocess.run([dbt, command, *arguments], cwd=project, env=environment, check=False).returncode == 0


def main(argv: Sequence[str] | None = None) -> int:
    """Parse them all; give 1 if one failed or none was there."""
    parser = argparse.ArgumentParser(description="Parse every dbt project of the repository, warnings being errors.")
    parser.add_argument("dbt", type=Path, help="the dbt to parse with")
    dbt = parser.parse_args(argv).dbt.absolute()

    with tempfile.TemporaryDirectory(prefix="cutover-parse-") as folder:
        copy = Path(folder).resolve() / "cutover"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        found = list(projects(copy))
        left_out = [project for project in found if needs_the_hub(project)]
        for project in left_out:
            print(
                f"--- left out, for its packages come from the hub: {project.relative_to(copy).as_posix()}", flush=True
            )
        found = [project for project in found if project not in left_out]
        failed = []
        for project in found:
            name = project.relative_to(copy).as_posix()
            print(f"--- {dbt.parent.parent.name}: {name}", flush=True)
            if not parse(dbt, project):
                failed.append(name)
    print(f"{len(found)} projects parsed, {len(failed)} failed{': ' if failed else ''}{', '.join(failed)}")
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
