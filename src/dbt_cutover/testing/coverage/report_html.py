"""The report as HTML: an index, and a page per file that shows its source. No page needs any other file."""

from __future__ import annotations

import re
from collections import defaultdict
from html import escape
from pathlib import Path, PurePosixPath

from dbt_cutover.testing.coverage.figures import Count, Figures, FileFigures

__all__ = ["write"]

_LINE_END = re.compile(r"\r\n|\r|\n")

_STYLE = """
:root {
  color-scheme: light dark;
  --text: #1f2328; --quiet: #59636e; --rule: #d1d9e0; --link: #0969da; --hit: #2da44e;
  --miss: #cf222e; --miss-back: #ffebe9; --partial: #bf8700; --partial-back: #fff8c5; --excluded-back: #eff2f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --quiet: #9198a1; --rule: #3d444d; --link: #58a6ff; --hit: #3fb950;
    --miss: #f85149; --miss-back: #3c1a1d; --partial: #d29922; --partial-back: #35290f; --excluded-back: #21262d;
  }
}
body { font: 14px/1.5 system-ui, sans-serif; color: var(--text); margin: 2em auto; max-width: 110em; padding: 0 2em; }
h1 { font-size: 1.3em; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
table { border-collapse: collapse; }
th, td { text-align: right; padding: .3em .8em; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th, tbody tr:last-child td { border-bottom: 1px solid var(--rule); }
tfoot { font-weight: bold; }
.quiet { color: var(--quiet); }
.source { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; tab-size: 4; width: 100%; }
.source td { text-align: left; padding: 0 .6em; vertical-align: top; border: 0; }
.source td:first-child { text-align: right; width: 3em; color: var(--quiet); border-right: 3px solid transparent; }
.source td:last-child { color: var(--partial); font-family: system-ui, sans-serif; width: 25%; }
.source .hit td:first-child { border-right-color: var(--hit); }
.source .miss { background: var(--miss-back); }
.source .miss td:first-child { border-right-color: var(--miss); }
.source .partial { background: var(--partial-back); }
.source .partial td:first-child { border-right-color: var(--partial); }
.source .excluded { background: var(--excluded-back); color: var(--quiet); }
"""


def write(figures: Figures, folder: Path) -> None:
    """Write ``index.html``, and for each file a page at its path, into a folder; others in it stay."""
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text("# Made by --macro-coverage=html\n*\n", encoding="utf-8")
    (folder / "index.html").write_text(_index(figures), encoding="utf-8")
    for file in figures.files:
        page = folder / _page_of(file)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_source(file), encoding="utf-8")


def _page_of(file: FileFigures) -> str:
    return f"{file.path}.html"


def _html(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _index(figures: Figures) -> str:
    rows = "\n".join(
        f'<tr><td><a href="{escape(_link(_page_of(file)))}">{escape(file.path)}</a></td>{_cells(file)}</tr>'
        for file in figures.files
    )
    return _html(
        "Macro coverage",
        f"<h1>Macro coverage: {figures.cover.shown}%</h1>\n<table>\n"
        "<thead><tr><th>File</th><th>Macros</th><th>Lines</th><th>Branches</th><th>Cover</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n<tfoot><tr><td>Total</td>{_cells(figures)}</tr></tfoot>\n</table>",
    )


def _link(path: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "%?#: " else char for char in path)


def _cells(figures: FileFigures | Figures) -> str:
    counts = (figures.macro_count, figures.line_count, figures.branch_count)
    return "".join(f"<td>{_of(count)}</td>" for count in counts) + f"<td>{figures.cover.shown}%</td>"


def _of(count: Count) -> str:
    return f"{count.reached} of {count.total}" if count.total else '<span class="quiet">none</span>'


def _source(file: FileFigures) -> str:
    states = _states(file)
    notes: dict[int, list[str]] = defaultdict(list)
    for branch in file.missing_branches:
        notes[branch.line].append(branch.to)
    rows = "\n".join(
        f'<tr id="{number}" class="{states.get(number, "")}"><td>{number}</td><td>{escape(text)}</td>'
        f"<td>{escape(_note(notes[number]))}</td></tr>"
        for number, text in enumerate(_LINE_END.split(file.text), start=1)
    )
    index = "../" * (len(PurePosixPath(file.path).parts) - 1) + "index.html"
    uncalled = [macro for macro in file.macros if not macro.reached]
    calls = "".join(f' <a href="#{macro.line}">{escape(macro.name)}</a>' for macro in uncalled)
    return _html(
        file.path,
        f'<p><a href="{index}">Macro coverage</a></p>\n<h1>{escape(file.path)}: {file.cover.shown}%</h1>\n'
        f"<p>{_of(file.macro_count)} macros, {_of(file.line_count)} lines, {_of(file.branch_count)} branches.</p>\n"
        + (f"<p>Never called:{calls}</p>\n" if calls else "")
        + f'<table class="source">\n{rows}\n</table>',
    )


def _note(branches: list[str]) -> str:
    return f"never taken: {', '.join(branches)}" if branches else ""


def _states(file: FileFigures) -> dict[int, str]:
    """Return the class of each line that has one; a statement's own, on all the lines that its tag has."""
    states = dict.fromkeys(file.excluded, "excluded")
    for line in file.lines:
        state = "hit" if line.reached else "miss"
        states.update((number, state) for number in range(line.line, line.end + 1) if states.get(number) != "excluded")
    states.update((branch.line, "partial") for branch in file.missing_branches)
    return states
