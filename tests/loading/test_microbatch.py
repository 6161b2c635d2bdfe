"""The filter inside a microbatch model, as dbt runs one: batch by batch, and a batch of the past once more."""

import contextlib
import io
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).parents[2]
FILES = {
    "dbt_project.yml": "{name: shop, profile: shop, flags: {send_anonymous_usage_stats: false}}",
    "models/events.sql": """
{{ config(materialized='table', event_time='happened_at') }}
select id, cast(day as timestamp) as happened_at
from (values (1, '2024-01-01'), (2, '2024-01-02'), (3, '2024-01-03')) as e(id, day)
union all
select {{ var('late', 4) }}, cast('{{ var("late_day", "2024-01-03") }}' as timestamp)
""",
    "models/copied.sql": """
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened_at', batch_size='day',
          begin='2024-01-01', concurrent_batches=false) }}
select * from {{ ref('events') }} where {{ cutover.incremental_filter('happened_at', default_start='2024-01-01') }}
""",
}


@pytest.fixture
def shop(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "dbt_packages").mkdir()
    (tmp_path / "dbt_packages" / "cutover").symlink_to(ROOT)
    profile = {"type": "duckdb", "path": str(tmp_path / "shop.duckdb")}
    (tmp_path / "profiles.yml").write_text(f"shop: {{target: dev, outputs: {{dev: {profile}}}}}", encoding="utf-8")
    return tmp_path


def run(shop, end, *more):
    """Run both models for the days up to the end, and return what is copied."""
    times = ["--event-time-start", "2024-01-01", "--event-time-end", end]
    with contextlib.redirect_stdout(io.StringIO()) as written, contextlib.chdir(shop):
        result = dbtRunner().invoke(["run", *times, *more, "--profiles-dir", str(shop)])
    assert result.success, written.getvalue()
    with duckdb.connect(str(shop / "shop.duckdb")) as connection:
        return connection.execute("select id, day(happened_at) from copied order by id, happened_at").fetchall()


def test_a_batch_of_the_past_is_replaced_by_its_rows_and_not_emptied(shop):
    assert run(shop, "2024-01-04") == [(1, 1), (2, 2), (3, 3), (4, 3)]
    # Row 5 is of January 2 and comes when January 3 is there already.
    late = ["--vars", "{late: 5, late_day: '2024-01-02'}"]
    assert run(shop, "2024-01-03", *late) == [(1, 1), (2, 2), (3, 3), (4, 3), (5, 2)]
