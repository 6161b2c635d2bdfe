"""docs/vocabulary.md: its blocks are a project that builds, what it names is there, and nothing is left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pages import ROOT, Page

PAGE = Page("docs/vocabulary.md")
PUBLIC = {path.stem: path.parent.name for path in (ROOT / "macros").glob("*/*.sql") if not path.stem.startswith("_")}
"""Public macros and tests, each in a file named after it, with their rooms."""
ORDERS = """
select *
from (values
    (1, 10, 'Electronics', 123456),
    (2, 10, 'Books', 999),
    (3, 10, 'Books', 1),
    (4, 20, 'Clothing', 50),
    (5, 20, 'Garden', 9007199254740993),
    (6, 30, null, null)
) as orders (order_id, customer_id, product_category, total_amount_cents)
"""
PASTED = [
    "{{ generate_date_spine('2024-01-01', '2024-12-31') }}",
    "{{ generate_pivot('product_category', ['Electronics', 'Clothing', 'Books']) }}",
    "{{ cents_to_dollars('total_amount_cents') }}",
]
"""The tutorials' calls, letter by letter."""


class Shop:
    """A project of the page's files, with the package installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        files = {block.name: block.text for block in PAGE.blocks("file")} | {
            "dbt_project.yml": "name: shop\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n",
            "packages.yml": f"packages:\n  - local: {os.path.relpath(ROOT, folder)}\n",
            "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n",
            "models/stg_orders.sql": "{{ config(materialized='table', schema='staging') }}\n" + ORDERS,
        }
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def dbt(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        environment = os.environ | {"DBT_PROFILES_DIR": str(self.folder), "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
        arguments = [str(Path(sys.executable).with_name("dbt")), *command]
        return subprocess.run(arguments, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def rows(self, query: str) -> list[tuple]:
        """Read rows of the project's database."""
        with duckdb.connect(str(self.folder / "shop.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    """Build the page's project."""
    shop = Shop(tmp_path_factory.mktemp("vocabulary"))
    for command in ("deps", "build"):
        ran = shop.dbt(command)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return shop


def test_the_calls_are_the_tutorials_calls():
    models = "".join(block.text for block in PAGE.blocks("file") if block.name.startswith("models/"))

    assert [call for call in PASTED if call not in models] == []


def test_the_days_of_a_year(shop):
    days = [day for (day,) in shop.rows("select date_day from days order by 1")]

    assert days == [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]


def test_the_pivot_s_columns_and_numbers(shop):
    rows = shop.rows("select customer_id, electronics, clothing, books from orders_by_category order by 1")

    assert rows == [(10, 1, 0, 2), (20, 0, 1, 0), (30, 0, 0, 0)]


def test_cents_are_exact(shop):
    amounts = dict(shop.rows("select order_id, total_amount_dollars from order_amounts"))

    assert amounts == {
        1: Decimal("1234.56"),
        2: Decimal("9.99"),
        3: Decimal("0.01"),
        4: Decimal("0.50"),
        # No double has this number of cents.
        5: Decimal("90071992547409.93"),
        6: None,
    }


def test_the_hook_makes_its_indexes(shop):
    indexes = shop.rows("select table_name, expressions from duckdb_indexes() order by 2")

    assert indexes == [("order_amounts", "[customer_id]"), ("order_amounts", "[order_id]")]


def test_the_schema_is_named_by_the_package(shop):
    assert shop.rows("select table_schema from information_schema.tables where table_name = 'stg_orders'") == [
        ("main_staging",)
    ]


@pytest.mark.parametrize(("most", "exit_code"), [pytest.param(6, 0, id="within"), pytest.param(5, 1, id="one beyond")])
def test_a_range_check_by_its_old_name(shop, most, exit_code):
    arguments = f"table_name: ref('stg_orders'), column_name: order_id, expected_min: 1, expected_max: {most}"
    ran = shop.dbt("run-operation", "run_quality_checks", "--args", f"{{{arguments}}}")

    assert (ran.returncode, "cutover.run_quality_checks" in ran.stdout) == (exit_code, True), ran.stdout


@pytest.mark.thorough
def test_the_tutorial_s_index_macro_would_break_every_table(tmp_path):
    """What the page says of a macro `create_indexes` that takes no table alone."""
    shop = Shop(tmp_path)
    (tmp_path / "macros" / "cutover_names.sql").write_text(
        "{% macro create_indexes(table_name, columns) %}{% if execute %}{% for column in columns %}"
        "{% do run_query('create index on ' ~ table_name ~ '(' ~ column ~ ')') %}{% endfor %}"
        "{{ exceptions.raise_compiler_error('no columns') if columns is undefined }}{% endif %}{% endmacro %}\n"
    )
    assert shop.dbt("deps").returncode == 0

    ran = shop.dbt("run", "--select", "stg_orders")

    assert (ran.returncode, "no columns" in ran.stdout) == (1, True), ran.stdout


def test_what_the_page_names_is_there():
    named = set(re.findall(r"cutover\.(\w+)", PAGE.read()))

    assert named - PUBLIC.keys() == set()


@pytest.mark.parametrize(
    "macro",
    sorted(name for name, room in PUBLIC.items() if room in ("calendar", "reshape", "loading", "history")),
)
def test_a_building_block_is_on_the_page(macro):
    assert re.search(rf"cutover\.{macro}\b", PAGE.read())


@pytest.mark.parametrize("check", ["in_range", "accepted_values", "unique", "relationship", "row_count"])
def test_a_check_that_the_page_names_is_one(check):
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "macros" / "quality").glob("*.sql"))

    assert f"'{check}': " in known
    assert f"`{check}`" in PAGE.read()
