"""Readers that count in a loop, and tell whether a publish ever showed them a hole or two versions at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb

PAUSE = 0.002
"""Seconds that a reader waits between two statements."""


@dataclass(frozen=True)
class Read:
    """One statement of one reader.

    Attributes
    ----------
    started, ended : float
        Seconds of :func:`time.perf_counter`.
    versions : frozenset of str
        The builds whose rows the statement saw; empty when it raised an error.
    error : str or None
        What went wrong; a statement that saw another number of rows than it should counts as gone wrong.
    """

    started: float
    ended: float
    versions: frozenset[str]
    error: str | None = None

    @property
    def mixed(self) -> bool:
        """Whether one statement saw rows of more than one build."""
        return len(self.versions) > 1


@dataclass(frozen=True)
class Tally:
    """What a number of reads came to.

    Attributes
    ----------
    reads, failed, mixed : int
        All statements; those that raised an error or saw a wrong number of rows; those that saw more than one version.
    versions : dict of str to int
        Reads per build seen.
    errors : dict of str to int
        Failed reads per message.
    """

    reads: int
    failed: int
    mixed: int
    versions: dict[str, int]
    errors: dict[str, int]

    @classmethod
    def of(cls, reads: Sequence[Read]) -> Tally:
        """Add up reads.

        Parameters
        ----------
        reads : sequence of Read
            Which ones.

        Returns
        -------
        Tally
            Their sum.
        """
        return cls(
            reads=len(reads),
            failed=sum(read.error is not None for read in reads),
            mixed=sum(read.mixed for read in reads),
            versions=dict(Counter(version for read in reads for version in sorted(read.versions))),
            errors=dict(Counter(read.error for read in reads if read.error is not None)),
        )


class Readers:
    """Threads that run one statement over and over until the block ends.

    They are threads because a DuckDB file belongs to one process: a connection opened here to the same path shares the
    database with dbt, and every statement is a transaction of its own, as a dashboard's would be.

    Parameters
    ----------
    database : Path
        The DuckDB file.
    statement : str
        A select whose last column is a number of rows and whose other columns say which build those rows come from.
    rows : int
        What those numbers must add up to, whichever version is live.
    threads : int, default 2
        How many readers.
    """

    def __init__(self, database: Path, statement: str, rows: int, threads: int = 2) -> None:
        self._database = database
        self._statement = statement
        self._rows = rows
        self._stop = threading.Event()
        self._reads: list[Read] = []
        self._threads = [
            threading.Thread(target=self._loop, name=f"reader-{n + 1}", daemon=True) for n in range(threads)
        ]

    def __enter__(self) -> Readers:
        """Start reading; returns once every reader has been given its thread."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop reading and wait for the last statements."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _loop(self) -> None:
        with duckdb.connect(str(self._database)) as connection:
            while not self._stop.is_set():
                # list.append is atomic, so the threads need no lock between them.
                self._reads.append(self._read(connection))
                # As people do between two looks; without it the readers would take the CPU from the build.
                time.sleep(PAUSE)

    def _read(self, connection: duckdb.DuckDBPyConnection) -> Read:
        started = time.perf_counter()
        try:
            rows = connection.execute(self._statement).fetchall()
        except duckdb.Error as error:
            return Read(started, time.perf_counter(), frozenset(), str(error).splitlines()[0])
        ended = time.perf_counter()
        versions = frozenset(str(version) for row in rows for version in row[:-1])
        counted = sum(row[-1] for row in rows)
        if counted != self._rows:
            return Read(started, ended, versions, f"saw {counted:,} rows instead of {self._rows:,}")
        return Read(started, ended, versions)

    def between(self, started: float, ended: float) -> Tally:
        """Add up the reads that were under way at some moment of an interval.

        Parameters
        ----------
        started, ended : float
            The interval, in seconds of :func:`time.perf_counter`.

        Returns
        -------
        Tally
            Those reads.
        """
        return Tally.of([read for read in list(self._reads) if read.ended >= started and read.started <= ended])

    def tally(self) -> Tally:
        """Add up all reads so far.

        Returns
        -------
        Tally
            All of them.
        """
        return Tally.of(list(self._reads))

    def wait_for(self, reads: int, timeout: float = 60.0) -> None:
        """Wait until so many more reads are done.

        Parameters
        ----------
        reads : int
            How many more than now.
        timeout : float, default 60.0
            Seconds after which waiting is given up.

        Raises
        ------
        TimeoutError
            When the readers don't get there.
        """
        wanted = len(self._reads) + reads
        deadline = time.perf_counter() + timeout
        while len(self._reads) < wanted:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"the readers did not finish {reads} more reads within {timeout:g} s")
            time.sleep(0.005)
