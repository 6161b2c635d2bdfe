"""What reshape asks of an engine: the portable answers, and what has none."""

import pytest

from dbt_cutover.testing import assert_rows


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        pytest.param("default__dialect_type_name({'family': 'date'})", "date", id="type of a family"),
        pytest.param("default__dialect_type_name({'family': 'other', 'type': 'uuid'})", "uuid", id="type of its own"),
        pytest.param(
            "default__dialect_type_name({'family': 'decimal', 'precision': 9, 'scale': 2})",
            "decimal(9, 2)",
            id="decimal",
        ),
        pytest.param(
            "default__dialect_last_known('v', 'order by n')",
            "last_value(v ignore nulls) over (order by n)",
            id="last known",
        ),
        pytest.param(
            "default__dialect_first_rows('t as r', 'r', 'id', 'n') | trim",
            "select\n        r.*\n\n    from t as r\n    where true\n"
            "    qualify row_number() over (partition by id order by n) = 1",
            id="first rows",
        ),
        pytest.param(
            "default__dialect_first_rows('t as r', 'r', 'id', 'n', 'c') | trim",
            "select\n        r.*\n\n    from t as r\n    where true\n"
            "    qualify coalesce(c, row_number() over (partition by id order by n) = 1)",
            id="first rows with a check",
        ),
    ],
)
def test_portable_answers(dbt, call, answer):
    assert dbt.render("{{ cutover." + call + " }}") == answer


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("dialect_whole_row('r')", id="whole_row"),
        pytest.param("dialect_replace_all('v', 'a', 'b')", id="replace_all"),
        pytest.param("dialect_white_space()", id="white_space"),
    ],
)
def test_engine_that_lacks_an_answer_is_refused(dbt, call):
    name = call.split("(")[0]
    with dbt.raises(f"cutover: {name} is not implemented for {dbt.engine.name}."):
        dbt.render("{{ cutover.default__" + call + " }}")


def test_an_integer_wider_than_any_portable_one_is_refused(dbt):
    with dbt.raises(f"cutover: an integer of more than 64 bits is not implemented for {dbt.engine.name}."):
        dbt.call("cutover.default__dialect_type_name", {"family": "integer", "precision": 20, "scale": 0})


def test_the_types_of_families_hold_their_widest_values(dbt):
    widest = {
        "integer": (-(2**63), {"family": "integer", "precision": 19, "scale": 0}),
        "float": (1.7e308, {"family": "float"}),
        "text": ("é" * 1000, {"family": "text"}),
    }
    for value, facts in widest.values():
        sql = "select cast({{ cutover._literal(value) }} as {{ cutover.dialect_type_name(facts) }}) as v"
        assert dbt.query(sql, value=value, facts=facts) == [{"v": value}]


def test_white_space_is_25_characters(dbt):
    every = "".join(map(chr, range(1, 0xD800)))
    text = dbt.call("cutover._literal", every)
    left = dbt.call("cutover.dialect_replace_all", text, dbt.call("cutover.dialect_white_space"), "")
    kept = dbt.query("select {{ left }} as v", left=left)[0]["v"]
    assert kept == "".join(c for c in every if not c.isspace() or c in "\x1c\x1d\x1e\x1f")
    assert len(every) - len(kept) == 25


@pytest.mark.parametrize("name", ["dialect_trim", "default__dialect_trim"])
def test_white_space_is_taken_off_both_ends(dbt, name):
    trimmed = dbt.call(f"cutover.{name}", dbt.call("cutover._literal", "\u2003\t a\u00a0b \u3000"))
    assert dbt.query("select {{ trimmed }} as v", trimmed=trimmed) == [{"v": "a\u00a0b"}]


@pytest.mark.parametrize("name", ["dialect_rounded", "default__dialect_rounded"])
def test_a_float_is_rounded_as_it_is_written(dbt, name):
    rounded = dbt.call(f"cutover.{name}", "cast(v as double precision)", 2)
    numbers = "select 1.005 as v union all select -2.675 union all select 123456789012345678901.0 order by v"
    found = dbt.query(f"select {rounded} as r from ({numbers}) as n order by v").column("r")
    assert [str(number) for number in found] == ["-2.68", "1.01", "123456789012345680000.00"]


def test_first_rows_and_last_values(dbt):
    rows = "(select 1 as id, 2 as v union all select 1, 3 union all select null, 4 union all select null, 5) as r"
    first = dbt.call("cutover.dialect_first_rows", rows, "r", "id", "v")
    assert_rows(dbt.query(first), [{"id": 1, "v": 2}, {"id": None, "v": 4}], ordered=False)
    last = dbt.call("cutover.dialect_last_known", "id", "order by v rows between unbounded preceding and current row")
    assert dbt.query(f"select v, {last} as l from {rows} order by v").column("l") == [1, 1, 1, 1]


def test_a_whole_row_tells_rows_apart(dbt):
    whole = dbt.call("cutover.dialect_whole_row", "r")
    for other in ("1, ''", "null, 'null'", "2, null", "1, 'x'"):
        rows = "select 1 as a, cast(null as varchar(9)) as b union all select {}"
        sql = f"select count(distinct {whole}) as n from ({rows}) as r"
        assert dbt.query(sql.format("1, null")) == [{"n": 1}]
        assert dbt.query(sql.format(other)) == [{"n": 2}]


def test_all_matches_are_replaced(dbt):
    expression = dbt.call("cutover.dialect_replace_all", "'a1b22'", "[0-9]", "it''s")
    assert dbt.query(f"select {expression} as v") == [{"v": "ait''sbit''sit''s"}]
