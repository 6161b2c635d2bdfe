from decimal import Decimal

RAW = [
    {"payment_id": 1, "customer_id": 7, "amount_cents": 250, "paid_on": "2024-05-01"},
    {"payment_id": 2, "customer_id": 7, "amount_cents": 100, "paid_on": "2024-05-02"},
]


def test_totals_per_customer(dbt):
    payments = [{"customer_id": 7, "amount": Decimal("2.50")}, {"customer_id": 7, "amount": Decimal("1.00")}]
    rows = dbt.model("customer_totals", refs={"payments": payments})
    assert rows == [{"customer_id": 7, "total": Decimal("3.50")}]


def test_an_incremental_run_adds_only_newer_payments(dbt):
    built = [{"payment_id": 1, "customer_id": 7, "amount": Decimal("2.50"), "paid_on": "2024-05-01"}]
    dbt.source("shop", "raw_payments", RAW)
    rows = dbt.model("payments", this=built)
    assert rows.column("payment_id") == [2]
    assert "where paid_on > (select max(paid_on)" in rows.sql
