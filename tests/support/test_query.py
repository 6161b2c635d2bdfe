from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        pytest.param("9223372036854775807", 2**63 - 1, id="the largest bigint"),
        pytest.param("cast(123456789012345678.90 as decimal(30, 2))", Decimal("123456789012345678.90"), id="a decimal"),
        pytest.param("'007'", "007", id="a text of digits"),
        pytest.param("'true'", "true", id="a text that could be a boolean"),
        pytest.param("'2024-01-01'", "2024-01-01", id="a text that could be a date"),
        pytest.param("true", True, id="a boolean"),
        pytest.param("cast('2024-02-29' as date)", date(2024, 2, 29), id="a date"),
        pytest.param("cast(null as integer)", None, id="nothing"),
    ],
)
def test_rows_keep_the_value(dbt, sql, value):
    rows = dbt.call("cutover._rows", f"select {sql} as a")

    assert rows == [{"a": value}]
    assert type(rows[0]["a"]) is type(value)


def test_rows_have_names_in_lower_case(dbt):
    assert dbt.call("cutover._rows", 'select 1 as "Amount", 2 as "b C"') == [{"amount": 1, "b c": 2}]


def test_no_rows(dbt):
    assert dbt.call("cutover._rows", "select 1 as a where 1 = 0") == []


# Red without `_exact_text`: dbt's result table turns the first two into nothing.
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("null", id="the word null"),
        pytest.param("NULL", id="the word null in capitals"),
        pytest.param(":", id="the mark itself"),
        pytest.param(" 1 ", id="a number with spaces"),
    ],
)
def test_exact_text_comes_back(dbt, text):
    table = dbt.table("t", [{"a": text}])
    query = dbt.render("select {{ cutover._exact_text('a') }} as a, a as b from {{ table }}", table=table)

    assert dbt.call("cutover._rows", query, exact=["a"])[0]["a"] == text
    assert dbt.call("cutover._rows", query, ["a"])[0]["a"] == text


def test_exact_text_of_nothing_is_nothing(dbt):
    query = dbt.render("select {{ cutover._exact_text('cast(null as integer)') }} as a")

    assert dbt.call("cutover._rows", query, exact=["a"]) == [{"a": None}]


@given(texts=st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), min_size=1))
@examples(20)
def test_any_exact_text_comes_back(dbt, texts):
    table = dbt.table("t", [{"n": number, "a": text} for number, text in enumerate(texts)])
    query = dbt.render("select {{ cutover._exact_text('a') }} as a from {{ table }} order by n", table=table)

    assert [row["a"] for row in dbt.call("cutover._rows", query, exact=["a"])] == texts


@pytest.mark.parametrize(
    ("value", "count"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param(0, 0, id="zero"),
        pytest.param(2**70, 2**70, id="an integer"),
        pytest.param(Decimal("12345678901234567890"), 12345678901234567890, id="a decimal"),
        pytest.param(Decimal("12.000"), 12, id="a decimal with a scale"),
        pytest.param("42", 42, id="a text"),
        pytest.param("12345678901234567890.0", 12345678901234567890, id="a text with a scale"),
    ],
)
def test_count_is_a_whole_number(dbt, value, count):
    found = dbt.call("cutover._count", value)

    assert found == count
    assert type(found) is type(count)
