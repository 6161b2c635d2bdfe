from datetime import date

import pytest

LATE_IN_MAY = "select timestamptz '2024-05-31 20:00:00+00' as paid_at"


@pytest.mark.engines("tokyo")
def test_the_month_is_that_of_the_session(dbt):
    payments = dbt.view("payments", LATE_IN_MAY)
    rows = dbt.query("select {{ shop_utils.month_of('paid_at') }} as month from {{ payments }}", payments=payments)
    assert rows == [{"month": date(2024, 6, 1)}]
