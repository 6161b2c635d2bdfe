from pathlib import Path

import pytest


@pytest.fixture
def project_dir():
    return Path(__file__).parents[1] / "finance"


def test_vat_may_be_nothing(dbt):
    assert dbt.query("select {{ finance.with_vat('50', percent=0) }} as price") == [{"price": 50}]
