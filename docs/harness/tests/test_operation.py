def test_full_tables_pass(dbt):
    dbt.table("orders", [{"id": 1}])
    outcome = dbt.operation("shop_utils.require_rows", tables=["orders"])
    assert (outcome.exit_code, outcome.json) == (0, {"checked": 1, "empty": []})


def test_an_empty_table_is_named_and_ends_with_exit_code_1(dbt):
    dbt.table("orders", [{"id": 1}])
    dbt.table("refunds", types={"id": "integer"})
    outcome = dbt.operation("shop_utils.require_rows", tables=["orders", "refunds"])
    assert outcome.exit_code == 1
    assert outcome.json == {"checked": 2, "empty": ["refunds"]}
    assert outcome.error == "require_rows: no rows in refunds"
