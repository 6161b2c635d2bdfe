import pytest

ROWS = [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}]


@pytest.mark.parametrize(
    ("conditions", "numbers"),
    [
        pytest.param([], [(1, 1), (1, 2), (2, 1)], id="none"),
        pytest.param([None, None], [(1, 1), (1, 2), (2, 1)], id="nothing but none"),
        pytest.param(["a = 1"], [(1, 1), (1, 2)], id="one"),
        pytest.param(["a = 1", None, "b = 2"], [(1, 2)], id="two and a none"),
        # Red without parentheses: `a = 1 or a = 2 and b = 2`.
        pytest.param(["a = 1 or a = 2", "b = 2"], [(1, 2)], id="an or inside"),
        # Red on one line: the comment would swallow the parenthesis.
        pytest.param(["a = 1 -- only the first", "b = 2"], [(1, 2)], id="a comment at the end"),
    ],
)
def test_where_keeps_conditions_apart(dbt, conditions, numbers):
    table = dbt.table("t", ROWS)
    rows = dbt.query("select a, b from {{ t }} {{ cutover._where(c) }} order by 1, 2", t=table, c=conditions)

    assert [(row["a"], row["b"]) for row in rows] == numbers


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        pytest.param([], "", id="none"),
        pytest.param([None], "", id="a none"),
        pytest.param(["a", None, "b"], "(\na\n) and (\nb\n)", id="two"),
    ],
)
def test_and(dbt, conditions, text):
    assert dbt.call("cutover._and", conditions) == text
