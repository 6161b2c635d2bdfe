"""The newest value of a column, as a subquery and as a literal."""

from datetime import date

import pytest

DAYS = [{"id": 1, "ds": date(2024, 1, 1)}, {"id": 2, "ds": date(2024, 1, 3)}, {"id": 3, "ds": None}]
TYPES = {"id": "integer", "ds": "date"}
ROWS = "select id from {{ t }} where ds = {{ cutover.latest_partition(t, 'ds', default, watermark) }} order by id"


@pytest.mark.parametrize("watermark", ["subquery", "literal"])
@pytest.mark.parametrize(
    ("rows", "default", "ids"),
    [
        pytest.param(DAYS, None, [2], id="newest"),
        pytest.param(DAYS, "2024-01-01", [2], id="newest and not the default"),
        pytest.param([], None, [], id="empty"),
        pytest.param(DAYS[2:], None, [], id="NULL alone"),
    ],
)
def test_rows_of_the_newest_partition(dbt, rows, default, ids, watermark):
    table = dbt.table("t", rows, types=TYPES)
    assert dbt.query(ROWS, t=table, default=default, watermark=watermark).column("id") == ids


@pytest.mark.parametrize("watermark", ["subquery", "literal"])
def test_an_empty_relation_has_the_default(dbt, watermark):
    table = dbt.table("t", [], types=TYPES)
    sql = "select cast({{ cutover.latest_partition(t, 'ds', '2024-02-29', w) }} as date) as newest"
    assert dbt.query(sql, t=table, w=watermark) == [{"newest": date(2024, 2, 29)}]


@pytest.mark.parametrize("watermark", ["subquery", "literal"])
def test_a_relation_that_is_not_there_yet_has_the_default(dbt, watermark):
    table = dbt.table("t", DAYS, types=TYPES)
    dbt.execute("drop table {{ t }}", t=table)
    assert dbt.call("cutover.latest_partition", table, "ds", watermark=watermark) == "null"
    assert dbt.call("cutover.latest_partition", table, "ds", 5, watermark) == "5"


def test_it_asks_nothing_while_parsing(dbt):
    table = dbt.table("t", DAYS, types=TYPES)
    with dbt.context(execute=False):
        assert dbt.call("cutover.latest_partition", table, "ds", watermark="literal") == "null"
    assert dbt.statements == []


def test_the_literal_is_found_by_one_query_and_the_subquery_by_none(dbt):
    table = dbt.table("t", DAYS, types=TYPES)
    subquery = dbt.call("cutover.latest_partition", table, "ds")
    assert subquery == f"(select max(cutover_target.ds) from {table} as cutover_target)"
    looked = len(dbt.statements)  # dbt's own look into its cache of relations
    assert dbt.call("cutover.latest_partition", table, "ds", watermark="literal") == "cast('2024-01-03' as date)"
    assert len(dbt.statements) == looked + 1


def test_a_name_that_needs_quotes(dbt):
    table = dbt.table("t", [{"Order": 1}, {"Order": 2}])
    sql = "select {{ cutover.latest_partition(t, column) }} as n"
    assert dbt.query(sql, t=table, column='"Order"') == [{"n": 2}]


RELATION = "`relation` must be a relation, as ref(), source() and this give it; got 's.t'. Example: ref('orders')."
NAME = "`column` must be the name of one column, in quotes where SQL wants them; got 'a + 1'. Example: updated_at."


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param({"relation": "s.t"}, RELATION, id="a text"),
        pytest.param({"column": "a + 1"}, NAME, id="an expression"),
        pytest.param(
            {"default": ""},
            "`default` must be a text that is not empty; got ''. Example: '2024-01-01', or current_date.",
            id="no default",
        ),
        pytest.param({"watermark": "inline"}, "`watermark` must be one of subquery, literal; got 'inline'.", id="form"),
        pytest.param(
            {"columns": 1},
            "unknown argument 'columns'. Did you mean 'column'? Known: relation, column, default, watermark.",
            id="unknown",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    table = dbt.table("t", DAYS, types=TYPES)
    with dbt.raises(f"cutover.latest_partition: {message}"):
        dbt.call("cutover.latest_partition", **{"relation": table, "column": "ds"} | given_)
    assert dbt.statements == []
