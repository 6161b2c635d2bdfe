"""What of a macro can be reached: points in its syntax tree, each with a mark that the template sets when it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinja2 import nodes

from dbt_cutover.testing.coverage.tags import EXPRESSION, Tag, Tags

__all__ = ["Point", "Probes", "Scope", "probe"]

_CLAUSES = ("body", "else_", "elif_")
_TAG_OF: dict[type[nodes.Node], str] = {
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.CallBlock: "call",
    nodes.ExprStmt: "do",
    nodes.FilterBlock: "filter",
    nodes.For: "for",
    nodes.If: "if",
    nodes.Macro: "macro",
    nodes.With: "with",
}


@dataclass(frozen=True)
class Point:
    """Something that a run reaches or not.

    Attributes
    ----------
    statement : int
        The line on which the statement begins.
    end : int
        The line on which the statement's tag ends.
    line : int
        The line on which the point itself stands: another one within a statement of several lines.
    branch : str
        Where the branch leads, such as `else`; empty for a statement, which is a point of its line.
    target : int
        The line of the clause that the branch leads to, where that has a tag of its own; else 0.
    """

    statement: int
    end: int
    line: int
    branch: str = ""
    target: int = 0


@dataclass(frozen=True)
class Scope:
    """Lines that stay uncounted when the lines `start` to `end`, those of a tag, ask for it: `start` to `last`."""

    start: int
    end: int
    last: int


@dataclass
class Probes:
    """The points of one macro, and which node of its tree marks which.

    Attributes
    ----------
    points : list of Point
        The first is the macro itself.
    scopes : list of Scope
        One per tag.
    marks : dict
        A statement, or an expression, to the index of the point that is reached as soon as it is begun.
    left : dict
        An `and` or `or` to the index of the point that is reached when its left side decides.
    empty : dict
        A loop to the index of the point that is reached when it ends without having begun its body.
    """

    points: list[Point] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    marks: dict[nodes.Node, int] = field(default_factory=dict)
    left: dict[nodes.BinExpr, int] = field(default_factory=dict)
    empty: dict[nodes.For, int] = field(default_factory=dict)


def probe(template: nodes.Template, tags: Tags) -> Probes:
    """Find the points of a macro's template.

    Parameters
    ----------
    template : jinja2.nodes.Template
        The tree of a text that is one macro. Statements that do nothing are added to it, to carry marks, and what it
        prints is cut where another line begins; it renders as before.
    tags : Tags
        The tags of the same text, none of them taken.
    """
    walk = _Walk(tags)
    template.body = walk.top(template.body)
    walk.probes.scopes = [Scope(tag.start, tag.end, tag.last) for tag in tags.all]
    return walk.probes


class _Walk:
    """One walk through a tree, in the order of the text."""

    def __init__(self, tags: Tags) -> None:
        self.probes = Probes()
        self._tags = tags
        self._seen: dict[tuple[int, str], int] = {}

    def top(self, statements: list[nodes.Node]) -> list[nodes.Node]:
        for node in statements:
            if isinstance(node, nodes.Macro):
                tag = self._tags.take("macro", node.lineno)
                called = self._point(Point(tag.start, tag.end, tag.start))
                self._expressions(node, tag)  # the defaults of its arguments
                node.body = self._entered(called, node.body, tag.start)
        return statements

    def _point(self, point: Point) -> int:
        self.probes.points.append(point)
        return len(self.probes.points) - 1

    def _branch(self, tag: Tag, line: int, branch: str, target: int = 0) -> int:
        count = self._seen[line, branch] = self._seen.get((line, branch), 0) + 1
        return self._point(Point(tag.start, tag.end, line, branch if count == 1 else f"{branch} ({count})", target))

    def _entered(self, point: int, statements: list[nodes.Node], line: int) -> list[nodes.Node]:
        """Return the statements behind one that only marks that they are begun."""
        begin = nodes.ExprStmt(nodes.Const(None), lineno=line)
        self.probes.marks[begin] = point
        return [begin, *self._body(statements)]

    # -- statements -------------------------------------------------------------------------------------------------

    def _body(self, statements: list[nodes.Node]) -> list[nodes.Node]:
        body: list[nodes.Node] = []
        for node in statements:
            if isinstance(node, nodes.Output):
                body += self._output(node)
            else:
                self._statement(node)
                body.append(node)
        return body

    def _output(self, output: nodes.Output) -> list[nodes.Node]:
        """Cut at each line on which an expression begins: what a `return` keeps from being printed isn't reached."""
        parts = [nodes.Output([], lineno=output.lineno)]
        line = None
        for child in output.nodes:
            if not isinstance(child, nodes.TemplateData):
                tag = self._tags.take(EXPRESSION, _first_line(child))
                if tag.start != line:
                    line = tag.start
                    parts.append(nodes.Output([], lineno=child.lineno))
                    self.probes.marks[parts[-1]] = self._point(Point(tag.start, tag.end, tag.start))
                self._expression(child, tag)
            parts[-1].nodes.append(child)
        return [part for part in parts if part.nodes]

    def _statement(self, node: nodes.Node) -> None:
        tag = self._tags.take(_TAG_OF.get(type(node)), node.lineno)
        self.probes.marks[node] = self._point(Point(tag.start, tag.end, tag.start))
        self._expressions(node, tag)
        if isinstance(node, nodes.If):
            self._if(node, tag)
        elif isinstance(node, nodes.For):
            self._for(node, tag)
        elif isinstance(node, nodes.CallBlock | nodes.Macro):
            name = "call" if isinstance(node, nodes.CallBlock) else "macro"
            node.body = self._entered(self._branch(tag, tag.start, name), node.body, tag.start)
        elif isinstance(getattr(node, "body", None), list):
            node.body = self._body(node.body)  # type: ignore[attr-defined]

    def _if(self, node: nodes.If, tag: Tag) -> None:
        node.body = self._entered(self._branch(tag, tag.start, "then"), node.body, tag.start)
        clause = tag
        for elif_, clause in zip(node.elif_, tag.clauses, strict=False):
            self.probes.marks[elif_.test] = self._point(Point(clause.start, clause.end, clause.start))
            self._expression(elif_.test, clause)
            elif_.body = self._entered(self._branch(clause, clause.start, "then"), elif_.body, clause.start)
        target = tag.clauses[-1].start if node.else_ else 0
        node.else_ = self._entered(self._branch(clause, clause.start, "else", target), node.else_, clause.start)

    def _for(self, node: nodes.For, tag: Tag) -> None:
        node.body = self._entered(self._branch(tag, tag.start, "loop"), node.body, tag.start)
        if node.else_:
            target = tag.clauses[-1].start
            node.else_ = self._entered(self._branch(tag, tag.start, "else", target), node.else_, target)
        elif not node.recursive:  # a recursive loop's body is a function of its own
            self.probes.empty[node] = self._branch(tag, tag.start, "empty")

    # -- expressions ------------------------------------------------------------------------------------------------

    def _expressions(self, node: nodes.Node, tag: Tag) -> None:
        for child in node.iter_child_nodes(exclude=_CLAUSES):
            self._expression(child, tag)

    def _expression(self, node: nodes.Node, tag: Tag) -> None:
        if _is_constant(node):
            return
        if isinstance(node, nodes.CondExpr):
            self._inline_if(node, tag)
        elif isinstance(node, nodes.And | nodes.Or):
            name = "and" if isinstance(node, nodes.And) else "or"
            self._expression(node.left, tag)
            self.probes.left[node] = self._branch(tag, node.lineno, f"{name} left")
            self._arm(node.right, tag, node.lineno, f"{name} right")
        else:
            self._expressions(node, tag)

    def _inline_if(self, node: nodes.CondExpr, tag: Tag) -> None:
        self._expression(node.test, tag)
        self._arm(node.expr1, tag, node.lineno, "inline then")
        if node.expr2 is None:  # what Jinja gives then is the same for an inline `if` that never holds
            node.expr2 = nodes.CondExpr(nodes.Const(False), nodes.Const(None), None, lineno=node.lineno)
            self.probes.marks[node.expr2] = self._branch(tag, node.lineno, "inline else")
        else:
            self._arm(node.expr2, tag, node.lineno, "inline else")

    def _arm(self, node: nodes.Expr, tag: Tag, line: int, branch: str) -> None:
        self.probes.marks[node] = self._branch(tag, line, branch)
        self._expression(node, tag)


def _is_constant(node: nodes.Node) -> bool:
    """Whether Jinja evaluates it when it compiles: then nothing in it can be marked when it runs."""
    if not isinstance(node, nodes.CondExpr | nodes.And | nodes.Or):
        return False
    try:
        node.as_const()
    except Exception:  # as Jinja's compiler has it: what can't be evaluated now is no constant
        return False
    return True


def _first_line(node: nodes.Node) -> int:
    """Return the first line of an expression: a filter's and a call's own is that of its name and parenthesis."""
    lines = [_first_line(child) for child in node.iter_child_nodes()]
    if isinstance(node.lineno, int):  # an operator of a comparison has none
        lines.append(node.lineno)
    return min(lines)
