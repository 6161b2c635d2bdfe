"""A small project that has installed the package, with contracts in its YAML: for what is read from dbt's graph."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[2]

FILES = {
    "dbt_project.yml": "name: shop\nversion: 1.0.0\nprofile: shop\n",
    "models/plain.sql": "select 1 as id",
    "models/orders.sql": "select 1 as order_id, 1 as line, 'open' as status, 1.5 as amount",
    "models/schema.yml": """
models:
  - name: orders
    config:
      materialized: table
    constraints:
      - type: primary_key
        columns: [order_id, line]
    columns:
      - name: order_id
        data_type: int
      - name: line
        data_type: int4
      - name: status
        data_type: varchar
        data_tests:
          - accepted_values:
              arguments:
                values: [open, paid]
              config:
                severity: warn
      - name: amount
        data_type: numeric
        constraints:
          - type: check
            expression: amount >= 0
        data_tests:
          - not_null:
              config:
                where: status = 'paid'
sources:
  - name: legacy
    schema: legacy
    tables:
      - name: customers
        config:
          meta:
            cutover:
              constraints:
                - type: unique
                  columns: [email, region]
        columns:
          - name: Id
            data_type: bigint
            constraints:
              - type: not_null
              - type: unique
          - name: email
            data_type: text
            data_tests: [not_null]
          - name: region
            data_type: text
""",
}


def make_project(folder: Path) -> Path:
    """Write the project into a folder and return it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    installed = folder / "dbt_packages" / "cutover"
    installed.mkdir(parents=True)
    (installed / "dbt_project.yml").write_text(
        (PACKAGE / "dbt_project.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (installed / "macros").symlink_to(PACKAGE / "macros", target_is_directory=True)
    return folder
