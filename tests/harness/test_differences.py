"""Rows that differ, as they are told; the expectations are written by hand."""

from __future__ import annotations

import math
import textwrap
from datetime import date, datetime
from decimal import Decimal

import pytest

from dbt_cutover.testing import Rows, assert_rows
from dbt_cutover.testing.differences import describe, explain
from dbt_cutover.testing.pairing import pair


def rows(*given):
    columns = list(given[0]) if given else ["id"]
    return Rows(columns, [list(row.values()) for row in given], ["any"] * len(columns))


def lines(text):
    return textwrap.dedent(text).strip("\n").splitlines()


ANN, BOB, CY = {"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cy"}


@pytest.mark.parametrize(
    ("actual", "expected", "told"),
    [
        pytest.param(
            rows(ANN, {"id": 2, "name": "Rob"}),
            [ANN, BOB],
            """
            rows differ: 2 expected (-), 2 actual (+)
                 row  id  name
            1 row differs:
              -  2    2   Bob
              +           Rob
            """,
            id="a cell",
        ),
        pytest.param(
            rows(ANN, CY),
            [BOB, ANN],
            """
            rows differ: 2 expected (-), 2 actual (+)
                 row  id  name
            1 row only in expected:
              -  1    2   Bob
            1 row only in actual:
              +  2    3   Cy
            """,
            id="rows of one side",
        ),
        pytest.param(
            Rows(["id", "name"], [], ["any", "any"]),
            [ANN],
            """
            rows differ: 1 expected (-), 0 actual (+)
                 row  id  name
            1 row only in expected:
              -  1    1   Ann
            """,
            id="nothing came",
        ),
        pytest.param(
            rows(ANN, ANN, BOB),
            [ANN, BOB],
            """
            rows differ: 2 expected (-), 3 actual (+)
                 row  id  name
            1 row only in actual:
              +  2    1   Ann
            """,
            id="once too often",
        ),
        pytest.param(
            rows({"n": 4}),
            [{"n": 5}],
            """
            rows differ: 1 expected (-), 1 actual (+)
                 row  n
            1 row differs:
              -  1    5
              +       4
            """,
            id="a count",
        ),
        pytest.param(
            rows(BOB, ANN),
            [ANN, BOB],
            """
            same 2 rows in another order
                 row     id  name
            2 rows stand elsewhere (is -> expected):
              +  1 -> 2  2   Bob
              +  2 -> 1  1   Ann
            """,
            id="order alone",
        ),
        pytest.param(
            rows(CY, BOB, {"id": 1, "name": None}),
            [ANN, BOB, CY],
            """
            rows differ: 3 expected (-), 3 actual (+)
                 row  id  name
            1 row differs:
              -  1/3  1   Ann
              +           NULL
            rows that are equal stand in another order, too
            """,
            id="order and a cell",
        ),
        pytest.param(
            rows({"id": 1, "nmae": "Ann"}),
            [ANN],
            """
            rows differ: 1 expected (-), 1 actual (+)
            columns only in expected: name
            columns only in actual: nmae
                 row  id  name      nmae
            1 row differs:
              -  1    1   Ann       (absent)
              +           (absent)  Ann
            """,
            id="a column's name",
        ),
        pytest.param(
            rows({"id": "1", "amount": Decimal("0.10"), "day": datetime(2024, 2, 29)}),
            [{"id": 1, "amount": 0.1, "day": date(2024, 2, 29)}],
            """
            rows differ: 1 expected (-), 1 actual (+)
            id: expected int 1, got str '1'
            amount: expected float 0.1, got Decimal 0.10
            day: expected date 2024-02-29, got datetime 2024-02-29 00:00:00
                 row  id   amount  day
            1 row differs:
              -  1    1    0.1     2024-02-29
              +       '1'  0.10    2024-02-29 00:00:00
            """,
            id="types",
        ),
        pytest.param(
            rows({"a": math.nan}),
            [{"a": math.nan * 1}],
            """
            rows differ: 1 expected (-), 1 actual (+)
            a: NaN is not equal to NaN; use pytest.approx(nan, nan_ok=True)
                 row  a
            1 row differs:
              -  1    nan
              +       nan
            """,
            id="not a number",
        ),
        pytest.param(
            rows({"id": 1, "sql": "select " + "a, " * 30 + "b from t"}),
            [{"id": 1, "sql": "select " + "a, " * 30 + "c from t"}],
            """
            rows differ: 1 expected (-), 1 actual (+)
                 row  id  sql
            1 row differs:
              -  1    1   ... a, a, a, c from t
              +           ... a, a, a, b from t
            """,
            id="far into a long text",
        ),
        pytest.param(
            rows({"id": 1, "tags": ["x"]}, {"id": 2, "tags": None}),
            [{"id": 2, "tags": None}, {"id": 1, "tags": ["y"]}],
            """
            rows differ: 2 expected (-), 2 actual (+)
                 row  id  tags
            1 row differs:
              -  2/1  1   ['y']
              +           ['x']
            """,
            id="values without a hash",
        ),
    ],
)
def test_differences_are_told(actual, expected, told):
    assert describe(actual, expected) == lines(told)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(None, "NULL", id="null"),
        pytest.param("None", "'None'", id="text None"),
        pytest.param("NULL", "'NULL'", id="text NULL"),
        pytest.param("", "''", id="empty"),
        pytest.param(" a", "' a'", id="space before"),
        pytest.param("a b", "a b", id="space inside"),
        pytest.param("a  b", "'a  b'", id="two spaces"),
        pytest.param("a\tb", r"'a\tb'", id="tab"),
        pytest.param("a\u00a0b", r"'a\xa0b'", id="no-break space"),
        pytest.param("1.0", "'1.0'", id="text of a number"),
        pytest.param(1.0, "1.0", id="float"),
        pytest.param(Decimal("1.00"), "1.00", id="decimal"),
        pytest.param(True, "True", id="boolean"),
        pytest.param(b"\x00", r"b'\x00'", id="bytes"),
    ],
)
def test_values_that_look_alike_are_shown_apart(value, shown):
    told = describe(rows(), [{"id": value}])
    assert told[-1] == f"  -  1    {shown}"


def test_many_rows_are_counted_and_not_all_shown():
    actual = rows(*({"id": number, "of": "actual"} for number in range(30)))
    told = describe(actual, [{"id": number, "of": "expected"} for number in range(100, 105)])
    assert told[0] == "rows differ: 5 expected (-), 30 actual (+)"
    assert told[2] == "5 rows only in expected:"
    assert told[8] == "30 rows only in actual:"
    assert len([line for line in told if line.startswith("  +")]) == 15
    assert told[-1] == "... and 15 more"


def test_kinds_beyond_the_limit_are_still_counted():
    told = describe(rows({"id": 1, "a": 2}), [{"id": number, "a": 0} for number in range(50, 80)])
    assert told[-3:] == ["... and 10 more", "1 row only in actual:", "... and 1 more"]


def test_of_a_wide_table_what_differs_is_shown():
    row = {f"column_{number:02}": number for number in range(60)}
    told = describe(rows(row), [{**row, "column_50": -1}])
    header = told[1].split()
    assert header == ["row", *(f"column_{number:02}" for number in range(9)), "column_50"]
    assert max(map(len, told)) <= 120
    assert told[-1] == "columns left out: column_09, column_10, column_11, column_12, column_13 and 45 more"


def test_thousands_of_rows_are_compared_in_order_and_in_disorder():
    numbers = [{"id": number, "value": number % 7} for number in range(20_000)]
    changed = [{**row, "value": -1} if row["id"] == 7 else row for row in reversed(numbers)]
    found = pair(numbers, changed)
    assert (found.different, found.missing, found.surplus) == ([(7, 19_992)], [], [])


def test_equal_rows_whose_values_have_no_hash_are_found_elsewhere():
    assert pair([{"a": [1]}, {"a": [2]}], [{"a": [2]}, {"a": [1]}]).equal == [(0, 1), (1, 0)]


@pytest.mark.parametrize(("count", "paired"), [(500, 500), (501, 0)], ids=["as many as are compared", "one more"])
def test_of_too_many_rows_that_differ_none_is_compared_with_all_others(count, paired):
    found = pair([{"id": n, "v": 0} for n in range(count)], [{"id": n, "v": 1} for n in range(count)])
    assert (len(found.different), len(found.missing), len(found.surplus)) == (paired, count - paired, count - paired)


def test_rows_are_paired_by_how_much_they_agree_and_not_by_position():
    expected = [{"id": 1, "a": 1, "b": 1}, {"id": 2, "a": 2, "b": 2}]
    actual = [{"id": 2, "a": 2, "b": 0}, {"id": 1, "a": 0, "b": 1}]
    assert pair(expected, actual).different == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("!=", rows(ANN), [ANN]),
        ("==", [ANN], [BOB]),
        ("==", rows(ANN), 1),
        ("==", rows(ANN), [1]),
        ("in", rows(ANN), [rows(ANN)]),
    ],
    ids=["unequal", "no rows of a query", "number", "list of numbers", "in"],
)
def test_other_assertions_are_left_to_pytest(operator, left, right):
    assert explain(operator, left, right) is None


def test_the_rows_of_the_query_are_the_actual_ones_on_either_side():
    assert explain("==", [BOB], rows(ANN)) == explain("==", rows(ANN), [BOB]) == describe(rows(ANN), [BOB])


def test_assert_rows_may_leave_the_order_out():
    assert_rows(rows(BOB, ANN), [ANN, BOB], ordered=False)
    with pytest.raises(AssertionError, match=r"^same 2 rows in another order\n"):
        assert_rows(rows(BOB, ANN), [ANN, BOB])
    with pytest.raises(AssertionError) as failed:
        assert_rows(rows(CY, BOB, {"id": 1, "name": "An"}), [ANN, BOB, CY], ordered=False)
    assert str(failed.value).splitlines() == lines(
        """
        rows differ: 3 expected (-), 3 actual (+)
             row  id  name
        1 row differs:
          -  1/3  1   Ann
          +           An
        """
    )


def test_assert_rows_counts_repeated_rows():
    with pytest.raises(AssertionError, match="1 row only in expected"):
        assert_rows(rows(ANN, BOB), [ANN, BOB, BOB], ordered=False)


def test_assert_rows_takes_approximate_values():
    third = [{"id": 1, "a": pytest.approx(1 / 3)}]
    assert_rows(rows({"id": 1, "a": 0.333333333}), third)
    assert_rows(rows({"id": 1, "a": 0.333333333}), third, ordered=False)
    with pytest.raises(AssertionError, match="1 row differs"):
        assert_rows(rows({"id": 1, "a": 0.334}), third, ordered=False)


# -- in a session of pytest -------------------------------------------------------------------------------------------

FAILING = """
    def test_few(dbt):
        assert dbt.query("select 1 as id, 'Ann ' as name") == [{"id": 1, "name": "Ann"}]

    def test_many(dbt):
        assert dbt.query("select i as id, '100%' as share from generate_series(1, 30) as s (i)") == [{"id": 0}]

    def test_unordered(dbt):
        from dbt_cutover.testing import assert_rows

        assert_rows(dbt.query("select 1 as id"), [{"id": 2}], ordered=False)
"""


@pytest.fixture
def failing(pytester, run, project, monkeypatch):
    """Run one of the failing tests."""
    for name in ("CI", "BUILD_NUMBER"):  # there pytest cuts nothing off
        monkeypatch.delenv(name, raising=False)
    del project  # asked for, so that it is there
    pytester.makepyfile(FAILING)
    return lambda name, *options: run("-k", name, *options).stdout


def test_a_failed_assertion_shows_the_table(failing):
    failing("few").fnmatch_lines(
        [
            "E  *rows differ: 1 expected (-), 1 actual (+)",
            "E  *  row  id  name",
            "E  *1 row differs:",
            "E  *  -  1    1   Ann",
            "E  *  +           'Ann '",
        ]
    )


def test_what_pytest_cuts_off_stands_whole_in_a_section(failing):
    told = failing("many")
    told.fnmatch_lines(
        [
            "E  *rows differ: 1 expected (-), 30 actual (+)",
            "E  *Full output truncated*",
            "*- rows that differ -*",
            "rows differ: 1 expected (-), 30 actual (+)",
            "columns only in actual: share",
            "1 row only in expected:",
            "  -  1    0   (absent)",
            "30 rows only in actual:",
            "  +  1    1   '100%'",
            "... and 11 more",
        ]
    )


@pytest.mark.parametrize(("name", "options"), [("few", []), ("many", ["-vv"])])
def test_the_table_stands_once_where_pytest_cuts_nothing_off(failing, name, options):
    told = failing(name, *options)
    told.fnmatch_lines(["E  *rows differ: 1 expected (-), *"])
    told.no_fnmatch_line("*- rows that differ -*")


def test_assert_rows_fails_with_the_table_and_without_its_own_code(failing):
    told = failing("unordered")
    told.fnmatch_lines(
        [
            "E  *rows differ: 1 expected (-), 1 actual (+)",
            "E  *1 row differs:",
            "E  *  -  1    2",
            "E  *  +       1",
            "test_*.py:*: AssertionError",
        ]
    )
    told.no_fnmatch_line("*raise AssertionError*")
