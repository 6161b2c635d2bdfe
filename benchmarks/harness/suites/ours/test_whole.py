"""Whole tests, in one long session: an input table, a render, a query, a comparison."""

import pytest

from checks import checks, size

ALL = checks()


@pytest.mark.parametrize("number", range(size("tests", 2000)))
def test_whole(dbt, number):
    check = ALL[number % len(ALL)]
    orders = dbt.table("orders", check.rows, types={"id": "bigint", "amount": "bigint"})

    # No two tests have the same text: nothing is found in a cache because another test rendered it.
    rows = dbt.query(
        f"select id, {{{{ bench.{check.macro}('amount') }}}} as value_{number} from {{{{ orders }}}} order by id",
        orders=orders,
    )

    assert rows == [{"id": row["id"], f"value_{number}": row["value"]} for row in check.expected]
