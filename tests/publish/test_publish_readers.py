"""Readers in a loop while live views flip: none may fail, and none may see two builds in one statement.

The same readers are let loose on two wrong ways of doing it, and have to see through both: else they would see nothing.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest

pytestmark = pytest.mark.engines("duckdb")

ROWS = 500
READ = """
    select count(*), min(o.build), max(o.build), min(c.build), max(c.build)
    from marts.orders as o inner join marts.customers as c on o.id = c.id
"""


@dataclass
class Readers:
    """Threads with connections of their own, counting over a join of two live views until the block ends."""

    shop: object
    number: int = 2
    reads: int = 0
    mixed: int = 0
    failures: list[str] = field(default_factory=list)
    builds: set[str] = field(default_factory=set)

    def __enter__(self):
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=[self.shop.dbt.connection()]) for _ in range(self.number)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self, connection):
        while not self._stop.is_set():
            try:
                ((count, *builds),) = connection.execute(READ).fetchall()
            except Exception as error:
                self._seen(set(), f"{type(error).__name__}: {error}")
            else:
                self._seen(set(builds), None if count == ROWS else f"{count} rows")
            time.sleep(0.003)  # else the readers keep the interpreter from the writer

    def _seen(self, builds, failure):
        with self._lock:
            self.reads += 1
            self.builds |= builds
            self.mixed += len(builds) > 1
            if failure:
                self.failures.append(failure)


def fill(shop, colour, marker):
    for name in ("orders", "customers"):
        shop.sql(
            f"create or replace table marts__{colour}.{name} as"
            f" select i as id, '{marker}' as build from range({ROWS}) as r(i)"
        )


def publish(shop, marker):
    prepared = shop.ok("prepare")
    fill(shop, prepared["colour"], marker)
    shop.ok("publish", build_id=prepared["build_id"])


def two_builds(shop):
    publish(shop, "one")
    publish(shop, "two")


@pytest.mark.parametrize("flips", [20, pytest.param(200, marks=pytest.mark.thorough)])
def test_no_read_fails_and_none_is_mixed(shop, flips):
    two_builds(shop)
    every = flips // 4

    with Readers(shop) as readers:
        for flip in range(flips):
            if flip % every == every // 2:
                publish(shop, f"three or later, {flip}")  # the idle colour is emptied and built under the readers' eyes
            else:
                assert shop.run("rollback").exit_code == 0

    assert readers.failures == []
    assert readers.mixed == 0
    assert readers.reads > flips
    assert len(readers.builds) == 6
    assert sum(event in ("published", "rolled_back") for event, _, _ in shop.events()) == 2 + flips


def flip_until(shop, statements, enough):
    """Flip by these statements, each committed by itself, until the readers have seen enough."""
    two_builds(shop)
    desk, deadline, colour = shop.dbt.connection(), time.monotonic() + 60, "blue"
    with Readers(shop) as readers:
        while not enough(readers) and time.monotonic() < deadline:
            for statement in statements:
                desk.execute(statement.format(colour=colour))
            colour = "green" if colour == "blue" else "blue"
    return readers


def test_the_readers_see_the_hole_of_drop_and_create(shop):
    statements = []
    for name in ("orders", "customers"):
        statements += [
            f"drop view marts.{name}",
            f"create view marts.{name} as select * from marts__{{colour}}.{name}",
        ]
    readers = flip_until(shop, statements, lambda readers: len(readers.failures) > 3)

    assert len(readers.failures) > 3
    assert all("does not exist" in failure for failure in readers.failures)


def test_the_readers_see_the_mix_of_two_repoints_that_commit_alone(shop):
    statements = [
        f"create or replace view marts.{name} as select * from marts__{{colour}}.{name}"
        for name in ("orders", "customers")
    ]
    readers = flip_until(shop, statements, lambda readers: readers.mixed > 3)

    assert readers.mixed > 3
    assert readers.failures == []
