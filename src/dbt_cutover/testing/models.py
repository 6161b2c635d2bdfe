"""Models: the rows that one gives over the given inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbt_cutover.testing import stand_ins
from dbt_cutover.testing._dbt_compat import materialize as run_materialization
from dbt_cutover.testing._dbt_compat import model_of
from dbt_cutover.testing.errors import DatabaseError, HarnessError, MacroError
from dbt_cutover.testing.rows import Rows

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import Nodes
    from dbt_cutover.testing.harness import Dbt

__all__ = ["ModelRows", "find", "materialize", "rows_of"]


class ModelRows(Rows):
    """The rows of a model's query.

    Attributes
    ----------
    sql : str
        The query, as dbt compiled it.
    """

    def __init__(self, rows: Rows, sql: str) -> None:
        list.__init__(self, rows)
        vars(self).update(vars(rows))
        self.sql = sql


def find(nodes: Nodes, name: str, version: Any) -> Any:
    """Return the model of that name.

    Raises
    ------
    HarnessError
        There is none, or it is something else, or it is written in Python.
    """
    package, _, model = name.rpartition(".")
    node = nodes.find(model, package or None, version)
    if node.resource_type != "model":
        ways = {
            "seed": f"dbt.ref({model!r}) loads its file",
            "snapshot": f"dbt.ref({model!r}, rows) gives its rows to the models that read it",
        }
        raise HarnessError(f"{name} is a {node.resource_type} and no model: {ways[node.resource_type]}")
    if nodes.is_python(node):
        raise HarnessError(f"{name} is a Python model, which runs in the warehouse only; call its function in a test")
    return node


def rows_of(dbt: Dbt, node: Any) -> ModelRows:
    """Return the rows of a model's query over what is there.

    Raises
    ------
    HarnessError
        The database refused it, and a table that it reads isn't there.
    """
    stand_ins.load_seeds(dbt, node)
    nodes = dbt.project.nodes
    try:
        with dbt._transaction():
            sql = nodes.compiled(node).compiled_code.strip()
        dbt._rendered(node.raw_code, sql)
        return ModelRows(dbt._fetch(sql), sql)
    except (DatabaseError, MacroError) as error:
        message = error.message
        if isinstance(error, MacroError) and not nodes.is_database_error(error.error):
            raise
        with dbt._silence(), dbt._transaction():
            missing = nodes.missing()
        if not missing:
            raise
        ways = [f"  {each.unique_id}: {_way(each, nodes.root)}" for each in missing]
        title = f"{node.name} reads what isn't there; give it to the test:"
        raise HarnessError("\n".join([title, *ways, f"The database said: {message}"])) from error


def _way(node: Any, root: str) -> str:
    if node.resource_type == "source":
        return f"dbt.source({node.source_name!r}, {node.name!r}, rows)"
    package = "" if node.package_name == root else f"{node.package_name!r}, "
    version = "" if getattr(node, "version", None) is None else f", version={node.version!r}"
    return f"dbt.ref({package}{node.name!r}, rows{version})"


def materialize(dbt: Dbt, materialization: str, sql: str, identifier: str, config: Mapping[str, Any]) -> list[Any]:
    """Run a materialization for a query, and return the relations that it says it made."""
    nodes = dbt.project.nodes
    with dbt._transaction():
        node = model_of(nodes, identifier, sql, materialization, config)
    dbt._make_schema(node.schema)
    with dbt._silence(), dbt._transaction():
        nodes.look_around(node)
    with dbt._transaction():
        compiled = nodes.compiled(node)
        dbt._rendered(sql, compiled.compiled_code)
        return run_materialization(nodes, compiled)
