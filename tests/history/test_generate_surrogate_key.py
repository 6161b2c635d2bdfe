"""Surrogate keys: one per list of values, the same on every engine; digests worked out by hashlib."""

import hashlib
import re
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

A = "0cc175b9c0f1b6a831c399e269772661"
"""The md5 of the letter a, as RFC 1321 has it among its test values."""


def text_of(values):
    """The text before hashing, by the rule of the docs."""
    return "".join("-" if value is None else f"{len(value)}:{value}" for value in values)


def key_of(*values, algorithm="md5"):
    return hashlib.new(algorithm, text_of(values).encode()).hexdigest()


def keys(dbt, rows, columns, types=None, **arguments):
    rows = [{"id": number} | row for number, row in enumerate(rows)]
    table = dbt.table("keyed", rows, types={"id": "integer"} | (types or {}))
    call = "{{ cutover.generate_surrogate_key(columns, **arguments) }}"
    sql = f"select {call} as k from {{{{ t }}}} order by id"
    return dbt.query(sql, t=table, columns=columns, arguments=arguments).column("k")


def test_fixed_digests(dbt):
    """Worked out with md5sum over 3:abc, over a dash and over 0: alone."""
    found = keys(dbt, [{"a": "abc"}, {"a": None}, {"a": ""}], ["a"], {"a": "text"})
    assert found == [
        "e823f78cf0a4cd29614aa60015112a98",
        "336d5ebc5436534e61d16e63ddfca327",
        "9a1c7ee2c7ce38d4bbbaf29ab9f2ac1e",
    ]


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        pytest.param("Zürich 🙂", "text", "Zürich 🙂", id="letters beyond ascii"),
        pytest.param("ab", "varchar(9)", "ab", id="a text of some length"),
        pytest.param(-5, "smallint", "-5", id="small integer"),
        pytest.param(7, "integer", "7", id="integer"),
        pytest.param(2**63 - 1, "bigint", "9223372036854775807", id="the greatest integer"),
        pytest.param(True, "boolean", "true", id="true"),
        pytest.param(False, "boolean", "false", id="false"),
        pytest.param(date(2024, 2, 29), "date", "2024-02-29", id="leap day"),
        pytest.param(date(900, 1, 1), "date", "0900-01-01", id="a year of three digits"),
        pytest.param(Decimal("1.5"), "decimal(10, 2)", "1.50", id="a decimal to its scale"),
        pytest.param(Decimal("-0.05"), "decimal(4, 2)", "-0.05", id="a decimal below one"),
        pytest.param(datetime(2024, 1, 1), "timestamp", "2024-01-01 00:00:00", id="midnight"),
        pytest.param(datetime(2024, 1, 1, 9, 5, 7, 120000), "timestamp", "2024-01-01 09:05:07.12", id="a fraction"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, 999999), "timestamp", "1969-12-31 23:59:59.999999", id="early"),
        pytest.param(time(9, 5, 7, 120000), "time", "09:05:07.12", id="a time of day"),
        pytest.param("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", id="uuid"),
    ],
)
def test_types_whose_text_is_the_same_on_every_engine(dbt, value, type_, text, algorithm):
    dbt.vars({"cutover_hash_algorithm": algorithm})
    expected = [key_of(text, "x", algorithm=algorithm), key_of(None, "x", algorithm=algorithm)]
    rows = [{"v": value, "w": "x"}, {"v": None, "w": "x"}]
    assert keys(dbt, rows, ["v", "w"], {"v": type_, "w": "text"}) == expected


HOSTILE = [None, "", "null", "-", ":", "0:", "1:a", "a", "ab", "bc", "c", "abc", "-1:a", "'", "\\", "||", "é", "10:a"]


@given(rows=st.lists(st.tuples(*[st.sampled_from(HOSTILE) | st.text(alphabet="a1:-", max_size=4)] * 3), max_size=30))
@examples(30)
def test_texts_are_equal_if_and_only_if_the_values_are(dbt, rows):
    found = keys(
        dbt, [dict(zip("abc", row, strict=True)) for row in rows], ["a", "b", "c"], dict.fromkeys("abc", "text")
    )
    assert found == [key_of(*row) for row in rows]
    assert len(set(found)) == len({text_of(row) for row in rows}) == len(set(rows))


@given(rows=st.lists(st.tuples(*[st.sampled_from(HOSTILE)] * 3), max_size=30))
@examples(20)
def test_lists_of_different_lengths_share_no_key(dbt, rows):
    values = [dict(zip("abc", row, strict=True)) for row in rows]
    found = [keys(dbt, values, list("abc"[:width]), dict.fromkeys("abc", "text")) for width in (1, 2, 3)]
    assert len(set().union(*found)) == sum(len({row[:width] for row in rows}) for width in (1, 2, 3))


def test_the_pairs_that_joined_texts_confuse(dbt):
    pairs = [
        ("a", "bc"),
        ("ab", "c"),
        (None, "x"),
        ("x", None),
        ("", "x"),
        ("x", ""),
        ("null", "x"),
        ("a-b", "c"),
        ("a", "b-c"),
    ]
    rows = [{"a": a, "b": b} for a, b in pairs]
    found = keys(dbt, rows, ["a", "b"], {"a": "text", "b": "text"})
    assert len(set(found)) == len(pairs)


def test_expressions_and_names_that_need_quotes(dbt):
    rows = [{"Order": "A", "select": 1, 'a"b': "x"}]
    columns = ['"Order"', '"select" + 1 -- the next one', '"a""b"', "case when 1 = 1 then ';' end"]
    assert keys(dbt, rows, columns, {"select": "integer"}) == [key_of("A", "2", "x", ";")]


def of_dbt_utils(*values, null="_dbt_utils_surrogate_key_null_"):
    """dbt_utils' published rule: texts joined by a hyphen, a word or nothing for NULL."""
    return hashlib.md5("-".join(null if value is None else value for value in values).encode()).hexdigest()


ROWS = [("a", "1"), (None, "2"), ("", "3"), ("a-b", "4"), ("é", None)]


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_keys_of_dbt_utils(dbt, algorithm):
    dbt.vars({"cutover_hash_algorithm": algorithm})
    rows = [{"a": a, "b": None if b is None else int(b)} for a, b in ROWS]
    found = keys(dbt, rows, ["a", "b"], {"a": "text", "b": "integer"}, compatible_with="dbt_utils")
    assert found == [of_dbt_utils(*row) for row in ROWS]


def test_keys_of_dbt_utils_where_null_is_as_the_empty_text(dbt):
    dbt.vars({"surrogate_key_treat_nulls_as_empty_strings": True})
    rows = [{"a": a, "b": b} for a, b in ROWS]
    found = keys(dbt, rows, ["a", "b"], {"a": "text", "b": "text"}, compatible_with="dbt_utils")
    assert found == [of_dbt_utils(*row, null="") for row in ROWS]


def test_what_renders(dbt):
    text = f"cast(a as {dbt.call('dbt.type_string')})"
    length = f"cast(length({text}) as {dbt.call('dbt.type_string')})"
    assert dbt.call("cutover.generate_surrogate_key", ["a"]) == f"md5(coalesce({length} || ':' || {text}, '-'))"
    assert dbt.statements == []


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"columns": "order_id"},
            "`columns` must be a list with at least one item; got 'order_id'. Example: ['order_id', 'line_number'].",
            id="one name",
        ),
        pytest.param(
            {"columns": []},
            "`columns` must be a list with at least one item; got []. Example: ['order_id', 'line_number'].",
            id="no column",
        ),
        pytest.param(
            {"columns": ["a", None]},
            "`columns[1]` must be a text that is not empty; got nothing. Example: order_id.",
            id="nothing among the columns",
        ),
        pytest.param(
            {"columns": ["a)"]},
            "`columns[0]` must be one SQL expression, with its parentheses paired, its comments closed and no "
            "semicolon; "
            "got 'a)'. Example: order_id.",
            id="more than an expression",
        ),
        pytest.param(
            {"compatible_with": "dbt-utils"},
            "`compatible_with` must be one of dbt_utils; got 'dbt-utils'. Did you mean 'dbt_utils'?",
            id="another package",
        ),
        pytest.param(
            {"field_list": ["a"]},
            "unknown argument 'field_list'. Known: columns, compatible_with.",
            id="an argument of dbt_utils",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.generate_surrogate_key: {message}"):
        dbt.call("cutover.generate_surrogate_key", **{"columns": ["a"]} | given_)
    assert dbt.statements == []


def test_an_engine_without_an_answer_has_md5_and_refuses_the_rest(dbt):
    own, portable = (dbt.call(f"cutover.{name}", "'a'", "md5") for name in ("dialect_hash", "default__dialect_hash"))
    assert dbt.query(f"select {own} as own, {portable} as portable") == [dict.fromkeys(("own", "portable"), A)]
    with dbt.raises(re.compile(r"^cutover: the hash sha256 is not implemented for \w+\.$")):
        dbt.call("cutover.default__dialect_hash", "'a'", "sha256")


def test_an_algorithm_that_is_not_known(dbt):
    dbt.vars({"cutover_hash_algorithm": "sha1"})
    message = "`cutover_hash_algorithm` must be one of md5, sha256; got 'sha1'."
    with dbt.raises(f"cutover.generate_surrogate_key: {message}"):
        dbt.call("cutover.generate_surrogate_key", ["a"])
