"""The checks as tests of the `dbt` fixture."""

import pytest

from checks import checks


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_check(dbt, check):
    orders = dbt.table("orders", check.rows, types={"id": "bigint", "amount": "bigint"})

    rows = dbt.query(
        f"select id, {{{{ bench.{check.macro}('amount') }}}} as value from {{{{ orders }}}} order by id", orders=orders
    )

    assert rows == check.expected
