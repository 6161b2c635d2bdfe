"""docs/quality.md: its files are a project that builds, and its commands print what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pages import ROOT, Page, steady

PAGE = Page("docs/quality.md")
FILES = {
    "dbt_project.yml": """
name: shop
profile: shop
flags: {send_anonymous_usage_stats: false}
seeds:
  shop:
    payments:
      +column_types: {customer: varchar, email: varchar, amount: 'decimal(12, 2)', paid_on: date}
""",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """The page's project in a folder, with the package installed."""
    folder = tmp_path_factory.mktemp("quality")
    package = f"packages:\n  - local: {os.path.relpath(ROOT, folder)}\n"
    files = {block.name: block.text for block in PAGE.blocks("file")} | FILES | {"packages.yml": package}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ran(shop) -> dict[str, subprocess.CompletedProcess[str]]:
    """What each command of the page did, after the build."""
    place = {"DBT_PROFILES_DIR": str(shop), "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def shell(command: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | place | {"PATH": path}
        return subprocess.run(
            ["bash", "-c", command], cwd=shop, env=environment, capture_output=True, text=True, check=False
        )

    outcomes = {"build": shell("dbt --quiet deps && dbt build")}
    return outcomes | {block.name: shell(block.text) for block in PAGE.blocks("run")}


def printed(output: str) -> str:
    """What a command printed, without the times before dbt's lines, and without dbt's own lines."""
    text = re.sub(r"^(\x1b\[0m)?\d\d:\d\d:\d\d  ", "", output, flags=re.MULTILINE)
    return text[re.search(r"^(cutover\.|version:)", text, re.MULTILINE).start() :]


def test_the_project_builds_and_its_tests_warn_of_what_is_unusual(ran):
    assert ran["build"].returncode == 0, ran["build"].stdout
    assert "WARN=1 ERROR=0" in ran["build"].stdout


@pytest.mark.parametrize("name", PAGE.names("output"))
def test_output_is_what_the_command_printed(ran, name):
    assert ran[name].returncode == 0, ran[name].stdout
    assert steady(PAGE.text("output", name)) == steady(printed(ran[name].stdout))


def test_rows_are_parted(ran, shop):
    assert ran["build"].returncode == 0
    with duckdb.connect(str(shop / "shop.duckdb"), read_only=True) as connection:
        valid = connection.execute("select payment_id from payments_valid order by 1").fetchall()
        bad = connection.execute("select payment_id, cutover_failed_checks from payments_quarantined order by 1")
        assert valid == [(1,), (2,), (4,)]
        assert bad.fetchall() == [(3, "not_null_customer, in_range_amount"), (5, "in_range_amount")]
        scores = connection.execute("select metric_value, anomaly_status from payments_scores order by bucket_start")
        assert [(float(value), status) for value, status in scores.fetchall()] == [
            (30.0, "learning"),
            (35.0, "learning"),
            (5000.0, "learning"),
        ]
