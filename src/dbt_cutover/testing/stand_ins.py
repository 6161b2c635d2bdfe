"""Inputs of nodes: tables that take the place of models, seeds, snapshots and sources which aren't built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbt_cutover.testing._dbt_compat import materialize
from dbt_cutover.testing.errors import HarnessError
from dbt_cutover.testing.overrides import Override

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from dbt_cutover.testing.harness import Dbt

__all__ = ["Incremental", "give", "give_all", "load_seeds"]


class Incremental(Override):
    """A table that macros see as ``this``, within an incremental model; what :meth:`Dbt.incremental_this` returns.

    Attributes
    ----------
    relation : Relation
        The table; ``with dbt.incremental_this(...) as this`` gives it too.
    """

    def __init__(self, relation: Any, change: AbstractContextManager[object]) -> None:
        super().__init__(change)
        self.relation = relation

    def __enter__(self) -> Any:
        return self.relation


def give(dbt: Dbt, node: Any, rows: Any, types: Mapping[str, str] | None) -> Any:
    """Let a table of these rows, or a relation that is there, take a node's place; return its relation.

    Without rows and types it is what the node has already: its table if one was made, a seed's rows from its file.
    """
    nodes = dbt.project.nodes
    if rows is None and types is None:
        load_seeds(dbt, node)
        return nodes.relation(node)
    if nodes.is_relation(rows):
        if types is not None:
            raise HarnessError(f"types are for rows; {rows} is a relation, which has its own")
        relation = rows
    else:
        place = nodes.place(node)
        relation = dbt.table(place.identifier, () if rows is None else rows, types, schema=place.schema)
    nodes.stand_in(node, relation)
    return relation


def give_all(dbt: Dbt, refs: Mapping[Any, Any] | None, sources: Mapping[Any, Any] | None) -> None:
    """Give several nodes their rows: what the `refs` and `sources` of :meth:`Dbt.model` say."""
    for key, rows in (refs or {}).items():
        names = key if isinstance(key, tuple) else (key,)
        if len(names) > 2 or not all(isinstance(name, str) for name in names):
            raise HarnessError(f"a key of refs is a name, or (package, name); got {key!r}")
        dbt.ref(*names, rows)
    for pair, rows in (sources or {}).items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise HarnessError(f"a key of sources is (source, table); got {pair!r}")
        dbt.source(*pair, rows)


def load_seeds(dbt: Dbt, node: Any) -> None:
    """Load the seeds that a node reads from their files, as ``dbt seed`` does, but for those that have a table."""
    nodes = dbt.project.nodes
    with dbt._silence(), dbt._transaction():
        seeds = nodes.seeds_to_load(node)
    for seed in seeds:
        placed = nodes.placed(seed)
        dbt._make_schema(placed.schema)
        with dbt._silence(), dbt._transaction():
            materialize(nodes, placed)
