"""Twenty checks as one `passes_checks` beside the same as twenty dbt tests: ``python benchmarks/quality/checks.py``.

A table is made, a little of it wrong where no check looks, and two projects test it: every check holds on both sides,
or there are no figures. Each run of dbt is a process of its own; ours and the peer take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from project import DbtError, Project, Ran

__all__ = ["LISTS", "Line", "main"]

_NUMBERS = {"duckdb": "range({rows}) as r(i)", "postgres": "generate_series(0, {rows} - 1) as r(i)"}
_TABLE = """\
create table orders as select
    cast(i as bigint) as order_id,
    cast(i % 50000 as integer) as customer_id,
    case i % 4 when 0 then 'open' when 1 then 'paid' when 2 then 'sent' else 'lost' end as status,
    case i % 3 when 0 then 'EUR' when 1 then 'USD' else 'GBP' end as currency,
    case i % 5 when 0 then 'DE' when 1 then 'FR' when 2 then 'IT' when 3 then 'ES' else 'PL' end as country,
    cast(cast(i as bigint) * 7919 % 100000 as decimal(12, 2)) / 100 as amount,
    cast(cast(i as bigint) * 104729 % 100 as double precision) as discount,
    cast(i % 7 + 1 as integer) as quantity,
    date '2020-01-01' + cast(cast(i as bigint) * 31 % 1500 as integer) as order_day,
    'mail' || (i % 100000) || '@example.com' as email
from {numbers}
"""
_COLUMNS = (
    "order_id", "customer_id", "status", "currency", "country", "amount", "discount", "quantity", "order_day", "email",
)  # fmt: skip
_SETS: dict[str, list[Any]] = {
    "status": ["open", "paid", "sent", "lost"],
    "currency": ["EUR", "USD", "GBP"],
    "country": ["DE", "FR", "IT", "ES", "PL"],
    "quantity": [1, 2, 3, 4, 5, 6, 7],
}
_RANGES: dict[str, tuple[float, float]] = {
    "order_id": (0, 10**10), "customer_id": (0, 50000), "amount": (0, 1000), "discount": (0, 100), "quantity": (1, 7),
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A check in our words, and the same as a test: its name, its arguments, its column if it has one."""

    check: Mapping[str, Any]
    test: str
    arguments: Mapping[str, Any]
    column: str | None


def _not_null(column: str, test: str = "not_null") -> Pair:
    return Pair({"check": "not_null", "column": column}, test, {}, column)


def _values(column: str, test: str = "accepted_values", key: str = "values") -> Pair:
    values = _SETS[column]
    arguments: dict[str, Any] = {key: values}
    if not isinstance(values[0], str):
        arguments |= {"quote": False} if test == "accepted_values" else {"quote_values": False}
    return Pair({"check": "accepted_values", "column": column, "values": values}, test, arguments, column)


def _range(column: str) -> Pair:
    low, high = _RANGES[column]
    check = {"check": "in_range", "column": column, "min": low, "max": high}
    bounds = {"min_value": low, "max_value": high}
    return Pair(check, "dbt_expectations.expect_column_values_to_be_between", bounds, column)


_ROWS = [_not_null(column) for column in _COLUMNS] + [_values(column) for column in _SETS]
_UNIQUE = Pair({"check": "unique", "column": "order_id"}, "unique", {}, "order_id")
_FOREIGN = Pair(
    {"check": "relationship", "column": "customer_id", "to": "ref('customers')", "field": "customer_id"},
    "relationships",
    {"to": "ref('customers')", "field": "customer_id"},
    "customer_id",
)
_EXPECTED = "dbt_expectations.expect_"

# dbt's own tests know four kinds; filters make twenty of them that are all different.
_FILTERED = [
    Pair(
        {**pair.check, "where": "quantity < 4", "name": f"few_{pair.column}"},
        pair.test,
        {**pair.arguments, "where": "quantity < 4"},
        pair.column,
    )
    for pair in _ROWS
]
LISTS: dict[str, list[Pair]] = {
    "dbt's own, rows": _ROWS + _FILTERED[:6],
    "dbt's own, all kinds": _ROWS + _FILTERED[:4] + [_UNIQUE, _FOREIGN],
    "dbt_expectations": [
        *(_not_null(column, f"{_EXPECTED}column_values_to_not_be_null") for column in _COLUMNS[:9]),
        *(_values(column, f"{_EXPECTED}column_values_to_be_in_set", "value_set") for column in _SETS),
        *(_range(column) for column in _RANGES),
        Pair(
            {"check": "length_between", "column": "email", "min": 5, "max": 40},
            f"{_EXPECTED}column_value_lengths_to_be_between",
            {"min_value": 5, "max_value": 40},
            "email",
        ),
        Pair({"check": "row_count", "min": 1}, f"{_EXPECTED}table_row_count_to_be_between", {"min_value": 1}, None),
    ],
}


@dataclass(frozen=True)
class Line:
    """Ours beside the peer's: medians of seconds, statements, and megabytes."""

    engine: str
    rows: int
    threads: int
    checks: str
    nodes: tuple[float, float]
    compiling: tuple[float, float]
    process: tuple[float, float]
    statements: tuple[int, int]
    memory: tuple[float, float]

    def __str__(self) -> str:
        """Show the line as text."""
        title = f"{self.engine}, {self.rows:,} rows, {self.threads} thread(s), {self.checks}"
        nodes, process, compiling = (
            f"{pair[0]:.2f} s / {pair[1]:.2f} s" for pair in (self.nodes, self.process, self.compiling)
        )
        return (
            f"{title}\n"
            f"    nodes       {self.nodes[1] / self.nodes[0]:6.2f} x   {nodes}\n"
            f"    compiling              {compiling}\n"
            f"    process     {self.process[1] / self.process[0]:6.2f} x   {process}\n"
            f"    statements  {self.statements[0]} / {self.statements[1]}\n"
            f"    memory      {self.memory[0]:,.0f} MB / {self.memory[1]:,.0f} MB"
        )


def tests_of(pairs: Sequence[Pair], ours: bool) -> dict[str, Any]:
    """Return the properties of the model: one test of ours, or a test for each pair."""
    columns: dict[str, list[Any]] = {}
    whole: list[Any] = []
    if ours:
        whole.append({"cutover.passes_checks": {"arguments": {"checks": [dict(pair.check) for pair in pairs]}}})
    for number, pair in enumerate([] if ours else pairs):
        arguments = dict(pair.arguments)
        where = arguments.pop("where", None)
        test: dict[str, Any] = {"name": f"test_{number}", "arguments": arguments}
        if where is not None:
            test["config"] = {"where": where}
        (whole if pair.column is None else columns.setdefault(pair.column, [])).append({pair.test: test})
    described = [{"name": name, "data_tests": tests} for name, tests in columns.items()]
    return {"models": [{"name": "orders", "data_tests": whole, "columns": described}]}


def projects(
    folder: Path, output: Mapping[str, Any], pairs: Sequence[Pair], packages: Path | None
) -> dict[str, Project]:
    """Make two projects over the same tables: ours, and the peer's."""
    made = {}
    for name in ("ours", "peer"):
        made[name] = Project(folder / name, output, packages)
        # Models that are never run: their relations are there.
        models = {f"models/{model}.sql": "select 1 as nothing" for model in ("orders", "customers")}
        made[name].write({**models, "models/models.yml": json.dumps(tests_of(pairs, name == "ours"))})
    return made


def measure(
    made: Mapping[str, Project], pairs: Sequence[Pair], rounds: int, threads: int
) -> dict[str, dict[str, float]]:
    """Run both in turns, after one round that isn't counted: it leaves the parsed projects behind.

    Raises
    ------
    DbtError
        A test didn't pass, or another number of tests ran than was due.
    """
    ran: dict[str, list[Ran]] = {name: [] for name in made}
    for turn in range(rounds + 1):
        for name, project in made.items():
            one = project.dbt("test", "--threads", str(threads))
            if one.statuses != {"pass": 1 if name == "ours" else len(pairs)}:
                raise DbtError(f"{name}: {one.statuses}")
            if turn:
                ran[name].append(one)
    return {
        name: {
            "nodes": median(one.nodes for one in runs),
            "compiling": median(one.compiling for one in runs),
            "process": median(one.seconds for one in runs),
            "statements": runs[0].statements,
            "memory": max(one.memory for one in runs),
        }
        for name, runs in ran.items()
    }


@contextmanager
def database(engine: str, scratch: Path, rows: int) -> Iterator[dict[str, Any]]:
    """Make the tables; give the target of a profile."""
    numbers, customers = (_NUMBERS[engine].format(rows=count) for count in (rows, 50_000))
    statements = [
        _TABLE.format(numbers=numbers),
        f"create table customers as select cast(i as integer) as customer_id from {customers}",
    ]
    if engine == "duckdb":
        import duckdb  # noqa: PLC0415 - held open only while dbt isn't at work

        path = scratch / "bench.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        yield {"type": "duckdb", "path": str(path), "schema": "main"}
        return
    import psycopg2  # type: ignore[import-untyped]  # noqa: PLC0415 - asked for by this engine alone

    from dbt_cutover.testing.postgres import Server  # noqa: PLC0415

    # A folder of its own: the server's user has to reach it.
    with TemporaryDirectory(prefix="bench-postgres-") as folder:
        server = Server(Path(folder))
        server.start()
        try:
            place = {"host": server.host, "port": server.port, "user": server.user}
            connection = psycopg2.connect(dbname="postgres", **place)
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                # A first read marks rows as visible; who comes first shouldn't pay for it.
                cursor.execute("vacuum analyze")
            connection.close()
            yield {"type": "postgres", "dbname": "postgres", "schema": "public", "password": "", **place}
        finally:
            server.stop()


def main(arguments: list[str] | None = None) -> int:
    """Take the figures that were asked for; print them, and write them as JSON when asked."""
    parser = argparse.ArgumentParser(prog="checks.py", description=__doc__)
    parser.add_argument("engines", nargs="+", choices=list(_NUMBERS), help="the engines")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000], help="sizes of the table")
    parser.add_argument("--threads", type=int, default=1, help="dbt's threads")
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each side")
    parser.add_argument("--packages", type=Path, help="a folder with copies of dbt_expectations and what it needs")
    parser.add_argument("--json", type=Path, help="where the figures go too")
    options = parser.parse_args(arguments)
    if options.packages is not None and not (options.packages / "dbt_expectations" / "dbt_project.yml").exists():
        parser.error(f"{options.packages} has no copy of dbt_expectations")
    lists = {name: pairs for name, pairs in LISTS.items() if options.packages or name != "dbt_expectations"}
    before = os.getloadavg()[0]
    lines = []
    for engine in options.engines:
        for rows in options.rows:
            with TemporaryDirectory(prefix="bench-checks-") as scratch, database(engine, Path(scratch), rows) as output:
                for number, (name, pairs) in enumerate(lists.items()):
                    packages = options.packages if name == "dbt_expectations" else None
                    try:
                        made = projects(Path(scratch) / str(number), output, pairs, packages)
                        sides = measure(made, pairs, options.rounds, options.threads)
                    except DbtError as error:
                        print(f"{engine}, {name}: {error}", file=sys.stderr)
                        return 1
                    both = {key: (sides["ours"][key], sides["peer"][key]) for key in sides["ours"]}
                    lines.append(Line(engine, rows, options.threads, name, **both))  # type: ignore[arg-type]
                    print(lines[-1], flush=True)
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        load = {"before": round(before, 1), "after": round(os.getloadavg()[0], 1)}
        content = {"cores": os.cpu_count(), "load": load, "lines": [asdict(line) for line in lines]}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
