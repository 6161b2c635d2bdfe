from decimal import Decimal


def test_cents_become_dollars(dbt):
    rows = dbt.query("select {{ shop_utils.cents_to_dollars('1999') }} as price")
    assert rows == [{"price": Decimal("19.99")}]
