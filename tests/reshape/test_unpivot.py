"""Columns as rows, against two loops in Python; and the common type of columns."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

from dbt_cutover.testing import assert_rows

TYPES = {"id": "integer", "q1": "integer", "q2": "integer", "note": "text"}
QUARTERS = [{"id": 1, "q1": 10, "q2": None, "note": "a"}, {"id": None, "q1": None, "q2": 0, "note": None}]


def unpivot(dbt, relation, **arguments):
    return dbt.query("select * from {{ cutover.unpivot(relation, **a) }} as u", relation=relation, a=arguments)


@given(
    rows=st.lists(
        st.tuples(st.none() | st.integers(1, 2), st.none() | st.integers(0, 3), st.none() | st.integers(0, 3)),
        max_size=8,
    )
)
@examples(25)
def test_a_row_for_each_row_and_column(dbt, rows):
    table = dbt.table("t", [{"id": a, "q1": b, "q2": c} for a, b, c in rows], types=dict(list(TYPES.items())[:3]))
    expected = [
        {"id": a, "field_name": name, "value": value} for a, b, c in rows for name, value in (("q1", b), ("q2", c))
    ]
    assert_rows(unpivot(dbt, table, keys=["id"]), expected, ordered=False)


def test_columns_are_those_that_are_neither_key_nor_excluded(dbt):
    table = dbt.table("quarters", QUARTERS, types=TYPES)
    found = unpivot(dbt, table, keys=["ID"], exclude=["Note"])
    assert found.columns == ["id", "field_name", "value"]
    expected = [(1, "q1", 10), (1, "q2", None), (None, "q1", None), (None, "q2", 0)]
    assert_rows(found, [dict(zip(found.columns, row, strict=True)) for row in expected], ordered=False)
    assert_rows(unpivot(dbt, table, keys=["id"], columns=["q1", "q2"]), found, ordered=False)
    assert len(dbt.statements) == 2  # one look at the catalog each


def test_new_columns_can_be_named(dbt):
    table = dbt.table("quarters", QUARTERS[:1], types=TYPES)
    found = unpivot(dbt, table, columns=["q1"], name_column="Quarter", value_column="select")
    assert found == [{"Quarter": "q1", "select": 10}]


def test_names_of_any_kind(dbt):
    table = dbt.table("Hostile table", [{"Order": 1, "it's": 2, 'a"b': 3, "select": 4}])
    found = unpivot(dbt, table, keys=["Order"])
    expected = [("it's", 2), ('a"b', 3), ("select", 4)]
    assert_rows(found, [{"Order": 1, "field_name": n, "value": v} for n, v in expected], ordered=False)


@pytest.mark.parametrize(
    ("types", "values", "expected"),
    [
        pytest.param(["smallint", "bigint"], [1, 2**62], [1, 2**62], id="integers"),
        pytest.param(
            ["decimal(5, 2)", "decimal(9, 4)", "integer"],
            [Decimal("999.99"), Decimal("0.0001"), 2**31 - 1],
            [Decimal("999.99"), Decimal("0.0001"), 2**31 - 1],
            id="decimals",
        ),
        pytest.param(["varchar(2)", "text"], ["ab", "abcd"], ["ab", "abcd"], id="texts"),
        pytest.param(["real", "double precision"], [0.5, 1e100], [0.5, 1e100], id="floats"),
        pytest.param(["date", "date"], [date(2024, 2, 29)] * 2, [date(2024, 2, 29)] * 2, id="dates"),
        pytest.param(["boolean", "boolean"], [True, None], [True, None], id="booleans"),
        pytest.param(["json", "json"], ['{"a": 1}', None], [{"a": 1}, None], id="a type without a family"),
    ],
)
def test_the_common_type_holds_every_value(dbt, types, values, expected):
    names = [f"c{n}" for n in range(len(types))]
    row = dict(zip(names, values, strict=True))
    table = dbt.table("t", [row], types=dict(zip(names, types, strict=True)))
    found = {row["field_name"]: row["value"] for row in unpivot(dbt, table)}
    assert found == dict(zip(names, expected, strict=True))


@pytest.mark.engines("duckdb")
def test_integers_of_more_than_64_bits(dbt):
    table = dbt.table("t", [{"a": 2**63 - 1, "b": 2**64 - 1}], types={"a": "bigint", "b": "ubigint"})
    assert {row["field_name"]: row["value"] for row in unpivot(dbt, table)} == {"a": 2**63 - 1, "b": 2**64 - 1}


def test_a_type_can_be_given(dbt):
    table = dbt.table("t", [{"n": 1, "d": date(2024, 2, 29), "b": True, "x": None}], types={"x": "integer"})
    expected = {"n": "1", "d": "2024-02-29", "b": "true", "x": None}
    assert {row["field_name"]: row["value"] for row in unpivot(dbt, table, cast_to="varchar(20)")} == expected


def test_of_a_cte_whose_columns_are_named(dbt):
    rows = dbt.query(
        """
        with quarters as (select 1 as id, 2 as q1, 3 as "Q 2")
        select * from {{ cutover.unpivot('quarters', ['id'], ['q1', '"Q 2"'], cast_to='integer') }} as u
        """
    )
    expected = [{"id": 1, "field_name": "q1", "value": 2}, {"id": 1, "field_name": '"Q 2"', "value": 3}]
    assert_rows(rows, expected, ordered=False)
    assert dbt.statements == []


def test_the_text_of_a_relation_and_one_read(dbt):
    dbt.table("quarters", QUARTERS, types=TYPES)
    sql = dbt.call("cutover.unpivot", "test.quarters", ["id"], exclude=["note"])
    assert sql.count('"quarters"') == 1
    assert len(dbt.query("select * from {{ sql }} as u", sql=sql)) == 4


def test_an_input_that_dbt_empties(dbt):
    table = dbt.table("quarters", QUARTERS, types=TYPES).replace(limit=0)  # as under --empty
    assert unpivot(dbt, table, keys=["id"], exclude=["note"]) == []
    assert unpivot(dbt, table, keys=["id"], columns=["q1"], cast_to="integer") == []


def test_an_empty_table_has_no_rows_and_all_columns(dbt):
    found = unpivot(dbt, dbt.table("t", types=TYPES), keys=["id", "note"])
    assert (found, found.columns) == ([], ["id", "note", "field_name", "value"])


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"keys": ["id"]}, id="columns of the catalog"),
        pytest.param({"keys": ["id"], "columns": ["q1", "q2"]}, id="columns that are named"),
    ],
)
def test_while_parsing_it_asks_no_catalog(dbt, arguments):
    with dbt.context(execute=False):
        sql = dbt.call("cutover.unpivot", "test.not_there", **arguments)
    assert dbt.statements == []
    # What is parsed is SQL: with a relation of those columns it runs, and has the columns that will be there.
    dbt.table("not_there", types={"id": "integer", "q1": "integer", "q2": "integer", "value": "integer"})
    assert dbt.query("select * from {{ sql }} as u", sql=sql).columns == ["id", "field_name", "value"]


TABLE = "testdb.test.quarters"
ALL = "id, q1, q2, note"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"keys": ["idd"]}, f"`keys[0]` must be a column of {TABLE} ({ALL}); got 'idd'. Did you mean 'id'?", id="key"
        ),
        pytest.param(
            {"columns": ["q3"]},
            f"`columns[0]` must be a column of {TABLE} ({ALL}); got 'q3'. Did you mean 'q1'?",
            id="column",
        ),
        pytest.param(
            {"exclude": ["nota"]},
            f"`exclude[0]` must be a column of {TABLE} ({ALL}); got 'nota'. Did you mean 'note'?",
            id="excluded",
        ),
        pytest.param(
            {"columns": ["id", "q1"]},
            "the column id is in `keys` and in `columns`: it stays, or becomes rows.",
            id="key and column",
        ),
        pytest.param(
            {"exclude": ["q1", "q2", "note"]},
            f"{TABLE} has no column beside `keys` and `exclude`: there is nothing to unpivot.",
            id="nothing left",
        ),
        pytest.param(
            {"columns": ["q1"], "exclude": ["q2"]},
            "`columns` and `exclude` are given: `exclude` is for all columns but those.",
            id="both",
        ),
        pytest.param(
            {"value_column": "ID", "exclude": ["note"]},
            "`value_column` must be a name that no other column of the result has; got 'ID'.",
            id="name of a key",
        ),
        pytest.param(
            {"value_column": "field_name", "columns": ["q1"], "cast_to": "integer"},
            "`value_column` must be a name that no other column of the result has; got 'field_name'.",
            id="one name twice",
        ),
        pytest.param(
            {"name_column": None}, "`name_column` must be a text that is not empty; got nothing. Example: field_name."
        ),
        pytest.param({"keys": "id"}, "`keys` must be a list; got 'id'. Example: ['order_id'].", id="a text"),
        pytest.param(
            {"columns": []},
            "`columns` must be a list with at least one item; got []. Example: ['q1', 'q2'].",
            id="no columns",
        ),
        pytest.param(
            {"cast_to": "text); --"},
            "`cast_to` must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; "
            "got 'text); --'. Example: varchar.",
            id="type",
        ),
        pytest.param(
            {"relation": None, "columns": ["q1"], "cast_to": "integer"},
            "`relation` must be a text that is not empty; got nothing. Example: ref('orders').",
            id="no relation",
        ),
        pytest.param(
            {"remove": ["note"]},
            "unknown argument 'remove'. Known: relation, keys, columns, exclude, name_column, value_column, cast_to.",
            id="dbt_utils' name",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    dbt.table("quarters", QUARTERS, types=TYPES)
    with dbt.raises(f"cutover.unpivot: {message}"):
        dbt.call("cutover.unpivot", **{"relation": "test.quarters", "keys": ["id"]} | given_)


def test_columns_without_a_common_type_are_named_with_their_types(dbt):
    table = dbt.table("t", types={"id": "integer", "n": "integer", "d": "date", "e": "date"})
    names = dbt.query("select n, d from {{ t }}", t=table).types
    text = dbt.render("{{ dbt.type_string() }}")
    with dbt.raises(
        "cutover.unpivot: the columns of testdb.test.t have no common type: "
        f"n {names['n']}, d {names['d']}, e {names['d']}. "
        f"Give one in `cast_to`, or leave columns out by `exclude`. Example: cast_to='{text}'."
    ):
        dbt.call("cutover.unpivot", table, ["id"])
