"""Pivots: a column per value, each aggregate as a plain loop over the rows in Python has it."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

PIVOT = """
    select
        customer,
        {{ cutover.generate_pivot('category', values, agg_func=agg_func, then_value=then_value, else_value=else_value,
                                  distinct=distinct) }}

    from {{ orders }}
    group by customer
    order by customer
"""
TYPES = {"customer": "integer", "category": "text", "amount": "integer"}
CATEGORIES = ["Electronics", "Clothing", "Books"]


def pivot(dbt, rows, agg_func="sum", then_value=1, else_value="auto", distinct=False, values=CATEGORIES):
    orders = dbt.table("orders", rows, types=TYPES)
    return dbt.query(
        PIVOT,
        orders=orders,
        values=values,
        agg_func=agg_func,
        then_value=then_value,
        else_value=else_value,
        distinct=distinct,
    )


ORDERS = [
    {"customer": 1, "category": "Electronics", "amount": 30},
    {"customer": 1, "category": "Electronics", "amount": 10},
    {"customer": 1, "category": "Books", "amount": -5},
    {"customer": 2, "category": "Books", "amount": None},
    {"customer": 3, "category": None, "amount": 7},
    {"customer": 3, "category": "Toys", "amount": 8},
]


def test_the_tutorials_call_gives_the_tutorials_columns(dbt):
    orders = dbt.table("orders", ORDERS, types=TYPES)
    call = "{{ cutover.generate_pivot('category', ['Electronics', 'Clothing', 'Books']) }}"
    rows = dbt.query(f"select customer, {call} from {orders} group by customer order by customer")
    assert rows.columns == ["customer", "electronics", "clothing", "books"]
    assert [tuple(row.values()) for row in rows] == [(1, 2, 0, 1), (2, 0, 0, 1), (3, 0, 0, 0)]


@pytest.mark.parametrize(
    ("agg_func", "then_value", "found"),
    [
        pytest.param("sum", "amount", [(40, 0, -5), (0, 0, None), (0, 0, 0)], id="sum"),
        pytest.param("count", "amount", [(2, 0, 1), (0, 0, 0), (0, 0, 0)], id="count of values"),
        pytest.param("count", 1, [(2, 0, 1), (0, 0, 1), (0, 0, 0)], id="count of rows"),
        pytest.param("avg", "amount", [(20, None, -5), (None, None, None), (None, None, None)], id="avg"),
        pytest.param("min", "amount", [(10, None, -5), (None, None, None), (None, None, None)], id="min"),
        pytest.param("max", "amount", [(30, None, -5), (None, None, None), (None, None, None)], id="max"),
    ],
)
def test_rows_of_other_values_take_no_part(dbt, agg_func, then_value, found):
    rows = pivot(dbt, ORDERS, agg_func, then_value)
    assert [tuple(row[name.lower()] for name in CATEGORIES) for row in rows] == found


def test_what_others_count_as_can_be_given(dbt):
    assert pivot(dbt, ORDERS, "sum", "amount", None).column("clothing") == [None, None, None]
    assert pivot(dbt, ORDERS, "max", "amount", 0).column("clothing") == [0, 0, 0]
    assert pivot(dbt, ORDERS, "max", "amount", "-amount").column("clothing") == [5, None, -7]


def test_distinct_values_count_once(dbt):
    rows = [{"customer": 1, "category": "Books", "amount": amount} for amount in (5, 5, 7, None)]
    assert pivot(dbt, rows, "count_distinct", "amount").column("books") == [2]
    assert pivot(dbt, rows, "count", "amount", distinct=True).column("books") == [2]
    assert pivot(dbt, rows, "sum", "amount", distinct=True).column("books") == [12]
    assert pivot(dbt, rows, "count", "amount").column("books") == [3]


def aggregate(agg_func, amounts):
    """An aggregate over the amounts of a cell, as SQL has it: NULLs are left out."""
    known = [amount for amount in amounts if amount is not None]
    if agg_func == "sum":
        return (sum(known) if known else None) if amounts else 0
    if agg_func in ("count", "count_distinct"):
        return len(set(known)) if agg_func == "count_distinct" else len(known)
    if not known:
        return None
    return {"avg": Decimal(sum(known)) / len(known), "min": min(known), "max": max(known)}[agg_func]


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "customer": st.integers(1, 3),
                "category": st.none() | st.sampled_from([*CATEGORIES, "Toys"]),
                "amount": st.none() | st.integers(-5, 5),
            }
        ),
        max_size=25,
    ),
    agg_func=st.sampled_from(["sum", "count", "count_distinct", "avg", "min", "max"]),
)
@examples(60)
def test_any_pivot_is_that_of_a_loop_over_the_rows(dbt, rows, agg_func):
    found = pivot(dbt, rows, agg_func, "amount")
    cells = {(row["customer"], row["category"]): [] for row in rows}
    for row in rows:
        cells[row["customer"], row["category"]].append(row["amount"])
    customers = sorted({row["customer"] for row in rows})
    assert found.column("customer") == customers
    others = {
        customer: Counter(row["category"] for row in rows if row["customer"] == customer) for customer in customers
    }
    for row in found:
        for category in CATEGORIES:
            amounts = cells.get((row["customer"], category), [])
            expected = aggregate(agg_func, amounts)
            if agg_func == "sum" and amounts and others[row["customer"]].total() > len(amounts):
                expected = expected or 0  # the other rows' zeros are summed with NULLs
            value = row[category.lower()]
            assert value == expected or abs(float(value) - float(expected)) < 1e-9


# -- values and names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "type_", "name"),
    [
        pytest.param("Home Office", "text", "home_office", id="a space"),
        pytest.param("it's; --", "text", "it_s", id="a quote"),
        pytest.param("Ünïcödé", "text", "ünïcödé", id="unicode"),
        pytest.param("2024", "text", "_2024", id="a leading digit"),
        pytest.param("select", "text", "select", id="a reserved word"),
        pytest.param("_kept", "text", "_kept", id="an underscore"),
        pytest.param(None, "text", "null", id="null"),
        pytest.param(True, "boolean", "true", id="true"),
        pytest.param(False, "boolean", "false", id="false"),
        pytest.param(7, "integer", "_7", id="a number"),
        pytest.param(-7, "integer", "minus_7", id="a number below zero"),
        pytest.param(Decimal("1.50"), "decimal(4,2)", "_1_50", id="a decimal"),
    ],
)
def test_a_value_of_any_kind_has_its_column(dbt, value, type_, name):
    table = dbt.table("t", [{"v": value}, {"v": value}], types={"v": type_})
    rows = dbt.query("select {{ cutover.generate_pivot('v', [value]) }} from {{ t }}", t=table, value=value)
    assert rows == [{name: 2}]


def test_names_can_be_put_together_and_chosen(dbt):
    table = dbt.table("t", [{"v": "a"}, {"v": "n/a"}, {"v": "n/a"}])
    call = "cutover.generate_pivot('v', ['a', 'n/a'], prefix='is ', suffix='_count', aliases={'n/a': 'Not Known'})"
    assert dbt.query(f"select {{{{ {call} }}}} from {{{{ t }}}}", t=table) == [{"is_a_count": 1, "Not Known": 2}]


def test_plain_names_are_quoted_on_request_and_others_always(dbt):
    assert dbt.call("cutover.generate_pivot", "v", ["a"]).endswith(" as a")
    assert dbt.call("cutover.generate_pivot", "v", ["a"], quote_identifiers=True).endswith(' as "a"')
    assert dbt.call("cutover.generate_pivot", "v", ["Order"]).endswith(' as "order"')


def test_it_asks_nothing_while_compiling(dbt):
    dbt.call("cutover.generate_pivot", "v", ["a"])
    assert dbt.statements == []


# -- refusals ---------------------------------------------------------------------------------------------------------

FUNCTIONS = "`agg_func` must be one of sum, count, count_distinct, avg, min, max; got"
VALUES = "Example: ['Electronics', 'Books']."
KNOWN = "column_name, values, agg_func, then_value, else_value, prefix, suffix, aliases, quote_identifiers, distinct"
SQL = "one SQL expression, with its parentheses paired, its comments closed and no semicolon"
EMPTY = "must be a text that is not empty; got"
GIVEN = "`aliases` must be a mapping of the given values to names; got"


def refused(why, message, **given_):
    return pytest.param(given_, message, id=why)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        refused("function", f"{FUNCTIONS} 'summ'. Did you mean 'sum'?", agg_func="summ"),
        refused("no values", f"`values` must be a list with at least one item; got []. {VALUES}", values=[]),
        refused("text", f"`values` must be a list with at least one item; got 'a'. {VALUES}", values="a"),
        refused(
            "one slug",
            "the values 'n/a' and 'N.A' would share the column n_a: give one of them a name in `aliases`.",
            values=["n/a", "N.A"],
        ),
        refused(
            "twice",
            "the values 'a' and 'a' would share the column a: give one of them a name in `aliases`.",
            values=["a", "a"],
        ),
        refused(
            "alias that is taken",
            "the values 'a' and 'b' would share the column A: give one of them a name in `aliases`.",
            aliases={"b": "A"},
        ),
        refused("no name", "no column can be named after the value '!': give it a name in `aliases`.", values=["!"]),
        refused("unknown alias", f"{GIVEN} 'other'.", aliases={"other": "d"}),
        refused("empty alias", f"`aliases[a]` {EMPTY} ''. Example: unknown.", aliases={"a": ""}),
        refused("then", f"`then_value` {EMPTY} nothing. Example: amount.", then_value=None),
        refused("else", f"`else_value` must be {SQL}; got '0) end'. Example: amount.", else_value="0) end"),
        refused("column", f"`column_name` must be {SQL}; got 'a; b'. Example: category.", column_name="a; b"),
        refused("quotes", "`quote_identifiers` must be true or false; got 'no'.", quote_identifiers="no"),
        refused("distinct", "`distinct` must be true or false; got 1.", distinct=1),
        refused("unknown", f"unknown argument 'agg_fun'. Did you mean 'agg_func'? Known: {KNOWN}.", agg_fun="sum"),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.generate_pivot: {message}"):
        dbt.call("cutover.generate_pivot", **{"column_name": "v", "values": ["a", "b"]} | given_)
    assert dbt.statements == []
