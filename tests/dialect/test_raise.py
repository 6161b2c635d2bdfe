"""A query that ends itself: in the row that asks for it, with the message, and in no other."""

import pytest

from dbt_cutover.testing import DatabaseError

QUERY = """
    select n
    from {{ numbers }}
    where case when n = {{ bad }} then {{ cutover.dialect_raise(message) }} else n > 1 end
    order by n
"""
MESSAGE = "'it''s ' || cast(n as varchar) || '%, {braces} too'"


def test_the_row_that_asks_for_it_ends_the_query_with_the_message(dbt):
    numbers = dbt.table("numbers", [{"n": n} for n in (1, 2, 3)])
    with pytest.raises(DatabaseError) as raised:
        dbt.query(QUERY, numbers=numbers, bad=1, message=MESSAGE)
    assert "it's 1%, {braces} too" in str(raised.value)


def test_without_such_a_row_it_does_nothing(dbt):
    numbers = dbt.table("numbers", [{"n": n} for n in (1, 2, 3)])
    assert dbt.query(QUERY, numbers=numbers, bad=4, message=MESSAGE).column("n") == [2, 3]
