"""One row per key, against a walk over the sorted rows in Python."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

from dbt_cutover.testing import DatabaseError, assert_rows

FIRST = "select * from {{ cutover.deduplicate(relation, keys, order, ties=ties) }} as d"
TYPES = {"id": "integer", "shop": "text", "day": "integer", "note": "text"}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.none() | st.integers(1, 2),
            "shop": st.none() | st.sampled_from(["", "it's"]),
            "day": st.none() | st.integers(1, 3),
            "note": st.none() | st.sampled_from(["", "null", "a,b", '"']),
        }
    ),
    max_size=12,
)


def first(dbt, relation, keys, order, ties="any"):
    return dbt.query(FIRST, relation=relation, keys=keys, order=order, ties=ties)


def by_key(rows, *keys):
    found = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def latest_first(row):
    """Where `day desc nulls last` puts a row."""
    return (row["day"] is None, -(row["day"] or 0))


@given(rows=ROWS)
@examples(30)
def test_the_first_row_of_each_key(dbt, rows):
    rows = [{name: row[name] for name in TYPES} | {"n": n} for n, row in enumerate(rows)]
    table = dbt.table("t", rows, types=TYPES | {"n": "integer"})
    expected = [
        min(group, key=lambda row: (*latest_first(row), row["n"])) for group in by_key(rows, "id", "shop").values()
    ]
    for ties in ("any", "error"):
        found = first(dbt, table, ["id", "shop"], "day desc nulls last, n", ties)
        assert found.columns == [*TYPES, "n"]
        assert_rows(found, expected, ordered=False)


@given(rows=ROWS)
@examples(30)
def test_ties_between_rows_that_differ_are_errors_and_no_others(dbt, rows):
    table = dbt.table("t", rows, types=TYPES)
    expected, tied = [], False
    for group in by_key(rows, "id").values():
        best = [row for row in group if latest_first(row) == min(map(latest_first, group))]
        tied |= any(row != best[0] for row in best)
        expected.append(best[0])
    if tied:
        with pytest.raises(DatabaseError, match=r"cutover\.deduplicate: the order .* leaves open"):
            first(dbt, table, "id", "day desc nulls last", "error")
    else:
        assert_rows(first(dbt, table, "id", "day desc nulls last", "error"), expected, ordered=False)
    kept = first(dbt, table, "id", "day desc nulls last")
    assert len(kept) == len(expected)
    assert all(row in rows for row in kept)


def test_a_tie_is_told_with_its_key(dbt):
    table = dbt.table("t", [{"id": 7, "v": 1, "note": "a"}, {"id": 7, "v": 1, "note": "b"}])
    told = "cutover.deduplicate: the order (v desc) leaves open which row to keep of the key (id) (7"
    with pytest.raises(DatabaseError, match=re.escape(told)):
        first(dbt, table, "id", "v desc", "error")
    assert first(dbt, table, "id", "v desc, note", "error").column("note") == ["a"]


def test_a_tie_further_down_leaves_nothing_open(dbt):
    table = dbt.table("t", [{"id": 1, "v": 3}, {"id": 1, "v": 2}, {"id": 1, "v": 2}])
    assert first(dbt, table, "id", "v desc", "error") == [{"id": 1, "v": 3}]


def test_rows_without_equality_can_be_told_apart(dbt):
    types = {"id": "integer", "j": "json"}
    same = dbt.table("same", [{"id": 1, "j": '{"a": 1}'}, {"id": 1, "j": '{"a": 1}'}], types=types)
    assert len(first(dbt, same, "id", "id", "error")) == 1
    differ = dbt.table("differ", [{"id": 1, "j": '{"a": 1}'}, {"id": 1, "j": None}], types=types)
    with pytest.raises(DatabaseError, match="leaves open which row to keep"):
        first(dbt, differ, "id", "id", "error")


@pytest.mark.parametrize("ties", ["any", "error"])
def test_an_empty_table_has_no_rows_and_all_columns(dbt, ties):
    found = first(dbt, dbt.table("t", types=TYPES), "id", "day", ties)
    assert (found, found.columns) == ([], list(TYPES))


@pytest.mark.parametrize("ties", ["any", "error"])
def test_names_of_any_kind(dbt, ties):
    rows = [{"Order": 1, "select": 1, 'a"b': "x"}, {"Order": 1, "select": 2, 'a"b': "y"}]
    found = first(dbt, dbt.table("Hostile table", rows), ['"Order"'], ['"select" desc', '"a""b"'], ties)
    assert found == [rows[1]]
    assert found.columns == ["Order", "select", 'a"b']


@pytest.mark.parametrize("ties", ["any", "error"])
def test_of_a_cte_and_inside_one(dbt, ties):
    rows = dbt.query(
        """
        with numbers as (select 1 as id, 2 as v union all select 1, 3 union all select 2, 1),
        latest as {{ cutover.deduplicate('numbers', 'id', 'v desc', ties=ties) }}
        select * from latest order by id
        """,
        ties=ties,
    )
    assert rows == [{"id": 1, "v": 3}, {"id": 2, "v": 1}]


def test_of_a_select_with_an_alias_by_an_expression(dbt):
    relation = "(select 'A' as name, 1 as v union all select 'a', 2) as names"
    assert first(dbt, relation, "lower(name)", "v", "error") == [{"name": "A", "v": 1}]


def test_as_a_whole_model_that_reads_its_input_once(dbt):
    table = dbt.table("t", [{"id": 1, "v": 2}, {"id": 1, "v": 1}])
    sql = dbt.call("cutover.deduplicate", table, "id", "v", "error")
    assert sql.count(str(table)) == 1
    (made,) = dbt.materialize("table", sql, identifier="latest")
    assert dbt.query("select * from {{ made }}", made=made) == [{"id": 1, "v": 1}]


def test_an_input_that_dbt_empties(dbt):
    table = dbt.table("t", [{"id": 1, "v": 2}])
    found = first(dbt, table.replace(limit=0), "id", "v", "error")  # as under --empty
    assert (found, found.columns) == ([], ["id", "v"])


def test_it_asks_nothing_while_compiling(dbt):
    dbt.call("cutover.deduplicate", "t", "id", "v", "error")
    assert dbt.statements == []


LIST = "must be a list with at least one item; got"
SQL = "must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; got"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"relation": None},
            "`relation` must be a text that is not empty; got nothing. Example: ref('orders').",
            id="no relation",
        ),
        pytest.param(
            {"relation": "t; drop table t"},
            f"`relation` {SQL} 't; drop table t'. Example: ref('orders').",
            id="two statements",
        ),
        pytest.param(
            {"relation": "ref('nowhere')"},
            "`relation` must be a model, seed or snapshot of this project and its packages; got 'nowhere'.",
            id="no such model",
        ),
        pytest.param({"partition_by": []}, f"`partition_by` {LIST} []. Example: order_id.", id="no key"),
        pytest.param(
            {"partition_by": ["id", ""]},
            "`partition_by[1]` must be a text that is not empty; got ''. Example: order_id.",
            id="an empty key",
        ),
        pytest.param({"order_by": None}, f"`order_by` {LIST} nothing. Example: updated_at desc.", id="no order"),
        pytest.param(
            {"order_by": "v) from t --"}, f"`order_by` {SQL} 'v) from t --'. Example: updated_at desc.", id="more SQL"
        ),
        pytest.param(
            {"ties": "errors"}, "`ties` must be one of any, error; got 'errors'. Did you mean 'error'?", id="ties"
        ),
        pytest.param(
            {"partitions_by": "id"},
            "unknown argument 'partitions_by'. Did you mean 'partition_by'? "
            "Known: relation, partition_by, order_by, ties.",
            id="unknown",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.deduplicate: {message}"):
        dbt.call("cutover.deduplicate", **{"relation": "t", "partition_by": "id", "order_by": "v"} | given_)
    assert dbt.statements == []
