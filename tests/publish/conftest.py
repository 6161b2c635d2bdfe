"""A small shop, published by colour: what the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

LIVE = "marts"


def quoted(*parts: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


class Shop:
    """A project with models in live schemas, and the hand that builds them: all tables hold the build's marker."""

    def __init__(self, dbt: Any) -> None:
        self.dbt = dbt
        self.models: dict[tuple[str, str], str] = {(LIVE, "orders"): "table", (LIVE, "customers"): "table"}
        self.vars: dict[str, Any] = {}
        self.target = "prod"
        self.clean = dbt.connection()

    def graph(self) -> dict[str, Any]:
        nodes = {}
        for (schema, name), materialized in self.models.items():
            kind = materialized if materialized in ("seed", "snapshot") else "model"
            nodes[f"{kind}.shop.{schema}.{name}"] = {
                "unique_id": f"{kind}.shop.{schema}.{name}",
                "resource_type": kind,
                "name": name,
                "alias": name,
                "schema": schema,
                "database": self.dbt.database,
                "config": {"materialized": materialized, "enabled": True},
            }
        return {"nodes": nodes}

    @property
    def schemas(self) -> list[str]:
        return list(dict.fromkeys(schema for schema, _ in self.models))

    @contextmanager
    def project(self) -> Iterator[None]:
        """What the operations see of the project while the block runs."""
        with ExitStack() as stack:
            stack.enter_context(self.dbt.target(name=self.target))
            stack.enter_context(self.dbt.vars({"cutover_blue_green_schemas": self.schemas, **self.vars}))
            stack.enter_context(self.dbt.graph(self.graph()))
            yield

    def run(self, operation: str, **arguments: Any) -> Any:
        with self.project():
            return self.dbt.operation(f"cutover.blue_green_{operation}", **arguments)

    def ok(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """The operation's document, of an operation that must end well."""
        outcome = self.run(operation, output="json", **arguments)
        assert (outcome.exit_code, outcome.error) == (0, None), outcome.error
        return outcome.json

    def refused(self, operation: str, **arguments: Any) -> str:
        """The message of an operation that must end badly; its JSON document says the same."""
        outcome = self.run(operation, output="json", **arguments)
        assert outcome.exit_code == 1
        document = outcome.json
        assert (document["operation"], document["verdict"]) == (f"blue_green_{operation}", "error")
        assert document["error"] == outcome.error
        return outcome.error

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Run SQL as a colleague at another desk would, and commit."""
        self.clean.execute(text)
        return self.clean.fetchall() if self.clean.description else []

    def build(self, colour: str, marker: str, only: Sequence[tuple[str, str]] | None = None) -> None:
        """Build models in a colour, as dbt does: a table of one row that says which build it is of."""
        for schema, name in self.models if only is None else only:
            self.sql(f"create or replace table {quoted(f'{schema}__{colour}', name)} as select '{marker}' as build")

    def release(self, marker: str, **arguments: Any) -> dict[str, Any]:
        """Prepare, build, publish."""
        prepared = self.ok("prepare", **arguments)
        self.build(prepared["colour"], marker)
        return self.ok("publish", build_id=prepared["build_id"])

    def release_statements(self, marker: str) -> list[str]:
        """The statements of a publish, without their comments."""
        prepared = self.ok("prepare")
        self.build(prepared["colour"], marker)
        outcome = self.run("publish", build_id=prepared["build_id"])
        assert outcome.exit_code == 0, outcome.error
        return [sql.split(" */\n", 1)[-1] for sql in outcome.statements]

    def read(self, schema: str = LIVE, name: str = "orders") -> str | None:
        """The build that readers of a live name see; None when they find nothing."""
        if not self.sql(f"select 1 from duckdb_views() where schema_name = '{schema}' and view_name = '{name}'"):
            return None
        ((build,),) = self.sql(f"select build from {quoted(schema, name)}")
        return build

    def readable(self) -> set[str | None]:
        """The builds that readers see, over all live names."""
        return {self.read(schema, name) for schema, name in self.models}

    def lease(self) -> Mapping[str, Any]:
        (row,) = self.sql("select * from cutover.deployments")
        return dict(zip([column[0] for column in self.clean.description], row, strict=True))

    def expires_at(self) -> str:
        """The end of the lease as the engine writes it, which leaves zeros at a fraction's end out."""
        ((moment,),) = self.sql("select cast(lease_expires_at as varchar) from cutover.deployments")
        return moment

    def events(self) -> list[tuple[Any, ...]]:
        return self.sql("select event, build_id, colour from cutover.deployment_events order by recorded_at")

    def expire(self) -> None:
        """Let the lease's time pass."""
        self.sql("update cutover.deployments set lease_expires_at = lease_expires_at - interval 30 day")

    def everything(self) -> dict[str, Any]:
        """All that the database holds: relations with their definitions, and the rows of every table."""
        relations = self.sql(
            "select schema_name, table_name, sql from duckdb_tables() where not internal and database_name = 'testdb'"
            " union all"
            " select schema_name, view_name, sql from duckdb_views() where not internal and database_name = 'testdb'"
        )
        held = {
            f"{schema}.{name}": (sql, sorted(self.sql(f"select * from {quoted(schema, name)}"), key=str))
            for schema, name, sql in relations
        }
        schemas = self.sql("select schema_name from duckdb_schemas() where database_name = 'testdb' and not internal")
        return {"schemas": sorted(name for (name,) in schemas), **held}


@pytest.fixture
def shop(dbt: Any) -> Shop:
    return Shop(dbt)
