"""The dbt project that all tools test: 150 macros, and models as asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from checks import UNITS, Check

__all__ = ["write_macros", "write_models", "write_project", "write_scenarios", "write_unit_tests"]

_MACROS = """\
{% macro band_UU(column, limits=[10, 20, 30]) -%}
    case
    {%- for limit in limits %} when {{ column }} < {{ limit * NEXT }} then 'below {{ limit * NEXT }}'{% endfor %}
    {{- " else 'the rest' end" }}
{%- endmacro %}


{% macro scaled_UU(column, factor=none) -%}
    {%- if factor is none -%}
        {%- set factor = UNIT + 2 -%}
    {%- elif factor is not number -%}
        {{ exceptions.raise_compiler_error('scaled_UU: `factor` must be a number, got ' ~ factor) }}
    {%- endif -%}
    ({{ column }} * {{ factor }} + {{ UNIT }})
{%- endmacro %}


{% macro filled_UU(column, fallback=none) -%}
    coalesce({{ column }}, {{ -UNIT if fallback is none else fallback }})
{%- endmacro %}


{% macro remainder_UU(column) -%}
    {{ return(adapter.dispatch('remainder_UU', 'bench')(column)) }}
{%- endmacro %}

{% macro default__remainder_UU(column) -%}
    mod({{ column }}, {{ UNIT + 3 }})
{%- endmacro %}

{% macro duckdb__remainder_UU(column) -%}
    ({{ column }} % {{ UNIT + 3 }})
{%- endmacro %}
"""

_PROJECT = {"name": "bench", "version": "1.0.0", "config-version": 2, "profile": "bench"}


def write_project(folder: Path, database: str) -> None:
    """Write a project of macros and five models, with a profile for a DuckDB database."""
    folder.mkdir(parents=True)
    _yaml(folder / "dbt_project.yml", _PROJECT)
    output = {"type": "duckdb", "path": database, "schema": "bench", "threads": 1}
    _yaml(folder / "profiles.yml", {"bench": {"target": "dev", "outputs": {"dev": output}}})
    write_macros(folder / "macros")
    models = folder / "models"
    models.mkdir()
    # The input of the models to check; its rows are the test's.
    (models / "orders.sql").write_text(
        "select cast(null as bigint) as id, cast(null as bigint) as amount where false\n"
    )
    _yaml(models / "_orders.yml", {"models": [_described("orders", {"id": "bigint", "amount": "bigint"})]})
    for number in range(1, 5):
        (models / f"orders_{number}.sql").write_text(
            f"select id, {{{{ bench.band_{number:02}('amount') }}}} as band from {{{{ ref('orders') }}}}\n"
        )


def write_macros(folder: Path) -> None:
    """Write the 150 macros in 25 files."""
    folder.mkdir()
    for unit in range(UNITS):
        text = _MACROS.replace("UU", f"{unit:02}").replace("UNIT", str(unit)).replace("NEXT", str(unit + 1))
        (folder / f"unit_{unit:02}.sql").write_text(text)


def write_models(folder: Path, checks: Sequence[Check]) -> None:
    """Write a model for each check, for tools that can only test models."""
    for check in checks:
        (folder / "models" / f"{check.name}.sql").write_text(
            f"select id, {{{{ bench.{check.macro}('amount') }}}} as value from {{{{ ref('orders') }}}}\n"
        )
    described = [_described(check.name, {"id": "bigint", "value": check.type}) for check in checks]
    _yaml(folder / "models" / "_checks.yml", {"models": described})


def write_unit_tests(folder: Path, checks: Sequence[Check]) -> None:
    """Write each check as a unit test of dbt."""
    tests = [
        {
            "name": check.name,
            "model": check.name,
            "given": [{"input": "ref('orders')", "rows": check.rows}],
            "expect": {"rows": check.expected},
        }
        for check in checks
    ]
    _yaml(folder / "models" / "_unit_tests.yml", {"unit_tests": tests})


def write_scenarios(folder: Path, checks: Sequence[Check]) -> None:
    """Write each check as a scenario of pytest-dbt-duckdb: rows in files, and a list of what goes in and comes out."""
    folder.mkdir()
    output = {"type": "duckdb", "path": "{{ env_var('DBT_DUCKDB_PATH') }}", "schema": "bench", "threads": 1}
    _yaml(folder / "profiles.yml", {"bench": {"target": "dev", "outputs": {"dev": output}}})
    scenarios = []
    for check in checks:
        for name, rows in (("given", check.rows), ("then", check.expected)):
            (folder / f"{check.name}_{name}.json").write_text(json.dumps(rows))
        scenarios.append(
            {
                "id": check.name,
                "given": [{"schema": "bench", "table": "orders", "path": f"{check.name}_given.json"}],
                "build": check.name,
                "then": [{"schema": "bench", "table": check.name, "path": f"{check.name}_then.json"}],
            }
        )
    _yaml(folder / "test_checks.yml", {"tests": scenarios})


def _described(name: str, types: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "columns": [{"name": column, "data_type": type_} for column, type_ in types.items()]}


def _yaml(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False))
