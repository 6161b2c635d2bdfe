"""Proof that the readers would notice: two careless ways to publish, and the careful one, under the same readers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cutover_demo.readers import Readers, Tally

ROWS = 20_000

STATEMENT = """
    select a.built_by, b.built_by, count(*)
    from control.a as a
    join control.b as b on b.id = a.id
    group by all
"""


def drop_and_create(connection: duckdb.DuckDBPyConnection, colour: str) -> None:
    """Replace both tables the old way: gone for a moment, one after the other.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The writer.
    colour : str
        Where the new rows are.
    """
    for name in ("a", "b"):
        connection.execute(f"drop view if exists control.{name}")
        connection.execute(f"create view control.{name} as select * from control_{colour}.{name}")


def repoint_one_by_one(connection: duckdb.DuckDBPyConnection, colour: str) -> None:
    """Repoint both views, each committed by itself.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The writer.
    colour : str
        Where the new rows are.
    """
    for name in ("a", "b"):
        connection.execute(f"create or replace view control.{name} as select * from control_{colour}.{name}")


def repoint_together(connection: duckdb.DuckDBPyConnection, colour: str) -> None:
    """Repoint both views in one transaction.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The writer.
    colour : str
        Where the new rows are.
    """
    connection.execute("begin")
    repoint_one_by_one(connection, colour)
    connection.execute("commit")


@dataclass(frozen=True)
class Control:
    """A way to publish, and what readers saw of it.

    Attributes
    ----------
    name : str
        The way.
    flips : int
        How often it published.
    tally : Tally
        What the readers saw.
    as_expected : bool
        Whether the readers noticed what they must notice, and nothing else.
    """

    name: str
    flips: int
    tally: Tally
    as_expected: bool


def _watch(
    database: Path,
    connection: duckdb.DuckDBPyConnection,
    flip: Callable[[duckdb.DuckDBPyConnection, str], None],
    enough: Callable[[Tally], bool],
    seconds: float,
) -> tuple[int, Tally]:
    repoint_together(connection, "blue")
    flips = 0
    deadline = time.perf_counter() + seconds
    with Readers(database, STATEMENT, ROWS) as readers:
        readers.wait_for(5)
        while time.perf_counter() < deadline and not enough(readers.tally()):
            flips += 1
            flip(connection, "green" if flips % 2 else "blue")
    return flips, readers.tally()


def run_controls(database: Path, seconds: float = 30.0, quiet_reads: int = 400) -> list[Control]:
    """Publish two small tables over and over, in three ways, while readers join them.

    Parameters
    ----------
    database : Path
        The DuckDB file; three schemas, ``control`` and its two colours, are made in it and dropped again.
    seconds : float, default 30.0
        How long a careless way is given at most to be caught at it; usually that takes a few milliseconds.
    quiet_reads : int, default 400
        How many reads the careful way has to stand.

    Returns
    -------
    list of Control
        Drop and create, repoint one by one, repoint together.
    """
    ways: list[tuple[str, Callable[[duckdb.DuckDBPyConnection, str], None], Callable[[Tally], bool]]] = [
        ("drop, then create", drop_and_create, lambda tally: tally.failed > 0),
        ("repoint, each committed by itself", repoint_one_by_one, lambda tally: tally.mixed > 0),
    ]
    controls = []
    with duckdb.connect(str(database)) as connection:
        for colour in ("blue", "green"):
            connection.execute(f"create schema control_{colour}")
            for name in ("a", "b"):
                connection.execute(
                    f"create table control_{colour}.{name} as "
                    f"select range as id, '{colour}' as built_by from range({ROWS})"
                )
        connection.execute("create schema control")
        try:
            for name, flip, caught in ways:
                flips, tally = _watch(database, connection, flip, caught, seconds)
                controls.append(Control(name, flips, tally, caught(tally)))
            flips, tally = _watch(
                database, connection, repoint_together, lambda tally: tally.reads >= quiet_reads, seconds
            )
            clean = tally.failed == 0 and tally.mixed == 0 and tally.reads > 0 and len(tally.versions) == 2
            controls.append(Control("repoint together, one transaction", flips, tally, clean))
        finally:
            for schema in ("control", "control_blue", "control_green"):
                connection.execute(f"drop schema if exists {schema} cascade")
    return controls
