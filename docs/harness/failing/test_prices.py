from decimal import Decimal

PRICES = "select id, {{ shop_utils.cents_to_dollars('cents', 1) }} as price from {{ payments }} order by id"


def test_each_row_is_converted(dbt):
    payments = dbt.table("payments", [{"id": 1, "cents": 1999}, {"id": 2, "cents": 50}])
    assert dbt.query(PRICES, payments=payments) == [
        {"id": 1, "price": Decimal("19.99")},
        {"id": 2, "price": Decimal("0.50")},
    ]
