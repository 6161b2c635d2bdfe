"""Drive the integration project as its users would, from `dbt deps` to a release, its rollback and the way forward.

Every answer of the package is held against numbers that ``expected.py`` works out from the raw files without SQL. One
expectation that doesn't hold makes the exit code 1; all are looked at first, so that one run tells everything.

Usage: ``python integration_tests/run.py [--target prod|postgres] [--summary FILE]``. What it leaves (the database,
dbt's artifacts) is in ``target/``, or where DBT_TARGET_PATH says.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import daily_loads
from expected import Shop, compare

PROJECT = Path(__file__).resolve().parent
DEVELOPMENT = {"prod": "dev", "postgres": "postgres_dev"}
# Where the package publishes today; elsewhere it has to say so, and this run fails on the day that it no longer does.
PUBLISHING = {"prod"}
# The project's models and the three of the package that dbt_project.yml switches on; the project's data tests.
MODELS, TESTS = 38 + 3, 62
# dbt counts the hook of on-run-start among what succeeded.
HOOKS = 1


@dataclass(frozen=True)
class Outcome:
    """What one dbt command answered."""

    exit_code: int
    printed: str
    error: str
    statuses: Counter[str]

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document that the command printed."""
        lines = [line for line in self.printed.splitlines() if line.startswith("{")]
        if len(lines) != 1:
            raise AssertionError(f"expected one JSON document, got {len(lines)}: {self.printed!r} {self.error}")
        document: dict[str, Any] = json.loads(lines[0])
        return document


class Dbt:
    """dbt on this project, in this process: to start an interpreter for each command would take most of the time."""

    def __init__(self, target: str) -> None:
        from dbt.cli.main import dbtRunner

        self._runner = dbtRunner()
        self.production = target
        self.development = DEVELOPMENT[target]
        self.commands = 0
        self.statuses: Counter[str] = Counter()

    def __call__(
        self, *command: str, target: str | None = None, variables: Mapping[str, object] | None = None
    ) -> Outcome:
        """Run one command; without a target, on production."""
        arguments = ["--quiet", *command]
        if command[0] != "deps":
            arguments += self._place(target or self.production, "coloured" if variables else "")
        if variables:
            arguments += ["--vars", json.dumps(variables)]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            answer = self._runner.invoke(arguments)
        self.commands += 1
        # As dbt's command line does: 0 for success, 1 for what dbt handled, 2 for what it didn't.
        exit_code = 2 if answer.exception else 0 if answer.success else 1
        results = getattr(answer.result, "results", [])
        statuses = Counter(str(result.status) for result in results) if command[0] != "run-operation" else Counter()
        messages = (
            [str(answer.exception)]
            if answer.exception
            else [str(result.message) for result in results if result.message]
        )
        self.statuses += statuses
        return Outcome(exit_code, printed.getvalue(), "\n".join(messages), statuses)

    def shell(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on a command line of its own: what a shell sees is the exit code and standard output.

        Before anything else in this process opens the database, for DuckDB's file has one writing process.
        """
        self.commands += 1
        dbt = str(Path(sys.executable).with_name("dbt"))
        arguments = [dbt, "--quiet", *command, *self._place(self.production)]
        return subprocess.run(arguments, check=False, capture_output=True, text=True)

    def _place(self, target: str, kind: str = "") -> list[str]:
        """Name the target, and a folder of its own for what dbt parsed: it starts anew when target or vars change."""
        folder = Path(os.environ["DBT_TARGET_PATH"]) / f"{target}{kind and '_'}{kind}"
        return ["--target", target, "--target-path", str(folder)]

    def operation(self, macro: str, /, *, target: str | None = None, **arguments: object) -> Outcome:
        """Run one operation, the way `dbt run-operation` does."""
        return self("run-operation", macro, "--args", json.dumps(arguments), target=target)

    def rows(self, sql: str, *, target: str | None = None) -> list[list[str | None]]:
        """Read the rows of a query, every value as text."""
        outcome = self.operation("print_rows", sql=sql, target=target)
        answer: list[list[str | None]] = json.loads(outcome.printed.strip().splitlines()[-1])
        return answer


@dataclass
class Expectations:
    """What was expected and what came."""

    held: int = 0
    failed: list[str] = field(default_factory=list)

    def equal(self, what: str, got: object, want: object) -> None:
        """Expect one value."""
        if got == want:
            self.held += 1
        else:
            self.failed.append(f"{what}: expected {want!r}, got {got!r}")
            print(f"  FAILED {self.failed[-1]}", flush=True)

    def succeeded(self, what: str, outcome: Outcome) -> Outcome:
        """Expect the exit code 0."""
        told = outcome.error or outcome.printed
        self.equal(f"{what}: exit code ({told.strip()[:800]})", outcome.exit_code, 0)
        return outcome


ORDERS_PAIR: dict[str, Any] = {
    "legacy": "source('legacy', 'orders_report')",
    "migrated": "ref('fct_orders')",
    "keys": ["order_no"],
    "column_map": {"order_no": "order_id", "cust_no": "customer_id"},
    "exclude": ["line_count"],
}
ORDERS_COLUMNS = ("customer_id", "channel", "status", "order_date", "gross_amount", "net_amount")
ORDERS_ACCEPTED = [
    {
        "status": "only_in_migrated",
        "where": "migrated.customer_id is null or migrated.customer_id > 90000",
        "reason": "The old report dropped guests and deleted customers.",
    },
    {
        "status": "only_in_migrated",
        "where": "migrated.gross_amount = 0",
        "reason": "The old report dropped orders without a line.",
    },
    {"status": "only_in_legacy", "where": "legacy.status = 'test'", "reason": "Test orders are not orders."},
    {
        "column": "status",
        "where": "legacy.status = 'canceled' and migrated.status = 'cancelled'",
        "reason": "One spelling now.",
    },
    {
        "column": "order_date",
        "where": "legacy.order_date > migrated.order_date",
        "reason": "The old day began at 23:00.",
    },
    {
        "column": "net_amount",
        "where": "migrated.net_amount - legacy.net_amount = 0.01",
        "reason": "The old report cut amounts to cents.",
    },
]


def install(dbt: Dbt, expect: Expectations, _: Shop) -> None:
    """Install the package as packages.yml says."""
    expect.succeeded("deps", dbt("deps"))
    expect.equal("the package is installed", (PROJECT / "dbt_packages" / "cutover" / "dbt_project.yml").is_file(), True)


def land(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Land the raw data and look at it, on a command line."""
    seed = dbt.shell("seed")
    expect.equal("seed: exit code and output", (seed.returncode, seed.stdout), (0, ""))

    prices = [int(row["price_cents"] or 0) for row in shop.raw["products"]]
    asked = {
        "table_name": "source('raw', 'products')",
        "checks": [{"check": "in_range", "column": "price_cents", "min": min(prices) + 1}],
        "record": False,
        "output": "json",
    }
    answer = dbt.shell("run-operation", "cutover.run_quality_checks", "--args", json.dumps(asked))
    expect.equal("command line: exit code", answer.returncode, 1)
    expect.equal("command line: no traceback", "Traceback" in answer.stdout + answer.stderr, False)
    # The document is the first line; dbt adds its own report of the failure.
    document = json.loads(answer.stdout.splitlines()[0])
    failures = document["relations"][0]["checks"][0]["failures"]
    expect.equal("command line: failures", failures, prices.count(min(prices)))


def build_legacy(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Let the old system's job run."""
    expect.succeeded("legacy", dbt.operation("run_script", sql=(PROJECT / "legacy" / "build_legacy.sql").read_text()))
    deliver(dbt, expect, shop, 0)
    query = " union all ".join(f"select '{name}', count(*) from raw.{name}" for name in shop.raw)
    landed = {name: int(count or 0) for name, count in dbt.rows(query)}
    expect.equal("rows of the raw tables", landed, {name: len(rows) for name, rows in shop.raw.items()})


def develop(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Build and test everything on the developer's target, where nothing is published by colour."""
    built = expect.succeeded("build", dbt("build", "--exclude", "resource_type:seed", target=dbt.development))
    expect.equal("build: models built", built.statuses["success"], MODELS + HOOKS)
    # The orphans among the orders are the one warning.
    expect.equal("build: tests", (built.statuses["pass"], built.statuses["warn"]), (TESTS - 1, 1))
    tested = expect.succeeded("test", dbt("test", "--select", "gold", target=dbt.development))
    expect.equal("test: warnings", tested.statuses["warn"], 1)
    try_building_blocks(dbt, expect, shop)


def try_building_blocks(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Hold the models that stand on date spines and pivots against the shop's days and orders."""
    taken: dict[date, Decimal] = {}
    for (day, _), row in shop.daily_revenue().items():
        taken[day] = taken.get(day, Decimal(0)) + row["revenue"]
    first, last = min(taken), max(taken)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def rows(query: str) -> list[list[str | None]]:
        return dbt.rows(query, target=dbt.development)

    by_day = rows(f"select revenue_date, revenue from gold_{dbt.development}.revenue_by_day order by revenue_date")
    expect.equal("revenue by day: days", [row[0] for row in by_day], [str(day) for day in days])
    expect.equal("revenue by day: sums", [Decimal(row[1] or "") for row in by_day], [taken.get(day, 0) for day in days])
    (missing,) = rows(f"select sum(days) from gold_{dbt.development}.days_without_revenue")
    expect.equal("days without revenue", int(missing[0] or 0), len(days) - len(taken))
    statuses = ["completed", "shipped", "cancelled", "returned"]
    orders = Counter((row["channel"] or "unknown", row["status"]) for row in shop.fct_orders().values())
    columns = ", ".join(f"{status}_orders" for status in statuses)
    by_channel = rows(f"select sold_by, {columns} from gold_{dbt.development}.orders_by_channel order by sold_by")
    wanted = [[channel, *(str(orders[channel, s]) for s in statuses)] for channel in sorted({c for c, _ in orders})]
    expect.equal("orders by channel", by_channel, wanted)
    found = sorted({row["status"] for row in shop.fct_orders().values()})
    pivoted = rows(f"select sold_by, {', '.join(found)} from gold_{dbt.development}.orders_by_status order by sold_by")
    wanted = [[channel, *(str(orders[channel, s]) for s in found)] for channel in sorted({c for c, _ in orders})]
    expect.equal("orders by status", pivoted, wanted)
    amounts = rows(
        f"select measure, sum(amount) from gold_{dbt.development}.order_amounts group by measure order by measure"
    )
    summed = [[name, sum(row[name] for row in shop.fct_orders().values())] for name in ("gross_amount", "net_amount")]
    expect.equal("amounts in rows", [[name, Decimal(amount or "")] for name, amount in amounts], summed)
    (reported,) = rows(f"select sum(revenue) from gold_{dbt.development}.reported_revenue")
    old = sum(row["revenue"] for row in shop.legacy_daily_revenue().values())
    expect.equal("the report still reads the old warehouse", Decimal(reported[0] or ""), old)
    customers = {row["customer_id"] for row in shop.fct_orders().values()} - {None}
    (linked,) = rows(
        "select count(*), count(distinct customer_hk), "
        f"(select count(*) from history_{dbt.development}.order_customer_effectivity) "
        f"from history_{dbt.development}.link_order_customer"
    )
    with_customer = sum(row["customer_id"] is not None for row in shop.fct_orders().values())
    expect.equal("links", linked, [str(with_customer), str(len(customers)), str(with_customer)])
    (prices,) = rows(f"select sum(price) from silver_{dbt.development}.silver_products")
    cents = sum(int(row["price_cents"] or 0) for row in shop.raw["products"])
    expect.equal("prices", Decimal(prices[0] or ""), Decimal(cents) / 100)
    (dates,) = rows(
        "select count(*), min(fiscal_year), max(fiscal_year), max(holiday_name) "
        f"from gold_{dbt.development}.fiscal_calendar"
    )
    expect.equal("dates", dates, ["366", "2024", "2025", "Christmas"])
    (of_package,) = rows("select count(*), min(date_day), max(date_day) from dev.dim_dates")
    expect.equal("the package's own dates", of_package, ["731", "2024-01-01", "2025-12-31"])


def deliver(dbt: Dbt, expect: Expectations, shop: Shop, number: int) -> str:
    """Land one of the daily deliveries of customers, and tell its day."""
    day = sorted({str(row["delivered_on"]) for row in shop.raw["customer_deliveries"]})[number]
    script = daily_loads.delivery_script(day, first=number == 0)
    expect.succeeded(f"delivery of {day}", dbt.operation("run_script", sql=script))
    return day


def load_daily(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Go on from the first day with the second and the third delivery; the tables hold what the days brought."""
    stored: dict[tuple[int, datetime], daily_loads.Values] = {}
    days = sorted({str(row["delivered_on"]) for row in shop.raw["customer_deliveries"]})
    for number, day in enumerate(days):
        if number:
            deliver(dbt, expect, shop, number)
            built = dbt("build", "--select", "source:raw.customer_feed+", target=dbt.development)
            expect.succeeded(f"{day}: build", built)
        known = daily_loads.states(shop.raw["customer_deliveries"], day)
        daily_loads.satellite(known, stored)
        check_day(dbt, expect, day, known, stored)
    (again,) = dbt.rows(f"select count(*) from history_{dbt.development}.sat_customer", target=dbt.development)
    repeated = dbt("run", "--select", "hub_customer", "sat_customer", "link_order_customer", target=dbt.development)
    expect.succeeded("the last day again", repeated)
    expect.equal(
        "the last day again: no state more",
        dbt.rows(f"select count(*) from history_{dbt.development}.sat_customer", target=dbt.development),
        [again],
    )
    loads = dbt.rows(
        "select row_count from cutover.loads where relation like '%bronze_customer_states' order by recorded_at",
        target=dbt.development,
    )
    counts = [str(len(daily_loads.states(shop.raw["customer_deliveries"], day))) for day in days]
    expect.equal("loads recorded", [row[0] for row in loads], counts)


def check_day(
    dbt: Dbt,
    expect: Expectations,
    day: str,
    known: Sequence[daily_loads.State],
    stored: Mapping[tuple[int, datetime], daily_loads.Values],
) -> None:
    """Hold the tables after a delivery against the states that are known by then."""

    def rows(query: str) -> list[list[str | None]]:
        return dbt.rows(query, target=dbt.development)

    bronze = rows(
        "select customer_id, updated_at, delivered_on "
        f"from bronze_{dbt.development}.bronze_customer_states order by 1, 2"
    )
    wanted = [[str(s.customer_id), str(s.updated_at), s.delivered_on] for s in known]
    expect.equal(f"{day}: states, each with its first delivery", bronze, wanted)
    newest = rows(f"select count(*) from bronze_{dbt.development}.newest_customer_delivery")
    expect.equal(f"{day}: newest", newest, [[str(sum(s.delivered_on == day for s in known))]])
    silver = rows(
        f"select last_known_tier from silver_{dbt.development}.silver_customer_states order by customer_id, updated_at"
    )
    expect.equal(f"{day}: tiers", [row[0] for row in silver], daily_loads.last_known_tiers(known))
    versions = daily_loads.versions(known)
    columns = "customer_id, effective_date, expiry_date, email, country_code, tier"
    history = rows(f"select {columns} from history_{dbt.development}.customer_history order by 1, 2")
    wanted_versions = [
        [str(who), str(start), None if end is None else str(end), *values] for who, start, end, values in versions
    ]
    expect.equal(f"{day}: versions", history, wanted_versions)
    second = datetime(2024, 11, 2)
    valid = [who for who, start, end, _ in versions if start <= second and (end is None or end > second)]
    there = rows(f"select customer_id from history_{dbt.development}.customers_on_the_second_day order by 1")
    expect.equal(f"{day}: as of the second day", [row[0] for row in there], [str(who) for who in valid])
    satellite = rows(
        "select h.customer_id, s.load_date, s.email, s.country_code, s.tier "
        f"from history_{dbt.development}.sat_customer as s "
        f"inner join history_{dbt.development}.hub_customer as h on h.customer_hk = s.customer_hk order by 1, 2"
    )
    wanted_states = [[str(who), str(moment), *values] for (who, moment), values in sorted(stored.items())]
    expect.equal(f"{day}: satellite", satellite, wanted_states)


def profile(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Look at a table before anything is said about it."""
    customers = shop.dim_customers()
    answer = expect.succeeded(
        "profile",
        dbt.operation(
            "cutover.profile",
            relation="ref('dim_customers')",
            columns=["customer_id", "email", "order_count", "first_order_on"],
            output="json",
            target=dbt.development,
        ),
    ).document
    relation = answer["relations"][0]
    expect.equal("profile: rows", relation["rows"], len(customers))
    columns = {column["column"]: column for column in relation["columns"]}
    expect.equal("profile: columns", list(columns), ["customer_id", "email", "order_count", "first_order_on"])
    for name in ("email", "order_count", "first_order_on"):
        values = [row[name] for row in customers.values()]
        known = [value for value in values if value is not None]
        expect.equal(f"profile: nulls of {name}", columns[name]["nulls"], len(values) - len(known))
        expect.equal(f"profile: distinct {name}", columns[name]["distinct"], len(set(known)))
        expect.equal(f"profile: smallest {name}", str(columns[name]["min"]), str(min(known)))
        expect.equal(f"profile: largest {name}", str(columns[name]["max"]), str(max(known)))


def check_quality(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Run a whole list of checks, and the range check in its short form."""
    orders = list(shop.fct_orders().values())
    customers = shop.dim_customers()
    orphans = sum(1 for row in orders if row["customer_id"] is not None and row["customer_id"] not in customers)
    results = dbt.rows(
        f"select check_name, status, failures from gold_{dbt.development}.quality_of_orders order by check_number",
        target=dbt.development,
    )
    guests = sum(row["customer_id"] is None for row in orders)
    unknown = sum(row["channel"] is None for row in orders)
    outside = sum(not 0 <= amount(row) <= 1000 for row in orders)
    wanted_results = [
        ["not_null_customer_id", "warn", str(guests)],
        ["not_null_channel", "pass", str(unknown)],
        ["in_range_net_amount", "fail", str(outside)],
    ]
    expect.equal("checks as a model", results, wanted_results)
    checks = [
        {"check": "not_null", "column": "order_id"},
        {"check": "unique", "column": "order_id"},
        {"check": "not_null", "column": "channel", "severity": "warn", "name": "channel_known"},
        {"check": "in_range", "column": "net_amount", "min": 0, "max": 1000, "name": "net_amount_sane"},
        {"check": "accepted_values", "column": "status", "values": ["completed", "shipped", "cancelled", "returned"]},
        {
            "check": "accepted_values",
            "column": "status",
            "values": ["completed", "shipped"],
            "where": "channel is null",
            "name": "unknown_channel_goes_through",
        },
        {
            "check": "relationship",
            "column": "customer_id",
            "to": "ref('dim_customers')",
            "field": "customer_id",
            "name": "customer_known",
        },
        {
            "check": "unique",
            "columns": ["customer_id", "order_date", "status"],
            "severity": "warn",
            "name": "one_a_day",
        },
        {"check": "row_count", "min": 1, "max": 100_000},
    ]
    failing = dbt.operation(
        "cutover.run_quality_checks",
        table_name="ref('fct_orders')",
        checks=checks,
        output="json",
        name="orders",
        target=dbt.development,
    )
    expect.equal("checks: exit code", failing.exit_code, 1)
    expect.equal("checks: verdict", failing.document["verdict"], "fail")
    relation = failing.document["relations"][0]
    expect.equal("checks: rows", relation["rows"], len(orders))
    results = relation["checks"]
    # A row with a NULL among the columns is no duplicate; every other row that has a twin is one.
    days = [(row["customer_id"], row["order_date"], row["status"]) for row in orders if row["customer_id"] is not None]
    repeated = sum(copies for copies in Counter(days).values() if copies > 1)
    wanted = {
        "channel_known": ("warn", sum(row["channel"] is None for row in orders)),
        "net_amount_sane": ("fail", sum(not 0 <= amount(row) <= 1000 for row in orders)),
        "unknown_channel_goes_through": (
            "fail",
            sum(row["channel"] is None and row["status"] not in ("completed", "shipped") for row in orders),
        ),
        "customer_known": ("fail", orphans),
        "one_a_day": ("warn", repeated),
    }
    expect.equal("checks: how many", len(results), len(checks))
    for name, (status, failures) in wanted.items():
        result = next(result for result in results if result["name"] == name)
        expect.equal(f"checks: {name}", (result["status"], result["failures"]), (status, failures))
    recorded = dbt.rows(
        "select count(*), sum(failures) from cutover.check_results where name = 'orders'", target=dbt.development
    )
    expect.equal("checks: recorded", recorded, [[str(len(checks)), str(sum(result["failures"] for result in results))]])
    expect.equal(
        "checks: the rest pass", Counter(result["status"] for result in results)["pass"], len(checks) - len(wanted)
    )


def quarantine(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Hold what was quarantined against the payments, and run the checks that a model declares."""

    def rows(query: str) -> list[list[str | None]]:
        return dbt.rows(query.replace("silver.", f"silver_{dbt.development}."), target=dbt.development)

    known = set(shop.fct_orders())
    reasons = {}
    for row in shop.payments():
        dollars = Decimal(row["amount_cents"] or 0) / 100
        failed = ["order_known"] if int(row["order_id"] or 0) not in known else []
        failed += ["amount_sane"] if not -800 <= dollars <= 800 else []
        reasons[int(row["payment_id"] or 0)] = ", ".join(failed)
    bad = [[str(payment), names] for payment, names in sorted(reasons.items()) if names]
    query = "select payment_id, cutover_failed_checks from silver.quarantined_payments order by 1"
    expect.equal("quarantine: rows and checks", rows(query), bad)
    (valid,) = rows("select count(*), max(amount) from silver.valid_payments")
    expect.equal("quarantine: the others are valid", int(valid[0] or 0), len(reasons) - len(bad))
    warned = [str(sum((row["method"] or "").strip().lower() not in ("card", "paypal") for row in shop.payments()))]
    query = "select count(*) from silver.labelled_payments where cutover_warned_checks is not null"
    expect.equal("quarantine: warnings", rows(query), [warned])

    declared = dbt.operation(
        "cutover.run_quality_checks", select="daily_revenue", output="json", target=dbt.development
    )
    expect.equal("declared checks: exit code", declared.exit_code, 0)
    results = declared.document["relations"][0]["checks"]
    crowded = sum(row["payments"] > 3 for row in shop.daily_revenue().values())
    statuses = [(result["status"], result["failures"]) for result in results]
    expect.equal("declared checks", statuses, [("pass", 0), ("pass", 0), ("warn" if crowded else "pass", crowded)])


def contract(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Hold the catalogue to the YAML of its source, print such YAML, and compare two profiles of it."""
    products = "source('raw', 'products')"
    kept = dbt.operation("cutover.check_contract", relation=products, output="json", target=dbt.development)
    expect.succeeded("contract", kept)
    printed = dbt.operation("cutover.generate_contract", relation=products, target=dbt.development)
    expect.equal("contract: printed", "product_name" in expect.succeeded("contract: print", printed).printed, True)
    for run in ("before", "after"):
        asked = {"relation": products, "record": True, "name": run, "output": "json", "target": dbt.development}
        expect.succeeded(f"profile {run}", dbt.operation("cutover.profile", **asked))
    told = dbt.operation(
        "cutover.profile_diff", relation=products, before="before", after="after", output="json", target=dbt.development
    )
    expect.succeeded("profiles compared", told)
    scores = dbt.rows(
        "select count(*), count(case when anomaly_status = 'learning' then 1 end) "
        f"from gold_{dbt.development}.revenue_scores",
        target=dbt.development,
    )
    days = {day for day, _ in shop.daily_revenue() if day <= date(2024, 12, 31)}
    expect.equal("scores: a row per day, eight to learn from", scores, [[str((max(days) - min(days)).days + 1), "8"]])


def check_range(dbt: Dbt, expect: Expectations, _: Shop) -> None:
    """Run one range check in its short form, with the table that people read instead of the document."""
    passing = expect.succeeded(
        "range check",
        dbt.operation(
            "cutover.run_quality_checks",
            table_name="ref('fct_orders')",
            column_name="net_amount",
            expected_min=0,
            expected_max=100_000,
            target=dbt.development,
        ),
    )
    expect.equal("range check: prints no document", passing.printed, "")

    refused = dbt.operation(
        "cutover.run_quality_checks",
        table_name="ref('fct_orders')",
        colum_name="x",
        output="json",
        target=dbt.development,
    )
    expect.equal("refused: exit code", refused.exit_code, 1)
    wanted = "cutover.run_quality_checks: unknown argument 'colum_name'. Did you mean 'column_name'?"
    expect.equal("refused: error", refused.document["error"].startswith(wanted), True)


def reconcile(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Hold each table of the old warehouse against its successor."""
    verdicts: list[list[str]] = []

    def run(what: str, verdict: str, **arguments: object) -> dict[str, Any]:
        outcome = dbt.operation("cutover.reconcile", output="json", name=what, target=dbt.development, **arguments)
        document = outcome.document
        verdicts.append([what, verdict])
        expect.equal(f"{what}: verdict", document["verdict"], verdict)
        expect.equal(f"{what}: exit code", outcome.exit_code, 0 if verdict in ("match", "accepted") else 1)
        return document

    catalogue = run(
        "catalogue",
        "match",
        legacy="source('legacy', 'product_catalogue')",
        migrated="ref('dim_products')",
        keys=["prod_no"],
        column_map={"prod_no": "product_id", "article": "sku", "title": "product_name"},
        expressions={"article": {"legacy": "trim(article)"}, "price": {"legacy": "price * 0.01"}},
    )
    products = len(shop.raw["products"])
    expect.equal("catalogue: counts", counts(catalogue), {"legacy": products, "migrated": products})
    expect.equal(
        "catalogue: rows",
        rows(catalogue),
        {"match": products, "mismatch": 0, "only_in_legacy": 0, "only_in_migrated": 0},
    )

    wanted = compare(shop.orders_report(), shop.fct_orders(), ORDERS_COLUMNS)
    orders = run("orders", "mismatch", **ORDERS_PAIR, redact=["cust_no"])
    expect.equal(
        "orders: counts", counts(orders), {"legacy": len(shop.orders_report()), "migrated": len(shop.fct_orders())}
    )
    expect.equal("orders: rows", rows(orders), wanted.rows)
    expect.equal("orders: columns", columns(orders), by_legacy_name(wanted.columns))

    cents = compare(shop.orders_report(), shop.fct_orders(), ORDERS_COLUMNS, within=Decimal("0.01"))
    tolerant = run("orders within a cent", "mismatch", **ORDERS_PAIR, tolerances={"net_amount": {"absolute": 0.01}})
    expect.equal("orders within a cent: rows", rows(tolerant), cents.rows)
    expect.equal("orders within a cent: columns", columns(tolerant), by_legacy_name(cents.columns))

    half_a_cent = run(
        "one order", "mismatch", **ORDERS_PAIR, legacy_where="order_no = 401", migrated_where="order_id = 401"
    )
    cents_of_401 = {"net_amount": {"legacy": "17.53", "migrated": "17.54"}}
    samples = [(sample["key"], sample["columns"]) for sample in half_a_cent["samples"]]
    expect.equal("one order: sample", samples, [({"order_no": "401"}, cents_of_401)])

    accepted = run("orders accepted", "accepted", **ORDERS_PAIR, accepted_differences=ORDERS_ACCEPTED)
    expect.equal("orders accepted: rows are told all the same", rows(accepted), wanted.rows)
    partly = run("orders accepted but one", "mismatch", **ORDERS_PAIR, accepted_differences=ORDERS_ACCEPTED[:-1])
    expect.equal("orders accepted but one: columns", columns(partly)["net_amount"], wanted.columns["net_amount"])

    revenue = run(
        "revenue",
        "mismatch",
        legacy="source('legacy', 'daily_revenue')",
        migrated="ref('daily_revenue')",
        keys=["revenue_date", "channel"],
        expressions={"revenue": {"legacy": "cast(revenue as decimal(18, 4))"}},
    )
    by_day = compare(shop.legacy_daily_revenue(), shop.daily_revenue(), ("payments", "revenue"))
    expect.equal("revenue: rows", rows(revenue), by_day.rows)
    expect.equal("revenue: columns", columns(revenue), by_day.columns)

    summary = run(
        "customers",
        "mismatch",
        legacy="source('legacy', 'customer_summary')",
        migrated="ref('dim_customers')",
        keys=["customer_id"],
        exclude=["country_code", "note"],
    )
    by_customer = compare(
        shop.customer_summary(), shop.dim_customers(), ("full_name", "email", "order_count", "first_order_on")
    )
    expect.equal("customers: rows", rows(summary), by_customer.rows)
    expect.equal("customers: columns", columns(summary), by_customer.columns)

    log = run(
        "payments",
        "mismatch",
        legacy="source('legacy', 'payment_log')",
        migrated="ref('fct_payments')",
        keys=["payment_id"],
        exclude=["loaded_by"],
        require_unique_keys=True,
    )
    payments = len(shop.payments())
    twice = len(shop.raw["payments"]) - payments
    expect.equal(
        "payments: rows", rows(log), {"match": payments, "mismatch": 0, "only_in_legacy": twice, "only_in_migrated": 0}
    )
    expect.equal("payments: duplicated keys", log["levels"]["keys"]["duplicated_in_legacy"], twice)

    status = dbt.rows(
        "select name, verdict from dev.cutover_reconciliation_status order by recorded_at", target=dbt.development
    )
    expect.equal("the package's own model tells the last verdict of each pair", status, verdicts)


def release(dbt: Dbt, expect: Expectations, shop: Shop) -> None:
    """Publish a first build, publish a second over it, go back and forward again; readers are always on one build."""
    if dbt.production not in PUBLISHING:
        refusal = dbt.operation("cutover.blue_green_prepare", output="json")
        expect.equal("prepare, where nothing is published: exit code", refusal.exit_code, 1)
        arrives = "cutover.blue_green_prepare: blue/green publishing on this engine arrives in 0.2."
        expect.equal("prepare, where nothing is published: error", refusal.document["error"], arrives)
        return

    first_payments = len(shop.payments())
    second_payments = first_payments + len(shop.raw["payments_second_delivery"])
    gold = sorted(f"gold.{path.stem}" for path in (PROJECT / "models" / "gold").glob("*.sql"))

    def publisher(what: str, operation: str, want: Mapping[str, object], **arguments: Any) -> dict[str, Any]:
        outcome = dbt.operation(operation, output="json", **arguments)
        document = expect.succeeded(what, outcome).document
        expect.equal(what, {name: document[name] for name in want}, dict(want))
        return document

    def refused(what: str, operation: str, **arguments: Any) -> None:
        outcome = dbt.operation(operation, output="json", **arguments)
        expect.equal(f"{what}: exit code", outcome.exit_code, 1)
        expect.equal(f"{what}: verdict", outcome.document["verdict"], "error")

    def build(what: str, prepared: Mapping[str, Any]) -> str:
        variables = {"cutover_colour": prepared["colour"], "cutover_build": prepared["build_id"]}
        built = expect.succeeded(what, dbt("build", "--exclude", "resource_type:seed", variables=variables))
        expect.equal(f"{what}: models", built.statuses["success"], MODELS + HOOKS)
        expect.equal(f"{what}: tests", (built.statuses["pass"], built.statuses["warn"]), (TESTS - 1, 1))
        return str(prepared["build_id"])

    def payments(schema: str) -> int:
        return int(dbt.rows(f"select count(*) from {schema}.fct_payments")[0][0] or 0)

    publisher("status before", "cutover.blue_green_status", {"state": "idle", "live": None, "objects": []})
    refused("publish before prepare", "cutover.blue_green_publish", build_id="build_of_nobody")
    dry = expect.succeeded("prepare, dry run", dbt.operation("cutover.blue_green_prepare", dry_run=True, output="json"))
    expect.equal("prepare, dry run: shows statements", len(dry.document["statements"]) > 0, True)
    publisher("status after the dry run", "cutover.blue_green_status", {"state": "idle", "live": None, "lease": None})

    prepared = publisher(
        "prepare",
        "cutover.blue_green_prepare",
        {"state": "building", "colour": "blue", "live": None},
        holder="release 1",
    )
    refused("prepare again", "cutover.blue_green_prepare", holder="somebody else")
    first = build("build blue", prepared)
    publisher("status while building", "cutover.blue_green_status", {"state": "building", "live": None, "objects": []})
    published = publisher(
        "publish blue",
        "cutover.blue_green_publish",
        {"state": "live", "live": "blue", "live_build_id": first},
        build_id=first,
    )
    expect.equal("publish blue: objects", sorted(one["object"] for one in published["objects"]), gold)
    expect.equal("publish blue: gates", {gate["status"] for gate in published["gates"]}, {"pass"})
    refused("publish again", "cutover.blue_green_publish", build_id=first)
    expect.equal("payments of the first build", payments("gold"), first_payments)

    script = (PROJECT / "legacy" / "second_delivery.sql").read_text()
    expect.succeeded("second delivery", dbt.operation("run_script", sql=script))
    prepared = publisher(
        "prepare the second", "cutover.blue_green_prepare", {"state": "building", "colour": "green", "live": "blue"}
    )
    expect.equal("the incremental model is carried", payments("gold__green"), first_payments)
    second = build("build green", prepared)
    expect.equal("readers are still on blue", payments("gold"), first_payments)
    expect.equal("green has the second delivery", payments("gold__green"), second_payments)
    publisher(
        "publish green",
        "cutover.blue_green_publish",
        {"state": "live", "live": "green", "live_build_id": second, "idle_build_id": first},
        build_id=second,
    )
    runs = dbt.rows("select count(*) from gold.fct_payments group by loaded_by order by 1 desc")
    wanted = [[str(first_payments)], [str(second_payments - first_payments)]]
    expect.equal("each run loaded its own payments", runs, wanted)

    live = dbt.operation("cutover.reconcile", output="json", **ORDERS_PAIR, accepted_differences=ORDERS_ACCEPTED)
    expect.equal("the live orders are accepted", (live.exit_code, live.document["verdict"]), (0, "accepted"))
    expect.equal("what was compared is live", ".gold.fct_orders" in live.document["migrated"], True)

    publisher(
        "roll back",
        "cutover.blue_green_rollback",
        {"state": "live", "live": "blue", "live_build_id": first, "idle_build_id": second},
    )
    expect.equal("payments after the rollback", payments("gold"), first_payments)
    publisher(
        "forward again", "cutover.blue_green_rollback", {"state": "live", "live": "green", "live_build_id": second}
    )
    expect.equal("payments forward again", payments("gold"), second_payments)
    publisher(
        "status at the end",
        "cutover.blue_green_status",
        {"state": "live", "live": "green", "idle": "blue", "lease": None},
    )
    expect.equal("development is untouched", payments(f"gold_{dbt.development}"), first_payments)


def by_legacy_name(mismatches: Mapping[str, int]) -> dict[str, int]:
    """Name the orders' columns as the answer does: a compared column carries its name in legacy."""
    names = {migrated: legacy for legacy, migrated in ORDERS_PAIR["column_map"].items()}
    return {names.get(column, column): count for column, count in mismatches.items()}


def counts(document: Mapping[str, Any]) -> dict[str, int]:
    """Give the rows of both sides."""
    return {side: document["levels"]["counts"][side] for side in ("legacy", "migrated")}


def rows(document: Mapping[str, Any]) -> dict[str, int]:
    """Give the rows by status."""
    return {key: value for key, value in document["levels"]["rows"].items() if key != "verdict"}


def columns(document: Mapping[str, Any]) -> dict[str, int]:
    """Give the mismatches by column."""
    return {column["column"]: column["mismatches"] for column in document["levels"]["columns"]["columns"]}


def amount(row: Mapping[str, object]) -> Decimal:
    """Give an order's net amount."""
    value = row["net_amount"]
    if not isinstance(value, Decimal):
        raise TypeError(f"net_amount of {row} is no amount")
    return value


STEPS: dict[str, Callable[[Dbt, Expectations, Shop], None]] = {
    "install": install,
    "land": land,
    "legacy": build_legacy,
    "develop": develop,
    "daily loads": load_daily,
    "profile": profile,
    "checks": check_quality,
    "quarantine": quarantine,
    "contract": contract,
    "range check": check_range,
    "reconcile": reconcile,
    "release": release,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run everything and sum up."""
    parser = argparse.ArgumentParser(description="Drive the integration project as its users would.")
    parser.add_argument("--target", choices=sorted(DEVELOPMENT), default="prod", help="the production target")
    parser.add_argument("--until", choices=STEPS, default=list(STEPS)[-1], help="the last step to take")
    parser.add_argument("--summary", type=Path, help="write what happened to this file, as JSON")
    options = parser.parse_args(argv)

    os.chdir(PROJECT)
    os.environ.setdefault("DBT_TARGET_PATH", str(PROJECT / "target"))
    os.environ.setdefault("DBT_LOG_PATH", os.environ["DBT_TARGET_PATH"])
    os.environ["DO_NOT_TRACK"] = "1"
    target_path = Path(os.environ["DBT_TARGET_PATH"])
    target_path.mkdir(parents=True, exist_ok=True)
    (target_path / "integration.duckdb").unlink(missing_ok=True)

    started = time.monotonic()
    dbt, expect, shop = Dbt(options.target), Expectations(), Shop(PROJECT / "seeds")
    for name in list(STEPS)[: list(STEPS).index(options.until) + 1]:
        begun, held, failed = time.monotonic(), expect.held, len(expect.failed)
        try:
            STEPS[name](dbt, expect, shop)
        except (AssertionError, LookupError, TypeError, ValueError) as unusable:
            # An answer that can't be read at all ends its step; the next ones still tell what they see.
            expect.failed.append(f"{name}: {type(unusable).__name__}: {unusable}")
            print(f"  FAILED {expect.failed[-1]}", flush=True)
        took = time.monotonic() - begun
        print(
            f"{name:<12} {expect.held - held:3} held, {len(expect.failed) - failed} failed, {took:5.1f} s", flush=True
        )

    seconds = time.monotonic() - started
    print(
        f"{expect.held} expectations held, {len(expect.failed)} failed; {dbt.commands} dbt commands in {seconds:.1f} s"
    )
    if options.summary:
        options.summary.write_text(
            json.dumps(
                {
                    "held": expect.held,
                    "failed": expect.failed,
                    "commands": dbt.commands,
                    "statuses": dbt.statuses,
                    "seconds": round(seconds, 1),
                }
            )
        )
    return 1 if expect.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
