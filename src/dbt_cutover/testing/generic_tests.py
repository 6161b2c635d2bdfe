"""Tests of dbt: the failing rows, and what dbt would make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dbt_cutover.testing._dbt_compat import GenericTest, macro_arguments, test_names, verdict
from dbt_cutover.testing.errors import HarnessError, did_you_mean
from dbt_cutover.testing.rows import Rows

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import Nodes
    from dbt_cutover.testing.harness import Dbt

__all__ = ["FailingRows", "find_singular", "run_generic", "run_singular"]


class FailingRows(Rows):
    """The rows that a test found, as many as its `limit` lets through.

    Attributes
    ----------
    failures : int
        The number of failures by the test's `fail_calc`.
    status : str
        What dbt says by `severity`, `error_if` and `warn_if`: ``pass``, ``warn`` or ``fail``.
    sql : str
        The test's query, without the limit.
    """

    def __init__(self, rows: Rows, sql: str, failures: int, status: str) -> None:
        list.__init__(self, rows)
        vars(self).update(vars(rows))
        self.sql = sql
        self.failures = failures
        self.status = status


def run_generic(
    dbt: Dbt,
    name: str,
    macro: Callable[..., Any],
    relation: Any,
    config: Mapping[str, Any],
    arguments: Mapping[str, Any],
) -> FailingRows:
    """Run a generic test on a relation: its block twice, as dbt does, for its config and then for its query."""
    nodes, names = dbt.project.nodes, dbt.project.names
    if not nodes.is_relation(relation):
        raise HarnessError(
            f"the test {name} runs on a relation, such as dbt.table and dbt.ref return; got {relation!r}"
        )
    _check_arguments(name, macro_arguments(macro), arguments)
    test = GenericTest(nodes, name.rpartition(".")[2], config)
    with dbt._silence(), dbt._transaction():
        with dbt.project.context(test.parsing(names)):
            macro(model=relation, **arguments)
        running = test.running()
    with dbt.project.context(running):
        with dbt._transaction():
            sql = macro(model=names["get_where_subquery"](relation), **arguments).strip()
        return _judged(dbt, test.node, sql)


def _check_arguments(name: str, known: Iterable[str] | None, given: Mapping[str, Any]) -> None:
    if known is None:  # it takes any
        return
    takes = [argument for argument in known if argument != "model"]
    for argument in given:
        if argument not in takes:
            near = did_you_mean(argument, takes)
            raise HarnessError(f"the test {name} takes {', '.join(takes) or 'no argument'}; got {argument!r}.{near}")


def find_singular(nodes: Nodes, name: str, *, generic: bool) -> Any:
    """Return the singular test of that name.

    Parameters
    ----------
    generic : bool
        There is a generic test of that name.

    Raises
    ------
    HarnessError
        There is none.
    """
    node = nodes.find_singular_test(name)
    if node is None and generic:
        raise HarnessError(f"{name} is a generic test: give the relation to run it on")
    if node is None:
        near = did_you_mean(name.rpartition(".")[2], nodes.singular_tests)
        raise HarnessError(f"there is no singular test {name!r} in the project {nodes.root}.{near}")
    return node


def run_singular(dbt: Dbt, node: Any) -> FailingRows:
    """Run a test that is a file of its own."""
    nodes = dbt.project.nodes
    with dbt._transaction():
        compiled = nodes.compiled(node)
    with dbt.project.context(test_names(compiled)):
        return _judged(dbt, compiled, compiled.compiled_code.strip())


def _judged(dbt: Dbt, node: Any, sql: str) -> FailingRows:
    config, names = node.config, dbt.project.names
    with dbt._transaction():
        limited = names["get_limit_subquery_sql"](sql, config.limit).strip()
        judging = names["get_test_sql"](limited, config.fail_calc, config.warn_if, config.error_if, None)
    dbt._rendered(node.raw_code, limited)
    dbt.statements.append(limited)
    rows = dbt._fetch(limited)
    failures, should_warn, should_error = dbt._fetch(judging)[0].values()
    return FailingRows(rows, sql, *verdict(dbt.project.nodes, node, failures, should_warn, should_error))
