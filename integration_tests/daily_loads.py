"""What the models that load day by day must hold after each delivery, worked out from the raw file in plain Python.

Nothing here runs SQL. A state is what the application said of a customer at one moment; a delivery brings some, late
and repeated ones among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

RawRow = Mapping[str, str | None]
Values = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, order=True)
class State:
    """A customer at a moment, cleaned as the silver layer does it."""

    customer_id: int
    updated_at: datetime
    delivered_on: str
    values: Values
    is_deleted: bool


def delivery_script(day: str, *, first: bool) -> str:
    """Land one day's rows; the first delivery makes the table."""
    columns = "delivered_on, customer_id, updated_at, email, country, tier, is_deleted"
    rows = f"select {columns} from raw.customer_deliveries where delivered_on = date '{day}'"
    if first:
        return f"create table raw.customer_feed as {rows};"
    return f"insert into raw.customer_feed ({columns}) {rows};"


def states(rows: Iterable[RawRow], until: str) -> list[State]:
    """Return the states delivered up to a day, each once with its first delivery, by customer and moment."""
    found: dict[tuple[int, datetime], State] = {}
    for row in rows:
        delivered = str(row["delivered_on"])
        if delivered > until:
            continue
        key = (int(str(row["customer_id"])), datetime.fromisoformat(str(row["updated_at"])))
        if key not in found or delivered < found[key].delivered_on:
            found[key] = State(*key, delivered, _cleaned(row), row["is_deleted"] == "true")
    return sorted(found.values())


def _cleaned(row: RawRow) -> Values:
    email, country = row["email"], row["country"]
    tier = {"bronze": "basic"}.get(str(row["tier"]), row["tier"])
    return (
        (email.strip().lower() or None) if email else None,
        (country.strip().upper() or None) if country else None,
        tier,
    )


def versions(known: Iterable[State]) -> list[tuple[int, datetime, datetime | None, Values]]:
    """Return the versions of each customer: from when, until when, and as what."""
    found: list[tuple[int, datetime, datetime | None, Values]] = []
    open_: tuple[int, datetime, Values] | None = None
    for state in known:
        if open_ is not None and open_[0] != state.customer_id:
            found.append((open_[0], open_[1], None, open_[2]))
            open_ = None
        if open_ is not None and (state.is_deleted or open_[2] != state.values):
            found.append((open_[0], open_[1], state.updated_at, open_[2]))
            open_ = None
        if open_ is None and not state.is_deleted:
            open_ = (state.customer_id, state.updated_at, state.values)
    if open_ is not None:
        found.append((open_[0], open_[1], None, open_[2]))
    return found


def satellite(known: Iterable[State], stored: dict[tuple[int, datetime], Values]) -> None:
    """Load a satellite: add each state that differs from the one before it and whose moment isn't stored."""
    before: tuple[int, Values] | None = None
    for state in known:
        moment = (state.customer_id, state.updated_at)
        if moment not in stored and before != (state.customer_id, state.values):
            stored[moment] = state.values
        before = (state.customer_id, stored.get(moment, state.values))


def last_known_tiers(known: Iterable[State]) -> list[str | None]:
    """Return the last tier that was said of the customer, state by state."""
    tiers: list[str | None] = []
    of, tier = None, None
    for state in known:
        tier = state.values[2] or (tier if of == state.customer_id else None)
        of = state.customer_id
        tiers.append(tier)
    return tiers
