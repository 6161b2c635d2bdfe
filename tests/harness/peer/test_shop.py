"""Tests of the shop's macros, as a user of pytest-dbt-core writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dbt.clients.jinja import MacroGenerator
from dbt_common.exceptions import CompilationError

if TYPE_CHECKING:
    from dbt.adapters.base import BaseAdapter
    from dbt.config.runtime import RuntimeConfig
    from dbt.contracts.graph.manifest import Manifest


@pytest.fixture
def orders(adapter: BaseAdapter) -> str:
    """Make a table of two orders in the database of the target."""
    adapter.execute(
        "create or replace table orders_of_may as select * from (values (1, 'de'), (2, 'xx')) as o(id, land)"
    )
    return "orders_of_may"


@pytest.mark.parametrize("macro_generator", ["macro.shop.net_price"], indirect=True, ids=["net_price"])
@pytest.mark.parametrize(
    ("gross", "rate", "expected"),
    [
        pytest.param("amount", 0.25, "round(amount / 1.25, 0)", id="a column"),
        pytest.param(11900, 0, "round(11900 / 1, 0)", id="no tax"),
    ],
)
def test_net_price_divides_by_the_rate(
    macro_generator: MacroGenerator, gross: object, rate: float, expected: str
) -> None:
    assert macro_generator(gross, rate) == expected
    assert macro_generator(gross=gross, rate=rate) == expected


@pytest.mark.parametrize("macro_generator", ["macro.shop.net_price"], indirect=True)
def test_net_price_refuses_a_negative_rate(macro_generator: MacroGenerator) -> None:
    with pytest.raises(CompilationError, match="rate must not be negative, got -1"):
        macro_generator("amount", -1)


@pytest.mark.parametrize("macro_generator", ["macro.shop.currency"], indirect=True, ids=["currency"])
def test_currency_is_a_var_of_the_project(macro_generator: MacroGenerator) -> None:
    assert macro_generator() == "EUR"


@pytest.mark.parametrize("macro_generator", ["macro.shop.case_of"], indirect=True)
def test_case_of_runs_on_a_table(macro_generator: MacroGenerator, adapter: BaseAdapter, orders: str) -> None:
    expression = macro_generator("land", {"de": "Germany", "fr": "France"})
    _, rows = adapter.execute(f"select id, {expression} as land from {orders} order by id", fetch=True)
    assert [tuple(row) for row in rows.rows] == [(1, "Germany"), (2, "other")]


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("macro_generator", ["macro.shop.get_tables"], indirect=True)
def test_get_tables_asks_the_database(macro_generator: MacroGenerator) -> None:
    assert macro_generator("orders_of_m") == ["orders_of_may"]
    assert macro_generator("invoices") == []


@pytest.mark.parametrize("macro_generator", ["macro.shop.replace_table"], indirect=True)
@pytest.mark.parametrize("quantity", [1, 2], ids=["one", "two"])
def test_replace_table_replaces(macro_generator: MacroGenerator, adapter: BaseAdapter, quantity: int) -> None:
    name = macro_generator("baskets", f"select {quantity} as quantity")
    _, rows = adapter.execute(f"select quantity from {name}", fetch=True)
    assert [tuple(row) for row in rows.rows] == [(quantity,)]


@pytest.mark.parametrize(
    "macro_generator", ["macro.shop.type_of_a_text", "macro.shop.duckdb__type_of_a_text"], indirect=True
)
def test_dispatch_takes_the_engines_macro(macro_generator: MacroGenerator) -> None:
    assert macro_generator() == "varchar"


@pytest.mark.parametrize("macro_generator", ["macro.dbt.type_string"], indirect=True)
def test_dbts_own_macros_are_there(macro_generator: MacroGenerator) -> None:
    assert macro_generator() == "TEXT"


@pytest.mark.parametrize("macro_generator", ["macro.shop.currency"], indirect=True)
def test_the_context_is_a_dict_of_the_tests_own(macro_generator: MacroGenerator) -> None:
    macro_generator.context["var"] = lambda name: f"the {name}"
    assert macro_generator() == "the currency"


@pytest.mark.parametrize("macro_generator", ["macro.shop.currency"], indirect=True)
def test_what_a_test_sets_in_the_context_is_gone_in_the_next(macro_generator: MacroGenerator) -> None:
    assert macro_generator() == "EUR"


def test_config_is_the_projects(config: RuntimeConfig) -> None:
    assert (config.project_name, config.profile_name, config.credentials.type) == ("shop", "shop", "duckdb")
    assert config.vars.to_dict() == {"currency": "EUR"}


def test_manifest_holds_nodes_and_macros(manifest: Manifest, config: RuntimeConfig) -> None:
    orders = manifest.nodes["model.shop.orders"]
    assert (orders.schema, orders.config.materialized) == (config.credentials.schema, "view")
    assert manifest.macros["macro.shop.net_price"].arguments == []
