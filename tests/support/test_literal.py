import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples

HOSTILE = [
    pytest.param("", id="empty"),
    pytest.param("null", id="the word null"),
    pytest.param("it's", id="single quote"),
    pytest.param("''", id="two single quotes"),
    pytest.param('"', id="double quote"),
    pytest.param("\\", id="backslash"),
    pytest.param("\\'; drop table test.x; --", id="backslash and quote"),
    pytest.param("E'\\n", id="escape string"),
    pytest.param("a\nb\r\nc\td", id="line ends and tab"),
    pytest.param("/* a */ -- b", id="comments"),
    pytest.param("$$ $1 %s %(a)s % ? :a", id="placeholders of drivers"),
    pytest.param("{{ 1 / 0 }} {% raw %} {#", id="Jinja"),
    pytest.param("größe 日本 🎉 e\u0301 \u2028", id="unicode"),
    pytest.param(" a ", id="spaces around"),
    pytest.param("x" * 100_000, id="long"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_back_as_it_was(dbt, text):
    assert dbt.query("select {{ cutover._literal(text) }} as a", text=text) == [{"a": text}]


@given(texts=st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), max_size=20))
@examples(40)
def test_any_text_comes_back_as_it_was(dbt, texts):
    columns = ", ".join(f"{dbt.call('cutover._literal', text)} as c{index}" for index, text in enumerate(texts))
    row = dbt.query("select 0 as c, {{ columns }}", columns=columns or "1 as d")[0]

    assert [row[f"c{index}"] for index in range(len(texts))] == texts


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        pytest.param(None, "null", id="nothing"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-7, "-7", id="negative"),
        pytest.param(Decimal("1.10"), "1.10", id="decimal with its scale"),
        pytest.param(0.1, "0.1", id="float"),
        pytest.param(date(2024, 2, 29), "cast('2024-02-29' as date)", id="date"),
        pytest.param(
            datetime(2024, 2, 29, 23, 59, 59, 999_999),
            "cast('2024-02-29 23:59:59.999999' as timestamp)",
            id="timestamp",
        ),
        pytest.param(
            datetime(2024, 2, 29, tzinfo=UTC),
            "cast('2024-02-29 00:00:00+00:00' as timestamp with time zone)",
            id="timestamp with zone",
        ),
    ],
)
def test_literal_reads_well(dbt, value, sql):
    assert dbt.call("cutover._literal", value) == sql


@given(values=st.lists(st.integers(-(2**126), 2**126), min_size=1, max_size=20))
@examples(20)
def test_whole_numbers_come_back(dbt, values):
    assert _round_trip(dbt, values) == values


# As many digits as every engine's decimal holds.
@given(values=st.lists(st.decimals(-(10**20), 10**20, places=10), min_size=1, max_size=20))
@examples(20)
def test_decimals_come_back(dbt, values):
    assert _round_trip(dbt, values) == values


@pytest.mark.parametrize(
    "value",
    [
        # Red when written with its exponent: DuckDB reads 1E+20 as a float, in which 10^20 + 1 is 10^20.
        pytest.param(Decimal("1E+20"), id="a large one"),
        pytest.param(Decimal("1E-9"), id="a small one"),
    ],
)
def test_decimal_with_an_exponent_stays_a_decimal(dbt, value):
    row = dbt.query(
        "select {{ cutover._literal(value) }} + {{ cutover._literal(one) }} as a", value=value, one=Decimal(1)
    )

    assert row[0]["a"] == value + 1


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@examples(40)
def test_floats_come_back_to_the_last_bit(dbt, values):
    double = dbt.engine.types["float"]
    columns = ", ".join(f"cast({dbt.call('cutover._literal', v)} as {double}) as c{i}" for i, v in enumerate(values))

    assert list(dbt.query("select {{ columns }}", columns=columns)[0].values()) == values


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(math.inf, id="infinity"),
        pytest.param(-math.inf, id="minus infinity"),
        pytest.param(Decimal("Infinity"), id="decimal infinity"),
        pytest.param(Decimal("-Infinity"), id="decimal minus infinity"),
    ],
)
def test_infinities_come_back(dbt, value):
    assert dbt.query("select {{ cutover._literal(value) }} as a", value=value) == [{"a": float(value)}]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(math.nan, id="float"),
        pytest.param(Decimal("NaN"), id="decimal"),
        pytest.param(Decimal("-NaN"), id="decimal with a sign"),
        pytest.param(Decimal("sNaN"), id="decimal that signals"),
    ],
)
def test_not_a_number_comes_back(dbt, value):
    assert math.isnan(dbt.query("select {{ cutover._literal(value) }} as a", value=value)[0]["a"])


@given(values=st.lists(st.dates(), min_size=1, max_size=20))
@examples(20)
def test_dates_come_back(dbt, values):
    assert _round_trip(dbt, values) == values


@given(values=st.lists(st.datetimes(), min_size=1, max_size=20))
@examples(20)
def test_timestamps_come_back(dbt, values):
    assert _round_trip(dbt, values) == values


@given(
    values=st.lists(
        st.datetimes(
            datetime(1800, 1, 1),
            datetime(2200, 1, 1),
            timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=11))]),
        ),
        min_size=1,
        max_size=10,
    )
)
@examples(20)
def test_timestamps_with_zone_are_the_same_moment(dbt, values):
    seconds = ", ".join(
        f"cast(extract(epoch from {dbt.call('cutover._literal', value)}) as decimal(20, 6)) as c{index}"
        for index, value in enumerate(values)
    )
    epoch = datetime(1970, 1, 1, tzinfo=UTC)

    # Microseconds, counted by Python; an engine that goes through a double is right to the nearest ones.
    for found, value in zip(dbt.query("select {{ columns }}", columns=seconds)[0].values(), values, strict=True):
        expected = Decimal((value - epoch) // timedelta(microseconds=1)) / 10**6
        assert abs(found - expected) <= Decimal("0.000002")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param([1], "[1]", id="a list"),
        pytest.param({"a": 1}, "{a: 1}", id="a mapping"),
        pytest.param(timedelta(days=1), "1 day, 0:00:00", id="an interval"),
    ],
)
def test_what_has_no_literal_is_refused(dbt, value, shown):
    with dbt.raises(
        "cutover._literal: `value` must be null, a boolean, a number, a text, a date or a timestamp; got " + shown + "."
    ):
        dbt.call("cutover._literal", value)


def test_a_name_that_jinja_does_not_know_is_refused(dbt):
    with dbt.raises("cutover._literal: an undefined value has no literal. Is the variable spelled right?"):
        dbt.render("{{ cutover._literal(mistyped) }}")


def test_half_of_a_surrogate_pair_is_refused(dbt):
    with dbt.raises(r"cutover._literal: `value` must be a text that UTF-8 can hold; got 'a\ud83d'."):
        dbt.call("cutover._literal", "a\ud83d")


# The two engines differ in what a text may hold, which no fact of the harness tells.
@pytest.mark.engines("postgres")
def test_the_character_zero_is_refused(dbt):
    with dbt.raises(
        r"cutover._literal: `value` must be a text without the character 0, which this engine can not hold; "
        r"got 'a\x00'."
    ):
        dbt.call("cutover._literal", "a\0")


@pytest.mark.engines("duckdb")
def test_the_character_zero_comes_back(dbt):
    assert dbt.query("select {{ cutover._literal(text) }} as a", text="a\0b") == [{"a": "a\0b"}]


def _round_trip(dbt, values):
    columns = ", ".join(f"{dbt.call('cutover._literal', value)} as c{index}" for index, value in enumerate(values))
    found = dbt.query("select {{ columns }}", columns=columns)[0].values()
    # Fractions compare by value and exactly, whatever Python type the driver gives a number.
    return [Fraction(value) if isinstance(value, int | Decimal | float) else value for value in found]
