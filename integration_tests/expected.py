"""What the shop's tables must say, worked out from the raw CSV files in plain Python.

Nothing here runs SQL or knows how the package works: the files are read with ``csv``, both warehouses are rebuilt in
memory, faults of the old one included, and compared row by row. ``run.py`` holds the package's answers against these
numbers.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

CENT = Decimal("0.01")

RawRow = dict[str, str | None]
Row = Mapping[str, Any]
Table = dict[Hashable, Row]


@dataclass(frozen=True)
class Comparison:
    """How two keyed tables differ: rows by status, and mismatches by column among the rows that both have."""

    match: int
    mismatch: int
    only_in_legacy: int
    only_in_migrated: int
    columns: dict[str, int]

    @property
    def rows(self) -> dict[str, int]:
        """The four counts by status."""
        return {
            "match": self.match,
            "mismatch": self.mismatch,
            "only_in_legacy": self.only_in_legacy,
            "only_in_migrated": self.only_in_migrated,
        }


def compare(legacy: Table, migrated: Table, columns: Iterable[str], within: Decimal = Decimal(0)) -> Comparison:
    """Compare two tables by key; numbers that are no further apart than `within` are equal."""

    def equal(left: object, right: object) -> bool:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return abs(left - right) <= within
        return left == right

    mismatches: Counter[str] = Counter(dict.fromkeys(columns, 0))
    paired = legacy.keys() & migrated.keys()
    unequal_rows = 0
    for key in paired:
        unequal = [column for column in mismatches if not equal(legacy[key][column], migrated[key][column])]
        mismatches.update(unequal)
        unequal_rows += bool(unequal)
    return Comparison(
        match=len(paired) - unequal_rows,
        mismatch=unequal_rows,
        only_in_legacy=len(legacy.keys() - migrated.keys()),
        only_in_migrated=len(migrated.keys() - legacy.keys()),
        columns=dict(mismatches),
    )


def text(row: RawRow, column: str) -> str:
    """Give a value that may not be missing."""
    value = row[column]
    if value is None:
        raise ValueError(f"{column} is missing in {row}")
    return value


def number(row: RawRow, column: str) -> int:
    """Give a whole number that may not be missing."""
    return int(text(row, column))


def moment(row: RawRow, column: str) -> datetime:
    """Give a timestamp that may not be missing."""
    return datetime.fromisoformat(text(row, column))


class Shop:
    """The raw files, and both warehouses built on them."""

    def __init__(self, seeds: Path) -> None:
        self.raw: dict[str, list[RawRow]] = {}
        for path in sorted(seeds.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                # An empty field of a seed is a NULL.
                self.raw[path.stem] = [
                    {name: value or None for name, value in row.items()} for row in csv.DictReader(file)
                ]
        self._known_customers = {number(row, "customer_id") for row in self.raw["customers"]}
        self._gross_cents: Counter[int] = Counter()
        for line in self.raw["order_items"]:
            self._gross_cents[number(line, "order_id")] += number(line, "quantity") * number(line, "unit_price_cents")
        self._channels = {number(row, "order_id"): row["channel"] for row in self.raw["orders"]}
        self._real_orders = {number(row, "order_id") for row in self.raw["orders"] if row["status"] != "test"}

    # The migrated side

    def fct_orders(self) -> Table:
        """One row per order that is not a test."""
        return {
            number(row, "order_id"): self._order(row, rounding=ROUND_HALF_UP, spelling={"canceled": "cancelled"})
            for row in self.raw["orders"]
            if row["status"] != "test"
        }

    def dim_customers(self) -> Table:
        """One row per customer, its newest delivery."""
        orders = self._orders_by_customer(self._real_orders)
        newest: dict[int, RawRow] = {}
        for row in sorted(self.raw["customers"], key=lambda row: moment(row, "updated_at")):
            newest[number(row, "customer_id")] = row
        return {
            customer_id: {
                "full_name": " ".join(name.strip() for name in (row["first_name"], row["last_name"]) if name),
                "email": row["email"].strip().lower() if row["email"] else None,
                "country_code": row["country"].strip().upper() if row["country"] else None,
                "order_count": len(orders.get(customer_id, ())),
                "first_order_on": min(orders[customer_id]) if customer_id in orders else None,
            }
            for customer_id, row in newest.items()
        }

    def daily_revenue(self) -> Table:
        """Money per day and channel, refunds taken off, test orders left out."""
        return self._revenue(lambda order_id, _: order_id in self._real_orders)

    def payments(self) -> list[RawRow]:
        """Payments of the first delivery, each once."""
        return list({text(row, "payment_id"): row for row in self.raw["payments"]}.values())

    # The legacy side, with its faults

    def orders_report(self) -> Table:
        """Orders of known customers that have a line: test orders too, days an hour early, amounts cut to cents."""
        return {
            number(row, "order_id"): self._order(row, rounding=ROUND_FLOOR, spelling={}, shift=timedelta(hours=1))
            for row in self.raw["orders"]
            if row["customer_id"]
            and int(row["customer_id"]) in self._known_customers
            and number(row, "order_id") in self._gross_cents
        }

    def customer_summary(self) -> Table:
        """Build the customers who ordered: names lost where a part is missing, orders counted once per delivery."""
        orders = self._orders_by_customer(self._real_orders)
        deliveries: dict[int, list[RawRow]] = {}
        for row in self.raw["customers"]:
            deliveries.setdefault(number(row, "customer_id"), []).append(row)
        summary: Table = {}
        for customer_id, rows in deliveries.items():
            if customer_id not in orders:
                continue
            names = [
                f"{row['first_name'].strip()} {row['last_name'].strip()}"
                for row in rows
                if row["first_name"] and row["last_name"]
            ]
            emails = [row["email"] for row in rows if row["email"]]
            summary[customer_id] = {
                "full_name": max(names, default=None),
                "email": max(emails, default=None),
                "order_count": len(orders[customer_id]) * len(rows),
                "first_order_on": min(orders[customer_id]),
            }
        return summary

    def legacy_daily_revenue(self) -> Table:
        """Money per day and channel without refunds, test orders counted."""
        return self._revenue(lambda order_id, cents: order_id in self._channels and cents >= 0)

    # What both are made of

    def _order(
        self, row: RawRow, *, rounding: str, spelling: Mapping[str, str], shift: timedelta = timedelta(0)
    ) -> Row:
        gross = self._gross_cents.get(number(row, "order_id"), 0) * CENT
        kept = 1 - Decimal(row["discount_percent"] or 0) / 100
        status = text(row, "status").strip().lower()
        return {
            "customer_id": int(row["customer_id"]) if row["customer_id"] else None,
            "channel": row["channel"],
            "status": spelling.get(status, status),
            "order_date": (moment(row, "ordered_at") + shift).date(),
            "gross_amount": gross,
            "net_amount": (gross * kept).quantize(CENT, rounding),
        }

    def _orders_by_customer(self, wanted: set[int]) -> dict[int, list[date]]:
        days: dict[int, list[date]] = {}
        for row in self.raw["orders"]:
            if row["customer_id"] and number(row, "order_id") in wanted:
                days.setdefault(int(row["customer_id"]), []).append(moment(row, "ordered_at").date())
        return days

    def _revenue(self, counts: Callable[[int, int], bool]) -> Table:
        taken: dict[tuple[date, str | None], list[int]] = {}
        for row in self.payments():
            order_id, cents = number(row, "order_id"), number(row, "amount_cents")
            if counts(order_id, cents):
                taken.setdefault((moment(row, "paid_at").date(), self._channels[order_id]), []).append(cents)
        return {key: {"payments": len(cents), "revenue": sum(cents) * CENT} for key, cents in taken.items()}
