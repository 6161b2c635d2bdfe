"""Where the tags of a macro's text stand: its syntax tree knows neither the end of a tag nor the lines of its else."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = ["EXPRESSION", "Tag", "Tags"]

EXPRESSION = "{{"
"""The name of a tag that prints an expression."""

_MACROS = ("materialization", "test", "docs")
_CLAUSES = ("elif", "else")

Token = tuple[int, str, str]
"""Line, type and text, as Jinja's lexer gives them."""


@dataclass
class Tag:
    """One tag, such as ``{% if ... %}``.

    Attributes
    ----------
    name : str
        Its first word, which is `macro` for what dbt makes a macro of, too; :data:`EXPRESSION` for ``{{ ... }}``.
    start, end : int
        Its first and last line.
    last : int
        The last line of what it governs: up to the next clause of the same block or the end of its end tag.
    clauses : list of Tag
        The block's ``elif`` and ``else``.
    """

    name: str
    start: int
    end: int
    last: int = 0
    clauses: list[Tag] = field(default_factory=list)


class Tags:
    """The tags of one text, each of which is taken once, in the order in which the text has them.

    Parameters
    ----------
    tokens : iterable of tuples
        What ``jinja2.Environment.lex`` gives.
    """

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.all: list[Tag] = []
        self._waiting: dict[str, deque[Tag]] = defaultdict(deque)
        blocks: list[Tag] = []
        for tag, inline in _read(tokens):
            if tag.name.startswith("end"):
                _close(blocks, tag)
                continue
            self.all.append(tag)
            if tag.name in _CLAUSES:
                block = next(block for block in reversed(blocks) if block.name in ("if", "for"))
                previous = block.clauses[-1] if block.clauses else block
                previous.last = max(previous.end, tag.start - 1)
                block.clauses.append(tag)
                continue
            self._waiting[tag.name].append(tag)
            if not inline:
                blocks.append(tag)

    def take(self, name: str | None, line: int) -> Tag:
        """Return the next tag of that name; one that is made up where the text has none around the line."""
        waiting = self._waiting[name] if name is not None else deque()
        while waiting and waiting[0].end < line:
            waiting.popleft()
        if waiting and waiting[0].start <= line:
            return waiting.popleft()
        return Tag(name or "", line, line, line)


def _close(blocks: list[Tag], end: Tag) -> None:
    # What has no end tag, as `do`, was put among the blocks too: nothing tells it apart before its block ends.
    while blocks:
        block = blocks.pop()
        if block.name == _named(end.name.removeprefix("end")):
            last = block.clauses[-1] if block.clauses else block
            last.last = end.end
            return


def _named(word: str) -> str:
    return "macro" if word in _MACROS else word


def _read(tokens: Iterable[Token]) -> Iterator[tuple[Tag, bool]]:
    """Yield each tag, and whether it is whole in itself: ``{{ }}``, or a ``set`` with its value."""
    tag, inline, depth = Tag("", 0, 0), False, 0
    for line, kind, text in tokens:
        if kind in ("block_begin", "variable_begin"):
            inline = kind == "variable_begin"
            tag, depth = Tag(EXPRESSION if inline else "", line, line), 0
        elif kind in ("block_end", "variable_end"):
            # Its text may hold line ends that the minus sign takes away.
            tag.end = tag.last = line
            yield tag, inline
        elif kind == "name" and not tag.name:
            tag.name = _named(text)
        elif kind == "operator":
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text, 0)
            inline = inline or (tag.name == "set" and text == "=" and depth == 0)
