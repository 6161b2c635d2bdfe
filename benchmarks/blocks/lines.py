"""The lines of the table: what each measures and against whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rendering import Rendered, render
from timing import TimingError, in_turns, prepare

__all__ = ["LINES", "Bench", "Line"]


@dataclass(frozen=True)
class Line:
    """One figure: the peer's seconds over ours, or a plain number.

    Attributes
    ----------
    what : str
        What was measured.
    value : float
        Ours as a multiple of the peer's, or the number itself.
    unit : str
        ``x``, ``statements``, ``ms`` or ``rows``.
    ours, peer : float or None
        Seconds.
    memory : tuple of float or None
        Peak memory in MB: ours, the peer's.
    """

    what: str
    value: float
    unit: str
    ours: float | None = None
    peer: float | None = None
    memory: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bench:
    """Where figures are taken and how large they are.

    Parameters
    ----------
    folder : Path
        Empty; a database and a project go here.
    rows : int
        Rows of the tables.
    years : int
        Years of the daily spine; the hourly one has a twentieth of them.
    rounds : int
        Timed runs of each statement.
    packages : Path or None
        A folder with a copy of dbt_utils.
    """

    folder: Path
    rows: int
    years: int
    rounds: int
    packages: Path | None

    @property
    def database(self) -> Path:
        """The DuckDB file that models and statements see."""
        return self.folder / "bench.duckdb"

    def render(self, models: Mapping[str, str]) -> dict[str, Rendered]:
        """Compile models."""
        return render(self.folder, models, self.packages)

    def compare(
        self, what: str, statements: Mapping[str, str], check: str, differ: tuple[str, ...] = ()
    ) -> Iterator[Line]:
        """Time ``ours`` beside its peers; those that aren't named in `differ` have to leave the same rows."""
        timed = in_turns(self.database, statements, self.rounds, check)
        ours = timed["ours"]
        for name, peer in timed.items():
            if name != "ours" and name not in differ and peer.left != ours.left:
                raise TimingError(f"{what}: {name} left {peer.left}, ours {ours.left}")
        yield Line(f"{what}: rows", ours.left[0], "rows")
        for name, peer in timed.items():
            if name != "ours":
                memory = (ours.memory, peer.memory)
                yield Line(
                    f"{what}: ours over {name}", ours.seconds / peer.seconds, "x", ours.seconds, peer.seconds, memory
                )


def spine(bench: Bench) -> Iterator[Line]:
    """Measure a daily and an hourly spine beside a recursive CTE, a cross join of digits, and dbt_utils."""
    prepare(bench.database, "select 1")
    for part, years in (("day", bench.years), ("hour", max(1, bench.years // 20))):
        begin, end = "2000-01-01", f"{2000 + years}-01-01"
        first, last = f"timestamp '{begin}'", f"timestamp '{end}'"
        models = {
            "ours": "select * from {{ cutover.generate_date_spine("
            f"'{begin}', '{end}', '{part}', end_inclusive=false) }}}} as d"
        }
        if bench.packages is not None:
            call = f'dbt_utils.date_spine("{part}", "cast(\'{begin}\' as timestamp)", "cast(\'{end}\' as timestamp)")'
            models["dbt_utils"] = f"{{{{ {call} }}}}"
        rendered = bench.render(models)
        digits = " cross join ".join(f"digits as d{number}" for number in range(6))
        value = " + ".join(f"d{number}.digit * {10**number}" for number in range(6))
        queries = {
            **{name: one.sql for name, one in rendered.items()},
            "a recursive CTE": f"""
                with recursive steps as (
                    select {first} as date_{part}
                    union all
                    select date_{part} + interval 1 {part} from steps where date_{part} + interval 1 {part} < {last}
                )
                select * from steps""",
            "a cross join of digits": f"""
                with digits as (select unnest(range(10)) as digit), numbers as (select {value} as number from {digits})
                select {first} + to_{part}s(cast(number as integer)) as date_{part}
                from numbers where {first} + to_{part}s(cast(number as integer)) < {last}""",
        }
        statements = {name: f"create temp table made as {query}" for name, query in queries.items()}
        # In days since 1970: a sum over dates and one over moments say the same.
        check = f"select count(*), sum(epoch(cast(date_{part} as timestamp))) from made"
        what = f"{years} years by {part}"
        yield from bench.compare(what, statements, check)
        for name, one in rendered.items():
            yield Line(f"{what}: statements of {name} while compiling", one.statements, "statements")
            yield Line(f"{what}: {name} compiled", 1000 * one.seconds, "ms")


def pivot(bench: Bench) -> Iterator[Line]:
    """Measure a pivot to 20 columns beside the same written by hand."""
    names = [f"category_{number}" for number in range(20)]
    prepare(
        bench.database,
        "create or replace table sales as select i % 1000 as shop, 'category_' || (hash(i) % 21) as category,"
        f" cast(hash(i + 1) % 10000 as decimal(12, 2)) / 100 as amount from range({bench.rows}) as r(i)",
    )
    items = f"{{{{ cutover.generate_pivot('category', {names}, then_value='amount') }}}}"
    ours = f"select shop, {items} from sales group by shop"
    hand = ", ".join(f"sum(case when category = '{name}' then amount else 0 end) as {name}" for name in names)
    rendered = bench.render({"ours": ours})["ours"]
    queries = {"ours": rendered.sql, "SQL written by hand": f"select shop, {hand} from sales group by shop"}
    statements = {name: f"create temp table made as {query}" for name, query in queries.items()}
    total = " + ".join(names)
    yield from bench.compare(
        f"pivot of {bench.rows:,} rows to 20", statements, f"select count(*), sum({total}) from made"
    )
    yield Line("pivot: statements while compiling", rendered.statements, "statements")


def scd2(bench: Bench) -> Iterator[Line]:
    """Measure versions from states beside `lag` and `lead` by hand, and `lead` alone, which keeps unchanged states."""
    keys = max(1, bench.rows // 10)
    state = f"hash(i % {keys}, (i // {keys}) // 2)"
    prepare(
        bench.database,
        "create or replace table states as select"
        f" i % {keys} as customer_id, timestamp '2024-01-01' + to_hours(cast(i // {keys} as integer)) as updated_at,"
        # Half of the states are those before them once more.
        f" 'name ' || ({state} % 100000) as name,"
        f" case when {state} % 7 > 0 then 'city ' || ({state} % 1000) end as city"
        f" from range({bench.rows}) as r(i)",
    )
    ours = (
        "select * from {{ cutover.scd2('main.states', ['customer_id'], 'updated_at', ['name', 'city']) }} as versions"
    )
    rendered = bench.render({"ours": ours})["ours"]
    by_key = "over (partition by customer_id order by updated_at)"
    queries = {
        "ours": rendered.sql,
        "lag and lead by hand": f"""
            with compared as (
                select
                    *,
                    row_number() {by_key} = 1
                        or name is distinct from lag(name) {by_key}
                        or city is distinct from lag(city) {by_key} as is_change
                from states
            )
            select
                customer_id, name, city,
                updated_at as effective_date,
                lead(updated_at) {by_key} as expiry_date,
                lead(updated_at) {by_key} is null as is_current
            from compared where is_change""",
        "lead alone (every state a version)": f"""
            select
                customer_id, name, city,
                updated_at as effective_date,
                lead(updated_at) {by_key} as expiry_date,
                lead(updated_at) {by_key} is null as is_current
            from states""",
    }
    statements = {name: f"create temp table made as {query}" for name, query in queries.items()}
    columns = "customer_id, name, city, effective_date, expiry_date, is_current"
    check = f"select count(*), sum(hash({columns})::hugeint) from made"
    what = f"scd2 of {bench.rows:,} states"
    yield from bench.compare(what, statements, check, differ=("lead alone (every state a version)",))
    yield Line(f"{what}: statements while compiling", rendered.statements, "statements")


def satellite(bench: Bench) -> Iterator[Line]:
    """Measure a load of a tenth of new rows onto a satellite beside the same by hand, which trusts in one row a key."""
    new = max(4, bench.rows // 10)
    staged = (
        "create or replace table staged as select"
        " cast(i as integer) as customer_id, 'name ' || (i % 100000) as name,"
        " 'mail' || (i + {shift}) || '@example.com' as email,"
        " timestamp '{day}' as load_date, 'shop' as record_source from range({begin}, {end}) as r(i)"
    )
    model = """
        {{ config(materialized='incremental', incremental_strategy='append') }}
        select *
        from {{ cutover.satellite('main.staged', 'customer_hk', ['customer_id'], ['name', 'email']) }} as loaded"""
    by_hand = """
        with hashed as (
            select {{ cutover.generate_surrogate_key(['customer_id']) }} as customer_hk,
                {{ cutover.hash_diff(['name', 'email']) }} as hash_diff, name, email, load_date, record_source
            from main.staged
        ),
        latest as (
            select customer_hk, hash_diff
            from (
                select
                    customer_hk,
                    hash_diff,
                    row_number() over (partition by customer_hk order by load_date desc) as place
                from main.satellite
                where customer_hk in (select customer_hk from hashed)
            ) as numbered
            where place = 1
        )
        select hashed.customer_hk, name, email, hashed.hash_diff, load_date, record_source
        from hashed left join latest on hashed.customer_hk = latest.customer_hk
        where latest.hash_diff is distinct from hashed.hash_diff"""
    prepare(bench.database, staged.format(shift=0, day="2024-01-01", begin=0, end=bench.rows))
    first = bench.render({"satellite": model})["satellite"]
    # Half of the new rows are of known keys, and half of these bring nothing new.
    begin, middle, end = bench.rows - new // 2, bench.rows - new // 4, bench.rows + new // 2
    prepare(
        bench.database,
        f"create table satellite as {first.sql}",
        staged.format(shift=0, day="2024-01-02", begin=begin, end=middle),
        "create table unchanged as from staged",
        staged.format(shift=1, day="2024-01-02", begin=middle, end=end),
        "insert into staged from unchanged",
        "drop table unchanged",
    )
    rendered = bench.render({"satellite": model, "by_hand": by_hand})
    statements = {"ours": rendered["satellite"].sql, "SQL written by hand": rendered["by_hand"].sql}
    columns = "customer_hk, name, email, hash_diff, load_date, record_source"
    inserts = {
        name: f"insert into satellite ({columns}) select {columns} from ({sql})" for name, sql in statements.items()
    }
    check = f"select count(*), sum(hash({columns})::hugeint) from satellite"
    yield from bench.compare(f"satellite, {new:,} rows onto {bench.rows:,}", inserts, check)
    yield Line("satellite: statements while compiling", rendered["satellite"].statements, "statements")


LINES = {"spine": spine, "pivot": pivot, "scd2": scd2, "satellite": satellite}
