"""Which faults the anomaly tests find, and how often they cry wolf: ``python benchmarks/quality/anomalies.py``.

Every trial is a series of days with normal noise and one more day, which is as usual, empty, or at half. All trials of
a shape are one table, a day with no rows being one without a row in it; each method judges all of them at once.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from project import DbtError, Project

__all__ = ["SHAPES", "Found", "Shape", "main"]

LAST = date(2024, 3, 1)
NOISE = 0.05
FAULTS = {"as usual": 1.0, "empty": 0.0, "half": 0.5}

# The anomaly test that goes round in guides, in our own words: three sigma around the mean of thirty days, the judged
# one among them; a day without rows isn't there at all.
_GUIDE = """\
with daily as (

    select trial, fault, day, sum(amount) as total
    from {table}
    group by trial, fault, day

),

typical as (

    select trial, fault, avg(total) as mean, stddev(total) as deviation
    from daily
    where day >= date '{last}' - 30
    group by trial, fault

)

select daily.trial, daily.fault, 'anomaly' as status
from daily
inner join typical on typical.trial = daily.trial and typical.fault = daily.fault
where daily.day = date '{last}' and abs(daily.total - typical.mean) > 3 * typical.deviation
"""
_OURS = """\
select trial, fault, anomaly_status as status
from {{{{ cutover.anomaly_scores('{table}', 'day', metric='sum', column='amount', group_by_columns=['trial', 'fault'],
    begin='{last}', end='{last}', {more}) }}}} as scores
"""
METHODS = {
    "no_anomaly": "method='mad'",
    "no_anomaly, without seasons": "method='mad', seasonality='none'",
    "no_anomaly, zscore": "method='zscore'",
    "the guides' three sigma": None,
}


@dataclass(frozen=True)
class Shape:
    """A history: so many days, weekends at a share of the other days, Saturdays at a multiple, one old outlier."""

    name: str
    days: int
    weekend: float = 1
    saturday: float = 1
    outlier: bool = False


SHAPES = (
    Shape("flat, 7 days", 7),
    Shape("flat, 14 days", 14),
    Shape("flat, 14 days, an old outlier of eight times", 14, outlier=True),
    Shape("weekends at 40 %, 14 days", 14, weekend=0.4),
    Shape("weekends at 40 %, 28 days", 28, weekend=0.4),
    Shape("weekends at 40 %, 56 days", 56, weekend=0.4),
    Shape("weekends at 40 %, 56 days, an old outlier", 56, weekend=0.4, outlier=True),
    Shape("Saturdays ten times as large, 56 days", 56, saturday=10),
)


@dataclass(frozen=True)
class Found:
    """The share of trials, in percent, that a method calls an anomaly; `learning` where it says that it can't tell."""

    shape: str
    method: str
    false_alarms: float
    empty: float
    half: float
    learning: float


def rows(shape: Shape, trials: int, seed: int) -> list[str]:
    """Return the table as lines of CSV: trial, fault, day, amount. Histories are the same for each fault."""
    chance = random.Random(seed)
    lines = ["trial,fault,day,amount"]
    for trial in range(trials):
        # Each trial ends on another day of the week; in the table all end on the same day.
        shift = trial % 7
        amounts = []
        for place in range(shape.days + 1):
            weekday = (place + shift) % 7
            usual = 100 * (shape.weekend if weekday >= 5 else 1) * (shape.saturday if weekday == 5 else 1)
            amounts.append(usual * chance.gauss(1, NOISE))
        if shape.outlier:
            amounts[chance.randrange(shape.days)] *= 8
        for fault, share in FAULTS.items():
            for place, amount in enumerate(amounts):
                value = amount * (share if place == shape.days else 1)
                if value:
                    lines.append(f"{trial},{fault},{LAST - timedelta(shape.days - place)},{value:.6f}")
    return lines


def measure(folder: Path, trials: int, seed: int) -> list[Found]:
    """Let every method judge every trial of each shape: one run of dbt."""
    import duckdb  # noqa: PLC0415 - held open only while dbt isn't at work

    database = folder / "bench.duckdb"
    project = Project(folder / "project", {"type": "duckdb", "path": str(database), "schema": "main"})
    with duckdb.connect(str(database)) as connection:
        for number, shape in enumerate(SHAPES):
            path = folder / f"sales_{number}.csv"
            path.write_text("\n".join(rows(shape, trials, seed)) + "\n", encoding="utf-8")
            connection.execute(f"create table sales_{number} as select * from read_csv('{path}')")
    for number in range(len(SHAPES)):
        for place, more in enumerate(METHODS.values()):
            sql = (_OURS if more else _GUIDE).format(table=f"main.sales_{number}", last=LAST, more=more)
            model = f"{{{{ config(materialized='table') }}}}\n{sql}"
            project.write({f"models/found_{number}_{place}.sql": model})
    project.dbt("run")
    found = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for number, shape in enumerate(SHAPES):
            for place, method in enumerate(METHODS):
                counted = f"select fault, status, count(*) from found_{number}_{place} group by fault, status"
                counts = {(fault, status): n for fault, status, n in connection.execute(counted).fetchall()}
                told = [100 * counts.get((fault, "anomaly"), 0) / trials for fault in FAULTS]
                learning = 100 * counts.get(("as usual", "learning"), 0) / trials
                found.append(Found(shape.name, method, *told, learning))
    return found


def table(found: list[Found]) -> str:
    """Return the figures as text."""
    lines = [f"{'history':46} {'test':28} {'empty':>7} {'half':>7} {'false':>7}"]
    for one in found:
        numbers = (
            f"{one.empty:>6.1f}% {one.half:>6.1f}% {one.false_alarms:>6.1f}%"
            if one.learning < 100
            else "  learning: not judged"
        )
        lines.append(f"{one.shape:46} {one.method:28} {numbers}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Take the figures; print them, and write them as JSON when asked."""
    parser = argparse.ArgumentParser(prog="anomalies.py", description=__doc__)
    parser.add_argument("--trials", type=int, default=2000, help="series of each shape")
    parser.add_argument("--seed", type=int, default=1, help="of the noise")
    parser.add_argument("--json", type=Path, help="where the figures go too")
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="bench-anomalies-") as scratch:
        try:
            found = measure(Path(scratch), options.trials, options.seed)
        except DbtError as error:
            print(error, file=sys.stderr)
            return 1
    print(table(found))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        content = {"trials": options.trials, "seed": options.seed, "found": [asdict(one) for one in found]}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
