"""A project that installs the package from its folder and is driven through dbt's command line, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).parents[2]

FILES = {
    "dbt_project.yml": """
name: shop
version: 1.0.0
config-version: 2
profile: shop
flags: {send_anonymous_usage_stats: false}
models:
  shop:
    +schema: marts
snapshots:
  shop:
    +schema: marts
vars:
  cutover_schema_policy: environment
  cutover_blue_green_schemas: [marts]
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ cutover.schema_name(custom_schema_name, node) }}
{%- endmacro %}
""",
    "models/orders.sql": """
{{ config(materialized='table') }}
select i as order_id, '{{ var("marker", "one") }}' as build from range(10) as r(i)
""",
    "models/summary.sql": """
{{ config(materialized='view') }}
select count(*) as orders{{ ", max(build) as build" if var("marker", "one") != "one" }} from {{ ref('orders') }}
""",
    "models/visits.sql": """
{{ config(materialized='incremental') }}
select '{{ var("marker", "one") }}' as build
""",
    "models/schema.yml": """
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique, not_null]
""",
}

# With the whole path: in one process dbt-duckdb takes one relative path for one database, whatever the folder.
PROFILES = """
shop:
  target: prod
  outputs:
    prod: {{type: duckdb, path: '{path}', schema: main, threads: 1}}
    dev: {{type: duckdb, path: '{path}', schema: dev, threads: 1}}
"""


def write_profiles(folder: Path) -> None:
    (folder / "profiles.yml").write_text(PROFILES.format(path=folder / "shop.duckdb"), encoding="utf-8")


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and all that it wrote to standard output."""

    exit_code: int
    output: str
    result: Any

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.output.splitlines()[0])


@dataclass(frozen=True)
class Project:
    folder: Path

    def dbt(self, *arguments: str) -> Outcome:
        """Run a dbt command; exit codes as https://docs.getdbt.com/reference/exit-codes has them."""
        written = io.StringIO()
        with contextlib.redirect_stdout(written), contextlib.chdir(self.folder):
            result = dbtRunner().invoke([*arguments, "--profiles-dir", str(self.folder)])
        code = 0 if result.success else 2 if result.exception else 1
        return Outcome(code, written.getvalue(), result)

    def operation(self, name: str, **arguments: Any) -> Outcome:
        return self.dbt("--quiet", "run-operation", f"cutover.{name}", "--args", json.dumps(arguments))

    def build(self, prepared: dict[str, Any], marker: str, *more: str) -> Outcome:
        build_vars = {"cutover_colour": prepared["colour"], "cutover_build": prepared["build_id"], "marker": marker}
        return self.dbt("--quiet", "build", "--vars", json.dumps(build_vars), *more)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after `dbt deps`; its folder has a space in its name."""
    folder = tmp_path_factory.mktemp("journeys") / "a shop"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "packages.yml").write_text(f"packages:\n  - local: '{ROOT.as_posix()}'\n", encoding="utf-8")
    write_profiles(folder)
    assert Project(folder).dbt("--quiet", "deps").exit_code == 0
    return folder


@pytest.fixture
def project(installed: Path, tmp_path: Path) -> Project:
    """A copy of the installed project with a database of its own."""
    folder = tmp_path / "shop"
    shutil.copytree(installed, folder, symlinks=True, ignore=shutil.ignore_patterns("logs", "*.duckdb"))
    write_profiles(folder)
    return Project(folder)
