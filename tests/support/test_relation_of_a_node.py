"""How `ref(...)` and `source(...)` given as text become relations, in a project that has installed the package."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def project_dir(shop_folder: Path) -> Path:
    """Choose the small project for the tests of this module."""
    return shop_folder


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        pytest.param("ref('orders')", '"testdb"."test"."orders"', id="ref"),
        pytest.param('ref("orders")', '"testdb"."test"."orders"', id="ref, double quotes"),
        pytest.param("ref(orders)", '"testdb"."test"."orders"', id="ref, quotes eaten by the shell"),
        pytest.param(" ref( 'orders' , ) ", '"testdb"."test"."orders"', id="ref, spaces and a comma"),
        pytest.param("ref('shop', 'orders')", '"testdb"."test"."orders"', id="ref with its package"),
        pytest.param("ref(parts, products)", '"testdb"."test"."products"', id="ref of another package"),
        pytest.param("ref('products')", '"testdb"."test"."products"', id="ref of another package's model"),
        pytest.param("ref('regions')", '"testdb"."test"."regions"', id="ref of a seed"),
        pytest.param("ref('rates')", '"testdb"."test"."rates_v1"', id="ref of the latest version"),
        pytest.param("ref('rates', v=2)", '"testdb"."test"."rates_v2"', id="ref of a version"),
        pytest.param("ref('shop', 'rates', version=2)", '"testdb"."test"."rates_v2"', id="ref of a package's version"),
        pytest.param("source('legacy', 'orders')", '"testdb"."legacy"."orders"', id="source"),
        pytest.param("source(legacy, orders)", '"testdb"."legacy"."orders"', id="source, quotes eaten by the shell"),
    ],
)
def test_ref_and_source(dbt, text, sql):
    for name in ("orders", "products", "regions", "rates_v1", "rates_v2"):
        dbt.table(name, [{"id": 1}])
    dbt.table("orders", [{"id": 1}], schema="legacy")
    operation = dbt.operation("cutover._relation", origin="m", argument="legacy", value=text)

    assert operation.error is None
    assert str(operation.value["relation"]) == sql


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "ref('order')",
            "`legacy` must be a model, seed or snapshot of this project and its packages; got 'order'. "
            "Did you mean 'orders'?",
            id="ref, near",
        ),
        pytest.param(
            "ref('payments')",
            "`legacy` must be a model, seed or snapshot of this project and its packages; got 'payments'.",
            id="ref, nothing near",
        ),
        pytest.param(
            "ref('parts', 'orders')",
            "`legacy` must be a model, seed or snapshot of the package parts; got 'orders'.",
            id="ref of the wrong package",
        ),
        pytest.param(
            "ref('in_memory')",
            "`legacy` ref('in_memory') is ephemeral: it has no relation to read. Materialize it as a view or a table.",
            id="ref of an ephemeral model",
        ),
        pytest.param(
            "source('legacy', 'order')",
            "`legacy` must be a source of this project or its packages; got 'legacy.order'. "
            "Did you mean 'legacy.orders'?",
            id="source, near",
        ),
    ],
)
def test_ref_and_source_of_what_is_not_there(dbt, text, message):
    operation = dbt.operation("cutover._relation", origin="m", argument="legacy", value=text)

    assert operation.error == f"cutover.m: {message}"
    assert operation.exit_code == 1
    assert operation.statements == []


def test_ref_of_a_model_that_was_not_built(dbt):
    dbt.table("order_items", [{"id": 1}])
    operation = dbt.operation("cutover._relation", origin="m", argument="legacy", value="ref('orders')")

    assert operation.error == (
        "cutover.m: `legacy` testdb.test.orders is not there: looked in schema test of database testdb, "
        "which holds 1 relations."
    )
