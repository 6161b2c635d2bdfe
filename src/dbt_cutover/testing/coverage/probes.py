"""Jinja's compiler, writing Python that also notes which points it passes: one store into a byte array each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from dbt_cutover.testing.coverage.points import Probes, probe
from dbt_cutover.testing.coverage.tags import Tags

__all__ = ["compile_probed", "find_points"]

# Names in the generated Python; Jinja's own begin with `l_` or `t_`.
_HITS = "cutover_hits"
_HIT = "cutover_hit"
_VALUE = "cutover_value"


def find_points(environment: jinja2.Environment, source: str) -> tuple[nodes.Template, Probes]:
    """Parse a macro's text and find its points, in a tree that is ready for :func:`compile_probed`."""
    tree = environment.parse(source)
    return tree, probe(tree, Tags(environment.lex(source)))


def compile_probed(environment: jinja2.Environment, source: str) -> tuple[jinja2.Template, Probes, bytearray]:
    """Compile a macro's text so that it notes what it reaches.

    Parameters
    ----------
    environment : jinja2.Environment
        One for this template alone, which is changed.
    source : str
        The text of one macro.

    Returns
    -------
    template, probes, hits
        The template, the macro's points, and a byte per point: 1 once it was reached.
    """
    tree, probes = find_points(environment, source)
    hits = bytearray(len(probes.points))
    environment.extend(**{_HITS: hits})
    # The optimizer puts new nodes in the place of those that have marks; constants are the only ones it changes.
    environment.optimized = False
    environment.code_generator_class = partial(_CodeGenerator, probes)  # type: ignore[assignment]
    return environment.from_string(tree, globals={}), probes, hits


class _CodeGenerator(CodeGenerator):
    """Writes the marks of a tree's nodes.

    A statement's mark is a line before it; an expression's stands in it: setting an item returns None, so
    ``(hit(3, 1) or <expression>)`` has the expression's value.
    """

    def __init__(self, probes: Probes, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._probes = probes
        self._loop_begins: dict[nodes.Node, str] = {}

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        super().visit_Template(node, frame)
        self.writeline(f"{_HITS} = environment.{_HITS}")
        self.writeline(f"{_HIT} = {_HITS}.__setitem__")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        super().blockvisit(self._marked(nodes), frame)

    def _marked(self, statements: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
        for node in statements:
            if node in self._probes.marks:
                self.writeline(f"{_HITS}[{self._probes.marks[node]}] = 1")
            if node in self._loop_begins:
                self.writeline(f"{self._loop_begins[node]} = False")
            yield node

    def visit(self, node: nodes.Node, *arguments: Any, **options: Any) -> Any:
        if not isinstance(node, nodes.Expr) or node not in self._probes.marks:
            return super().visit(node, *arguments, **options)
        self.write(f"({_HIT}({self._probes.marks[node]}, 1) or ")
        super().visit(node, *arguments, **options)
        self.write(")")
        return None

    def visit_And(self, node: nodes.BinExpr, frame: Frame) -> None:  # noqa: N802
        if node not in self._probes.left:
            super().visit_And(node, frame)
            return
        self.write("(")
        self.visit(node.right, frame)
        self.write(f" if ({_VALUE} := ")
        self.visit(node.left, frame)
        self.write(f") else {_HIT}({self._probes.left[node]}, 1) or {_VALUE})")

    def visit_Or(self, node: nodes.BinExpr, frame: Frame) -> None:  # noqa: N802
        if node not in self._probes.left:
            super().visit_Or(node, frame)
            return
        self.write(f"({_HIT}({self._probes.left[node]}, 1) or {_VALUE} if ({_VALUE} := ")
        self.visit(node.left, frame)
        self.write(") else ")
        self.visit(node.right, frame)
        self.write(")")

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        if node not in self._probes.empty:
            super().visit_For(node, frame)
            return
        is_empty = self._loop_begins[node.body[0]] = self.temporary_identifier()
        self.writeline(f"{is_empty} = True")
        super().visit_For(node, frame)
        self.writeline(f"if {is_empty}: {_HITS}[{self._probes.empty[node]}] = 1")
