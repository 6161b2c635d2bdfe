"""Write the raw shop data of the integration project, the same bytes on every machine.

The data is messy on purpose, because raw data is: every oddity below is one that a migration meets, and the comment
beside it says which. Only ``random.Random`` with a fixed seed decides, so that the files are the same under every
supported Python.

Run it without arguments to write ``seeds/*.csv``, or with ``--check`` to compare what is on disk with what it would
write.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20240229
SEEDS_DIR = Path(__file__).resolve().parent / "seeds"

CUSTOMERS = 300
PRODUCTS = 48
ORDERS = 2000
DELIVERED_CUSTOMERS = 80
DELIVERIES = 3
FIRST_DELIVERY = datetime(2024, 11, 1)

FIRST_NAMES = (
    "Ada",
    "Björn",
    "Chloé",
    "Dmitri",
    "Elif",
    "Femi",
    "Grace",
    "Hana",
    "Inés",
    "Jón",
    "Kaito",
    "Łucja",
    "Mehmet",
    "Noor",
    "Óscar",
    "Priya",
)
LAST_NAMES = (
    "O'Neill",
    "Müller",
    "Nguyen",
    "van der Berg",
    "Smith",
    "Åkesson",
    "García",
    "Kowalski",
    "Tanaka",
    "Okafor",
    "Šimić",
    "D'Angelo",
)
COUNTRIES = ("US", "us", "DE", "de ", " FR", "GB", "JP", "")
NOTES = (
    'said "call me back", twice',
    "first line\nsecond line",
    "prefers e-mail; no calls",
    "naïve café – 漢字 ☕",
    "comma, semicolon; 'quote'",
)
CATEGORIES = ("Books", "Garden", "Kitchen", "Toys", "")
CHANNELS = (
    "web",
    "web",
    "app",
    "app",
    "store",
    "",
)  # the empty one is NULL: a part of a composite key in daily_revenue
STATUSES = (
    "completed",
    "completed",
    "completed",
    "Completed",
    "shipped",
    " shipped",
    "cancelled",
    "canceled",
    "returned",
)
DISCOUNTS = ("", "", "", "5.00", "10.00", "12.50", "33.33")
TIERS = ("bronze", "silver", "gold", "")
METHODS = ("card", "card", "Card", "paypal", "bank transfer", " voucher")

Row = Sequence[object]
Table = tuple[Sequence[str], list[Row]]


def stamp(moment: datetime) -> str:
    """Write a moment as every engine's CSV loader reads it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def make_customers(rng: random.Random) -> Table:
    """Make customers: names and addresses as people type them, one row twice, one twice with a change."""
    header = ("customer_id", "first_name", "last_name", "email", "country", "signed_up_at", "updated_at", "note")
    rows: list[Row] = []
    for customer_id in range(1, CUSTOMERS + 1):
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        email = f"customer{customer_id}@example.com"
        mess = rng.randrange(10)
        if mess == 0:
            email = ""  # NULL: never given
        elif mess == 1:
            email = f" {email}"
        elif mess == 2:
            email = f"{email.upper()} "
        elif mess == 3:
            email = email.replace("customer", "Customer")
        if rng.randrange(20) == 0:
            last = ""  # NULL: a name of one word, which `first || ' ' || last` turns into nothing
        if rng.randrange(25) == 0:
            first = f"  {first} "
        signed_up = datetime(2023, 1, 1) + timedelta(seconds=rng.randrange(365 * 86400))
        note = rng.choice(NOTES) if rng.randrange(6) == 0 else ""
        rows.append((customer_id, first, last, email, rng.choice(COUNTRIES), stamp(signed_up), stamp(signed_up), note))

    rows.append(rows[16])  # delivered twice, the same in every column
    changed = list(rows[41])  # delivered again after a change: the newer one counts
    changed[3], changed[6] = "zoe.changed@example.com", "2024-06-01 00:00:00"
    rows.append(tuple(changed))
    return header, rows


def make_products(rng: random.Random) -> Table:
    """Make the catalogue: some article numbers with spaces around them, some names with quotes in them."""
    header = ("product_id", "sku", "product_name", "category", "price_cents")
    rows: list[Row] = []
    for product_id in range(1, PRODUCTS + 1):
        sku = f"SKU-{product_id:04d}"
        if product_id % 7 == 0:
            sku = f" {sku}  "
        name = f"Product {product_id}"
        if product_id % 11 == 0:
            name = f'Product {product_id} "déluxe", 3½"'
        rows.append((product_id, sku, name, rng.choice(CATEGORIES), rng.randrange(199, 49_999)))
    return header, rows


def order_moment(order_id: int, rng: random.Random) -> datetime:
    """Spread orders over 2024, and set some of them on the edges where dates go wrong."""
    if order_id % 97 == 0:
        return datetime(2024, 2, 29) + timedelta(seconds=rng.randrange(86400))
    if order_id % 101 == 0:
        return datetime(2024, 1, 1) + timedelta(days=rng.randrange(366))  # midnight to the second
    if order_id % 211 == 0:
        return datetime(2024, 12, 31, 23, 59, 59)
    return datetime(2024, 1, 1) + timedelta(seconds=rng.randrange(366 * 86400))


def make_orders(rng: random.Random) -> Table:
    """Make orders: guests, orphans and tests among them, states in several spellings."""
    header = ("order_id", "customer_id", "channel", "status", "ordered_at", "discount_percent", "note")
    rows: list[Row] = []
    for order_id in range(1, ORDERS + 1):
        customer: object = rng.randrange(1, CUSTOMERS - 30 + 1)  # the last 30 customers never order
        if order_id % 53 == 0:
            customer = ""  # a guest
        elif order_id % 89 == 0:
            customer = 90_000 + order_id  # an orphan: a customer that was deleted
        status = "test" if order_id % 307 == 0 else rng.choice(STATUSES)
        note = rng.choice(NOTES) if rng.randrange(40) == 0 else ""
        rows.append(
            (
                order_id,
                customer,
                rng.choice(CHANNELS),
                status,
                stamp(order_moment(order_id, rng)),
                rng.choice(DISCOUNTS),
                note,
            )
        )
    return header, rows


def make_order_items(rng: random.Random, products: list[Row]) -> Table:
    """Make one to three lines per order, none for some, a few of products that are gone."""
    header = ("order_item_id", "order_id", "product_id", "quantity", "unit_price_cents")
    rows: list[Row] = []
    for order_id in range(1, ORDERS + 1):
        if order_id % 401 == 0:
            continue  # an order without a line
        for _ in range(1 + rng.randrange(3)):
            product = products[rng.randrange(len(products))]
            product_id: object = product[0]
            if rng.randrange(300) == 0:
                product_id = 999  # an orphan: a product that the catalogue lost
            rows.append((len(rows) + 1, order_id, product_id, 1 + rng.randrange(4), product[4]))
    # Half a cent exactly: 12.5 percent off 20.04 dollars is 17.535, which rounds to 17.54 and truncates to 17.53.
    rows.append((len(rows) + 1, 401, 1, 1, 2004))
    return header, rows


def make_payments(rng: random.Random, orders: list[Row]) -> Table:
    """Make payments and refunds, one of them twice, one of no known order."""
    header = ("payment_id", "order_id", "method", "amount_cents", "paid_at")
    rows: list[Row] = []
    for order_id, _, _, status, ordered_at, _, _ in orders:
        if status in ("cancelled", "canceled"):
            continue
        paid_at = datetime.fromisoformat(str(ordered_at)) + timedelta(minutes=rng.randrange(3 * 1440))
        amount = rng.randrange(500, 90_000)
        rows.append((len(rows) + 1, order_id, rng.choice(METHODS), amount, stamp(paid_at)))
        if status == "returned":
            rows.append((len(rows) + 1, order_id, "card", -amount, stamp(paid_at + timedelta(days=14))))  # a refund
    rows.append((len(rows) + 1, 99_999, "card", 1234, "2024-07-01 12:00:00"))  # an orphan: no such order
    rows.append(rows[100])  # delivered twice
    return header, rows


def make_second_delivery(rng: random.Random, payments: list[Row]) -> Table:
    """Payments that arrive after the first release: what the incremental model has to add to what it carried over."""
    header = ("payment_id", "order_id", "method", "amount_cents", "paid_at")
    first = max(int(str(row[0])) for row in payments) + 1
    start = datetime(2025, 2, 1)
    rows: list[Row] = [
        (
            first + n,
            1 + rng.randrange(ORDERS),
            rng.choice(METHODS),
            rng.randrange(500, 90_000),
            stamp(start + timedelta(minutes=n)),
        )
        for n in range(25)
    ]
    return header, rows


def next_state(state: tuple[str, str, str, str], day: int, rng: random.Random) -> tuple[str, str, str, str]:
    """Change one thing about a customer, or nothing, or nothing but how it is typed."""
    email, country, tier, deleted = state
    change = rng.randrange(8)
    if change == 0:
        tier = rng.choice(TIERS)
    elif change == 1:
        there_and_back = {True: f"new{day}.{email.strip().lower()}", False: email.split(".", 1)[-1]}
        email = there_and_back[not email.startswith("new")]
    elif change == 2:
        email = f" {email.strip().upper()}"
    elif change == 3:
        country = rng.choice(COUNTRIES)
    elif change == 4 and day:
        deleted = "true" if deleted == "false" else "false"
    return email, country, tier, deleted


def make_customer_deliveries(rng: random.Random) -> Table:
    """Make three days of the application's feed of customers: states, most of them as they were, all messy.

    A day brings some customers, at one moment or two, some rows that an earlier day brought, and after the first day
    deletions and changes back. The state of one customer at one moment is one state.
    """
    header = ("delivered_on", "customer_id", "updated_at", "email", "country", "tier", "is_deleted")
    last = FIRST_DELIVERY + timedelta(days=DELIVERIES - 1)
    rows: list[Row] = []
    states: dict[int, tuple[str, str, str, str]] = {}
    for day in range(DELIVERIES):
        midnight = FIRST_DELIVERY + timedelta(days=day)
        for customer_id in range(1, DELIVERED_CUSTOMERS + 1):
            if day and rng.randrange(3) == 0:
                continue  # not every day brings everybody
            for second in sorted(rng.sample(range(86_400), 1 + (rng.randrange(4) == 0))):
                first = (f"customer{customer_id}@example.com", rng.choice(COUNTRIES), rng.choice(TIERS), "false")
                state = states[customer_id] = next_state(states.get(customer_id, first), day, rng)
                late = timedelta(days=int(rng.randrange(12) == 0))  # it comes with the next day's rows
                delivered = min(midnight + late, last)
                row = (customer_id, stamp(midnight + timedelta(seconds=second)), *state)
                rows.append((delivered.date(), *row))
                if rng.randrange(15) == 0:
                    rows.append((min(delivered + timedelta(days=1), last).date(), *row))  # delivered twice
    return header, rows


def make_tables() -> dict[str, Table]:
    """Make every table, in an order that is part of what the seed decides."""
    rng = random.Random(SEED)
    customers = make_customers(rng)
    products = make_products(rng)
    orders = make_orders(rng)
    # The order that carries the half-cent line has the discount that makes it one.
    orders[1][400] = (*orders[1][400][:5], "12.50", orders[1][400][6])
    order_items = make_order_items(rng, products[1])
    payments = make_payments(rng, orders[1])
    second_delivery = make_second_delivery(rng, payments[1])
    return {
        "customers": customers,
        "products": products,
        "orders": orders,
        "order_items": order_items,
        "payments": payments,
        "payments_second_delivery": second_delivery,
        "customer_deliveries": make_customer_deliveries(rng),
    }


def as_csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as CSV, with the same line ends everywhere."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail, naming the files, when those on disk differ"
    )
    options = parser.parse_args(argv)

    wanted = {f"{name}.csv": as_csv(*table) for name, table in make_tables().items()}
    on_disk = {path.name: path.read_bytes() for path in SEEDS_DIR.glob("*.csv")}

    if options.check:
        differing = [name for name, content in wanted.items() if on_disk.get(name) != content]
        unexpected = sorted(on_disk.keys() - wanted.keys())
        for name in differing:
            print(f"seeds/{name} is {'stale' if name in on_disk else 'missing'}: run make_seeds.py", file=sys.stderr)
        for name in unexpected:
            print(f"seeds/{name} is not made by make_seeds.py", file=sys.stderr)
        return 1 if differing or unexpected else 0

    SEEDS_DIR.mkdir(exist_ok=True)
    for name, content in wanted.items():
        (SEEDS_DIR / name).write_bytes(content)
        print(f"seeds/{name}: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
