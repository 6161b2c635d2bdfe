"""The values of a column as a list, and the pivots made of it."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

ROOT = Path(__file__).parents[2]
HOSTILE = ["", " ", "null", "None", "it's", 'a"b', "Zürich 🙂", "1", "{{ x }}", "back\\slash", "two\nlines", "100 %"]


def values(dbt, relation, column="v", **arguments):
    return dbt.call("cutover.column_values", relation, column, **arguments)


@pytest.mark.parametrize(
    ("type_", "given_"),
    [
        pytest.param("text", sorted(HOSTILE), id="text"),
        pytest.param("varchar(5)", ["B", "a", "é"], id="short text"),
        pytest.param("smallint", [-1, 0, 7], id="integer"),
        pytest.param("bigint", [0, 1, 2**62], id="large integer"),
        pytest.param("decimal(9, 2)", [Decimal("-1.50"), Decimal("0.00"), Decimal("10.25")], id="decimal"),
        pytest.param("boolean", [False, True], id="boolean"),
        pytest.param("date", [date(1999, 12, 31), date(2024, 2, 29)], id="date"),
        pytest.param("timestamp", [datetime(2024, 2, 29), datetime(2024, 2, 29, 1, 2, 3, 4)], id="timestamp"),
        pytest.param("timestamptz", [datetime(2024, 2, 29, 12, tzinfo=UTC)], id="timestamp with a zone"),
        pytest.param("time", ["01:02:03", "23:00:00"], id="time as text"),
        pytest.param("uuid", ["00000000-0000-0000-0000-000000000001"], id="uuid as text"),
    ],
)
def test_values_come_exactly_and_in_their_order(dbt, type_, given_):
    rows = [{"v": value} for value in [*reversed(given_), None, *given_]]
    table = dbt.table("t", rows, types={"v": type_})
    found = values(dbt, table)
    assert found == given_
    assert list(map(type, found)) == list(map(type, given_))
    # Each is a value that a pivot finds again in the table.
    for value in given_:
        pivot = "select {{ cutover.generate_pivot('v', [value], aliases={value: 'n'}) }} from {{ t }}"
        assert dbt.query(pivot, t=table, value=value) == [{"n": 2}]


@given(rows=st.lists(st.tuples(st.none() | st.sampled_from(["", "A", "a", "é"]), st.integers(0, 3)), max_size=15))
@examples(25)
def test_orders(dbt, rows):
    table = dbt.table("t", [{"v": v, "n": n} for v, n in rows], types={"v": "text", "n": "integer"})
    counts = Counter(v for v, _ in rows if v is not None)
    least = {v: min(n for other, n in rows if other == v) for v in counts}
    assert values(dbt, table) == sorted(counts)
    assert values(dbt, table, order_by="frequency") == sorted(counts, key=lambda v: (-counts[v], v))
    assert values(dbt, table, order_by="count(*) desc") == sorted(counts, key=lambda v: (-counts[v], v))
    assert values(dbt, table, order_by="min(n)") == sorted(counts, key=lambda v: (least[v], v))


def test_rows_can_be_chosen_and_the_column_may_be_an_expression(dbt):
    table = dbt.table("t", [{"v": "a", "n": 1}, {"v": "A", "n": 2}, {"v": "b", "n": 3}])
    assert values(dbt, table, "lower(v)", where="n < 3 or n = 9") == ["a"]
    assert values(dbt, "test.t", where="n > 1") == ["A", "b"]


def test_one_query_reads_the_relation_once(dbt):
    table = dbt.table("t", [{"v": "a"}])
    values(dbt, table)
    assert [str(table) in statement for statement in dbt.statements].count(True) == 1
    assert sum(statement.count(str(table)) for statement in dbt.statements) == 1


def test_an_input_that_dbt_empties_is_read_whole(dbt):
    assert values(dbt, dbt.table("t", [{"v": "a"}]).replace(limit=0)) == ["a"]  # as under --empty


def test_too_many_values_are_an_error(dbt):
    table = dbt.table("t", [{"v": n} for n in range(5)])
    assert values(dbt, table, max_values=5) == [0, 1, 2, 3, 4]
    with dbt.raises(
        "cutover.column_values: v of testdb.test.t has 5 values, more than `max_values` (3). "
        "Raise it, or name in `where` the rows that count."
    ):
        values(dbt, table, max_values=3)


def test_what_is_not_there_yet(dbt):
    with dbt.raises(
        "cutover.column_values: `relation` testdb.test.later isn't there yet. Build it first, or give the values to "
        "use until then. Example: default=['Electronics', 'Books']."
    ):
        values(dbt, "test.later")
    assert values(dbt, "test.later", default=["a"]) == ["a"]
    assert values(dbt, "test.later", default=[]) == []


def test_a_table_without_values_has_those_of_default(dbt):
    table = dbt.table("t", [{"v": None}], types={"v": "text"})
    assert values(dbt, table) == []
    assert values(dbt, table, default=["a"]) == ["a"]
    dbt.execute("insert into {{ t }} values ('b')", t=table)
    assert values(dbt, table, default=["a"]) == ["b"]


def test_nothing_is_asked_while_parsing(dbt):
    with dbt.context(execute=False):
        assert values(dbt, "test.later") == []
        assert values(dbt, "test.later", default=["a"]) == ["a"]
        assert dbt.call("cutover.generate_pivot", "v", []) == "null as cutover_no_values"
    assert dbt.statements == []


PIVOT = """
    select
        customer,
        {{ cutover.generate_pivot('category', cutover.column_values(target.schema ~ '.orders', 'category')) }}

    from {{ target.schema }}.orders
    group by customer
    order by customer
"""


def test_a_pivot_by_what_is_in_the_table(dbt):
    parsed = dbt.render(PIVOT, execute=False)
    rows = [(1, "Books"), (1, "Books"), (2, "it's"), (2, None)]
    dbt.table("orders", [{"customer": customer, "category": category} for customer, category in rows])
    assert dbt.query(parsed).columns == ["customer", "cutover_no_values"]
    assert dbt.query(PIVOT) == [{"customer": 1, "books": 2, "it_s": 0}, {"customer": 2, "books": 0, "it_s": 1}]


PROJECT = {
    "dbt_project.yml": """
name: shop
version: 1.0.0
config-version: 2
profile: shop
flags: {send_anonymous_usage_stats: false}
""",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}\n",
    "models/orders.sql": """
{{ config(materialized='table') }}
select * from (values (1, 'Books'), (1, 'Toys'), (2, 'Books')) as orders(customer, category)
""",
    "models/pivoted.sql": """
{{ config(materialized='table') }}
select customer, {{ cutover.generate_pivot('category', cutover.column_values(ref('orders'), 'category')) }}
from {{ ref('orders') }}
group by customer
""",
    "models/ephemeral.sql": "{{ config(materialized='ephemeral') }} select 1 as category\n",
    "models/of_ephemeral.sql": """
select {{ cutover.generate_pivot('category', cutover.column_values(ref('ephemeral'), 'category')) }}
from {{ ref('ephemeral') }}
""",
}


def test_the_first_run_of_a_project(tmp_path):
    for name, text in (PROJECT | {"packages.yml": f"packages:\n  - local: '{ROOT.as_posix()}'\n"}).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def dbt(*arguments):
        command = [Path(sys.executable).with_name("dbt"), "--quiet", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert dbt("deps").returncode == 0
    ran = dbt("run", "--profiles-dir", ".")
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        found = connection.execute("from pivoted order by customer")
        assert [column[0] for column in found.description] == ["customer", "books", "toys"], ran.stdout
        assert found.fetchall() == [(1, 1, 1), (2, 1, 0)]
    told = "cutover.column_values: `relation` __dbt__cte__ephemeral is ephemeral: it has no relation to read."
    assert f"{told} Materialize it as a view or a table." in ran.stdout


SQL = "must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; got"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"relation": 3},
            "`relation` must be a relation: ref('orders'), source('shop', 'orders'), schema.table or "
            "database.schema.table; got 3.",
            id="relation",
        ),
        pytest.param(
            {"column": None}, "`column` must be a text that is not empty; got nothing. Example: category.", id="column"
        ),
        pytest.param({"where": "a; b"}, f"`where` {SQL} 'a; b'. Example: status <> 'test'.", id="where"),
        pytest.param({"order_by": "v)"}, f"`order_by` {SQL} 'v)'. Example: min(sort_order).", id="order"),
        pytest.param({"max_values": 0}, "`max_values` must be a whole number of at least 1; got 0.", id="none at all"),
        pytest.param(
            {"default": "a"}, "`default` must be a list; got 'a'. Example: ['Electronics', 'Books'].", id="default"
        ),
        pytest.param(
            {"max_records": 5},
            "unknown argument 'max_records'. Known: relation, column, where, order_by, max_values, default.",
            id="dbt_utils' name",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.column_values: {message}"):
        dbt.call("cutover.column_values", **{"relation": "test.t", "column": "v"} | given_)
    assert dbt.statements == []
