"""A spine as a whole model of each materialization, and the optional model dim_dates, as a project builds them."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

SPINE = "select * from {{ cutover.generate_date_spine('2024-02-27', '2024-03-01') }} as days"
MODELS = {
    "spine_view": "{{ config(materialized='view') }} " + SPINE,
    "spine_table": "{{ config(materialized='table') }} {{ cutover.generate_date_spine('2024-02-27', '2024-03-01') }}",
    "spine_incremental": "{{ config(materialized='incremental', unique_key='date_day') }} " + SPINE,
    "spine_ephemeral": "{{ config(materialized='ephemeral') }} " + SPINE,
    "spine_of_ephemeral": "with days as (select * from {{ ref('spine_ephemeral') }}) select date_day from days",
    "spine_in_a_cte": (
        "with days as {{ cutover.generate_date_spine('2024-02-27', '2024-03-01') }} select date_day from days"
    ),
    "spine_under_contract": SPINE,
    "hours_under_contract": (
        "select * from {{ cutover.generate_date_spine('2024-03-01 22:00:00', '2024-03-02 00:00:00', 'hour') }} as hours"
    ),
}
SCHEMA = """
models:
  - name: spine_under_contract
    config: {materialized: table, contract: {enforced: true}}
    columns: [{name: date_day, data_type: date}]
  - name: hours_under_contract
    config: {materialized: table, contract: {enforced: true}}
    columns: [{name: date_hour, data_type: timestamp}]
"""
DAYS = [date(2024, 2, 27), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]


@pytest.fixture
def spines(project):
    """The project, with the models above."""
    for name, sql in MODELS.items():
        (project.folder / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    (project.folder / "models" / "spines.yml").write_text(SCHEMA, encoding="utf-8")
    return project


def test_a_spine_is_a_model_of_every_materialization(spines):
    for _ in range(2):  # the second run finds each relation there
        built = spines.dbt("--quiet", "run", "--select", "spine_*", "hours_*", "--target", "dev")
        assert (built.exit_code, built.output) == (0, "")
    for name in MODELS:
        if name.startswith("spine") and name != "spine_ephemeral":
            assert spines.query(f"select date_day from marts_dev.{name} order by 1") == [(day,) for day in DAYS]
    hours = [datetime(2024, 3, 1, 22), datetime(2024, 3, 1, 23), datetime(2024, 3, 2)]
    assert spines.query("select date_hour from marts_dev.hours_under_contract order by 1") == [(h,) for h in hours]


def test_dim_dates_is_built_where_its_var_says_so(project):
    (project.folder / "models" / "days_off.sql").write_text(
        "select date '2024-03-01' as \"Day off\", 'Founders'' day' as title", encoding="utf-8"
    )
    holidays = {"relation": "ref('days_off')", "date": "Day off", "name": "title"}
    asked = {"begin_date": "2024-02-28", "end_date": "2024-03-01", "holidays": holidays}
    given = json.dumps({"cutover_dim_dates": asked | {"fiscal_year_start_month": 3}})

    built = project.dbt("--quiet", "build", "--select", "+dim_dates", "--target", "dev", "--vars", given)

    assert (built.exit_code, built.output) == (0, "")
    columns = "date_day, day_name, fiscal_year, is_holiday, holiday_name"
    assert project.query(f"select {columns} from dev.dim_dates order by date_day") == [
        (date(2024, 2, 28), "Wednesday", 2024, False, None),
        (date(2024, 2, 29), "Thursday", 2024, False, None),
        (date(2024, 3, 1), "Friday", 2025, True, "Founders' day"),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            True,
            "cutover.dim_dates: `cutover_dim_dates` must be a mapping; got true. "
            "Example: cutover_dim_dates: {begin_date: '2020-01-01', end_date: '2029-12-31'}.",
            id="a switch",
        ),
        pytest.param(
            {"begin_date": "2024-01-01"},
            "cutover.dim_dates: `cutover_dim_dates` lacks end_date. "
            "Example: cutover_dim_dates: {begin_date: '2020-01-01', end_date: '2029-12-31'}.",
            id="no end",
        ),
        pytest.param(
            {"begin_date": "2024-01-01", "end_date": "2024-01-02", "fiscal_start": 4},
            "cutover.date_dimension: unknown argument 'fiscal_start'.",
            id="an argument of nobody",
        ),
    ],
)
def test_dim_dates_refuses_what_date_dimension_does_not_take(project, given, message):
    refused = project.dbt("--quiet", "parse", "--vars", json.dumps({"cutover_dim_dates": given}))

    assert refused.exit_code == 2
    assert message in str(refused.result.exception)
