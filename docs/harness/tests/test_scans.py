def test_a_summary_reads_the_table_once(dbt):
    orders = dbt.table("orders", [{"id": 1, "note": "a"}, {"id": 2, "note": None}, {"id": 3, "note": "a"}])
    summary = dbt.call("shop_utils.column_summary", orders, ["id", "note"])
    assert summary == {"id": {"nulls": 0, "distinct": 3}, "note": {"nulls": 1, "distinct": 1}}
    assert len(dbt.statements) == 1
