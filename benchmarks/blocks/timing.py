"""Time SQL statements on DuckDB, in turns, and measure the memory that each needs.

Run as a process of its own (``python timing.py``, the task on standard input), so that memory is that of one statement.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

__all__ = ["Timed", "TimingError", "in_turns", "prepare"]


class TimingError(Exception):
    """A statement failed, or two that have to answer the same didn't."""


@dataclass(frozen=True)
class Timed:
    """A statement's median seconds, its peak memory in MB, and what it left: rows and a checksum over them."""

    seconds: float
    memory: float
    left: tuple[int, str]


@dataclass(frozen=True)
class _Task:
    database: str
    statements: dict[str, str]
    rounds: int
    check: str | None


def prepare(database: Path, *statements: str) -> None:
    """Make the tables that the timed statements read."""
    _child(_Task(str(database), {str(number): sql for number, sql in enumerate(statements)}, 0, None))


def in_turns(database: Path, statements: Mapping[str, str], rounds: int, check: str) -> dict[str, Timed]:
    """Time each statement once a round, one after the other, each in a transaction that is rolled back.

    Parameters
    ----------
    database : Path
        The DuckDB file.
    statements : mapping of str to str
        The statements by name.
    rounds : int
        How many times each runs; the median counts. One more run comes first and isn't timed.
    check : str
        A query of one row, (rows, checksum), over what a statement left.
    """
    timed = _child(_Task(str(database), dict(statements), rounds, check))
    memory = {
        name: _child(_Task(str(database), {name: sql}, 1, check))[name]["memory"] for name, sql in statements.items()
    }
    return {
        name: Timed(median(one["seconds"]), memory[name], (one["left"][0], str(one["left"][1])))
        for name, one in timed.items()
    }


def _child(task: _Task) -> dict[str, Any]:
    command = [sys.executable, "-B", __file__]
    ran = subprocess.run(command, input=json.dumps(asdict(task)), capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise TimingError(ran.stderr)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def _run(task: _Task) -> dict[str, Any]:
    import duckdb  # noqa: PLC0415 - in the child alone

    connection = duckdb.connect(task.database)
    if task.check is None:
        for statement in task.statements.values():
            connection.execute(statement)
        return {}
    seconds: dict[str, list[float]] = {name: [] for name in task.statements}
    left = {}
    for turn in range(task.rounds + 1):
        for name, statement in task.statements.items():
            connection.execute("begin")
            start = time.perf_counter()
            connection.execute(statement)
            if turn:
                seconds[name].append(time.perf_counter() - start)
            else:
                left[name] = connection.execute(task.check).fetchone()
            connection.execute("rollback")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {name: {"seconds": seconds[name], "left": left[name], "memory": memory} for name in task.statements}


if __name__ == "__main__":
    print(json.dumps(_run(_Task(**json.load(sys.stdin))), default=str))
