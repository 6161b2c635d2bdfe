def test_an_incremental_run_takes_what_is_newer(dbt):
    this = dbt.incremental_this("payments", [{"paid_on": 10}]).relation
    news = dbt.table("news", [{"paid_on": 9}, {"paid_on": 10}, {"paid_on": 11}])
    sql = "select paid_on from {{ news }} {{ shop_utils.new_rows_only('paid_on') }}"
    assert dbt.query(sql, news=news) == [{"paid_on": 11}]

    dbt.execute("insert into {{ this }} values (11)", this=this)
    assert dbt.query(sql, news=news) == []


def test_a_full_refresh_takes_all_rows(dbt):
    with dbt.incremental_this("payments", [{"paid_on": 10}]), dbt.flags(full_refresh=True):
        assert dbt.render("{{ shop_utils.new_rows_only('paid_on') }}") == ""
