"""The generated seeds: on disk is what the script writes, and `--check` tells when it isn't."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", folder / "make_seeds.py", "--check"], check=False, capture_output=True, text=True
    )


@pytest.fixture
def copy(project, tmp_path) -> Path:
    shutil.copy(project / "make_seeds.py", tmp_path)
    shutil.copytree(project / "seeds", tmp_path / "seeds")
    return tmp_path


def test_the_committed_seeds_are_what_the_script_writes(project):
    checked = check(project)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_check_names_a_file_that_was_edited(copy):
    edited = copy / "seeds" / "orders.csv"
    edited.write_bytes(edited.read_bytes().replace(b"completed", b"complete", 1))

    checked = check(copy)

    assert (checked.returncode, checked.stderr) == (1, "seeds/orders.csv is stale: run make_seeds.py\n")


def test_check_names_files_that_are_missing_or_unknown(copy):
    seeds = copy / "seeds"
    (seeds / "products.csv").rename(seeds / "articles.csv")

    checked = check(copy)

    assert checked.returncode == 1
    assert checked.stderr == (
        "seeds/products.csv is missing: run make_seeds.py\nseeds/articles.csv is not made by make_seeds.py\n"
    )


def test_writing_again_changes_nothing(copy, project):
    subprocess.run([sys.executable, "-B", copy / "make_seeds.py"], check=True, capture_output=True)

    written = {path.name: path.read_bytes() for path in (copy / "seeds").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (project / "seeds").iterdir()}
