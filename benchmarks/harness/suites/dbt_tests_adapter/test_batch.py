"""The checks as tests of dbt-tests-adapter that share one run of dbt: all inputs are made first, all models built."""

import pytest
from dbt.tests.util import run_dbt
from rows import tuples, values

from checks import checks


class TestBatch:
    @pytest.fixture(scope="class")
    def models(self, models):
        # Each check has an input of its own.
        inputs = {f"orders_of_{check.name}.sql": values(check) for check in checks()}
        own = {
            f"{check.name}.sql": models[f"{check.name}.sql"].replace("'orders'", f"'orders_of_{check.name}'")
            for check in checks()
        }
        return inputs | own

    @pytest.fixture(scope="class")
    def built(self, project):
        run_dbt(["run"])
        return project

    @pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
    def test_check(self, built, check):
        rows = built.run_sql(f"select id, value from {built.test_schema}.{check.name} order by id", fetch="all")
        assert rows == tuples(check)
