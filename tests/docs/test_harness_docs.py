"""docs/harness.md shows the files of docs/harness, whose tests pass, and what the commands print."""

from __future__ import annotations

from pathlib import Path

import pytest

from fill_harness_page import PAGE, PROJECT, Copy
from pages import ROOT, steady

FAILS = {"failing", "rounding"}
"""Commands whose tests fail, as the page says."""
ELSEWHERE = {"engines"}
"""Commands that need a server, and run where its engine is asked for."""
QUICK = {"first", "failing", "coverage"}
"""Commands that `make test` runs, all tests of the project among them; the others are left to `make test-all`."""
CHANGING = [(r" in [\d.]+s(?: \(.*\))?$", " in ...s"), (r" at 0x[0-9a-f]+>", " at ...>")]
"""What changes from run to run: seconds, and where an object lies."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return Copy(tmp_path_factory.mktemp("docs") / "shop_utils")


@pytest.mark.parametrize("name", PAGE.names("file"))
def test_a_shown_file_is_the_file(name):
    assert PAGE.text("file", name) == (PROJECT / name).read_text(encoding="utf-8")


def test_every_test_of_the_project_is_shown():
    tests = {path.relative_to(PROJECT).as_posix() for path in PROJECT.rglob("test_*.py")}

    assert tests == {name for name in PAGE.names("file") if Path(name).match("test_*.py")}
    assert len(tests) >= 20


def test_readme_shows_the_first_test():
    assert (PROJECT / "tests" / "test_first.py").read_text(encoding="utf-8") in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *[name for name in PAGE.names("run") if name in QUICK],
        *[
            pytest.param(name, marks=pytest.mark.thorough)
            for name in PAGE.names("run")
            if name not in QUICK | ELSEWHERE
        ],
        pytest.param("engines", id="postgres", marks=pytest.mark.engines("postgres")),
    ],
)
def test_a_command_ends_and_prints_as_shown(copy, name):
    ran = copy.run(name)

    assert ran.returncode == int(name in FAILS), ran.stdout + ran.stderr
    if name in PAGE.names("output"):
        assert steady(PAGE.text("output", name), *CHANGING) == steady(ran.stdout, *CHANGING)
