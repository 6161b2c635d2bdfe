import pytest

from dbt_cutover.testing import DatabaseError


@pytest.mark.lacks("postgres", reason="it counts exactly only", raises=DatabaseError)
def test_approximate_counts(dbt):
    orders = dbt.table("orders", [{"id": 1}, {"id": 1}])
    assert dbt.query("select approx_count_distinct(id) as ids from {{ orders }}", orders=orders) == [{"ids": 1}]
