"""The report in the terminal: one line per file."""

from __future__ import annotations

from dbt_cutover.testing.coverage.figures import Count, Figures, FileFigures, ranges

__all__ = ["table"]

_HEADINGS = ("File", "Macros", "Lines", "Branches", "Cover", "Missing")


def table(figures: Figures) -> list[str]:
    """Return the lines of the report.

    What is missing: lines, and branches as the line that they leave and where they lead (``12->else``); nothing of a
    line that wasn't reached itself.
    """
    rows = [_HEADINGS, *((file.path, *_row(file), missing(file)) for file in figures.files)]
    rows.append(("TOTAL", *_row(figures), ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    lines = [_line(row, widths) for row in rows]
    rule = "-" * (sum(widths) + 2 * len(widths) + len(_HEADINGS[-1]))
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]


def missing(file: FileFigures) -> str:
    """Return what of a file wasn't reached, in the order of its lines."""
    found = [(first, f"{first}" if first == last else f"{first}-{last}") for first, last in ranges(file.lines)]
    found += [(branch.line, f"{branch.line}->{branch.to}") for branch in file.missing_branches]
    return ", ".join(text for _, text in sorted(found, key=lambda item: item[0]))


def _row(figures: FileFigures | Figures) -> tuple[str, ...]:
    macros = figures.macro_count
    counts = (figures.line_count, figures.branch_count, figures.cover)
    return f"{macros.reached}/{macros.total}", *(_percent(count) for count in counts)


def _percent(count: Count) -> str:
    # Rounded down: 100 is all.
    return f"{int(count.percent)}%" if count.total else "-"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *middle, last = row
    cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(middle, widths[1:], strict=True)), last]
    return "  ".join(cells).rstrip()
