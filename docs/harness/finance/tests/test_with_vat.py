def test_twenty_percent_are_added(dbt):
    assert dbt.query("select {{ finance.with_vat('50') }} as price") == [{"price": 60}]
