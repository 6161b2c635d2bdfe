"""Write the blocks of docs/harness.md anew: files from docs/harness, outputs from running the commands that it shows.

Tests hold the page against both; this saves the typing. What a command needs has to be there: PostgreSQL, and dbt's
adapter for Trino. ``python scripts/fill_harness_page.py first coverage`` runs these commands only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pages import ROOT, Page

__all__ = ["PAGE", "PROJECT", "Copy"]

PAGE = Page("docs/harness.md")
PROJECT = ROOT / "docs" / "harness"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "target", "logs")


@dataclass(frozen=True)
class Copy:
    """A copy of the page's project, on which its commands run.

    Parameters
    ----------
    folder : Path
        Where it is to be; not there yet.
    """

    folder: Path

    def __post_init__(self) -> None:
        shutil.copytree(PROJECT, self.folder, ignore=LEFT_OUT)

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run the page's command of that name as a reader would, in a terminal of 80 columns."""
        # The reader's pytest is no worker of xdist, and runs in no CI, where it cuts no lines.
        ours = ("PYTEST_", "CI", "BUILD_NUMBER")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment = inherited | {
            "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"],
            "COLUMNS": "80",
            "NO_COLOR": "1",
            # A plugin of the repository's own that shuffles tests, which a reader doesn't have.
            "PYTEST_ADDOPTS": "-p no:randomly",
        }
        command = ["bash", "-c", PAGE.text("run", name)]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)


def main() -> int:
    """Fill the blocks of files, and of all outputs or those that are named."""
    for name in PAGE.names("file"):
        PAGE.fill("file", name, (PROJECT / name).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="shop-utils-") as folder:
        copy = Copy(Path(folder) / "shop_utils")
        for name in sys.argv[1:] or PAGE.names("output"):
            ran = copy.run(name)
            print(f"{name}: exit code {ran.returncode}", ran.stderr, flush=True)
            PAGE.fill("output", name, ran.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
