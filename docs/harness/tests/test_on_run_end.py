def test_failures_are_logged(dbt):
    results = [
        dbt.result("payments"),
        dbt.result("customer_totals", status="error", message="no such column"),
    ]
    dbt.call("shop_utils.report_failures", results)
    assert dbt.logs == ["shop_utils: customer_totals ended in error: no such column"]
