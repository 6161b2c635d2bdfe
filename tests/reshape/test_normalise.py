"""Steps that normalise a value, each against its own few lines of Python."""

import re
import sys
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

# Python takes four separators of ASCII for white space too; Unicode's White_Space doesn't.
WHITE_SPACE = "".join(filter(str.isspace, map(chr, range(sys.maxunicode)))).translate(dict.fromkeys(range(28, 32)))
WORDS = {"A": "b", "": None, " ": "blank", None: "nothing", 7: True}


def as_text(value):
    """A key or a value of a map, as SQL casts it to text."""
    return "true" if value is True else value if value is None else str(value)


def mapped(value, words):
    for key, word in words.items():
        if as_text(key) == value:
            return as_text(word)
    return value


ORACLE = {
    "trim": lambda text, _: text.strip(WHITE_SPACE),
    "collapse_spaces": lambda text, _: re.sub(f"[{re.escape(WHITE_SPACE)}]+", " ", text),
    "upper": lambda text, _: text.upper(),
    "lower": lambda text, _: text.lower(),
    "digits_only": lambda text, _: "".join(c for c in text if c in "0123456789"),
    "empty_as_null": lambda text, _: text or None,
}


def expected(value, steps):
    for step in steps:
        (name, argument), *_ = step.items() if isinstance(step, dict) else [(step, None)]
        if name == "map":
            value = mapped(value, argument)
        elif name == "null_as":
            value = str(argument) if value is None else value
        elif value is not None:
            value = ORACLE[name](value, argument)
    return value


def normalised(dbt, values, steps, type_="text"):
    table = dbt.table("t", [{"n": n, "v": value} for n, value in enumerate(values)], types={"n": "integer", "v": type_})
    return dbt.query("select {{ cutover.normalise('v', steps) }} as v from {{ t }} order by n", t=table, steps=steps)


def values_of(dbt, values, steps, type_="text"):
    return normalised(dbt, values, steps, type_).column("v")


# Letters of ASCII alone: others have the case of the database's locale.
TEXTS = st.none() | st.text(
    st.sampled_from("aAbB079 \t\n\u00a0\u2003\u3000\u200b\u0663.-'\\") | st.just(" "), max_size=8
)
STEPS = st.sampled_from([*ORACLE, {"map": WORDS}, {"map": {None: None, "a": "it's"}}, {"null_as": " x"}])


@given(values=st.lists(TEXTS, min_size=1, max_size=8), steps=st.lists(STEPS, min_size=1, max_size=5))
@examples(40)
def test_steps_apply_in_their_order(dbt, values, steps):
    assert values_of(dbt, values, steps) == [expected(value, steps) for value in values]


@pytest.mark.parametrize("step", [pytest.param(step, id=step) for step in ("trim", "collapse_spaces")])
def test_white_space_is_that_of_unicode(dbt, step):
    assert len(WHITE_SPACE) == 25
    values = [f"{c}a{c}{c}b{c}" for c in WHITE_SPACE + "\u200b\ufeff\u001c"] + [WHITE_SPACE, f"a{WHITE_SPACE}b"]
    assert values_of(dbt, values, [step]) == [expected(value, [step]) for value in values]


def test_steps_on_texts_take_other_types(dbt):
    assert values_of(dbt, [7, None], ["trim", {"map": {7: "seven"}}], "integer") == ["seven", None]
    assert values_of(dbt, [True, None], [{"map": {True: "Y", None: "?"}}], "boolean") == ["Y", "?"]
    assert values_of(dbt, [date(2024, 2, 29)], ["digits_only"], "date") == ["20240229"]
    assert values_of(dbt, [Decimal("1.5")], [{"round": 2}, {"null_as": "x"}], "decimal(5, 1)") == ["1.50"]


def test_what_stands_for_null(dbt):
    assert values_of(dbt, [None, 5], [{"null_as": 0}], "integer") == [0, 5]
    assert values_of(dbt, [None, 5], [{"null_as": "none"}], "integer") == ["none", "5"]
    assert values_of(dbt, [None, True], [{"null_as": False}], "boolean") == [False, True]
    assert values_of(dbt, [None], ["date", {"null_as": "1900-01-01"}]) == [date(1900, 1, 1)]
    assert values_of(dbt, [None], ["timestamp", {"null_as": "1900-01-01"}]) == [datetime(1900, 1, 1)]
    assert values_of(dbt, [None], [{"null_as": date(1900, 1, 1)}], "date") == [date(1900, 1, 1)]
    assert values_of(dbt, [None, "a"], ["trim", {"null_as": True}]) == ["true", "a"]
    assert values_of(dbt, [None, "a"], ["trim", {"null_as": 7}]) == ["7", "a"]


def test_an_empty_map_of_words_but_null(dbt):
    assert values_of(dbt, [None, "a"], [{"map": {None: "x"}}]) == ["x", "a"]


@pytest.mark.engines("duckdb")
def test_a_collation_that_ignores_case_maps_letter_by_letter(dbt):
    dbt.execute("create table test.t (v varchar collate nocase)")
    dbt.execute("insert into test.t values ('a')")
    steps = [{"map": {"A": "x"}}]
    assert dbt.query("select {{ cutover.normalise('v', steps) }} as v from test.t", steps=steps) == [{"v": "a"}]


def rounded(number, digits):
    with localcontext(prec=60):
        return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@given(
    numbers=st.lists(st.decimals(-(10**12), 10**12, allow_nan=False, places=6), min_size=1, max_size=6),
    digits=st.integers(0, 8),
)
@examples(25)
def test_decimals_are_rounded_half_away_from_zero(dbt, numbers, digits):
    found = values_of(dbt, numbers, [{"round": digits}], "decimal(20, 6)")
    assert found == [rounded(number, digits) for number in numbers]


@given(numbers=st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=6), digits=st.integers(0, 8))
@examples(25)
def test_floats_are_rounded_as_they_are_written(dbt, numbers, digits):
    found = values_of(dbt, numbers, [{"round": digits}], "double precision")
    assert found == [rounded(Decimal(repr(number)), digits) for number in numbers]


def test_a_float_a_little_less_than_it_is_written(dbt):
    assert values_of(dbt, [1.005, -2.675, 123456789.125], [{"round": 2}], "double precision") == [
        Decimal("1.01"),
        Decimal("-2.68"),
        Decimal("123456789.13"),
    ]


def test_dates(dbt):
    texts = ["2024-02-29", "2024-02-29 23:59:59.999999", "2024-02-29T23:59:59", None]
    assert values_of(dbt, texts, ["date"]) == [date(2024, 2, 29)] * 3 + [None]
    assert values_of(dbt, [datetime(1969, 12, 31, 23, 59, 59, 999999)], ["date"], "timestamp") == [date(1969, 12, 31)]
    assert values_of(dbt, [date(1, 1, 1), date(9999, 12, 31)], ["date"], "date") == [date(1, 1, 1), date(9999, 12, 31)]


@pytest.mark.parametrize(
    ("step", "microseconds"),
    [
        pytest.param("timestamp", 999999, id="as it is"),
        pytest.param({"timestamp": None}, 999999, id="nothing"),
        pytest.param({"timestamp": 6}, 999999, id="microseconds"),
        pytest.param({"timestamp": 3}, 999000, id="milliseconds"),
        pytest.param({"timestamp": 0}, 0, id="seconds"),
    ],
)
def test_timestamps_are_cut_and_never_rounded(dbt, step, microseconds):
    for year in (1969, 2024):  # before 1970 numbers of seconds are negative
        moment = datetime(year, 12, 31, 23, 59, 59, 999999)
        expected = [moment.replace(microsecond=microseconds), None]
        assert values_of(dbt, [moment, None], [step], "timestamp") == expected
        assert values_of(dbt, [str(moment), None], [step]) == expected
    assert values_of(dbt, [date(2024, 2, 29)], [step], "date") == [datetime(2024, 2, 29)]


def test_types_of_the_results(dbt):
    def type_of(steps):
        return normalised(dbt, [], steps).types["v"]

    same = dbt.query(
        "select cast(null as {{ dbt.type_string() }}) as t, cast(null as date) as d, cast(null as timestamp) as m, "
        "cast(null as decimal(38, 2)) as n"
    ).types
    assert type_of(["trim", "upper"]) == same["t"]
    assert type_of(["date"]) == same["d"]
    assert type_of([{"timestamp": 0}]) == same["m"]
    assert type_of([{"round": 2}]) == same["n"]


def test_an_expression_is_one_value(dbt):
    assert dbt.query("select {{ cutover.normalise(\"' a' || 'b '\", ['trim', 'upper']) }} as v") == [{"v": "AB"}]
    assert dbt.query("select {{ cutover.normalise('1 + 1', [{'null_as': 0}]) }} * 2 as v") == [{"v": 4}]
    assert dbt.query("select {{ cutover.normalise('null', [{'map': {none: 'x'}}]) }} as v") == [{"v": "x"}]


def test_steps_can_be_checked_for_another_macro(dbt):
    steps = dbt.call("cutover._normalise_steps", "reconcile", "normalise.email", ["trim", {"round": 2}])
    assert steps == [{"name": "trim", "value": None}, {"name": "round", "value": 2}]
    with dbt.raises(
        "cutover.reconcile: `normalise.email[0]` must be one of trim, collapse_spaces, upper, lower, digits_only, "
        "empty_as_null, null_as, map, round, date, timestamp; got 'trimm'. Did you mean 'trim'?"
    ):
        dbt.call("cutover._normalise_steps", "reconcile", "normalise.email", ["trimm"])


def test_it_asks_nothing_while_compiling(dbt):
    dbt.call("cutover.normalise", "v", ["trim"])
    assert dbt.statements == []


NAMES = "trim, collapse_spaces, upper, lower, digits_only, empty_as_null, null_as, map, round, date, timestamp"
SCALARS = "`steps[0].map` must be a mapping of texts, whole numbers, true, false or null; got"
MAP = "Example: {map: {Y: yes, N: no}}."


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"column": "a; b"},
            "`column` must be one SQL expression, with its parentheses paired, its comments closed and no semicolon; "
            "got 'a; b'. Example: country.",
            id="column",
        ),
        pytest.param(
            {"steps": "trim"},
            "`steps` must be a list with at least one item; got 'trim'. Example: [trim, lower, {null_as: unknown}].",
            id="a text",
        ),
        pytest.param(
            {"steps": []},
            "`steps` must be a list with at least one item; got []. Example: [trim, lower, {null_as: unknown}].",
            id="no steps",
        ),
        pytest.param(
            {"steps": ["trim", "uper"]},
            f"`steps[1]` must be one of {NAMES}; got 'uper'. Did you mean 'upper'?",
            id="unknown step",
        ),
        pytest.param({"steps": [None]}, f"`steps[0]` must be one of {NAMES}; got nothing.", id="nothing"),
        pytest.param(
            {"steps": [{"roun": 2}]},
            f"`steps[0]` must be one of {NAMES}; got 'roun'. Did you mean 'round'?",
            id="unknown step with a value",
        ),
        pytest.param(
            {"steps": [{"round": 2, "map": {}}]},
            "`steps[0]` must be a step, or a mapping of one step to its value; got {round: 2, map: {}}. "
            "Example: {round: 2}.",
            id="two steps in one",
        ),
        pytest.param(
            {"steps": ["round"]},
            "`steps[0]` must be given with its value; got 'round'. Example: {round: 2}.",
            id="no value",
        ),
        pytest.param(
            {"steps": [{"trim": True}]},
            "`steps[0]` must be the name trim alone, for this step takes no value; got {trim: true}.",
            id="a value too many",
        ),
        pytest.param(
            {"steps": [{"round": 19}]}, "`steps[0].round` must be a whole number from 0 to 18; got 19.", id="digits"
        ),
        pytest.param(
            {"steps": [{"timestamp": 2}]},
            "`steps[0].timestamp` must be 0, 3 or 6 digits of a second, or nothing; got 2.",
            id="precision",
        ),
        pytest.param(
            {"steps": [{"timestamp": False}]},
            "`steps[0].timestamp` must be 0, 3 or 6 digits of a second, or nothing; got false.",
            id="precision that is no number",
        ),
        pytest.param(
            {"steps": [{"null_as": None}]},
            "`steps[0].null_as` must be a text, a number, a boolean, a date or a timestamp; got nothing. "
            "Example: {null_as: unknown}.",
            id="null for null",
        ),
        pytest.param(
            {"steps": [{"null_as": ["a"]}]},
            "`steps[0].null_as` must be a text, a number, a boolean, a date or a timestamp; got ['a']. "
            "Example: {null_as: unknown}.",
            id="a list for null",
        ),
        pytest.param(
            {"steps": [{"map": ["a"]}]}, f"`steps[0].map` must be a mapping; got ['a']. {MAP}", id="a list for a map"
        ),
        pytest.param(
            {"steps": [{"map": {}}]},
            f"`steps[0].map` must be a mapping of at least one value; got {{}}. {MAP}",
            id="an empty map",
        ),
        pytest.param({"steps": [{"map": {1.5: "a"}}]}, f"{SCALARS} 1.5. {MAP}", id="a fraction in a map"),
        pytest.param({"steps": [{"map": {"a": ["b"]}}]}, f"{SCALARS} ['b']. {MAP}", id="a list in a map"),
        pytest.param(
            {"steps": [{"map": {"1": "a", 1: "b"}}]},
            "`steps[0].map` must be a mapping that names each value once; got 1.",
            id="one text twice",
        ),
        pytest.param(
            {"step": []}, "unknown argument 'step'. Did you mean 'steps'? Known: column, steps.", id="unknown"
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.normalise: {message}"):
        dbt.call("cutover.normalise", **{"column": "v", "steps": ["trim"]} | given_)
    assert dbt.statements == []
