"""The lines of the table: what each measures, against whom, and the bar that it is held to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from checks import UNITS, size
from project import write_scenarios, write_unit_tests
from sessions import Bench, Outcome

__all__ = ["LINES", "Line"]


@dataclass(frozen=True)
class Line:
    """One figure.

    Attributes
    ----------
    what : str
        What was measured.
    value : float
        The figure: in `unit`, or the ratio of `theirs` to `ours`.
    unit : str
        ``ms``, ``s``, ``MB`` or ``x``.
    runs : int
        How many runs the medians are of.
    bar : float or None
        The bar, if there is one: at most for times, at least for a ratio to a peer (`least`).
    ours, theirs : float or None
        For a ratio: seconds.
    """

    what: str
    value: float
    unit: str
    runs: int
    bar: float | None = None
    least: bool = False
    ours: float | None = None
    theirs: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None when there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.least else self.value <= self.bar


def _ratio(what: str, ours: list[float], theirs: list[float], *, least: float | None = None) -> Line:
    mine, other = median(ours), median(theirs)
    return Line(what, other / mine, "x", len(ours), least, least=True, ours=mine, theirs=other)


def _interleaved(rounds: int, **runs: Callable[[], Outcome]) -> dict[str, list[Outcome]]:
    """Run one after the other, so many times: what slows the machine down slows each of them."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            outcomes[name].append(run())
    return outcomes


def whole(bench: Bench, rounds: int) -> Iterator[Line]:
    """Measure whole tests in a session of 2,000: the median, whether the last are as fast as the first, the memory."""
    tests = size("tests", 2000)
    edge = max(1, tests // 10)
    folder = bench.project("whole", "ours")
    ran = _interleaved(
        rounds,
        whole=lambda: bench.pytest(folder, "tests/test_whole.py", passed=tests),
        empty=lambda: bench.pytest(folder, "tests/test_empty.py", passed=tests),
    )

    # The first test's set-up parses the project when nothing did so before: it counts as the session's start.
    def taken(outcome: Outcome, part: slice = slice(1, None)) -> float:
        return 1000 * median(outcome.record["tests"][part])

    every = [taken(outcome) for outcome in ran["whole"]]
    yield Line(f"a whole test, median over {tests:,}", median(every), "ms", rounds, 4)
    first, last = slice(1, edge + 1), slice(-edge, None)
    flat = [taken(outcome, last) / taken(outcome, first) for outcome in ran["whole"]]
    yield Line(f"the last {edge} tests over the first {edge}", median(flat), "x", rounds, 1.2)
    if tests >= 100:
        memory = [outcome.record["resident"] for outcome in ran["whole"]]
        grown = [last / first for first, last in memory]
        yield Line("memory after the last test over that after the 100th", median(grown), "x", rounds, 1.3)
        yield Line("memory after the last test", median(last for _, last in memory), "MB", rounds)
    yield Line("for comparison: pytest's empty test", median(taken(outcome) for outcome in ran["empty"]), "ms", rounds)


def single(bench: Bench, rounds: int) -> Iterator[Line]:
    """Measure a render and a call, many times over within a test."""
    folder = bench.project("single", "ours")
    ran = [bench.pytest(folder, "tests/test_single.py", passed=2) for _ in range(rounds)]
    for name, bar in {"render, a new text": 1, "render, the same text": 1, "call": 0.1}.items():
        yield Line(name, median(outcome.record["measured"][name] for outcome in ran), "ms", rounds, bar)


def macro_generator(bench: Bench, rounds: int) -> Iterator[Line]:
    """Measure a suite for pytest-dbt-core, unchanged and with the same options, under it and under ours."""
    tests = 2 * len(bench.checks)
    options = ["tests/test_macros.py", "--dbt-project-dir", ".", "--profiles-dir", "."]
    run = partial(bench.pytest, passed=tests)
    theirs, ours = bench.project("peer", "macro_generator"), bench.project("ours", "macro_generator")
    ran = _interleaved(
        rounds,
        theirs=lambda: run(theirs, *options, "-p", "no:dbt_cutover"),
        ours=lambda: run(ours, *options, "-p", "no:dbt"),
        theirs_preloaded=lambda: run(theirs, *options, "-p", "no:dbt_cutover", preload=True),
        ours_preloaded=lambda: run(ours, *options, "-p", "no:dbt", preload=True),
    )
    clock = {name: [outcome.clock for outcome in outcomes] for name, outcomes in ran.items()}
    process = {name: [outcome.process for outcome in outcomes] for name, outcomes in ran.items()}
    tested = {name: [median(outcome.record["tests"][1:]) for outcome in outcomes] for name, outcomes in ran.items()}
    what = f"{tests} macro_generator tests, pytest-dbt-core over ours"
    yield _ratio(
        f"{what}: pytest's clock, dbt imported before it starts",
        clock["ours_preloaded"],
        clock["theirs_preloaded"],
        least=15,
    )
    yield _ratio(f"{what}: pytest's clock as it is (in ours it holds the import)", clock["ours"], clock["theirs"])
    yield _ratio(f"{what}: whole process", process["ours"], process["theirs"], least=4)
    yield _ratio(f"{what}: the median test", tested["ours"], tested["theirs"])


def peers(bench: Bench, rounds: int) -> Iterator[Line]:
    """Measure the same checks as dbt's unit tests, by dbt-tests-adapter and by pytest-dbt-duckdb."""
    count = len(bench.checks)
    ours = bench.project("checks", "ours", models=True)
    unit = bench.project("unit", "", models=True, database="bench.duckdb")
    write_unit_tests(unit, bench.checks)
    adapter = bench.project("adapter", "dbt_tests_adapter", models=True)
    duckdb = bench.project("duckdb", "pytest_dbt_duckdb", models=True)
    write_scenarios(duckdb / "scenarios", bench.checks)
    run = partial(bench.pytest, passed=count)
    options = ["-p", "no:dbt_cutover", "-p", "no:dbt"]
    ran = _interleaved(
        rounds,
        ours=lambda: run(ours, "tests/test_checks.py", "-p", "no:dbt"),
        called=lambda: bench.unit_tests(unit),
        process=lambda: bench.dbt_test(unit),
        adapter=lambda: run(adapter, "tests/test_checks.py", *options),
        batch=lambda: run(adapter, "tests/test_batch.py", *options),
        duckdb=lambda: run(duckdb, "tests/test_checks.py", python=bench.python_duckdb),
    )

    def checked(name: str) -> list[float]:
        # The first test's set-up parses the project in some tools and in others not: by the median it counts in none.
        return [count * median(outcome.record["tests"]) for outcome in ran[name]]

    def processes(name: str) -> list[float]:
        return [outcome.process for outcome in ran[name]]

    mine = checked("ours")
    called = [outcome.clock for outcome in ran["called"]]
    # The first test's set-up runs dbt for all of them.
    batch = [sum(outcome.record["tests"]) for outcome in ran["batch"]]
    yield Line(f"our {count} checks, each", 1000 * median(mine) / count, "ms", rounds)
    yield _ratio(f"{count} checks, dbt's unit tests called in a process over ours", mine, called, least=20)
    yield _ratio(
        f"{count} checks, dbt-tests-adapter over ours, a run of dbt for each", mine, checked("adapter"), least=20
    )
    yield _ratio(f"{count} checks, dbt-tests-adapter over ours, one run of dbt for all", mine, batch)
    yield _ratio(f"{count} checks, pytest-dbt-duckdb over ours", mine, checked("duckdb"), least=20)
    whole = processes("ours")
    for name, peer in {
        "process": "`dbt test`",
        "adapter": "dbt-tests-adapter, a run of dbt for each",
        "batch": "dbt-tests-adapter, one run of dbt for all",
        "duckdb": "pytest-dbt-duckdb",
    }.items():
        yield _ratio(f"{count} checks as a whole process, {peer} over ours", whole, processes(name))


def start(bench: Bench, rounds: int) -> Iterator[Line]:
    """Measure what comes before the first test, beyond importing dbt: after another session, and after none."""
    folder = bench.project("start", "ours")

    def one(*, cold: bool) -> Outcome:
        if cold:
            shutil.rmtree(folder / ".pytest_cache", ignore_errors=True)
        return bench.pytest(folder, "tests/test_single.py::test_call", passed=1, preload=True)

    ran = _interleaved(rounds, cold=lambda: one(cold=True), warm=lambda: one(cold=False))
    macros = 6 * UNITS
    warm = median(outcome.record["start"] for outcome in ran["warm"])
    yield Line(f"start of a session, {macros} macros, warm, beyond importing dbt", warm, "s", rounds, 0.8)
    cold = median(outcome.record["start"] for outcome in ran["cold"])
    yield Line(f"start of a session, {macros} macros, cold, beyond importing dbt", cold, "s", rounds)
    imported = median(outcome.record["import"] for outcome in [*ran["warm"], *ran["cold"]])
    yield Line("for comparison: importing dbt, dbt-duckdb and DuckDB", imported, "s", 2 * rounds)


def coverage(bench: Bench, rounds: int) -> Iterator[Line]:
    """Measure what macro coverage costs."""
    tests = size("tests", 2000)
    folder = bench.project("coverage", "ours")
    run = partial(bench.pytest, folder, "tests/test_whole.py", passed=tests, preload=True)
    ran = _interleaved(rounds, without=run, measured=partial(run, "--macro-coverage=json"))
    without, measured = (median(outcome.clock for outcome in ran[name]) for name in ("without", "measured"))
    what = f"{tests:,} tests with macro coverage over without, pytest's clock"
    yield Line(what, measured / without, "x", rounds, 1.5, ours=without, theirs=measured)


LINES: dict[str, tuple[Callable[[Bench, int], Iterator[Line]], int]] = {
    "start": (start, 5),
    "single": (single, 3),
    "whole": (whole, 3),
    "macro_generator": (macro_generator, 3),
    "peers": (peers, 3),
    "coverage": (coverage, 5),
}
"""The groups of lines, and how many runs each needs."""
