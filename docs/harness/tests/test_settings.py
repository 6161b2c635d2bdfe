import pytest

RECENT = "{{ shop_utils.recent_only('paid_on') }}"


def test_development_sees_few_days(dbt):
    assert dbt.render(RECENT) == "where paid_on >= current_date - 3"


def test_vars(dbt):
    dbt.vars({"dev_days": 30})
    assert dbt.render(RECENT) == "where paid_on >= current_date - 30"


def test_environment_variables_win(dbt):
    dbt.env({"SHOP_DEV_DAYS": "7"})
    assert dbt.render(RECENT) == "where paid_on >= current_date - 7"


@pytest.mark.parametrize("name", ["prod", "dev"])
def test_production_sees_all(dbt, name):
    dbt.target(name=name)
    assert (dbt.render(RECENT) == "") == (name == "prod")


def test_a_block_ends_earlier(dbt):
    with dbt.flags(full_refresh=True):
        assert dbt.render(RECENT) == ""
    assert dbt.render(RECENT) != ""
