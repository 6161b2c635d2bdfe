from __future__ import annotations

import pytest

ORDERS = [
    {"id": 1, "status": "open", "amount": 10, "customer": 7},
    {"id": 2, "status": "paid", "amount": 0, "customer": 7},
    {"id": 3, "status": "lost", "amount": -5, "customer": 8},
    {"id": 3, "status": None, "amount": 30, "customer": None},
    {"id": None, "status": "open", "amount": None, "customer": 99},
]


@pytest.fixture
def orders(dbt):
    """Five orders with one of each fault, and the customers that two of three point to."""
    dbt.table("customers", [{"customer_id": 7}, {"customer_id": 8}, {"customer_id": None}])
    return dbt.table("orders", ORDERS)


@pytest.fixture
def run_checks(dbt):
    """Run the operation without recording; its document is the outcome's `json`."""

    def run(*checks, table_name="test.orders", **arguments):
        given = {"table_name": table_name, "checks": list(checks), "record": False, "output": "json"}
        return dbt.operation("cutover.run_quality_checks", **given | arguments)

    return run


@pytest.fixture
def failures(run_checks):
    """Run one check and return (rows that fail, rows looked at)."""

    def run(check, **arguments):
        document = run_checks(check, **arguments).json
        assert document["verdict"] in ("pass", "fail"), document
        (result,) = document["relations"][0]["checks"]
        return result["failures"], result["rows"]

    return run


@pytest.fixture
def has_schema(dbt):
    """Whether a schema is there, by the database's own catalog."""

    def look(name):
        found = dbt.query("select schema_name from information_schema.schemata")
        return name in [row["schema_name"] for row in found]

    return look
