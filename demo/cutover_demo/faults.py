"""The faults planted in the legacy warehouse, and how many rows each must touch.

The numbers are counted here in plain Python from the CSV files, by a different road than either warehouse or the
package takes, and the demo compares them with what ``cutover.reconcile`` reports.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in ``legacy/build_legacy.sql``.

    Attributes
    ----------
    letter : str
        What the tables on the screen call it.
    title : str
        The fault in a few words.
    pair : str
        The table in which it shows.
    measure : str
        Where it shows there: ``only_in_migrated``, ``only_in_legacy``, or the legacy name of the column that differs.
    planted : int
        Rows that it touches.
    """

    letter: str
    title: str
    pair: str
    measure: str
    planted: int

    def found(self, result: dict[str, Any]) -> int:
        """Read the same number from the JSON document of a reconcile.

        Parameters
        ----------
        result : dict
            What ``cutover.reconcile`` printed for this fault's pair.

        Returns
        -------
        int
            Rows that the reconcile found to be touched.
        """
        if self.measure in ("only_in_legacy", "only_in_migrated"):
            return int(result["levels"]["rows"][self.measure])
        mismatches = {column["column"]: column["mismatches"] for column in result["levels"]["columns"]["columns"]}
        return int(mismatches.get(self.measure, 0))

    def samples(self, result: dict[str, Any]) -> list[dict[str, Any]]:
        """Pick the sample rows that show this fault.

        Parameters
        ----------
        result : dict
            What ``cutover.reconcile`` printed for this fault's pair.

        Returns
        -------
        list of dict
            Samples, as they stand in the document.
        """
        if self.measure in ("only_in_legacy", "only_in_migrated"):
            return [sample for sample in result["samples"] if sample["status"] == self.measure]
        return [s for s in result["samples"] if s["status"] == "mismatch" and self.measure in s["columns"]]


def _columns(path: Path, *names: str) -> Iterator[tuple[str, ...]]:
    """Read some columns of a CSV file, row by row; what is missing reads as the empty text."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        pick = itemgetter(*(header.index(name) for name in names))
        for row in rows:
            picked = pick(row) if len(names) > 1 else (pick(row),)
            yield tuple("" if value == "NA" else value for value in picked)


def planted(files: dict[str, Path]) -> list[Fault]:
    """Count the rows that each fault touches.

    Parameters
    ----------
    files : dict of str to Path
        Table name to CSV file.

    Returns
    -------
    list of Fault
        In the order of ``legacy/build_legacy.sql``'s effects: rows first, then values.
    """
    tail_numbers = {tail_number for (tail_number,) in _columns(files["planes"], "tailnum")}
    seen: Counter[str] = Counter()
    delays: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    columns = ("carrier", "month", "day", "hour", "time_hour", "tailnum", "dep_delay")
    for carrier, month, day, hour, utc, tail_number, delay in _columns(files["flights"], *columns):
        if delay:
            delays[carrier, month, day].append(int(delay))
        if tail_number not in tail_numbers:
            seen["dropped"] += 1
            continue
        # From here on only what the legacy's inner join lets through.
        seen["zeroed"] += not delay
        # The timetable's hour in UTC, as in 2013-07-04T09:00:00Z, is four hours ahead of New York's in summer.
        seen["an hour off"] += (int(utc[11:13]) - int(hour)) % 24 == 4
        seen["padded"] += len(tail_number) < 6
    cut = sum(sum(minutes) % len(minutes) != 0 for minutes in delays.values())
    padded_keys = sum(len(tail_number) < 6 for tail_number in tail_numbers)
    return [
        Fault("a", "inner join to planes drops flights", "fct_flights", "only_in_migrated", seen["dropped"]),
        Fault("b", "cancelled flights count as zero delay", "fct_flights", "dep_delay", seen["zeroed"]),
        Fault("c", "fixed -5 h: an hour off in summer", "fct_flights", "sched_dep_utc", seen["an hour off"]),
        Fault("d", "tail numbers padded to char(6)", "fct_flights", "tail_no", seen["padded"]),
        Fault("e", "the same padding in a key", "dim_planes", "only_in_legacy", padded_keys),
        Fault("f", "averages cut to whole minutes", "daily_carrier_delays", "avg_delay", cut),
    ]


def differences(faults: Sequence[Fault], found: Mapping[str, int]) -> dict[str, str]:
    """Compare what was planted with what was found.

    Parameters
    ----------
    faults : sequence of Fault
        What was planted.
    found : mapping of str to int
        Letter to the rows that were found.

    Returns
    -------
    dict of str to str
        Letter to what is wrong, for those that were not found row for row.
    """
    return {
        fault.letter: f"fault {fault.letter}, {fault.title}: {fault.planted} rows planted, {found[fault.letter]} found"
        for fault in faults
        if found[fault.letter] != fault.planted
    }
