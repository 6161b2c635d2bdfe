"""The demo's readers and its fault list must be able to report what they are there to report."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cutover_demo.controls import run_controls
from cutover_demo.faults import Fault, differences
from cutover_demo.readers import Read, Readers, Tally


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "readers.duckdb"


def test_readers_catch_careless_ways_to_publish_and_pass_the_careful_one(database: Path) -> None:
    drop_and_create, one_by_one, together = run_controls(database)

    assert drop_and_create.tally.failed > 0
    assert all("does not exist" in message for message in drop_and_create.tally.errors)
    assert one_by_one.tally.mixed > 0
    assert one_by_one.tally.failed == 0
    assert (together.tally.failed, together.tally.mixed) == (0, 0)
    assert set(together.tally.versions) == {"blue", "green"}
    assert together.tally.reads >= 400
    assert together.flips > 10
    assert [control.as_expected for control in (drop_and_create, one_by_one, together)] == [True, True, True]


def test_controls_leave_nothing_behind(database: Path) -> None:
    run_controls(database, quiet_reads=10)

    with duckdb.connect(str(database)) as connection:
        left = connection.execute(
            "select schema_name from duckdb_schemas() where schema_name like 'control%'"
        ).fetchall()
    assert left == []


def test_a_control_that_catches_nothing_is_not_as_expected(database: Path) -> None:
    # Without any time nothing is published, so nothing can be caught.
    controls = run_controls(database, seconds=0)

    assert [control.as_expected for control in controls] == [False, False, False]


def test_a_read_of_too_few_rows_is_a_failed_read(database: Path) -> None:
    with (
        duckdb.connect(str(database)),
        Readers(database, "select 'blue', 3 where false", rows=4) as of_nothing,
        Readers(database, "select 'blue', 3", rows=4) as of_some,
    ):
        of_nothing.wait_for(3)
        of_some.wait_for(3)

    assert set(of_nothing.tally().errors) == {"saw 0 rows instead of 4"}
    assert set(of_some.tally().errors) == {"saw 3 rows instead of 4"}
    assert of_some.tally().failed == of_some.tally().reads


def test_two_versions_in_one_statement_are_a_mixed_read(database: Path) -> None:
    across_columns = "select 'blue', 'green', 4"
    across_rows = "select * from (values ('blue', 'blue', 2), ('green', 'green', 2))"
    with (
        duckdb.connect(str(database)),
        Readers(database, across_columns, rows=4) as columns,
        Readers(database, across_rows, rows=4) as rows,
    ):
        columns.wait_for(3)
        rows.wait_for(3)

    for tally in (columns.tally(), rows.tally()):
        assert tally.mixed == tally.reads > 0
        assert tally.failed == 0


def test_reads_are_those_under_way_in_the_interval(database: Path) -> None:
    with duckdb.connect(str(database)), Readers(database, "select 'blue', 1", rows=1) as readers:
        readers.wait_for(5)
        started = time.perf_counter()
        readers.wait_for(5)
        ended = time.perf_counter()

    assert 0 < readers.between(started, ended).reads < readers.tally().reads
    assert readers.between(ended + 3600, ended + 3601).reads == 0
    assert readers.between(0, ended + 3600) == readers.tally()


def test_a_tally_adds_up() -> None:
    reads = [
        Read(0, 1, frozenset({"blue"})),
        Read(1, 2, frozenset({"blue", "green"})),
        Read(2, 3, frozenset(), "gone"),
        Read(3, 4, frozenset({"green"}), "saw 1 rows instead of 2"),
    ]

    assert Tally.of(reads) == Tally(
        reads=4,
        failed=2,
        mixed=1,
        versions={"blue": 2, "green": 2},
        errors={"gone": 1, "saw 1 rows instead of 2": 1},
    )


def test_readers_that_stand_still_are_told(database: Path) -> None:
    readers = Readers(database, "select 'blue', 1", rows=1)

    with pytest.raises(TimeoutError, match=r"did not finish 1 more reads within 0\.01 s"):
        readers.wait_for(1, timeout=0.01)


@pytest.fixture
def result() -> dict[str, Any]:
    return {
        "levels": {
            "rows": {"only_in_legacy": 0, "only_in_migrated": 7},
            "columns": {"columns": [{"column": "dep_delay", "mismatches": 5}]},
        }
    }


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        pytest.param("only_in_migrated", 7, id="rows on one side"),
        pytest.param("dep_delay", 5, id="a column that differs"),
        pytest.param("arr_delay", 0, id="a column that does not"),
    ],
)
def test_a_fault_reads_its_number_from_the_document(result: dict[str, Any], measure: str, found: int) -> None:
    assert Fault("a", "a fault", "fct_flights", measure, planted=5).found(result) == found


def test_one_row_more_or_less_is_a_difference() -> None:
    faults = [Fault(letter, "a fault", "fct_flights", "dep_delay", planted=5) for letter in "abc"]

    assert differences(faults, {"a": 5, "b": 4, "c": 6}) == {
        "b": "fault b, a fault: 5 rows planted, 4 found",
        "c": "fault c, a fault: 5 rows planted, 6 found",
    }
