"""Write docs/reference_harness.md, the reference of the macro-test harness, from the plugin's own docstrings.

``--check`` writes nothing and fails when the page isn't what the docstrings say.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import griffe
import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference_harness.md"
PACKAGE = "dbt_cutover.testing"
RESULTS = (
    "rows.Rows",
    "models.ModelRows",
    "generic_tests.FailingRows",
    "operation.Operation",
    "overrides.Override",
    "stand_ins.Incremental",
    "harness.Raised",
    "harness.Rendered",
    "snapshots.SqlSnapshot",
)
"""What the fixtures' methods return."""
HEAD = """\
# Reference of the macro-test harness

<!-- Written by scripts/make_harness_reference.py from the docstrings in src/dbt_cutover/testing: change those. -->

What each part takes, gives and raises. [harness.md](harness.md) shows them at work.
"""


@dataclass
class Registered:
    """Stands for pytest's parser and config, and keeps what a plugin registers with them."""

    options: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    settings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    option: Any = field(default_factory=lambda: SimpleNamespace(help=True, version=False))
    stash: pytest.Stash = field(default_factory=pytest.Stash)

    def getgroup(self, name: str, description: str = "") -> Registered:
        """Return the group of options, which is this too."""
        del name, description
        return self

    def addoption(self, *names: str, **settings: Any) -> None:
        """Keep an option of the command line."""
        self.options.append((names[0], settings))

    def addini(self, name: str, help: str, **settings: Any) -> None:  # noqa: A002 - pytest's own name
        """Keep a setting of pytest's ini file."""
        self.settings.append((name, {"help": help, **settings}))

    def addinivalue_line(self, name: str, line: str) -> None:
        """Keep a marker."""
        assert name == "markers", name
        self.lines.append(line)


# -- text -------------------------------------------------------------------------------------------------------------


def markdown(text: str) -> str:
    """Return the text of a docstring with its roles, literals and blocks as Markdown's code."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?([^`]+)`", r"`\1`", text.strip())
    text = re.sub(r"::\n\n((?: {4}.*(?:\n|$)|\n)+)", fenced, text)
    return re.sub(r"(?<!`)``(?!`)", "`", text)


def fenced(block: re.Match[str]) -> str:
    """Return an indented block as a fenced one."""
    return f":\n\n```python\n{textwrap.dedent(block[1]).strip()}\n```\n"


def item(head: str, text: str) -> str:
    """Return an item of a list, its further lines indented."""
    lines = markdown(text).splitlines()
    return "\n".join([f"- {head}: {lines[0]}" if lines else f"- {head}", *[f"  {line}".rstrip() for line in lines[1:]]])


def annotated(name: str, annotation: object) -> str:
    """Return a name with its type in brackets, if that says anything."""
    shown = type_name(annotation)
    return f"`{name}` ({shown})" if shown else f"`{name}`"


def type_name(annotation: object) -> str:
    """Return a type as a reader of the page needs it: what a generator yields, and nothing for Any."""
    shown = re.sub(r"^Iterator\[(.*)\]$", r"\1", markdown(str(annotation or "")))
    shown = re.sub(r"\b(?:stand_ins|tables)\.", "", shown)  # as the package's own modules name each other
    return "" if shown in {"Any", "None"} else shown


def paragraphs(docstring: griffe.Docstring | None, leave_out: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the parts of a docstring, but for the sections that are left out."""
    for section in docstring.parse("numpy") if docstring is not None else ():
        kind = section.kind.value
        if kind in leave_out:
            continue
        if kind == "text":
            yield markdown(section.value)
        elif kind in {"parameters", "attributes"}:
            yield "\n".join(item(annotated(entry.name, entry.annotation), entry.description) for entry in section.value)
        elif kind == "raises":
            raised = [item(markdown(str(entry.annotation)), entry.description) for entry in section.value]
            yield "\n".join(["Raises:", "", *raised])
        elif kind in {"returns", "yields"}:
            yield "\n".join(f"Returns: {markdown(entry.description)}" for entry in section.value)
        elif kind == "examples":
            yield "\n\n".join(markdown(text) for _, text in section.value)
        else:
            raise SystemExit(f"{docstring.parent.path}: a section {kind!r}, which this script can't write")


# -- objects ----------------------------------------------------------------------------------------------------------


def class_(found: griffe.Class, prefix: str = "", leave_out: tuple[str, ...] = ()) -> Iterator[str]:
    """Give heading, docstring, facts and methods of a class."""
    yield f"### `{prefix.rstrip('.') or found.name}`"
    yield from paragraphs(found.docstring, leave_out)
    bases = [base for base in found.resolved_bases if base.path.startswith("dbt_cutover.") and prefix]
    given = [member for each in (found, *bases) for member in each.members.values()]
    members = [member for member in given if not member.is_alias and is_public(member)]
    facts = [member for member in members if member.is_attribute]
    if facts:
        yield "\n".join(item(annotated(fact.name, fact.annotation), in_line(fact.docstring)) for fact in facts)
    for member in members:
        if member.is_function:
            name = f"{prefix}{member.name}" if member.name != "__call__" else "sql_snapshot"
            yield f"#### `{signature(member, name)}`"
            yield from paragraphs(member.docstring)


def is_public(member: griffe.Object) -> bool:
    """Whether a member of a class is described here: those with a docstring that aren't private."""
    return member.docstring is not None and (member.name == "__call__" or not member.name.startswith("_"))


def in_line(docstring: griffe.Docstring) -> str:
    """Return the text of a docstring and what it says to be raised, for an item of a list."""
    parts = {section.kind.value: section.value for section in docstring.parse("numpy")}
    raised = [f"Raises {entry.annotation}: {entry.description}" for entry in parts.get("raises", ())]
    return " ".join([parts["text"], *raised])


def exports(module: griffe.Module) -> list[griffe.Object]:
    """Return what a module exports, by name, wherever it is written."""
    found = [module[name] for name in sorted(module.exports)]
    return [each.final_target if each.is_alias else each for each in found]


def signature(function: griffe.Function, name: str) -> str:
    """Return a call of the function as its author would read it; the types stand in the list of parameters."""
    shown, previous = [], None
    for parameter in function.parameters:
        kind = parameter.kind.value
        if previous == "positional-only" != kind and shown:
            shown.append("/")
        if kind == "keyword-only" and previous not in {kind, "variadic positional"}:
            shown.append("*")
        previous = kind
        if parameter.name != "self":
            stars = {"variadic positional": "*", "variadic keyword": "**"}.get(kind, "")
            default = "" if stars or parameter.default is None else f"={parameter.default}"
            shown.append(f"{stars}{parameter.name}{default}")
    returned = type_name(function.returns)
    return f"{name}({', '.join(shown)})" + (f" -> {returned}" if returned else "")


def fixtures(plugin: griffe.Module) -> Iterator[str]:
    """Give the plugin's fixtures in the order in which they are written."""
    for member in plugin.members.values():
        if member.is_alias or not member.is_function or member.name.startswith("_"):
            continue
        if any(decorator.callable_path == "pytest.fixture" for decorator in member.decorators):
            yield item(annotated(member.name, member.returns), member.docstring.value)


def options(registered: Registered) -> Iterator[str]:
    """Give the options of the command line, then the settings of the ini file."""
    for title, entries in (
        ("On the command line:", registered.options),
        ("In pytest's ini file:", registered.settings),
    ):
        if entries:
            shown = [item(f"`{name}{metavar(settings)}`", settings["help"]) for name, settings in entries]
            yield "\n".join([title, "", *shown])


def metavar(settings: dict[str, Any]) -> str:
    """Return how an option's value is shown after its name."""
    if "metavar" not in settings:
        return ""
    return f"[={settings['metavar']}]" if settings.get("nargs") == "?" else f" {settings['metavar']}"


def sections() -> Iterator[str]:
    """Give the page, paragraph by paragraph."""
    from dbt_cutover.testing import plugin  # noqa: PLC0415 - an error of it should not hide the others

    registered = Registered()
    plugin.pytest_addoption(registered, pytest.PytestPluginManager())
    plugin.pytest_configure(registered)
    package = griffe.load(PACKAGE, search_paths=[ROOT / "src"])

    yield HEAD.strip()
    yield "## Options"
    yield from options(registered)
    yield "## Markers"
    yield "\n".join(
        item(f"`@pytest.mark.{head}`", text) for head, _, text in (s.partition(":") for s in registered.lines)
    )
    yield "## Fixtures"
    yield "\n".join(fixtures(package["plugin"]))
    yield "## The `dbt` fixture"
    yield from class_(package["harness.Dbt"], "dbt.", leave_out=("parameters",))
    yield "## What comes back"
    results = [package[name] for name in RESULTS]
    for found in results:
        yield from class_(found, leave_out=("parameters", "raises"))
    others = [found for found in exports(package) if found not in results]
    yield "## Functions"
    for found in others:
        if found.is_function:
            yield f"### `{signature(found, found.name)}`"
            yield from paragraphs(found.docstring)
    yield "## Errors"
    for found in others:
        if found.is_class:
            yield from class_(found, leave_out=("parameters",))
    yield "## Engines"
    engines = exports(package["engines"])
    (base,) = (found for found in engines if found.name == "Engine")
    yield from class_(base)
    for found in engines:
        if found.is_class and found != base:
            yield f"### `{found.name}`"
            yield from paragraphs(found.docstring)
    yield "## Hooks"
    for found in exports(package["hooks"]):
        yield f"### `{signature(found, found.name)}`"
        yield from paragraphs(found.docstring)


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is not up to date")
    check = parser.parse_args().check
    page = "\n\n".join(sections()) + "\n"
    shown = PAGE.relative_to(ROOT)
    if not check:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
        print(f"{shown} is not what the docstrings say: run scripts/make_harness_reference.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
