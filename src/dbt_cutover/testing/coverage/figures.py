"""What a record comes to: per file, which macros, lines and branches were reached."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from dbt_cutover.testing.coverage.record import MacroFile, MacroRecord, Record, line_number

__all__ = ["Branch", "Count", "Figures", "FileFigures", "Line", "MacroFigures", "figures", "ranges"]

_PRAGMA = re.compile(r"\{#-?\s*pragma:\s*no\s*cover\b.*?#\}", re.DOTALL)


@dataclass(frozen=True)
class Count:
    """How many of how many were reached."""

    reached: int
    total: int

    def __add__(self, other: Count) -> Count:
        return Count(self.reached + other.reached, self.total + other.total)

    @property
    def percent(self) -> float:
        """The share in percent; 100 of nothing."""
        return 100 * self.reached / self.total if self.total else 100.0

    @property
    def shown(self) -> float:
        """The share in percent with one decimal, rounded down: 100 is all, and what is below a bar shows as below."""
        return math.floor(self.percent * 10) / 10


@dataclass(frozen=True)
class MacroFigures:
    """A macro, the line on which it begins and whether it was called."""

    name: str
    line: int
    reached: bool


@dataclass
class Line:
    """A line on which statements begin.

    Attributes
    ----------
    line, end : int
        Its number, and the line on which the last of its tags ends.
    reached : bool
        Whether any of its statements was.
    """

    line: int
    end: int
    reached: bool


@dataclass(frozen=True)
class Branch:
    """A branch.

    Attributes
    ----------
    line : int
        The line on which it stands.
    to : str
        Where it leads.
    reached : bool
        Whether it was taken.
    statement : int
        The line of its statement: while that isn't reached, it is no use to speak of the branch.
    """

    line: int
    to: str
    reached: bool
    statement: int


@dataclass
class FileFigures:
    """The figures of one file, without what a pragma leaves out."""

    path: str
    package: str
    text: str
    macros: list[MacroFigures]
    lines: list[Line]
    branches: list[Branch]
    excluded: list[int]

    @property
    def macro_count(self) -> Count:
        """Macros."""
        return _count(macro.reached for macro in self.macros)

    @property
    def line_count(self) -> Count:
        """Lines on which statements begin."""
        return _count(line.reached for line in self.lines)

    @property
    def branch_count(self) -> Count:
        """Branches."""
        return _count(branch.reached for branch in self.branches)

    @property
    def cover(self) -> Count:
        """Lines and branches."""
        return self.line_count + self.branch_count

    @property
    def missing_branches(self) -> list[Branch]:
        """The branches that weren't taken, of statements that were reached."""
        reached = {line.line for line in self.lines if line.reached}
        return [branch for branch in self.branches if not branch.reached and branch.statement in reached]


@dataclass
class Figures:
    """The figures of all files, by path."""

    files: list[FileFigures]

    @property
    def macro_count(self) -> Count:
        """Macros."""
        return sum((file.macro_count for file in self.files), Count(0, 0))

    @property
    def line_count(self) -> Count:
        """Lines."""
        return sum((file.line_count for file in self.files), Count(0, 0))

    @property
    def branch_count(self) -> Count:
        """Branches."""
        return sum((file.branch_count for file in self.files), Count(0, 0))

    @property
    def cover(self) -> Count:
        """Lines and branches: what ``--macro-coverage-fail-under`` is about."""
        return self.line_count + self.branch_count


def figures(record: Record) -> Figures:
    """Return the figures of a record."""
    return Figures([_file(file) for _, file in sorted(record.files.items())])


def ranges(lines: Iterable[Line]) -> list[tuple[int, int]]:
    """Return first and last line of each run of unreached lines, without a reached one between them."""
    found: list[tuple[int, int]] = []
    running = False
    for line in lines:
        if line.reached:
            running = False
        elif running:
            found[-1] = found[-1][0], line.line
        else:
            found.append((line.line, line.line))
            running = True
    return found


def _count(reached: Iterable[bool]) -> Count:
    each = list(reached)
    return Count(sum(each), len(each))


def _file(file: MacroFile) -> FileFigures:
    macros = sorted(file.macros.values(), key=lambda macro: macro.line)
    excluded = _excluded(file.text, macros)
    lines: dict[int, Line] = {}
    branches: list[Branch] = []
    for macro in macros:
        before = macro.line - 1
        for point, hit in zip(macro.points, macro.hits, strict=True):
            statement, end, where = before + point.statement, before + point.end, before + point.line
            if statement in excluded or (point.target and before + point.target in excluded):
                continue
            if point.branch:
                branches.append(Branch(where, point.branch, bool(hit), statement))
            else:
                line = lines.setdefault(statement, Line(statement, end, False))
                line.end, line.reached = max(line.end, end), line.reached or bool(hit)
    return FileFigures(
        path=file.path,
        package=file.package,
        text=file.text,
        macros=[MacroFigures(m.name, m.line, bool(m.hits[0])) for m in macros if m.line not in excluded],
        lines=sorted(lines.values(), key=lambda line: line.line),
        branches=sorted(branches, key=lambda branch: branch.line),
        excluded=sorted(excluded),
    )


def _excluded(text: str, macros: Iterable[MacroRecord]) -> set[int]:
    """Return the lines that a pragma leaves out: those of the tags beside it, with all that they govern."""
    asked = {line_number(text, match.start()) for match in _PRAGMA.finditer(text)}
    if not asked:
        return set()
    return {
        line
        for macro in macros
        for scope in macro.scopes
        if any(macro.line - 1 + number in asked for number in range(scope.start, scope.end + 1))
        for line in range(macro.line - 1 + scope.start, macro.line + scope.last)
    }
