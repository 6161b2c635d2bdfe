from datetime import date, datetime


def test_the_macro_of_the_engine_is_called(dbt):
    payments = dbt.table("payments", [{"paid_at": datetime(2024, 5, 31, 23, 59)}])
    rows = dbt.query("select {{ shop_utils.month_of('paid_at') }} as month from {{ payments }}", payments=payments)
    assert rows == [{"month": date(2024, 5, 1)}]


def test_an_override_is_a_macro_too(dbt):
    assert dbt.render("{{ shop_utils.bigquery__month_of('paid_at') }}") == "date_trunc(date(paid_at), month)"
