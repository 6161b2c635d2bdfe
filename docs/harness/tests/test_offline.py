import pytest


@pytest.mark.engines("trino")
def test_the_default_is_written(dbt):
    assert dbt.render("{{ shop_utils.month_of('paid_at') }}") == "cast(date_trunc('month', paid_at) as date)"


@pytest.mark.engines("trino")
def test_types_have_their_names_of_there(dbt):
    assert dbt.render("cast(id as {{ dbt.type_string() }})") == "cast(id as varchar)"
