TYPES = {"payment_id": "integer", "customer_id": "integer", "amount_cents": "integer", "paid_on": "date"}


def test_payments_read_as_before(dbt, sql_snapshot):
    dbt.source("shop", "raw_payments", types=TYPES)
    assert dbt.model("payments").sql == sql_snapshot


def test_layout_does_not_count(dbt, sql_snapshot):
    sql = dbt.render("select {{ shop_utils.cents_to_dollars('cents') }} as price from payments")
    assert sql == sql_snapshot(pretty=True)
