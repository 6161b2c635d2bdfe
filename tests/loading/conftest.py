"""An incremental model that is really run, and the condition of a run in the middle of its life."""

from __future__ import annotations

import pytest


@pytest.fixture
def load(dbt):
    """Run the incremental model `copy` of the table `source`, filtered as asked, and return its rows by id."""

    def run(where, full_refresh=False, **config):
        sql = f"select * from {{{{ target.schema }}}}.source where {where}"
        with dbt.flags(full_refresh=full_refresh):
            (relation,) = dbt.materialize("incremental", sql, "copy", **config)
        return dbt.query("select * from {{ copy }} order by id", copy=relation)

    return run


@pytest.fixture
def passing(dbt):
    """Return which values of the source pass the filter of a run that finds the target's values there."""

    def ids(source, target, type_, filter_):
        types = {"id": "integer", "moment": type_}
        table = dbt.table("source", [{"id": n, "moment": value} for n, value in enumerate(source)], types=types)
        with dbt.incremental_this("copy", [{"moment": value} for value in target], types={"moment": type_}):
            sql = (
                f"select id from {{{{ source }}}} as s where {{{{ cutover.incremental_filter({filter_}) }}}} order by 1"
            )
            return dbt.query(sql, source=table).column("id")

    return ids
