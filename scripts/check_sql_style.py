"""Hold the SQL and Jinja files to the concrete rules of the house style.

Formatters for dbt don't cope with what this package is made of: in a file that holds macros alone sqlfluff sees no
statement at all, and sqlfmt lays the Jinja out anew where its shape is chosen for the reader. So the rules that can be
told by a line are told here:

- no tab, no space at a line's end, one newline at the end of the file, no line over 160 characters;
- SQL keywords in lower case, outside texts, comments and quoted names;
- in ``macros/``: a macro's head ends with ``-%}`` and its end begins with ``{%-``, so that compiled SQL has no
  stray lines (a generic test's head and end stand bare);
- in ``macros/``, outside ``dialect/`` and ``support/``: one public macro in a file, and the file is named after it;
  a file that is named ``_<topic>.sql`` has none.

Usage: ``python scripts/check_sql_style.py [FILE ...]``, by default every SQL file of the repository.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LINE = 160
UPPER_KEYWORD = re.compile(
    r"\b(?:ALL|ALTER|AND|AS|ASC|BETWEEN|BY|CASE|CAST|CREATE|CROSS|DELETE|DESC|DISTINCT|DROP|ELSE|END|EXISTS|FROM|FULL"
    r"|GROUP|HAVING|IN|INNER|INSERT|INTERSECT|INTO|IS|JOIN|LATERAL|LEFT|LIKE|LIMIT|NOT|NULL|ON|OR|ORDER|OUTER|OVER"
    r"|PARTITION|SELECT|SET|TABLE|THEN|UNION|UNIQUE|UPDATE|USING|VALUES|VIEW|WHEN|WHERE|WINDOW|WITH)\b"
)
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# Comments, texts and quoted names, in the order in which a reader meets them: an apostrophe in a comment opens no text.
HIDDEN = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\\\n]|\\.|'')*'|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)
HEAD = re.compile(r"\{%-?\s*(macro|test)\s+(\w+)\s*\(")
END = re.compile(r"\{%(-?)\s*endmacro\s*-?%\}")


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """Put spaces in the place of every match; lines keep their numbers and their lengths."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text: str, position: int) -> int:
    """Give the number of the line on which a position stands."""
    return text.count("\n", 0, position) + 1


def layout_faults(text: str) -> Iterator[tuple[int, str]]:
    """Find what is wrong with single lines."""
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line:
            yield number, "a tab; indent by four spaces"
        if line != line.rstrip():
            yield number, "a space at the end of the line"
        if len(line) > LONGEST_LINE:
            yield number, f"{len(line)} characters; at most {LONGEST_LINE}"
        if "\\\\Z" in line:
            yield number, r"Fusion's regular expressions have no \Z: the end, line ends counted, is (?!\n)$"
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        yield line_of(text, len(text)), "the file must end with one newline"


def keyword_faults(text: str) -> Iterator[tuple[int, str]]:
    """Find SQL keywords in upper case."""
    code = blanked(HIDDEN, blanked(JINJA_COMMENT, text))
    for match in UPPER_KEYWORD.finditer(code):
        yield line_of(code, match.start()), f"the keyword {match.group()} in upper case"


def macro_faults(text: str) -> Iterator[tuple[int, str]]:
    """Find macros whose head or end lets a blank line into compiled SQL."""
    code = blanked(JINJA_COMMENT, text)
    for match in HEAD.finditer(code):
        # Names, quotes and brackets may stand among the arguments, but no `%}`.
        closing = code.find("%}", match.end())
        if match.group(1) == "macro" and code[closing - 1] != "-":
            yield line_of(code, match.start()), f"the head of macro {match.group(2)} must end with -%}}"
    for match in END.finditer(code):
        if not match.group(1):
            yield line_of(code, match.start()), "a macro's end must begin with {%-"


def naming_faults(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Find public macros that a reader would not look for in this file."""
    code = blanked(JINJA_COMMENT, text)
    public = [(match.group(2), line_of(code, match.start())) for match in HEAD.finditer(code)]
    public = [(name, line) for name, line in public if not name.startswith("_")]
    if path.stem.startswith("_"):
        for name, line in public:
            yield line, f"{name} is public, and this file is for private macros: it belongs to {name}.sql"
        return
    for name, line in public:
        if name != path.stem:
            yield line, f"{name} belongs to a file of its own, {name}.sql"
    if path.stem not in [name for name, _ in public]:
        yield 1, f"the file must define the macro that it is named after, {path.stem}"


def faults(path: Path, root: Path = ROOT) -> list[tuple[int, str]]:
    """Find everything that is wrong with one file.

    Parameters
    ----------
    path
        The file.
    root
        The folder of the package, whose ``macros/`` have rules of their own.

    Returns
    -------
    list of (line number, what is wrong), by line.
    """
    text = path.read_text(encoding="utf-8")
    found = [*layout_faults(text), *keyword_faults(text)]
    parts = path.relative_to(root).parts
    if parts[0] == "macros":
        found += macro_faults(text)
        if parts[1] not in ("dialect", "support"):
            found += naming_faults(path, text)
    return sorted(found)


def sql_files(root: Path) -> list[Path]:
    """List the SQL files that are the repository's own."""
    made = {"target", "logs", "output", "dbt_packages", "dbt_internal_packages", "__sql_snapshots__"}

    def is_ours(path: Path) -> bool:
        return not any(part in made or part.startswith(".") for part in path.relative_to(root).parts)

    return sorted(path for path in root.rglob("*.sql") if is_ours(path))


def main(arguments: Sequence[str]) -> int:
    """Print each fault; give 1 if there was one, or nothing to look at."""
    paths = [Path(argument).resolve() for argument in arguments] or sql_files(ROOT)
    count = 0
    for path in paths:
        for line, message in faults(path):
            count += 1
            print(f"{path.relative_to(ROOT).as_posix()}:{line}: {message}")
    print(f"{len(paths)} SQL files, {count} faults")
    return 1 if count or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
