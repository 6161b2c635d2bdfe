"""What dbt does with a node after compiling it: a materialization is run, a test is judged, a result is told."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from typing import Any

from dbt.artifacts.resources.base import FileHash
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.resources.v1.config import TestConfig
from dbt.artifacts.schemas.results import RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.context.context_config import ContextConfig
from dbt.context.providers import ParseConfigObject, ParseDatabaseWrapper, RuntimeConfigObject
from dbt.contracts.graph.nodes import GenericTestNode, ModelNode
from dbt.hooks import get_hook_dict
from dbt.parser.base import RelationUpdate
from dbt_common.dataclass_schema import ValidationError

from dbt_cutover.testing._dbt_compat._nodes import Nodes
from dbt_cutover.testing.errors import HarnessError, did_you_mean

__all__ = ["GenericTest", "macro_arguments", "materialize", "model_of", "run_result", "test_names", "verdict"]


# -- materializations -------------------------------------------------------------------------------------------------


def model_of(nodes: Nodes, name: str, sql: str, materialization: str, config: Mapping[str, Any]) -> Any:
    """Return a model that the project doesn't have, as dbt would have parsed it, with the project's own defaults.

    Raises
    ------
    HarnessError
        There is no such materialization for the adapter.
    """
    root = nodes.root
    # Another unique id than a model of the project could have.
    node = ModelNode.from_dict(
        {
            **_attributes(nodes, name, NodeType.Model, sql),
            "unique_id": f"model.{root}.{name}.test",
            "config": _config(nodes, [root, name], NodeType.Model, {"materialized": materialization, **config}),
        }
    )
    _find_materialization(nodes, node)
    for component in ("database", "schema", "alias"):
        RelationUpdate(nodes.config, nodes.manifest, component)(node, node.config.get(component))
    node.relation_name = str(nodes.adapter.Relation.create_from(nodes.config, node))
    return nodes.placed(node)


def materialize(nodes: Nodes, node: Any) -> list[Any]:
    """Run the materialization of a compiled node, or of a seed, as dbt does.

    Returns
    -------
    list of relations
        What the materialization says that it made.
    """
    from dbt.task.run import ModelRunner  # noqa: PLC0415 - dbt's tasks are needed by few tests

    class Runner(ModelRunner):
        def _materialization_relations(self, result: Any, model: Any) -> Any:
            self.relations = super()._materialization_relations(result, model)
            return self.relations

    macro, context = _find_materialization(nodes, node), nodes.context(node)
    runner = Runner(nodes.config, nodes.adapter, node, 1, 1)
    runner._execute_model(nodes.adapter.pre_model_hook(context["config"]), context["config"], node, context, macro)
    return list(runner.relations)


def _find_materialization(nodes: Nodes, node: Any) -> Any:
    name, type_ = node.get_materialization(), nodes.adapter.type()
    macro = nodes.manifest.find_materialization_macro_by_name(nodes.root, name, type_)
    if macro is None:
        prefix = "materialization_"
        macros = (each.name for each in nodes.manifest.macros.values() if each.name.startswith(prefix))
        known = sorted({each.removeprefix(prefix).rpartition("_")[0] for each in macros})
        near = did_you_mean(name, known)
        raise HarnessError(f"there is no materialization {name!r} for {type_}; known: {', '.join(known)}.{near}")
    return macro


# -- tests ------------------------------------------------------------------------------------------------------------


class GenericTest:
    """A generic test as dbt has it for a line of YAML: a node, whose config is the test block's and the line's.

    Parameters
    ----------
    nodes : Nodes
        The project.
    name : str
        The test's name.
    config : mapping
        What the line's ``config`` says; it wins over the block's.

    Raises
    ------
    HarnessError
        A test has no such config.
    """

    def __init__(self, nodes: Nodes, name: str, config: Mapping[str, Any]) -> None:
        known = [each.name for each in fields(TestConfig) if not each.name.startswith("_")]
        for key in config:
            if key not in known:
                raise HarnessError(f"a test has no config {key!r}.{did_you_mean(key, known)}")
        self._nodes = nodes
        self._given = dict(config)
        root = nodes.root
        self._calls = ContextConfig(nodes.config, [root, name], NodeType.Test, root)
        self.node: Any = GenericTestNode.from_dict(
            {
                **_attributes(nodes, name, NodeType.Test, ""),
                "unique_id": f"test.{root}.{name}.test",
                "test_metadata": {"name": name, "kwargs": {}},
                "config": {},
            }
        )

    def parsing(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the test's macro sees otherwise than in `names` while dbt parses: no query runs."""
        return {
            "config": ParseConfigObject(self.node, self._calls),
            "execute": False,
            "adapter": ParseDatabaseWrapper(self._nodes.adapter, names["adapter"]._namespace),
        }

    def running(self) -> dict[str, Any]:
        """Return what the test's macro sees while it runs; what ``config`` said by then holds."""
        self._calls.add_config_call(self._given)
        known, key = self._nodes.test_configs, (self.node.name, repr(self._calls._config_call_dict))
        if key not in known:
            known[key] = self._calls.build_config_dict()
        self.node.config = TestConfig.from_dict(known[key])
        return test_names(self.node)


def macro_arguments(macro: Any) -> list[str] | None:
    """Return the names of a macro's arguments; None when it takes any."""
    compiled = macro.get_macro()
    return None if compiled.catch_kwargs else list(compiled.arguments)


def test_names(node: Any) -> dict[str, Any]:
    """Return what macros see while a test runs."""
    return {"config": RuntimeConfigObject(node), "model": node.to_dict(omit_none=True)}


def verdict(nodes: Nodes, node: Any, failures: Any, should_warn: Any, should_error: Any) -> tuple[int, str]:
    """Return a test's number of failures, and pass, warn or fail.

    Parameters
    ----------
    node
        The test.
    failures, should_warn, should_error
        The row that ``get_test_sql`` gives.

    Raises
    ------
    HarnessError
        The number is none: NULL, or a fraction.
    """
    from dbt.task.test import TestResultData, TestRunner  # noqa: PLC0415 - dbt's tasks are needed by few tests

    given = {"failures": failures, "should_warn": should_warn, "should_error": should_error, "adapter_response": {}}
    if failures is not None and failures == int(failures):
        given["failures"] = int(failures)
    try:
        TestResultData.validate(given)  # type: ignore[no-untyped-call]
    except ValidationError:
        calculation = node.config.fail_calc
        raise HarnessError(f"fail_calc must give a whole number; {calculation!r} gave {failures!r}") from None
    data = TestResultData.from_dict(given)
    result = TestRunner(nodes.config, nodes.adapter, node, 1, 1).build_test_run_result(node, data)
    return data.failures, str(result.status)


# -- results ----------------------------------------------------------------------------------------------------------


def run_result(node: Any, status: str | None, **details: Any) -> Any:
    """Return what dbt tells of a node after it ran.

    Parameters
    ----------
    node
        The node, which the result has a copy of.
    status : str or None
        By default that of a node for which all went well.
    **details
        Fields of dbt's ``RunResult``.

    Raises
    ------
    HarnessError
        Nodes of that kind have no such status.
    """
    statuses = TestStatus if node.resource_type == NodeType.Test else RunStatus
    known = [str(each.value) for each in statuses]
    status = known[0] if status is None else status
    if status not in known:
        allowed, near = ", ".join(known), did_you_mean(status, known)
        raise HarnessError(f"the status of a {node.resource_type} must be one of {allowed}; got {status!r}.{near}")
    return RunResult(
        node=deepcopy(node), status=statuses(status), timing=[], thread_id="Thread-1", batch_results=None, **details
    )


# -- nodes that the project doesn't have ------------------------------------------------------------------------------


def _attributes(nodes: Nodes, name: str, kind: NodeType, sql: str) -> dict[str, Any]:
    credentials, root = nodes.config.credentials, nodes.root
    return {
        "name": name,
        "alias": name,
        "resource_type": str(kind),
        "package_name": root,
        "fqn": [root, name],
        "path": f"{name}.sql",
        "original_file_path": f"{name}.sql",
        "database": credentials.database,
        "schema": credentials.schema,
        "checksum": FileHash.from_contents(sql).to_dict(omit_none=True),
        "language": "sql",
        "raw_code": sql,
    }


def _config(nodes: Nodes, fqn: list[str], kind: NodeType, given: Mapping[str, Any]) -> dict[str, Any]:
    calls = ContextConfig(nodes.config, fqn, kind, nodes.root)
    calls.add_config_call(dict(given))
    config: dict[str, Any] = calls.build_config_dict()
    for hooks in ("pre-hook", "post-hook"):
        config[hooks] = [get_hook_dict(hook) for hook in config.get(hooks, [])]
    return config
