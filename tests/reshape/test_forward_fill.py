"""The last known value, against a walk over the rows in Python."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

from dbt_cutover.testing import DatabaseError

FILLED = "select n, {{ cutover.forward_fill('v', parts, 'n') }} as filled from {{ t }} order by n"


def filled(dbt, rows, parts, type_):
    table = dbt.table("t", rows, types={"n": "integer", "part": "text", "v": type_})
    return dbt.query(FILLED, t=table, parts=parts).column("filled")


@given(
    rows=st.lists(st.tuples(st.none() | st.sampled_from(["a", "b"]), st.none() | st.integers(0, 9)), max_size=25),
    parted=st.booleans(),
)
@examples(30)
def test_the_last_value_that_is_known(dbt, rows, parted):
    rows = [{"n": n, "part": part, "v": value} for n, (part, value) in enumerate(rows)]
    last, expected = {}, []
    for row in rows:
        part = row["part"] if parted else None
        last[part] = row["v"] if row["v"] is not None else last.get(part)
        expected.append(last[part])
    assert filled(dbt, rows, "part" if parted else None, "integer") == expected


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        pytest.param("text", "it's", id="text"),
        pytest.param("text", "", id="empty text"),
        pytest.param("boolean", False, id="boolean"),
        pytest.param("decimal(9, 2)", Decimal("1.50"), id="decimal"),
        pytest.param("double precision", -0.5, id="float"),
        pytest.param("date", date(2024, 2, 29), id="date"),
        pytest.param("json", {"a": [1, None]}, id="json"),
    ],
)
def test_values_of_any_type(dbt, type_, value):
    given_ = '{"a": [1, null]}' if type_ == "json" else value
    rows = [{"n": n, "part": "p", "v": v} for n, v in enumerate([None, given_, None])]
    assert filled(dbt, rows, ["part", "part"], type_) == [None, value, value]


@pytest.mark.engines("postgres")
def test_arrays_are_refused_where_they_would_be_lost(dbt):
    dbt.execute("create table test.t as select 1 as n, 'p' as part, array[1] as v")
    with pytest.raises(DatabaseError, match="types integer\\[\\] and integer cannot be matched"):
        dbt.query(FILLED, t="test.t", parts="part")


def test_an_expression_in_an_order_of_two_columns(dbt):
    table = dbt.table(
        "t", [{"Order": 2, "n": 1, "v": None}, {"Order": 1, "n": 2, "v": 4}, {"Order": 1, "n": 1, "v": 3}]
    )
    call = "cutover.forward_fill('v + 1', none, ['\"Order\"', 'n desc'])"
    rows = dbt.query(f'select {{{{ {call} }}}} as f from {{{{ t }}}} order by "Order", n desc', t=table)
    assert rows.column("f") == [5, 4, 4]


def test_it_asks_nothing_while_compiling(dbt):
    dbt.call("cutover.forward_fill", "v", "part", "n")
    assert dbt.statements == []


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"column": ""}, "`column` must be a text that is not empty; got ''. Example: price.", id="no column"
        ),
        pytest.param(
            {"partition_by": 3},
            "`partition_by` must be a list with at least one item; got 3. Example: product_id.",
            id="a number",
        ),
        pytest.param(
            {"order_by": ["n", "m; n"]},
            "`order_by[1]` must be one SQL expression, with its parentheses paired, its comments closed and no "
            "semicolon; got 'm; n'. Example: price_date.",
            id="two statements",
        ),
        pytest.param(
            {"orders_by": "n"},
            "unknown argument 'orders_by'. Did you mean 'order_by'? Known: column, partition_by, order_by.",
            id="unknown",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.forward_fill: {message}"):
        dbt.call("cutover.forward_fill", **{"column": "v", "partition_by": "part", "order_by": "n"} | given_)
    assert dbt.statements == []
