import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples

KNOWN = ["relation", "output", "dry_run"]


def begin(dbt, **given):
    return dbt.call("cutover._operation", "profile", KNOWN, given.pop("unknown", {}), given.pop("extra", []), **given)


def test_operation_has_its_defaults(dbt):
    operation = begin(dbt)

    assert (operation["name"], operation["output"], operation["dry_run"]) == ("profile", "table", False)
    assert (operation["statements"], operation["planned"]) == (0, [])
    assert re.fullmatch("[0-9a-f]{32}", operation["run_id"])


def test_two_operations_of_one_invocation_have_two_ids(dbt):
    assert begin(dbt)["run_id"] != begin(dbt)["run_id"]


@pytest.mark.parametrize(
    ("given", "error", "printed"),
    [
        pytest.param(
            {"output": "jsn"},
            "cutover.profile: `output` must be one of table, json; got 'jsn'. Did you mean 'json'?",
            False,
            id="unknown output",
        ),
        pytest.param(
            {"output": None},
            "cutover.profile: `output` must be one of table, json; got nothing.",
            False,
            id="no output",
        ),
        pytest.param(
            {"dry_run": "yes", "output": "json"},
            "cutover.profile: `dry_run` must be true or false; got 'yes'.",
            True,
            id="dry_run as a text",
        ),
        pytest.param(
            {"unknown": {"relatio": 1}, "output": "json"},
            "cutover.profile: unknown argument 'relatio'. Did you mean 'relation'? Known: relation, output, dry_run.",
            True,
            id="unknown argument",
        ),
        pytest.param(
            {"unknown": {"relatio": 1}},
            "cutover.profile: unknown argument 'relatio'. Did you mean 'relation'? Known: relation, output, dry_run.",
            False,
            id="unknown argument, as a table",
        ),
        pytest.param(
            {"extra": [1], "output": "json"},
            "cutover.profile: takes at most 3 arguments (relation, output, dry_run); got 1 more: [1].",
            True,
            id="too many arguments",
        ),
    ],
)
def test_operation_refuses_what_all_operations_refuse(dbt, given, error, printed):
    with dbt.raises(error):
        begin(dbt, **given)

    expected = [{"operation": "profile", "verdict": "error", "error": error}] if printed else []
    assert [json.loads(document) for document in dbt.printed] == expected
    assert dbt.statements == []


def test_run_sends_one_labelled_statement(dbt):
    operation = begin(dbt)
    rows = dbt.call("cutover._run", operation, "count of */ orders", "select 1 as a, ':x' as b", exact=["b"])

    assert rows == [{"a": 1, "b": "x"}]
    assert operation["statements"] == 1
    assert dbt.statements == ["/* cutover.profile: count of * / orders */\nselect 1 as a, ':x' as b"]


def test_run_command_sends_one_labelled_statement(dbt):
    operation = begin(dbt)
    dbt.call("cutover._run_command", operation, "a table", "create table test.t as select 1 as a")

    assert dbt.query("select a from test.t") == [{"a": 1}]
    assert operation["statements"] == 1
    assert dbt.statements == ["/* cutover.profile: a table */\ncreate table test.t as select 1 as a"]


@pytest.mark.parametrize(
    ("output", "printed", "logged"),
    [
        pytest.param(
            "table",
            [],
            [
                "-- the count\nselect 1;\n",
                "-- the table\ncreate table test.t (a int);\n",
                "cutover.profile: dry run, nothing was changed.",
            ],
            id="table",
        ),
        pytest.param(
            "json",
            [
                {
                    "operation": "profile",
                    "verdict": "dry_run",
                    "statements": [
                        {"purpose": "the count", "sql": "select 1"},
                        {"purpose": "the table", "sql": "create table test.t (a int)"},
                    ],
                }
            ],
            [],
            id="json",
        ),
    ],
)
def test_dry_run_shows_and_sends_nothing(dbt, output, printed, logged):
    operation = begin(dbt, output=output, dry_run=True)

    assert dbt.call("cutover._run", operation, "the count", "\nselect 1\n") == []
    dbt.call("cutover._run_command", operation, "the table", "create table test.t (a int)")
    dbt.call("cutover._show_plan", operation)

    assert dbt.statements == []
    assert operation["statements"] == 0
    assert [json.loads(document) for document in dbt.printed] == printed
    assert dbt.logs == logged


@given(text=st.text(alphabet="*/a-\n'", max_size=12))
@examples(60)
def test_comment_keeps_its_text_inside(dbt, text):
    comment = dbt.call("cutover._comment", text)

    assert dbt.query(comment.replace("{", "") + "\nselect 1 as a") == [{"a": 1}]


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        pytest.param("a step", "/* a step */", id="plain"),
        pytest.param("*/ drop table x; /*", "/* * / drop table x; / * */", id="the end of a comment"),
        pytest.param("a\nb", "/* a b */", id="a line end"),
    ],
)
def test_comment(dbt, text, comment):
    assert dbt.call("cutover._comment", text) == comment


def test_end_badly_prints_no_second_document(dbt):
    operation = begin(dbt, output="json")
    with dbt.raises("cutover.profile: 3 rows differ"):
        dbt.call("cutover._end_badly", operation, "3 rows differ")

    assert dbt.printed == []


def test_seconds_are_a_number_that_grows(dbt):
    operation = begin(dbt)
    first = dbt.call("cutover._seconds", operation)
    dbt.query("select 1")
    second = dbt.call("cutover._seconds", operation)

    assert isinstance(first, float)
    assert 0 <= first <= second < 60
