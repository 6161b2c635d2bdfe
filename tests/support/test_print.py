import json
from decimal import Decimal

import pytest


def test_table_stands_in_columns(dbt):
    dbt.call(
        "cutover._print_table",
        ["check", "rows", "share", "found"],
        [
            ["orders unique", 1234567, Decimal("0.5"), "two\nlines"],
            ["länge", 8, 12.25, None],
            ["flag", None, True, "x" * 401],
        ],
    )

    # Worked out by hand: numbers to the right, texts to the left, no spaces at a line's end, a rule of 60 at most.
    assert dbt.logs == [
        "  check          rows       share  found",
        "  -------------  ---------  -----  " + "-" * 60,
        "  orders unique  1,234,567    0.5  two\\nlines",
        "  länge                  8  12.25  -",
        "  flag           -          True   " + "x" * 397 + "...",
    ]
    assert dbt.printed == []


def test_table_without_rows_has_its_head(dbt):
    dbt.call("cutover._print_table", ["a", "longer"], [])

    assert dbt.logs == ["  a  longer", "  -  ------"]


def test_long_cells_before_the_last_are_cut_early(dbt):
    dbt.call("cutover._print_table", ["a", "b"], [["x" * 61, "y"]])

    assert dbt.logs[-1] == "  " + "x" * 57 + "...  y"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param(None, "-", id="nothing"),
        pytest.param("", "", id="empty text"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-1234567, "-1,234,567", id="thousands"),
        pytest.param(1234.5, "1234.5", id="a float"),
        pytest.param(True, "True", id="a boolean"),
        pytest.param("a\r\n\tb", "a\\r\\n\\tb", id="line ends"),
        pytest.param("x" * 60, "x" * 60, id="as long as it may be"),
        pytest.param("x" * 61, "x" * 57 + "...", id="too long"),
    ],
)
def test_cell(dbt, value, cell):
    assert dbt.call("cutover._cell", value) == cell


def test_cell_limit(dbt):
    assert dbt.call("cutover._cell", "abcdefgh", 7) == "abcd..."
    assert dbt.call("cutover._cell", "abcdefg", 7) == "abcdefg"


def test_json_is_one_line(dbt):
    document = {"text": 'a\n"b"\u2028\\ größe 🎉 {{ x }}', "nothing": None, "list": [1, 2.5, True, {}]}
    dbt.call("cutover._print_json", document)

    assert len(dbt.printed) == 1
    assert len(dbt.printed[0].splitlines()) == 1
    assert json.loads(dbt.printed[0]) == document
    assert dbt.logs == []
