"""The condition of incremental models: what it lets through in each kind of run, against values worked out by hand."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dbt_cutover.testing import DatabaseError

FIRST = "updated_at is not null"


def rendered(dbt, *arguments, **named):
    return dbt.call("cutover.incremental_filter", *arguments, **named)


@pytest.fixture
def loaded(dbt):
    """A table that the run finds there; its newest row is of January 10."""
    rows = [{"updated_at": date(2024, 1, day), "n": day} for day in (8, 10, 9)]
    return dbt.incremental_this("copy", rows).relation


# -- where nothing is there to continue from --------------------------------------------------------------------------


def test_without_a_table_all_rows_with_a_value_pass(dbt):
    assert rendered(dbt, "updated_at", "3 days") == FIRST
    assert rendered(dbt, "o.updated_at", default_start="2024-01-01") == "o.updated_at >= '2024-01-01'"
    assert dbt.statements == []


@pytest.mark.usefixtures("loaded")
def test_while_parsing_it_is_as_without_a_table_and_asks_nothing(dbt):
    dbt.statements.clear()
    with dbt.context(execute=False):
        assert rendered(dbt, "updated_at", "3 days", watermark="literal") == FIRST
    assert dbt.statements == []


@pytest.mark.usefixtures("loaded")
def test_a_full_refresh_takes_all(dbt):
    with dbt.flags(full_refresh=True):
        assert rendered(dbt, "updated_at", watermark="literal") == FIRST


@pytest.mark.parametrize("materialized", ["view", "table", "ephemeral"])
def test_a_model_that_is_not_incremental_takes_all(dbt, loaded, materialized):
    with dbt.context(this=loaded, model={"config": {"materialized": materialized}}):
        assert rendered(dbt, "updated_at") == FIRST


def test_a_microbatch_model_is_given_its_batches_by_dbt(dbt, loaded):
    config = {"materialized": "incremental", "incremental_strategy": "microbatch"}
    with dbt.context(this=loaded, model={"config": config}):
        assert rendered(dbt, "updated_at", "3 days", watermark="literal") == FIRST


@pytest.mark.parametrize("watermark", ["subquery", "literal"])
@pytest.mark.parametrize("there", [pytest.param([], id="empty"), pytest.param([None, None], id="all NULL")])
def test_a_target_without_a_value_is_as_a_first_run(passing, there, watermark):
    source = [date(2023, 12, 31), date(2024, 1, 1), None, date(2024, 1, 5)]
    given = f"watermark='{watermark}'"
    assert passing(source, there, "date", f"'moment', {given}") == [0, 1, 3]
    assert passing(source, there, "date", f"'moment', '3 days', inclusive=false, {given}") == [0, 1, 3]
    assert passing(source, there, "date", f"'moment', default_start='2024-01-01', {given}") == [1, 3]
    assert passing(source, there, "date", f"'moment', '3 days', '2024-01-01', {given}") == [1, 3]
    assert passing(source, there, "date", f"'moment', '3 days', '2024-01-01', false, {given}") == [1, 3]


# -- where there is a watermark ---------------------------------------------------------------------------------------

WATERMARKS = [
    pytest.param("date", [date(2024, 1, day) for day in (1, 2, 3)], "'1 day'", id="dates"),
    pytest.param("date", [date(2024, 1, day) for day in (1, 2, 3)], "1", id="dates and a number of days"),
    pytest.param("timestamp", [datetime(2024, 1, 1, 0, 0, n, 123456) for n in (0, 1, 2)], None, id="timestamps"),
    pytest.param("timestamp", [datetime(2024, 1, 1, hour) for hour in (0, 6, 12)], "'6 hours'", id="timestamps back"),
    pytest.param(
        "timestamp with time zone",
        [datetime(2024, 1, 1, 0, n, tzinfo=UTC) for n in (0, 1, 2)],
        "'1 minute'",
        id="zones",
    ),
    pytest.param("bigint", [2**53, 2**53 + 1, 2**53 + 2], "1", id="whole numbers beyond floats"),
    pytest.param("decimal(10, 2)", [Decimal("0.10"), Decimal("0.20"), Decimal("0.30")], "0.1", id="decimals"),
    pytest.param("double precision", [0.1, 0.2, 0.7], None, id="floats"),
    pytest.param("text", ["2024-W01", "2024-W02", "it's"], None, id="texts"),
    pytest.param("text", ["", "NULL", "null"], None, id="texts that look like nothing"),
]


@pytest.mark.parametrize("watermark", ["subquery", "literal"])
@pytest.mark.parametrize(("type_", "values", "lookback"), WATERMARKS)
def test_rows_from_the_watermark_on_pass_whatever_the_type(passing, type_, values, lookback, watermark):
    first, middle, last = values
    given = f"watermark='{watermark}'"
    assert passing([*values, None], [first, middle, None], type_, f"'moment', {given}") == [1, 2]
    assert passing([*values, None], [first, middle, None], type_, f"'moment', inclusive=false, {given}") == [2]
    assert passing([first, last], [last], type_, f"'moment', {given}") == [1]
    if lookback:
        assert passing(values, [middle], type_, f"'moment', {lookback}, {given}") == [0, 1, 2]
        assert passing(values, [middle], type_, f"'moment', {lookback}, inclusive=false, {given}") == [1, 2]
        assert passing(values, [last], type_, f"'moment', {lookback}, {given}")[-2:] == [1, 2][-2:]


@pytest.mark.parametrize(
    ("lookback", "edge"),
    [
        ("90 minutes", datetime(2024, 3, 31, 10, 30)),
        ("6 hours", datetime(2024, 3, 31, 6)),
        ("1 DAY", datetime(2024, 3, 30, 12)),
        (" 2 weeks ", datetime(2024, 3, 17, 12)),
        ("1 month", datetime(2024, 2, 29, 12)),
        ("1 year", datetime(2023, 3, 31, 12)),
        ("0 days", datetime(2024, 3, 31, 12)),
    ],
)
def test_a_lookback_in_each_unit(passing, lookback, edge):
    source = [edge.replace(second=0), edge.replace(minute=edge.minute - 1 if edge.minute else 0, hour=edge.hour - 1)]
    for watermark in ("subquery", "literal"):
        given = f"'moment', '{lookback}', watermark='{watermark}'"
        assert passing(source, [datetime(2024, 3, 31, 12)], "timestamp", given) == [0]


def test_the_lookback_does_not_reach_beyond_the_start(passing):
    source = [date(2024, 1, day) for day in (1, 2, 3, 4)]
    for watermark in ("subquery", "literal"):
        given = f"'moment', '3 days', '2024-01-02', watermark='{watermark}'"
        assert passing(source, [date(2024, 1, 3)], "date", given) == [1, 2, 3]


def test_a_start_that_moved_past_the_watermark_loses_nothing(passing):
    """Such as current_date - 30 in the first run after a pause of 40 days."""
    source = [date(2024, 1, day) for day in (1, 10, 20)]
    for inclusive in ("true", "false"):
        given = f"'moment', default_start='2024-01-15', inclusive={inclusive}"
        assert passing(source, [date(2024, 1, 5)], "date", given) == [1, 2]
        assert passing(source, [date(2024, 1, 5)], "date", f"'moment', '1 day', '2024-01-15', {inclusive}") == [1, 2]


@pytest.mark.parametrize(
    ("start", "ids"),
    [
        pytest.param("'2024-01-02'", [1, 2], id="a day"),
        pytest.param("'2024-01-02 06:00:00'", [2], id="a moment"),
        pytest.param("'2024-01-02T00:00:00.000'", [1, 2], id="a moment as JSON has it"),
        pytest.param("modules.datetime.date(2024, 1, 2)", [1, 2], id="a date"),
        pytest.param("modules.datetime.datetime(2024, 1, 2, 6)", [2], id="a date and time"),
        pytest.param("\"cast('2024-01-04' as date) - 1 -- two days later\"", [2], id="an expression with a comment"),
        pytest.param("\"(select max(x) from (select cast('2024-01-03' as date) as x) as t)\"", [2], id="a subquery"),
    ],
)
def test_a_start_in_each_form(passing, start, ids):
    source = [datetime(2024, 1, day) for day in (1, 2, 3)]
    assert passing(source, [], "timestamp", f"'moment', default_start={start}") == ids
    assert passing(source, [], "timestamp", f"'moment', '1 day', {start}, inclusive=false") == ids


def test_a_start_of_a_number_or_a_text(passing):
    assert passing([1, 2, 3], [], "integer", "'moment', 1, 2") == [1, 2]
    assert passing(["a", "b's", "c"], [], "text", "'moment', default_start=\"'b''s'\"") == [1, 2]


@pytest.mark.usefixtures("loaded")
def test_it_stands_beside_other_conditions(dbt):
    source = dbt.table("source", [{"id": n, "updated_at": date(2024, 1, n)} for n in (9, 10, 11, 12)])
    for condition in ("{f} and id <> 11", "id <> 11 and {f}", "not (id = 11 or not {f})"):
        sql = "select id from {{ source }} where " + condition.format(
            f="{{ cutover.incremental_filter('updated_at') }}"
        )
        assert dbt.query(sql + " order by 1", source=source).column("id") == [10, 12]


# -- what is read -----------------------------------------------------------------------------------------------------


def test_the_target_is_read_once_and_by_the_query_alone(dbt, loaded):
    rendered(dbt, "updated_at")  # dbt fills its cache of relations
    dbt.statements.clear()
    calls = [("updated_at",), ("updated_at", "3 days"), ("n", 3, 5), ("n", 3, 5, False)]
    for sql in [rendered(dbt, *call) for call in calls]:
        assert sql.count(str(loaded)) == 1
    assert dbt.statements == []


@pytest.mark.usefixtures("loaded")
def test_the_literal_is_found_by_one_query(dbt):
    rendered(dbt, "updated_at")
    dbt.statements.clear()
    literal = rendered(dbt, "o.updated_at", watermark="literal")
    assert literal == "o.updated_at >= cast('2024-01-10' as date)"
    assert len(dbt.statements) == 1
    assert rendered(dbt, "n", 3, watermark="literal") == "n >= 7"


def test_with_a_start_the_comparison_is_bare(dbt, loaded):
    newest = f"(select max(cutover_target.n) from {loaded} as cutover_target)"
    assert rendered(dbt, "n", default_start=5) == f"n >= coalesce({newest}, 5)"
    assert rendered(dbt, "n") == f"coalesce(n >= {newest}, n is not null)"
    assert rendered(dbt, "n", inclusive=False, default_start=5) == f"coalesce(n > {newest}, n >= 5)"


def test_names_of_any_kind(dbt):
    rows = [{"select": 1, "Order": 10, 'a"b': 100}, {"select": 2, "Order": 20, 'a"b': 200}]
    source = dbt.table("source", rows)
    sql = 'select "select" as n from {{ source }} as s where {{ cutover.incremental_filter(column, target_column=t) }}'
    with dbt.incremental_this("copy", rows[1:]):
        for column in ('"select"', 's."Order"', 's."a""b"', '"a""b"'):
            assert dbt.query(sql, source=source, column=column, t=None) == [{"n": 2}]
        assert dbt.query(sql, source=source, column='"Order" + 10', t='"Order"').column("n") == [1, 2]
        assert dbt.query(sql, source=source, column='"Order" -- or', t='"select"').column("n") == [1, 2]


def test_a_column_that_the_target_lacks_is_an_error_and_not_that_of_the_source(dbt):
    source = dbt.table("source", [{"id": 1, "updated_at": 5}])
    sql = "select * from {{ source }} where {{ cutover.incremental_filter('updated_at') }}"
    with dbt.incremental_this("copy", [{"id": 1}]), pytest.raises(DatabaseError, match="updated_at"):
        dbt.query(sql, source=source)


# -- refusals ---------------------------------------------------------------------------------------------------------

KNOWN = "column, lookback, default_start, inclusive, watermark, target_column"
LOOKBACK = (
    "`lookback` must be a number of at least 0, or a text such as '3 days': "
    "minutes, hours, days, weeks, months or years; got"
)
START = "`default_start` must be a number, a day as YYYY-MM-DD, with a time if need be, or a SQL expression; got"
SQL = "one SQL expression, with its parentheses paired, its comments closed and no semicolon"
EXAMPLE = "Example: '2024-01-01', or current_date."
NAME = "must be the name of one column, in quotes where SQL wants them; got"


def refused(why, message, **given_):
    return pytest.param(given_, message, id=why)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        refused("no column", "`column` must be a text that is not empty; got ''. Example: updated_at.", column=""),
        refused("two statements", f"`column` must be {SQL}; got 'a; b'. Example: updated_at.", column="a; b"),
        refused(
            "an expression alone",
            "`target_column` is required where `column` is an expression; got 'a + 1'. "
            "Name the column that holds it in the table that is loaded.",
            column="a + 1",
        ),
        refused("unit", f"{LOOKBACK} '3 dayz'.", lookback="3 dayz"),
        refused("no unit", f"{LOOKBACK} '3'.", lookback="3"),
        refused("into the future", f"{LOOKBACK} '-3 days'.", lookback="-3 days"),
        refused("below zero", f"{LOOKBACK} -1.", lookback=-1),
        refused("boolean", f"{LOOKBACK} true.", lookback=True),
        refused("no number", f"{LOOKBACK} nan.", lookback=float("nan")),
        refused("list", f"{LOOKBACK} [3, 'days'].", lookback=[3, "days"]),
        refused("no such day", f"{START} '2024-02-30'. {EXAMPLE}", default_start="2024-02-30"),
        refused("no such hour", f"{START} '2024-02-03 25:00'. {EXAMPLE}", default_start="2024-02-03 25:00"),
        refused("statement", f"`default_start` must be {SQL}; got '1); --'. {EXAMPLE}", default_start="1); --"),
        refused(
            "start is true",
            f"`default_start` must be a text that is not empty; got true. {EXAMPLE}",
            default_start=True,
        ),
        refused("inclusive", "`inclusive` must be true or false; got 'no'.", inclusive="no"),
        refused(
            "watermark",
            "`watermark` must be one of subquery, literal; got 'literals'. Did you mean 'literal'?",
            watermark="literals",
        ),
        refused("target", f"`target_column` {NAME} 'a.b'. Example: updated_at.", target_column="a.b"),
        refused(
            "target list",
            "`target_column` must be a text that is not empty; got ['a']. Example: updated_at.",
            target_column=["a"],
        ),
        refused("unknown", f"unknown argument 'lookbak'. Did you mean 'lookback'? Known: {KNOWN}.", lookbak=1),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.incremental_filter: {message}"):
        rendered(dbt, **{"column": "updated_at"} | given_)
    assert dbt.statements == []


def test_too_many_arguments(dbt):
    with dbt.raises(re.compile("takes at most 6 arguments .* got 1 more: \\['x'\\]")):
        rendered(dbt, "a", None, None, True, "subquery", "b", "x")
