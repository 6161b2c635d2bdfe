import pytest


@pytest.mark.parametrize("macro_generator", ["macro.shop_utils.string_literal"], indirect=True)
def test_quotes_are_doubled(macro_generator) -> None:
    assert macro_generator("it's") == "'it''s'"
