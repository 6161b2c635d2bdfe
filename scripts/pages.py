"""Pages whose blocks of code are told apart by a comment before them: files, commands to run, and what those print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Block", "Page", "steady"]

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?P<head><!-- (?P<kind>file|run|output)(?:: (?P<name>[^\n]*?))? -->\n```\w*\n)(?P<text>.*?)(?P<end>```)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A block of code: what it is, the name of the file or the command, and its text."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page in Markdown, by its path in the repository."""

    path: str

    def read(self) -> str:
        """Return the whole page."""
        return (ROOT / self.path).read_text(encoding="utf-8")

    def blocks(self, kind: str) -> list[Block]:
        """Return the blocks of a kind, in their order."""
        found = (Block(match["kind"], match["name"] or "", match["text"]) for match in BLOCK.finditer(self.read()))
        return [block for block in found if block.kind == kind]

    def names(self, kind: str) -> list[str]:
        """Return the names of the blocks of a kind that have one."""
        return [block.name for block in self.blocks(kind) if block.name]

    def text(self, kind: str, name: str) -> str:
        """Return the text of the one block of that kind and name."""
        (block,) = (block for block in self.blocks(kind) if block.name == name)
        return block.text

    def fill(self, kind: str, name: str, text: str) -> None:
        """Write another text into the block of that kind and name."""

        def filled(match: re.Match[str]) -> str:
            ours = (match["kind"], match["name"]) == (kind, name)
            return f"{match['head']}{text.rstrip()}\n{match['end']}" if ours else match[0]

        (ROOT / self.path).write_text(BLOCK.sub(filled, self.read()), encoding="utf-8")


def steady(text: str, *changing: tuple[str, str]) -> list[str]:
    """Return lines without their indent, and without what changes from run to run: patterns, and what to put there."""
    for pattern, instead in changing:
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return [line.strip() for line in text.strip().splitlines()]
