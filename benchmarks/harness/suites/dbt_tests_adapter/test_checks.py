"""The checks as tests of dbt-tests-adapter: one project for them all, and a run of dbt for each."""

import pytest
from dbt.tests.util import run_dbt
from rows import tuples, values

from checks import checks


class TestChecks:
    @pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
    def test_check(self, project, check):
        project.run_sql(f"create or replace table {project.test_schema}.orders as {values(check)}")
        run_dbt(["run", "--select", check.name])
        rows = project.run_sql(f"select id, value from {project.test_schema}.{check.name} order by id", fetch="all")
        assert rows == tuples(check)
