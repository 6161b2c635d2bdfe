from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

HOSTILE = "'; drop table x; -- {{ x }}\n\u00fc"
SHOWN = r"'\'; drop table x; -- {{ x }}\nü'"


def case(macro: str, value: Any, error: str | None, *rest: Any, id: str, **named: Any) -> Any:  # noqa: A002
    """Return a call of a check with what it says after "cutover.profile: `thing` must be", None when all is well."""
    return pytest.param(macro, value, error, rest, named, id=f"{macro} {id}")


NAMES = "thing: [a]"

CASES = [
    case("one_of", "b", None, ["a", "b"], id="known"),
    case("one_of", "B", "one of alpha, beta; got 'B'.", ["alpha", "beta"], id="another case, far"),
    case("one_of", "Beta", "one of alpha, beta; got 'Beta'. Did you mean 'beta'?", ["alpha", "beta"], id="near"),
    case("one_of", None, "one of alpha, beta; got nothing.", ["alpha", "beta"], id="missing"),
    case("one_of", ["alpha"], "one of alpha, beta; got ['alpha'].", ["alpha", "beta"], id="a list"),
    case("one_of", HOSTILE, f"one of alpha; got {SHOWN}.", ["alpha"], id="hostile"),
    case("text", "a", None, id="text"),
    case("text", HOSTILE, None, id="hostile is text too"),
    case("text", "", "a text that is not empty; got ''.", id="empty"),
    case("text", " \n", r"a text that is not empty; got ' \n'.", id="blank"),
    case("text", 1, "a text that is not empty; got 1. Example: thing: a.", "thing: a", id="a number, with an example"),
    case("text", None, "a text that is not empty; got nothing.", id="missing"),
    case("boolean", False, None, id="false"),
    case("boolean", True, None, id="true"),
    case("boolean", "false", "true or false; got 'false'.", id="the text of one"),
    case("boolean", 0, "true or false; got 0.", id="zero"),
    case("boolean", None, "true or false; got nothing.", id="missing"),
    case("integer", 1, None, 1, id="least"),
    case("integer", 0, "a whole number of at least 1; got 0.", 1, id="below"),
    case("integer", 9, None, 1, 9, id="most"),
    case("integer", 10, "a whole number from 1 to 9; got 10.", 1, 9, id="above"),
    case("integer", True, "a whole number of at least 0; got true.", 0, id="a boolean"),
    case("integer", 1.0, "a whole number of at least 0; got 1.0.", 0, id="a float"),
    case("integer", "1", "a whole number of at least 0; got '1'.", 0, id="the text of one"),
    case("integer", None, "a whole number of at least 0; got nothing.", 0, id="missing"),
    case("number", -1.5, None, id="any"),
    case("number", 0, None, 0, id="least"),
    case("number", Decimal("0.1"), None, 0, id="a decimal"),
    case("number", -0.5, "a number of at least 0; got -0.5.", 0, id="below"),
    case("number", float("nan"), "a number; got nan.", id="not a number"),
    case("number", Decimal("NaN"), "a number of at least 0; got NaN.", 0, id="a decimal that is not a number"),
    case("number", Decimal("sNaN"), "a number of at least 0; got sNaN.", 0, id="one that can't be compared"),
    case("number", True, "a number; got true.", id="a boolean"),
    case("number", "1", "a number; got '1'.", id="the text of one"),
    case("number", None, "a number; got nothing.", id="missing"),
    case("mapping", {}, None, "thing: {a: b}", id="empty"),
    case("mapping", ["a"], "a mapping; got ['a']. Example: thing: {a: b}.", "thing: {a: b}", id="a list"),
    case("mapping", "a: b", "a mapping; got 'a: b'. Example: thing: {a: b}.", "thing: {a: b}", id="the text of one"),
    case("mapping", None, "a mapping; got nothing. Example: thing: {a: b}.", "thing: {a: b}", id="missing"),
    case("list", [], None, NAMES, id="empty"),
    case("list", [], "a list with at least one item; got []. Example: thing: [a].", NAMES, 1, id="empty, one needed"),
    case("list", ("a",), None, NAMES, 1, id="a tuple"),
    case("list", "a", "a list; got 'a'. Example: thing: [a].", NAMES, id="a text"),
    case("list", {"a": 1}, "a list; got {a: 1}. Example: thing: [a].", NAMES, id="a mapping"),
    case("list", 1, "a list; got 1. Example: thing: [a].", NAMES, id="a number"),
    case("list", None, "a list; got nothing. Example: thing: [a].", NAMES, id="missing"),
    case("names", ["a", "A", HOSTILE], None, NAMES, id="different names"),
    case("names", [], "a list with at least one item; got []. Example: thing: [a].", NAMES, 1, id="none, one needed"),
    case("names", "a", "a list; got 'a'. Example: thing: [a].", NAMES, id="a text"),
    case("names", ["a", "b", "a"], "a list that names each once; got ['a', 'b', 'a'].", NAMES, id="one twice"),
    case("keys", {"b": 1}, None, ["alpha", "b"], "thing: {b: 1}", id="known"),
    case(
        "keys",
        {"alpa": 1},
        "a mapping with the keys alpha, b; got 'alpa'. Did you mean 'alpha'? Example: thing: {b: 1}.",
        ["alpha", "b"],
        "thing: {b: 1}",
        id="near",
    ),
    case(
        "keys",
        {1: 1},
        "a mapping with the keys b; got 1. Example: thing: {b: 1}.",
        ["b"],
        "thing: {b: 1}",
        id="a number",
    ),
    case("keys", ["b"], "a mapping; got ['b']. Example: thing: {b: 1}.", ["b"], "thing: {b: 1}", id="a list"),
]


@pytest.mark.parametrize(("macro", "value", "error", "rest", "named"), CASES)
def test_require(
    dbt: Any, macro: str, value: Any, error: str | None, rest: Sequence[Any], named: dict[str, Any]
) -> None:
    def call() -> None:
        dbt.call(f"cutover._require_{macro}", "profile", "thing", value, *rest, **named)

    if error is None:
        call()
    else:
        with dbt.raises(f"cutover.profile: `thing` must be {error}"):
            call()
    assert dbt.statements == []


def test_names_tell_which_one(dbt):
    with dbt.raises("cutover.profile: `thing[1]` must be a text that is not empty; got 7. Example: thing: [a]."):
        dbt.call("cutover._require_names", "profile", "thing", ["a", 7], "thing: [a]")


@pytest.mark.parametrize(
    ("check", "error"),
    [
        pytest.param("_require_one_of('m', 'x', y, ['a'])", "one of a; got nothing.", id="one_of"),
        pytest.param("_require_text('m', 'x', y)", "a text that is not empty; got nothing.", id="text"),
        pytest.param("_require_boolean('m', 'x', y)", "true or false; got nothing.", id="boolean"),
        pytest.param("_require_integer('m', 'x', y, 1)", "a whole number of at least 1; got nothing.", id="integer"),
        pytest.param("_require_number('m', 'x', y)", "a number; got nothing.", id="number"),
        pytest.param("_require_mapping('m', 'x', y, 'z')", "a mapping; got nothing. Example: z.", id="mapping"),
        # Red without `value is undefined`: what is undefined has a length and items.
        pytest.param("_require_list('m', 'x', y, 'z')", "a list; got nothing. Example: z.", id="list"),
        pytest.param("_require_names('m', 'x', y, 'z')", "a list; got nothing. Example: z.", id="names"),
        pytest.param("_require_keys('m', 'x', y, ['a'], 'z')", "a mapping; got nothing. Example: z.", id="keys"),
    ],
)
def test_a_name_that_jinja_does_not_know_is_nothing(dbt, check, error):
    with dbt.raises(f"cutover.m: `x` must be {error}"):
        dbt.render("{{ cutover." + check + " }}")


@pytest.mark.parametrize(
    ("unknown", "extra", "message"),
    [
        pytest.param(
            {"colums": 1},
            [],
            "cutover.profile: unknown argument 'colums'. Did you mean 'columns'? Known: relation, columns.",
            id="near",
        ),
        pytest.param(
            {"where": 1}, [], "cutover.profile: unknown argument 'where'. Known: relation, columns.", id="not near"
        ),
        pytest.param(
            {},
            ["a", 1],
            "cutover.profile: takes at most 2 arguments (relation, columns); got 2 more: ['a', 1].",
            id="too many",
        ),
    ],
)
def test_unknown_arguments_are_refused(dbt, unknown, extra, message):
    with dbt.raises(message):
        dbt.call("cutover._require_known_arguments", "profile", unknown, extra, ["relation", "columns"])


def test_no_unknown_argument_is_fine(dbt):
    dbt.call("cutover._require_known_arguments", "profile", {}, [], ["relation", "columns"])

    assert dbt.statements == []
