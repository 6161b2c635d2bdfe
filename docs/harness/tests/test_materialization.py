def test_the_second_run_appends(dbt):
    (log,) = dbt.materialize("append_log", "select 1 as run", identifier="runs")
    dbt.materialize("append_log", "select 2 as run", identifier="runs")
    assert dbt.query("select run from {{ log }} order by run", log=log) == [{"run": 1}, {"run": 2}]


def test_hooks_run_once_each(dbt):
    dbt.table("hooked", [{"hook": "none yet"}])
    dbt.materialize("append_log", "select 1 as run", post_hook="insert into {{ target.schema }}.hooked values ('post')")
    assert dbt.query("select hook from {{ target.schema }}.hooked").column("hook") == ["none yet", "post"]
