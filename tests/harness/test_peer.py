"""A suite written for pytest-dbt-core runs unchanged under our plugin: the same tests, the same outcomes, one parse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PEER = Path(__file__).parent / "peer"

# Outcomes that a green suite can't have.
RED = """
import pytest

def of(name):
    return pytest.mark.parametrize("macro_generator", [f"macro.shop.{name}"], indirect=True)

@of("currency")
def test_fails(macro_generator):
    assert macro_generator() == "USD"

@of("currenzy")
def test_has_no_such_macro(macro_generator): ...

@of("get_tables")
def test_the_macro_has_no_such_argument(macro_generator):
    macro_generator(prefixes="orders")

@of("replace_table")
def test_the_database_refuses(macro_generator):
    macro_generator("broken", "select nowhere")

@of("replace_table")
def test_the_next_one_works(macro_generator):
    assert macro_generator("mended", "select 1 as one") == "mended"

@of("currency")
@pytest.mark.xfail(strict=True)
def test_is_expected_to_fail(macro_generator):
    assert macro_generator() == "USD"

@pytest.mark.skip
def test_is_skipped(macro_generator): ...
"""

# Stands beside the suite, whichever plugin runs it: counts what dbt parses and writes down what came out.
RECORDER = """
import json
import pathlib

from dbt.parser.manifest import ManifestLoader

record = {"outcomes": {}, "parses": 0}
parse = ManifestLoader.get_full_manifest.__func__

def counted(cls, *arguments, **options):
    record["parses"] += 1
    return parse(cls, *arguments, **options)

ManifestLoader.get_full_manifest = classmethod(counted)

def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        record["outcomes"][report.nodeid] = f"{report.outcome} in {report.when}"

def pytest_sessionfinish():
    pathlib.Path("record.json").write_text(json.dumps(record))
"""


@dataclass(frozen=True)
class Session:
    """What one session of pytest on the suite gave: the outcome of each test, and how often dbt parsed the project."""

    outcomes: dict[str, str]
    parses: int


@pytest.fixture
def peer_session(pytester: pytest.Pytester) -> Callable[..., Session]:
    """Run a copy of the suite, with tests of other outcomes beside it, in a process of its own."""
    shutil.copytree(PEER, pytester.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    pytester.makepyfile(test_red=RED)
    pytester.makeconftest(RECORDER)

    def run(*arguments: str) -> Session:
        record = pytester.path / "record.json"
        record.unlink(missing_ok=True)
        pytester.runpytest_subprocess(*arguments)
        return Session(**json.loads(record.read_text()))

    return run


@pytest.mark.thorough
def test_a_suite_for_pytest_dbt_core_has_the_same_outcomes_under_both(peer_session):
    places = ["--dbt-project-dir", ".", "--profiles-dir", "."]
    theirs = peer_session("-p", "no:dbt_cutover", *places)
    by_kind = sorted(outcome for test, outcome in theirs.outcomes.items() if test.startswith("test_red.py"))
    assert by_kind == [
        "failed in call",
        "failed in call",
        "failed in call",
        "failed in setup",
        "passed in call",
        "skipped in call",
        "skipped in setup",
    ]
    green = {outcome for test, outcome in theirs.outcomes.items() if test.startswith("test_shop.py")}
    assert green == {"passed in call"}
    # Each test but those of the config alone and the skipped one.
    assert theirs.parses == len(theirs.outcomes) - 2

    ours = {
        "in its place": peer_session(*places),
        "without it": peer_session("-p", "no:dbt", *places),
        "its other target": peer_session(*places, "--dbt-target", "ci"),
        "it is loaded first": peer_session("-p", "dbt", *places),
        "it is loaded last": peer_session("-p", "dbt_cutover", *places),
        "no options": peer_session(),
    }
    for session in ours.values():
        assert session == Session(theirs.outcomes, parses=1)
