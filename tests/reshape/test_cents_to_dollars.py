"""Cents as dollars, against Python's decimals."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

DOLLARS = "select id, {{ cutover.cents_to_dollars('cents', precision) }} as dollars from {{ t }} order by id"


def dollars(dbt, cents, type_, precision=2):
    table = dbt.table("t", [{"id": n, "cents": value} for n, value in enumerate(cents)], types={"cents": type_})
    return dbt.query(DOLLARS, t=table, precision=precision).column("dollars")


def rounded(cents, precision):
    return (Decimal(cents) / 100).quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)


@pytest.mark.parametrize("type_", ["smallint", "integer", "bigint", "decimal(5, 0)"])
def test_integers_of_any_width(dbt, type_):
    found = dollars(dbt, [1999, -5, 0, None, 32767], type_)
    assert found == [Decimal("19.99"), Decimal("-0.05"), Decimal(0), None, Decimal("327.67")]
    assert all(isinstance(value, Decimal) for value in found if value is not None)


@given(cents=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5), precision=st.integers(0, 8))
@examples(30)
def test_no_integer_loses_a_cent(dbt, cents, precision):
    assert dollars(dbt, cents, "bigint", precision) == [rounded(value, precision) for value in cents]


def test_parts_of_cents_are_kept_where_there_is_room(dbt):
    cents = [Decimal("0.5"), Decimal("1.5"), Decimal("-0.5"), Decimal("12.3456")]
    assert dollars(dbt, cents, "decimal(10, 4)", 6) == [rounded(value, 6) for value in cents]
    assert dollars(dbt, cents, "decimal(10, 4)", 2) == [Decimal(x) for x in ("0.01", "0.02", "-0.01", "0.12")]


def test_an_expression_keeps_its_order_of_operations(dbt):
    assert dbt.query("select {{ cutover.cents_to_dollars('100 + 50') }} as d") == [{"d": Decimal("1.50")}]


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"column_name": ""},
            "`column_name` must be a text that is not empty; got ''. Example: amount_cents.",
            id="no column",
        ),
        pytest.param(
            {"precision": 9}, "`precision` must be a whole number from 0 to 8; got 9.", id="more digits than there are"
        ),
        pytest.param({"precision": "2"}, "`precision` must be a whole number from 0 to 8; got '2'.", id="a text"),
        pytest.param(
            {"scale": 2},
            "unknown argument 'scale'. Known: column_name, precision.",
            id="an argument of another package",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.cents_to_dollars: {message}"):
        dbt.call("cutover.cents_to_dollars", **{"column_name": "cents"} | given_)
    assert dbt.statements == []
