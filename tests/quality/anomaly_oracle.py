"""What anomaly scores must be, worked out bucket by bucket in Python from the rows as they were given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median
from typing import Any

Row = Mapping[str, Any]

CYCLES = {"hour": ("hour_of_week", 168), "day": ("day_of_week", 7)}


@dataclass(frozen=True)
class Asked:
    """The arguments of a call that change what comes out; the time is in `day`, the group in `shop`."""

    metric: str = "row_count"
    column: str = "amount"
    granularity: str = "day"
    method: str = "mad"
    threshold: float = 3.5
    direction: str = "both"
    seasonality: str = "auto"
    history: int = 56
    min_change: float = 0
    ignore: tuple[tuple[date, date], ...] = ()
    begin: date | None = None
    end: date = date(2024, 3, 1)


def bucket(day: date, granularity: str) -> date:
    """Return the first day of a bucket."""
    if granularity == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if granularity == "month" else day


def following(day: date, granularity: str) -> date:
    """Return the bucket after this one."""
    return bucket(day + timedelta(days={"day": 1, "week": 7, "month": 31}[granularity]), granularity)


def scores(rows: Sequence[Row], asked: Asked) -> list[tuple[Any, ...]]:
    """Return (shop, bucket, value, expected, lower, upper, score, status, points, judged by, compared with)."""
    groups: dict[Any, dict[date, list[Row]]] = {}
    first = _reach(asked)
    for row in rows:
        if row["day"] is not None and first <= row["day"]:
            day = bucket(row["day"], asked.granularity)
            if day <= bucket(asked.end, asked.granularity):
                groups.setdefault(row["shop"], {}).setdefault(day, []).append(row)
    return [found for shop, buckets in groups.items() for found in _of_group(shop, buckets, asked)]


def _reach(asked: Asked) -> date:
    if asked.begin is None:
        return date.min
    day = bucket(asked.begin, asked.granularity)
    for _ in range(asked.history):
        day = bucket(day - timedelta(days=1), asked.granularity)
    return day


def _of_group(shop: Any, buckets: Mapping[date, list[Row]], asked: Asked) -> list[tuple[Any, ...]]:
    days = [min(buckets)]
    while days[-1] < bucket(asked.end, asked.granularity):
        days.append(following(days[-1], asked.granularity))
    values = []
    for place, day in enumerate(days):
        so_far = [row for earlier in days[: place + 1] for row in buckets.get(earlier, [])]
        values.append(_value(asked, so_far, buckets.get(day, []), day))
    ignored = [
        any(day <= last and first < following(day, asked.granularity) for first, last in asked.ignore) for day in days
    ]
    found = []
    for place, (day, value) in enumerate(zip(days, values, strict=True)):
        past = [
            (before, values[before])
            for before in range(max(0, place - asked.history), place)
            if values[before] is not None and not ignored[before]
        ]
        if asked.begin is not None and day < bucket(asked.begin, asked.granularity):
            continue
        if ignored[place]:
            found.append((shop, day, value, *[None] * 4, "ignored", 0, None, None))
        elif value is None:
            found.append((shop, day, value, *[None] * 4, "empty", 0, None, None))
        else:
            found.append((shop, day, value, *_judged(place, value, past, asked)))
    return found


def _value(asked: Asked, so_far: Sequence[Row], rows: Sequence[Row], day: date) -> float | None:
    if asked.metric == "row_count":
        return len(rows)
    if asked.metric == "freshness":
        return (following(day, asked.granularity) - max(row["day"] for row in so_far)).days * 24
    if asked.metric == "null_fraction":
        return [row[asked.column] for row in rows].count(None) / len(rows) if rows else None
    present = [row[asked.column] for row in rows if row[asked.column] is not None]
    if asked.metric == "sum":
        return sum(present)
    if asked.metric == "distinct_count":
        return len(set(present))
    return {"avg": fmean, "min": min, "max": max}[asked.metric](present) if present else None


def _judged(place: int, value: float, past: Sequence[tuple[int, float]], asked: Asked) -> tuple[Any, ...]:
    name, length = CYCLES.get(asked.granularity, ("", 1)) if asked.seasonality != "none" else ("", 1)
    own = [number for number, _ in past if (place - number) % length == 0]
    seasonal = length > 1 and len(past) >= 4 * length and len(own) >= 4
    if len(past) < 8 or (asked.seasonality == "day_of_week" and not seasonal):
        return (*[None] * 4, "learning", len(past), None, None)
    places: dict[int, list[float]] = {}
    for number, other in past:
        places.setdefault((place - number) % length if seasonal else 0, []).append(other)
    typical = median if asked.method == "mad" else fmean
    far = {key: [abs(other - typical(others)) for other in others] for key, others in places.items()}
    everything = [distance for distances in far.values() for distance in distances]
    centre, mean = typical(places[0]), fmean(everything)
    noise = 1e-9 * max(abs(centre), mean)
    if asked.method == "mad":
        spread, unit = max(median(everything), median(far[0])), 1.482602218505602
    else:
        spread, unit = max(_deviation(everything, len(places)), _deviation(far[0], 1)), 1
    if spread > noise:
        scale, by = spread * unit, asked.method
    elif mean > noise:
        scale, by = mean * math.sqrt(math.pi / 2), "mean_deviation"
    else:
        scale, by = 0.0, "equality"
    allowed = max(asked.threshold * scale, asked.min_change * abs(centre))
    lower = centre - allowed if asked.direction != "above" else None
    upper = centre + allowed if asked.direction != "below" else None
    wrong = (lower is not None and value < lower - noise) or (upper is not None and value > upper + noise)
    score = (value - centre) / scale if scale else None
    status = "anomaly" if wrong else "normal"
    return centre, lower, upper, score, status, len(past), by, name if seasonal else "all"


def _deviation(distances: Sequence[float], lost: int) -> float:
    return math.sqrt(math.fsum(distance * distance for distance in distances) / (len(distances) - lost))
