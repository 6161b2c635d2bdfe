"""A small project that has installed the package: for what needs models, sources and other packages to speak of."""

from __future__ import annotations

from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2]

FILES = {
    "dbt_project.yml": "name: shop\nversion: 1.0.0\nprofile: shop\n",
    "models/orders.sql": "select 1 as id",
    "models/in_memory.sql": "{{ config(materialized='ephemeral') }} select 1 as id",
    "models/rates_v2.sql": "select 1 as id",
    "models/schema.yml": """
models:
  - name: rates
    latest_version: 1
    versions:
      - v: 1
      - v: 2
sources:
  - name: legacy
    tables:
      - name: orders
""",
    "models/rates_v1.sql": "select 1 as id",
    "seeds/regions.csv": "id\n1\n",
    "dbt_packages/parts/dbt_project.yml": "name: parts\nversion: 1.0.0\nprofile: shop\n",
    "dbt_packages/parts/models/products.sql": "select 1 as id",
}


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the small project."""
    folder = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    installed = folder / "dbt_packages" / "cutover"
    installed.mkdir()
    (installed / "dbt_project.yml").write_text(
        (PACKAGE / "dbt_project.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (installed / "macros").symlink_to(PACKAGE / "macros", target_is_directory=True)
    return folder
