"""The report as JSON, for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dbt_cutover.testing.coverage.figures import Count, Figures, FileFigures

__all__ = ["document", "write"]


def document(figures: Figures) -> dict[str, Any]:
    """Return the report as one document. Fields may be added to it, never renamed.

    ``format``
        1.
    ``totals``
        As a file's ``macros``, ``lines``, ``branches`` and ``percent``, over all files.
    ``files``
        One per file, by path:

        ``path``, ``package``
            The path from the session's root folder, with forward slashes, and the package that the file belongs to.
        ``macros``, ``lines``, ``branches``
            ``{"reached", "total"}``: macros that were called, lines on which statements begin, branches.
        ``percent``
            Reached lines and branches, of all, in percent; 100 when there are none.
        ``macro_list``
            ``{"name", "line", "reached"}`` of each macro.
        ``missing_lines``, ``excluded_lines``
            Numbers of the lines that no test reached, and of those that a pragma leaves out.
        ``missing_branches``
            ``{"line", "to"}`` of each branch that no test took, those of missing lines too.
    """
    return {
        "format": 1,
        "totals": _counts(figures),
        "files": [
            {
                "path": file.path,
                "package": file.package,
                **_counts(file),
                "macro_list": [{"name": m.name, "line": m.line, "reached": m.reached} for m in file.macros],
                "missing_lines": [line.line for line in file.lines if not line.reached],
                "excluded_lines": file.excluded,
                "missing_branches": [{"line": b.line, "to": b.to} for b in file.branches if not b.reached],
            }
            for file in figures.files
        ],
    }


def write(figures: Figures, path: Path) -> None:
    """Write the document into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document(figures), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _counts(figures: FileFigures | Figures) -> dict[str, Any]:
    return {
        "macros": _count(figures.macro_count),
        "lines": _count(figures.line_count),
        "branches": _count(figures.branch_count),
        "percent": round(figures.cover.percent, 4),
    }


def _count(count: Count) -> dict[str, int]:
    return {"reached": count.reached, "total": count.total}
