"""Nodes of a project: finding one, its place in a test, what ``ref`` and ``source`` give, and compiling it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dbt.adapters.base.relation import BaseRelation
from dbt.artifacts.resources.types import ModelLanguage, NodeType
from dbt.compilation import Compiler
from dbt.context.providers import (
    ModelContext,
    OperationProvider,
    OperationRefResolver,
    RuntimeProvider,
    RuntimeRefResolver,
    RuntimeSourceResolver,
)
from dbt.node_types import REFABLE_NODE_TYPES
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

from dbt_cutover.testing.errors import HarnessError, did_you_mean

__all__ = ["Nodes"]


@dataclass
class _Inputs:
    """What ``ref`` and ``source`` give in a test.

    Attributes
    ----------
    database : str or None
        Where the test runs: no relation is outside of it. None where no test of the harness runs.
    stand_ins : dict
        Unique id of a node to the relation that takes its place.
    asked : dict
        Unique id of each node that was asked for lately, to the relation that was given.
    """

    database: str | None = None
    stand_ins: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)

    def relation(self, node: Any, create: Callable[[Any], Any]) -> Any:
        """Return the stand-in of a node, else its own relation in the test's database."""
        relation = self.stand_ins.get(node.unique_id)
        if relation is None:
            relation = self.within(create(node))
        if not relation.is_cte:  # an ephemeral model isn't in the database
            self.asked[node.unique_id] = relation
        return relation

    def within(self, relation: Any) -> Any:
        """Return a relation in the test's database."""
        if relation.is_cte or self.database in (None, relation.database):
            return relation
        return relation.incorporate(path={"database": self.database})


class _NodeRef(RuntimeRefResolver):
    """``ref`` inside a node."""

    def __init__(self, inputs: _Inputs, *arguments: Any) -> None:
        super().__init__(*arguments)  # type: ignore[no-untyped-call]
        self._inputs = inputs

    def create_relation(self, target_model: Any) -> Any:
        return self._inputs.relation(target_model, super().create_relation)

    def validate(self, resolved: Any, *arguments: Any) -> None:
        # A node that a test made was never parsed: what it depends on is not known beforehand.
        if self.model.unique_id in self.manifest.nodes:
            super().validate(resolved, *arguments)


class _MacroRef(_NodeRef, OperationRefResolver):
    """``ref`` inside a macro that a test or dbt itself calls."""


class _Source(RuntimeSourceResolver):
    """``source``, everywhere."""

    def __init__(self, inputs: _Inputs, *arguments: Any) -> None:
        super().__init__(*arguments)  # type: ignore[no-untyped-call]
        self._inputs = inputs

    def resolve(self, source_name: str, table_name: str) -> Any:
        relation = super().resolve(source_name, table_name)
        source = self.manifest.resolve_source(source_name, table_name, self.current_project, self.model.package_name)
        return self._inputs.relation(source, lambda _: relation)


class _Compiler(Compiler):
    """dbt's compiler, with a given context for each node and without files.

    Attributes
    ----------
    originals : dict
        The ephemeral models, by unique id, that copies in the manifest stand for by now: dbt notes on them what it
        compiled, and would not compile them again.
    """

    def __init__(self, config: Any, context: Callable[[Any], dict[str, Any]]) -> None:
        super().__init__(config)
        self._context = context
        self.originals: dict[str, Any] = {}

    def _recursively_prepend_ctes(self, model: Any, manifest: Any, extra_context: Any) -> Any:
        for cte in model.extra_ctes:
            if cte.id not in self.originals:
                self.originals[cte.id] = manifest.nodes[cte.id]
                manifest.nodes[cte.id] = deepcopy(manifest.nodes[cte.id])
        return super()._recursively_prepend_ctes(model, manifest, extra_context)

    def _create_node_context(self, node: Any, manifest: Any, extra_context: Mapping[str, Any]) -> dict[str, Any]:
        del manifest
        return {**self._context(node), **extra_context}

    def _write_node(self, node: Any, split_suffix: str | None = None) -> Any:
        del split_suffix
        return node


class _Unquoted:
    """A source's quoting is its own, never the project's."""

    quoting: Mapping[str, bool] = {}


class Nodes:
    """The nodes of a project, as a test sees them.

    Parameters
    ----------
    config, manifest, adapter
        dbt's own objects.
    everywhere : mapping
        Names that are set for each context that is made.

    Attributes
    ----------
    macro_provider
        Gives ``ref`` and ``source`` to the contexts of macros.
    test_configs : dict
        The config that dbt worked out for a test's name and what was configured: validating it takes longest.
    """

    def __init__(self, config: Any, manifest: Any, adapter: Any, everywhere: Mapping[str, Any]) -> None:
        self.config: Any = config
        self.manifest: Any = manifest
        self.adapter: Any = adapter
        self._everywhere = everywhere
        self._inputs = _Inputs()
        self.test_configs: dict[tuple[str, str], dict[str, Any]] = {}
        self.macro_provider = self._provider(OperationProvider(), _MacroRef)
        self._node_provider = self._provider(RuntimeProvider(), _NodeRef)

    def _provider(self, provider: Any, ref: type[_NodeRef]) -> Any:
        # dbt takes classes from here; it only ever calls them.
        provider.ref, provider.source = partial(ref, self._inputs), partial(_Source, self._inputs)
        return provider

    @property
    def root(self) -> str:
        """The project's name."""
        name: str = self.config.project_name
        return name

    # -- one test ---------------------------------------------------------------------------------------------------

    def enter(self, database: str) -> None:
        """Keep ``ref`` and ``source`` within a database from now on."""
        self._inputs.database = database

    def leave(self) -> None:
        """Forget stand-ins."""
        self._inputs.database = None
        self._inputs.stand_ins.clear()
        self._inputs.asked.clear()

    # -- finding ----------------------------------------------------------------------------------------------------

    def find(self, name: str, package: str | None = None, version: Any = None) -> Any:
        """Return the node that ``ref`` would mean.

        Raises
        ------
        HarnessError
            There is none, or it is disabled.
        """
        root = self.root
        node = self.manifest.resolve_ref(None, name, package, version, root, root)
        if node is None:
            known = [each for each in self.manifest.nodes.values() if each.resource_type in REFABLE_NODE_TYPES]
            names = {each.name for each in known if package in (None, each.package_name)}
            shown = " ".join(
                [f"there is no model, seed or snapshot {name!r}"]
                + ([f"of version {version}"] if version is not None else [])
                + [f"in the package {package!r} of" if package else "in", f"the project {root}"]
            )
            if version is not None and name in names:
                versions = sorted(str(each.version) for each in known if each.name == name and each.version is not None)
                raise HarnessError(f"{shown}; its versions: {', '.join(versions) or 'none'}.")
            raise HarnessError(f"{shown}.{did_you_mean(name, names)}")
        if not hasattr(node, "unique_id"):
            raise HarnessError(f"{node.target.unique_id} is disabled")
        return node

    def find_source(self, source: str, table: str) -> Any:
        """Return the table that ``source`` would mean.

        Raises
        ------
        HarnessError
            There is none, or it is disabled.
        """
        root = self.root
        node = self.manifest.resolve_source(source, table, root, root)
        if node is None:
            names = {f"{each.source_name}.{each.name}" for each in self.manifest.sources.values()}
            near = did_you_mean(f"{source}.{table}", names)
            raise HarnessError(f"there is no source '{source}.{table}' in the project {root}.{near}")
        if not hasattr(node, "unique_id"):
            raise HarnessError(f"{node.target.unique_id} is disabled")
        return node

    def find_by_name(self, name: str) -> Any:
        """Return any node by its unique id or its name: models, seeds, snapshots, tests.

        Raises
        ------
        HarnessError
            There is none, or more than one.
        """
        nodes = self.manifest.nodes
        found = [nodes[name]] if name in nodes else [node for node in nodes.values() if node.name == name]
        if not found:
            near = did_you_mean(name, [*nodes, *(node.name for node in nodes.values())])
            raise HarnessError(f"there is no node {name!r} in the project {self.root}.{near}")
        if len(found) > 1:
            ids = ", ".join(sorted(node.unique_id for node in found))
            raise HarnessError(f"more than one node is named {name!r}; give one of {ids}")
        return found[0]

    def find_singular_test(self, name: str) -> Any | None:
        """Return a test that is a file of its own; None when there is none of that name."""
        package, _, test = name.rpartition(".")
        for candidate in (package,) if package else (self.root, None):
            node = self.manifest.singular_test_lookup.find(test, candidate, self.manifest)
            if node is not None:
                return node
        return None

    @property
    def singular_tests(self) -> list[str]:
        """The names of tests that are files of their own."""
        tests = (node for node in self.manifest.nodes.values() if node.resource_type == NodeType.Test)
        return [node.name for node in tests if node.test_node_type == "singular"]

    # -- inputs -----------------------------------------------------------------------------------------------------

    @staticmethod
    def is_relation(value: object) -> bool:
        """Whether the value is one of dbt's relations."""
        return isinstance(value, BaseRelation)

    def relation(self, node: Any) -> Any:
        """Return what ``ref`` or ``source`` give for a node; for an ephemeral model the place that it would have."""
        return self._inputs.relation(node, self.place)

    def place(self, node: Any) -> Any:
        """Return a node's own relation, in the test's database."""
        quoting = _Unquoted() if node.resource_type == NodeType.Source else self.config
        return self._inputs.within(self.adapter.Relation.create_from(quoting, node))

    def stand_in(self, node: Any, relation: Any) -> None:
        """Let ``ref`` or ``source`` give this relation for a node, to the end of the test."""
        self._inputs.stand_ins[node.unique_id] = relation

    def missing(self) -> list[Any]:
        """Return the nodes whose relation was asked for since the last compilation began and isn't in the database."""
        absent = [id_ for id_, relation in self._inputs.asked.items() if not self._exists(relation)]
        return [self.manifest.nodes.get(id_) or self.manifest.sources[id_] for id_ in absent]

    def seeds_to_load(self, node: Any) -> list[Any]:
        """Return the seeds that a node reads, itself or by ephemeral models, and that the test gave no table for."""
        seeds = [each for each in self._closure(node) if each.resource_type == NodeType.Seed]
        return [seed for seed in seeds if not self._exists(self.relation(seed))]

    def look_around(self, node: Any) -> None:
        """Let dbt list what is in a node's schema, as it does at the start of a run."""
        self.adapter.list_relations(node.database, node.schema)

    def _exists(self, relation: Any) -> bool:
        if getattr(relation, "external", None):  # a file that the engine reads by itself
            return True
        return self.adapter.get_relation(relation.database, relation.schema, relation.identifier) is not None

    def _closure(self, node: Any) -> Iterator[Any]:
        """Give a node and what it reads, past ephemeral models that have no stand-in."""
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            current = waiting.pop()
            if current.unique_id in seen:
                continue
            seen.add(current.unique_id)
            yield current
            if current is node or (current.is_ephemeral_model and current.unique_id not in self._inputs.stand_ins):
                nodes = self.manifest.nodes
                waiting.extend(nodes[id_] for id_ in current.depends_on_nodes if id_ in nodes)

    # -- contexts and code ------------------------------------------------------------------------------------------

    def context(self, node: Any) -> dict[str, Any]:
        """Return the context that a node is compiled and run in."""
        context = ModelContext(node, self.config, self.manifest, self._node_provider, None)
        names: dict[str, Any] = context.to_dict()  # type: ignore[no-untyped-call]
        names["this"] = self._inputs.stand_ins.get(node.unique_id, names["this"])
        # The node's place was decided when the project was parsed: another target doesn't move it any more.
        names.update({name: value for name, value in self._everywhere.items() if name not in ("schema", "database")})
        return names

    def compiled(self, node: Any) -> Any:
        """Return a copy of a node, compiled by dbt in the test's place; nothing in the manifest is changed.

        Parameters
        ----------
        node
            A model or a test in SQL, of the project or made for a test.
        """
        self._inputs.asked.clear()
        compiler = _Compiler(self.config, self.context)
        try:
            return compiler.compile_node(self.placed(node), self.manifest, {}, write=False)
        finally:
            self.manifest.nodes.update(compiler.originals)

    def placed(self, node: Any) -> Any:
        """Return a copy of a node, in the test's database."""
        copy = deepcopy(node)
        if self._inputs.database is not None:
            copy.database = self._inputs.database
            if copy.relation_name is not None:
                copy.relation_name = str(self.adapter.Relation.create_from(self.config, copy))
        return copy

    @staticmethod
    def is_python(node: Any) -> bool:
        """Whether the node is written in Python."""
        return bool(node.language == ModelLanguage.python)

    @staticmethod
    def is_database_error(error: BaseException) -> bool:
        """Whether dbt says that the database refused a statement."""
        # Some adapters raise the base of dbt's errors instead; what macros refuse is a kind of its own.
        return isinstance(error, DbtDatabaseError) or type(error) is DbtRuntimeError
