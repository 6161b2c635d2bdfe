"""A project with a quarantine and declared checks, driven from the command line while its source changes."""

from __future__ import annotations

import json

import duckdb
import pytest

CHECKS = "[{'check': 'not_null', 'column': 'id'}, {'check': 'in_range', 'column': 'amount', 'min': 0}]"
MODELS = {
    "sales_labelled": f"""
        {{{{ config(materialized='table') }}}}
        select * from {{{{ cutover.label_rows(source('bank', 'sales'), {CHECKS}, max_quarantine_fraction=0.5) }}}} as l
    """,
    "sales_valid": "{{ config(materialized='table') }} {{ cutover.valid_rows(ref('sales_labelled')) }}",
    "sales_quarantine": """
        {{ config(materialized='table') }} {{ cutover.quarantined_rows(ref('sales_labelled'), keys=['id']) }}
    """,
    "sales_total": "select sum(amount) as total from {{ ref('sales_valid') }}",
}
SCHEMA = """
sources:
  - name: bank
    schema: bank
    tables:
      - name: sales
        config:
          tags: [raw]
          meta: {cutover: {checks: [{check: row_count, min: 1}, {check: in_range, column: amount, min: -5}]}}
        data_tests:
          - cutover.quarantine_is_complete:
              arguments: {valid: ref('sales_valid'), quarantined: ref('sales_quarantine')}
models:
  - name: sales_valid
    config:
      meta: {cutover: {checks: [{check: unique, column: id}], where: amount < 1000}}
  - name: sales_total
    meta: {cutover: {checks: [{check: row_count, min: 1, max: 1}]}}
"""


def sales(project, *rows):
    with duckdb.connect(str(project.folder / "shop.duckdb")) as connection:
        connection.execute("create schema if not exists bank")
        connection.execute("create or replace table bank.sales (id integer, amount decimal(12, 2))")
        if rows:
            connection.executemany("insert into bank.sales values (?, ?)", rows)


@pytest.fixture
def shop(project):
    """The project, with the models above."""
    for name, sql in MODELS.items():
        (project.folder / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    (project.folder / "models" / "sales.yml").write_text(SCHEMA, encoding="utf-8")
    return project


def build(shop, *more):
    done = shop.dbt("--quiet", "build", "--select", "source:bank.sales+", "--target", "dev", *more)
    return {run.node.name: run.status.value for run in done.result.result}


def test_rows_are_parted_and_come_back_when_they_are_mended(shop):
    sales(shop, (1, 10), (2, -1), (None, 5), (4, 7))
    assert set(build(shop).values()) == {"success", "pass"}
    assert shop.query("select * from marts_dev.sales_valid order by id") == [(1, 10), (4, 7)]
    seen = dict(shop.query("select id, cutover_first_seen from marts_dev.sales_quarantine"))

    sales(shop, (1, 10), (2, 3), (None, 5), (4, 7))
    assert set(build(shop).values()) == {"success", "pass"}
    assert shop.query("select total from marts_dev.sales_total") == [(20,)]
    assert dict(shop.query("select id, cutover_first_seen from marts_dev.sales_quarantine")) == {None: seen[None]}


@pytest.mark.parametrize("command", ["build", "run"])
def test_too_many_bad_rows_stop_the_line(shop, command):
    sales(shop, (1, 10), (2, -1))
    build(shop)
    sales(shop, (1, 11), (2, -1), (3, -1))

    done = shop.dbt("--quiet", command, "--select", "source:bank.sales+", "--target", "dev")

    assert done.exit_code == 1
    status = {run.node.name: run.status.value for run in done.result.result if run.node.resource_type == "model"}
    assert status == {
        "sales_labelled": "error", "sales_valid": "skipped", "sales_quarantine": "skipped", "sales_total": "skipped",
    }  # fmt: skip
    (message,) = [run.message for run in done.result.result if run.status.value == "error"]
    assert "cutover.label_rows: 2 of 3 rows of shop.bank.sales fail, more than max_quarantine_fraction 0.5" in message
    assert shop.query("select id, amount from marts_dev.sales_valid") == [(1, 10)]


def test_a_row_that_is_lost_on_the_way_fails_the_build(shop):
    sales(shop, (1, 10), (2, -1))
    (shop.folder / "models" / "sales_valid.sql").write_text(
        "select * from {{ cutover.valid_rows(ref('sales_labelled')) }} as v where id > 1", encoding="utf-8"
    )
    assert [status for name, status in build(shop).items() if "quarantine_is_complete" in name] == ["fail"]


def test_declared_checks_run_after_the_build(shop):
    sales(shop, (1, 10), (2, -1), (2, 3), (3, 4), (5, 5000), (5, 6000))
    build(shop)
    given = json.dumps({"cutover_build": "b-1", "cutover_monitoring_models": True})

    def run(**arguments):
        asked = json.dumps({"output": "json", **arguments})
        return shop.dbt(
            "--quiet",
            "run-operation",
            "cutover.run_quality_checks",
            "--args",
            asked,
            "--vars",
            given,
            "--target",
            "dev",
        )

    done = run(select=["source:bank", "sales_valid", "sales_total"])
    assert (done.exit_code, done.document["verdict"]) == (0, "pass")
    assert [(one["relation"], one["rows"]) for one in done.document["relations"]] == [
        ("shop.bank.sales", 6), ("shop.marts_dev.sales_valid", 3), ("shop.marts_dev.sales_total", 1),
    ]  # fmt: skip
    assert len(run(select="*").document["relations"]) == 3
    assert len(run(select="tag:raw").document["relations"]) == 1

    sales(shop, (1, -10))
    done = run(select="*")
    assert (done.exit_code, done.document["verdict"]) == (1, "fail")
    assert len(done.document["relations"]) == 3

    built = shop.dbt("--quiet", "run", "--select", "cutover_quality_status", "--target", "dev", "--vars", given)
    assert (built.exit_code, built.output) == (0, "")
    status = "select relation, check_name, status, build_id from dev.cutover_quality_status order by 1, 2"
    assert shop.query(status) == [
        ("shop.bank.sales", "in_range_amount", "fail", "b-1"),
        ("shop.bank.sales", "row_count", "pass", "b-1"),
        ("shop.marts_dev.sales_total", "row_count", "pass", "b-1"),
        ("shop.marts_dev.sales_valid", "unique_id", "pass", "b-1"),
    ]


def test_what_the_tests_arguments_name_is_built_before_them(shop):
    shop.dbt("--quiet", "parse", "--target", "dev")
    manifest = json.loads((shop.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    (test,) = [node for node in manifest["nodes"].values() if "quarantine_is_complete" in node["name"]]
    assert sorted(test["depends_on"]["nodes"]) == [
        "model.shop.sales_quarantine", "model.shop.sales_valid", "source.shop.bank.sales",
    ]  # fmt: skip
