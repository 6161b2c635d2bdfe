import ast
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples

JSON = {"name": "reconcile", "output": "json"}
TABLE = {"name": "reconcile", "output": "table"}


@pytest.mark.parametrize(
    ("origin", "printed"),
    [
        pytest.param("reconcile", [], id="a macro's name"),
        pytest.param(TABLE, [], id="an operation that prints a table"),
        pytest.param(
            JSON,
            [{"operation": "reconcile", "verdict": "error", "error": 'cutover.reconcile: no "keys"\nhere'}],
            id="an operation that was asked for JSON",
        ),
    ],
)
def test_fail_tells_the_reader_of_json_too(dbt, origin, printed):
    with dbt.raises('cutover.reconcile: no "keys"\nhere'):
        dbt.call("cutover._fail", origin, 'no "keys"\nhere')

    assert [json.loads(document) for document in dbt.printed] == printed
    assert not any("\n" in document for document in dbt.printed)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"value": "summ", "allowed": "one of sum, avg"},
            "cutover.generate_pivot: `agg_func` must be one of sum, avg; got 'summ'.",
            id="no candidates",
        ),
        pytest.param(
            {"value": "summ", "allowed": "one of sum, avg", "candidates": ["sum", "avg"]},
            "cutover.generate_pivot: `agg_func` must be one of sum, avg; got 'summ'. Did you mean 'sum'?",
            id="a near miss",
        ),
        pytest.param(
            {"value": "median", "allowed": "one of sum, avg", "candidates": ["sum", "avg"]},
            "cutover.generate_pivot: `agg_func` must be one of sum, avg; got 'median'.",
            id="nothing near",
        ),
        pytest.param(
            {"value": 3, "allowed": "a text", "candidates": ["sum"]},
            "cutover.generate_pivot: `agg_func` must be a text; got 3.",
            id="no text",
        ),
        pytest.param(
            {"value": None, "allowed": "a text", "example": "agg_func: sum"},
            "cutover.generate_pivot: `agg_func` must be a text; got nothing. Example: agg_func: sum.",
            id="an example",
        ),
        pytest.param(
            {"value": "summ", "allowed": "a text", "candidates": ["sum"], "example": "agg_func: sum"},
            "cutover.generate_pivot: `agg_func` must be a text; got 'summ'. Did you mean 'sum'? "
            "Example: agg_func: sum.",
            id="a near miss and an example",
        ),
    ],
)
def test_refuse_has_one_wording(dbt, given, message):
    with dbt.raises(message):
        dbt.call("cutover._refuse", "generate_pivot", "agg_func", **given)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param({}, "cutover.reconcile: the level `aggregates` arrives in 0.2.", id="the next version"),
        pytest.param({"version": "0.3"}, "cutover.reconcile: the level `aggregates` arrives in 0.3.", id="a later one"),
    ],
)
def test_not_yet_names_the_version(dbt, more, message):
    with dbt.raises(message):
        dbt.call("cutover._not_yet", "reconcile", "the level `aggregates`", **more)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(None, "nothing", id="nothing"),
        pytest.param("", "''", id="empty text"),
        pytest.param("it's", r"'it\'s'", id="single quote"),
        pytest.param('a "b"', "'a \"b\"'", id="double quotes"),
        pytest.param("a\nb\r\tc\\", r"'a\nb\r\tc\\'", id="line ends and a backslash"),
        pytest.param("\x1b[2J\u2028\x00", r"'\x1b[2J\u2028\x00'", id="what would steer a terminal or split a log line"),
        pytest.param("\ud800", r"'\ud800'", id="half of a surrogate pair"),
        pytest.param("größe 🎉 {{ x }}", "'größe 🎉 {{ x }}'", id="letters of other languages and Jinja"),
        pytest.param("x" * 120, "'" + "x" * 120 + "'", id="as long as it may be"),
        pytest.param("x" * 121, "'" + "x" * 117 + "...'", id="too long"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(0, "0", id="zero"),
        pytest.param(Decimal("1.10"), "1.10", id="a decimal"),
        pytest.param(date(2024, 2, 29), "2024-02-29", id="a date"),
        pytest.param([], "[]", id="empty list"),
        pytest.param(["a'b", None, 1, [True]], r"['a\'b', nothing, 1, [true]]", id="a list in a list"),
        pytest.param({"a": "b", "c": {"d": [1]}}, "{a: 'b', c: {d: [1]}}", id="a mapping in a mapping"),
    ],
)
def test_shown(dbt, value, shown):
    assert dbt.call("cutover._shown", value) == shown


def test_shown_of_a_relation_is_its_sql(dbt):
    orders = dbt.table("Orders", [{"id": 1}])

    assert dbt.call("cutover._shown", orders) == '"testdb"."test"."Orders"'


def test_shown_of_a_name_that_is_not_there(dbt):
    assert dbt.render("{{ cutover._shown(mistyped) }}") == "nothing"


@given(value=st.text(max_size=20))
@examples(50)
def test_shown_text_is_one_line_and_tells_every_letter(dbt, value):
    shown = dbt.call("cutover._shown", value)

    assert shown.isprintable()
    assert ast.literal_eval(shown) == value
