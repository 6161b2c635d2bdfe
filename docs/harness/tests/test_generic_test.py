import pytest


@pytest.fixture
def prices(dbt):
    return dbt.table("prices", [{"id": 1, "price": 5}, {"id": 2, "price": 0}, {"id": 3, "price": -1}])


def test_zero_and_less_are_found(dbt, prices):
    failing = dbt.run_test("shop_utils.positive", prices, column_name="price")
    assert sorted(failing.column("id")) == [2, 3]


def test_zero_may_be_allowed(dbt, prices):
    failing = dbt.run_test("shop_utils.positive", prices, column_name="price", or_zero=True)
    assert failing.column("id") == [3]


def test_config_is_honoured_as_in_yaml(dbt, prices):
    config = {"where": "id < 3", "warn_if": ">0", "error_if": ">1"}
    failing = dbt.run_test("shop_utils.positive", prices, column_name="price", config=config)
    assert (failing.failures, failing.status) == (1, "warn")
