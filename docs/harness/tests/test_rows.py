from decimal import Decimal

PRICES = "select id, {{ shop_utils.cents_to_dollars('cents') }} as price from {{ payments }} order by id"


def test_each_row_is_converted(dbt):
    payments = dbt.table("payments", [{"id": 1, "cents": 1999}, {"id": 2, "cents": 5}, {"id": 3, "cents": None}])
    assert dbt.query(PRICES, payments=payments) == [
        {"id": 1, "price": Decimal("19.99")},
        {"id": 2, "price": Decimal("0.05")},
        {"id": 3, "price": None},
    ]


def test_a_small_integer_does_not_overflow(dbt):
    payments = dbt.table("payments", [{"id": 1, "cents": 32767}], types={"cents": "smallint"})
    assert dbt.query(PRICES, payments=payments).column("price") == [Decimal("327.67")]


def test_rows_as_csv(dbt):
    payments = dbt.table(
        "payments",
        """
        id,cents
        1,100
        2,
        """,
    )
    assert dbt.query(PRICES, payments=payments).column("price") == [Decimal("1.00"), None]
