import pytest


@pytest.mark.parametrize(
    "value",
    ["", "it's", "''", "back\\slash", "{{ braces }}", "a; drop table t --", "two\nlines", "100 %", "Zürich 🙂"],
)
def test_a_literal_gives_its_value_back(dbt, value):
    assert dbt.query("select {{ shop_utils.string_literal(value) }} as found", value=value) == [{"found": value}]
