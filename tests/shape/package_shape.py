"""The package as its source files have it, and the rules of its shape.

A rule is a function that lists what is wrong, so that it can be held against the package and against a small bad
package that a test makes up. Nothing of dbt is asked: Jinja's own parser reads the macros.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, TemplateSyntaxError, nodes

ENGINES = ("athena", "bigquery", "databricks", "duckdb", "postgres", "redshift", "snowflake", "spark", "trino")
MAX_LINES = 60

# Which rooms a room may call beside itself. Every room may call support and dialect.
MAY_CALL = {
    "support": set(),
    "dialect": set(),
    "naming": set(),
    "calendar": set(),
    "reshape": set(),
    "loading": set(),
    "history": {"reshape"},
    "audit": set(),
    "quality": {"calendar", "reshape", "audit"},
    "reconcile": {"reshape", "audit"},
    "publish": {"audit", "naming", "reconcile", "quality"},
    "generic_tests": {
        "naming",
        "calendar",
        "reshape",
        "loading",
        "history",
        "audit",
        "quality",
        "reconcile",
        "publish",
    },
}
# Results of these may be used, their insides may not: (who calls, whose private macros are out of bounds).
NOT_INSIDE = {("publish", "reconcile"), ("publish", "quality"), ("generic_tests", "publish")}

JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
BLOCK = re.compile(r"\{%-?\s*(?:(macro|test)\s+(\w+)|(endmacro|endtest))\b")
ENGINE_WORD = re.compile(
    rf"(?<![a-z])(?:{'|'.join(ENGINES)})(?![a-z])|\btarget\.type\b|\badapter\.type\b", re.IGNORECASE
)


def without_comments(text: str) -> str:
    """Put spaces in the place of Jinja's comments; lines keep their numbers."""
    return JINJA_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


@dataclass(frozen=True)
class Argument:
    """An argument of a macro; `default` is the syntax of its default value, None where it has none."""

    name: str
    default: nodes.Expr | None


@dataclass(frozen=True)
class Macro:
    """A macro or a generic test as it is written."""

    name: str
    kind: str
    path: Path
    room: str
    first_line: int
    last_line: int
    arguments: tuple[Argument, ...]
    syntax: nodes.Macro

    @property
    def documented_name(self) -> str:
        """The name under which dbt looks for its documentation."""
        return f"test_{self.name}" if self.kind == "test" else self.name

    @property
    def is_public(self) -> bool:
        """Whether users call it: it is no private helper and no engine's answer."""
        return not self.name.startswith("_") and "__" not in self.name

    @property
    def signature(self) -> str:
        """Its arguments with their defaults, as text that two macros have in common when they take the same."""
        return ", ".join(
            argument.name if argument.default is None else f"{argument.name}={argument.default!r}"
            for argument in self.arguments
        )

    @property
    def argument_names(self) -> list[str]:
        """The names of its arguments, in order."""
        return [argument.name for argument in self.arguments]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Package:
    """A dbt package in a folder."""

    root: Path

    @cached_property
    def files(self) -> list[Path]:
        """The files that hold macros."""
        return sorted((self.root / "macros").rglob("*.sql"))

    @cached_property
    def macros(self) -> list[Macro]:
        """Every macro of the files that can be read; `syntax_faults` tells of the others."""
        return [macro for path in self.files if not syntax_faults(path) for macro in read_macros(path, self.room(path))]

    @property
    def public(self) -> list[Macro]:
        """The macros that users call."""
        return [macro for macro in self.macros if macro.is_public]

    @cached_property
    def by_name(self) -> dict[str, Macro]:
        """The macros by the name under which others call them."""
        return {macro.documented_name: macro for macro in self.macros}

    @cached_property
    def documentation(self) -> dict[str, tuple[Path, dict[str, Any]]]:
        """What the YAML files say of each macro, by its documented name."""
        found: dict[str, tuple[Path, dict[str, Any]]] = {}
        for path in sorted((self.root / "macros").rglob("*.yml")):
            for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("macros", []):
                if entry["name"] in found:
                    raise ValueError(f"{entry['name']} is documented twice: {found[entry['name']][0]} and {path}")
                found[entry["name"]] = (path, entry)
        return found

    def room(self, path: Path) -> str:
        """The room in which a macro file stands."""
        return path.relative_to(self.root / "macros").parts[0]


def parse(text: str) -> nodes.Template:
    """Read Jinja as dbt has it: a generic test is a macro by another word."""
    text = re.sub(r"(\{%-?\s*)test(\s+\w+\s*\()", r"\1macro\2", text)
    text = re.sub(r"(\{%-?\s*)endtest\b", r"\1endmacro", text)
    return Environment(extensions=["jinja2.ext.do"], autoescape=False).parse(text)


def syntax_faults(path: Path) -> list[str]:
    """Tell when a file is no Jinja."""
    try:
        parse(path.read_text(encoding="utf-8"))
    except TemplateSyntaxError as error:
        return [f"line {error.lineno}: {error.message}"]
    return []


def read_macros(path: Path, room: str) -> Iterator[Macro]:
    """Read the macros of one file."""
    text = path.read_text(encoding="utf-8")
    code = without_comments(text)
    blocks = list(BLOCK.finditer(code))
    heads = [(block, end) for block, end in pairwise(blocks) if block.group(1)]
    syntaxes = parse(text).find_all(nodes.Macro)
    for syntax, (head, end) in zip(syntaxes, heads, strict=True):
        required = len(syntax.args) - len(syntax.defaults)
        defaults = [None] * required + list(syntax.defaults)
        yield Macro(
            name=syntax.name,
            kind=head.group(1),
            path=path,
            room=room,
            first_line=code.count("\n", 0, head.start()) + 1,
            last_line=code.count("\n", 0, end.start()) + 1,
            arguments=tuple(Argument(name.name, default) for name, default in zip(syntax.args, defaults, strict=True)),
            syntax=syntax,
        )


# --- Documentation --------------------------------------------------------------------------------


def documentation_faults(package: Package, macro: Macro) -> list[str]:
    """A public macro is described in its room's YAML, and so is each of its arguments, in order and with its type."""
    expected = macro.path.parent / f"_{macro.room}.yml"
    if macro.documented_name not in package.documentation:
        return [f"{macro.documented_name} has no entry in {expected.relative_to(package.root).as_posix()}"]
    path, entry = package.documentation[macro.documented_name]
    faults = []
    if path != expected:
        faults.append(f"{macro.documented_name} belongs to {expected.name}, not {path.name}")
    if not str(entry.get("description") or "").strip():
        faults.append(f"{macro.documented_name} has no description")
    documented = entry.get("arguments") or []
    names = [argument.get("name") for argument in documented]
    if names != macro.argument_names:
        faults.append(f"{macro.documented_name} takes {macro.argument_names}, and its entry says {names}")
    for argument in documented:
        faults += [
            f"{macro.documented_name}: the argument {argument.get('name')} has no {key}"
            for key in ("type", "description")
            if not str(argument.get(key) or "").strip()
        ]
    return faults


def entry_faults(package: Package, name: str) -> list[str]:
    """What is documented is there."""
    return [] if name in package.by_name else [f"{name} is documented, and no macro has that name"]


# --- Arguments ------------------------------------------------------------------------------------

# Where the helpers that refuse unknown arguments take the list of the known ones.
KNOWN_AT = {"_operation": 1, "_require_known_arguments": 3}


def known_argument_faults(macro: Macro) -> list[str]:
    """A macro that refuses unknown arguments knows just those of its signature."""
    faults = []
    for call in calls_of_cutover(macro):
        at = KNOWN_AT.get(call.node.attr)
        if at is None or len(call.args) <= at:
            continue
        known = resolved_list(macro, call.args[at])
        if known is None:
            faults.append(f"{macro.name}: the names that it gives to {call.node.attr} can't be read from its source")
        elif known != macro.argument_names:
            faults.append(f"{macro.name} takes {macro.argument_names}, and lets through {known}")
    return faults


def resolved_list(macro: Macro, expression: nodes.Expr) -> list[str] | None:
    """Read a list of texts, written on the spot or set before under a name."""
    if isinstance(expression, nodes.Name):
        values = [
            assign.node
            for assign in macro.syntax.find_all(nodes.Assign)
            if isinstance(assign.target, nodes.Name) and assign.target.name == expression.name
        ]
        return resolved_list(macro, values[0]) if len(values) == 1 else None
    return expression.as_const() if isinstance(expression, nodes.List) else None


# --- Dialect --------------------------------------------------------------------------------------


def override_faults(package: Package, macro: Macro) -> list[str]:
    """An engine's answer stands in the engine's file, belongs to the contract and takes what the default takes."""
    engine, _, name = macro.name.partition("__")
    faults = []
    if macro.path.stem != engine:
        faults.append(f"{macro.name} belongs to {engine}.sql, not {macro.path.name}")
    contract, default = package.by_name.get(name), package.by_name.get(f"default__{name}")
    for wanted, found in ((name, contract), (f"default__{name}", default)):
        if found is None or found.path.name != "default.sql":
            faults.append(f"{macro.name} answers {wanted}, which default.sql doesn't have")
        elif found.signature != macro.signature:
            faults.append(f"{macro.name}({macro.signature}) differs from {wanted}({found.signature})")
    return faults


def contract_faults(package: Package, macro: Macro) -> list[str]:
    """A macro of the contract is named dialect_*, stands in default.sql, hands on to its engine, and has a default."""
    faults = []
    if macro.path.name != "default.sql" or not macro.name.startswith("dialect_"):
        faults.append(
            f"{macro.name} of {macro.path.name} is neither a dialect_* macro of default.sql nor an engine's answer"
        )
    if f"default__{macro.name}" not in package.by_name:
        faults.append(f"{macro.name} has no default__{macro.name}")
    dispatched = [
        [argument.as_const() for argument in call.args]
        for call in macro.syntax.find_all(nodes.Call)
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "dispatch"
    ]
    if dispatched != [[macro.name, "cutover"]]:
        faults.append(f"{macro.name} must dispatch itself once, in the package cutover; it dispatches {dispatched}")
    return faults


def engine_faults(path: Path) -> list[str]:
    """Only the dialect knows an engine's name; comments may tell of engines anywhere."""
    code = SQL_COMMENT.sub(
        lambda match: re.sub(r"[^\n]", " ", match.group()), without_comments(path.read_text("utf-8"))
    )
    return [
        f"line {code.count(chr(10), 0, match.start()) + 1}: {match.group()} outside the dialect"
        for match in ENGINE_WORD.finditer(code)
    ]


# --- Size and rooms -------------------------------------------------------------------------------


def size_faults(macro: Macro) -> list[str]:
    """A macro can be read at a glance."""
    lines = macro.last_line - macro.first_line + 1
    return [f"{macro.name} has {lines} lines; at most {MAX_LINES}"] if lines > MAX_LINES else []


def calls_of_cutover(macro: Macro) -> Iterator[nodes.Call]:
    """Find the calls of the package's own macros: `cutover.<name>(...)`."""
    for call in macro.syntax.find_all(nodes.Call):
        if (
            isinstance(call.node, nodes.Getattr)
            and isinstance(call.node.node, nodes.Name)
            and call.node.node.name == "cutover"
        ):
            yield call


def dependency_faults(package: Package, macro: Macro) -> list[str]:
    """Dependencies between rooms point one way, and no macro is called that isn't there."""
    if macro.room not in MAY_CALL:
        return [f"the room {macro.room} is not known: say in MAY_CALL what it may call"]
    allowed = MAY_CALL[macro.room] | {macro.room, "support", "dialect"}
    faults = []
    for name in sorted({call.node.attr for call in calls_of_cutover(macro)}):
        called = package.by_name.get(name)
        if called is None:
            faults.append(f"{macro.name} calls {name}, which is not there")
        elif called.room not in allowed:
            faults.append(f"{macro.name} ({macro.room}) calls {name} ({called.room}): dependencies point the other way")
        elif name.startswith("_") and (macro.room, called.room) in NOT_INSIDE:
            faults.append(f"{macro.name} ({macro.room}) calls {name}, an inside of {called.room}")
    return faults


# --- Reach ----------------------------------------------------------------------------------------


def words_in(folder: Path, suffixes: tuple[str, ...], left_out: tuple[str, ...] = ()) -> set[str]:
    """Every name that stands in a folder's files."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix in suffixes and path.is_file() and not set(left_out) & set(path.relative_to(folder).parts):
            found.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return found


def reach_faults(package: Package, macro: Macro) -> list[str]:
    """Some test names the macro; those of the shape don't count, for they run none."""
    names = words_in(package.root / "tests", (".py", ".sql", ".yml"), left_out=("shape",))
    return [] if macro.name in names else [f"no test names {macro.name}"]


def use_faults(package: Package, macro: Macro) -> list[str]:
    """The integration project uses the macro as a user would; what it installed or built doesn't count."""
    made = ("target", "logs", "dbt_packages", "dbt_internal_packages")
    names = words_in(package.root / "integration_tests", (".py", ".sql", ".yml"), left_out=made)
    return [] if macro.name in names else [f"integration_tests/ doesn't use {macro.name}"]


# --- The repository -------------------------------------------------------------------------------

MACHINE_PATH = re.compile(r"(?<![\w.}>*/-])/(?:root|home/\w+|Users/\w+|work|mnt|opt|tmp|private)/[\w.]+")
REGISTRIES = ("pypi.", "python" + "hosted.", "anaconda.", "npmjs.")
"""Their names in pieces, for this file is in the repository too."""
REGISTRY = re.compile(rf"\b(?:[\w-]+\.)*(?:{'|'.join(map(re.escape, REGISTRIES))})(?:org|com)\b")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def repository_files(root: Path) -> list[Path]:
    """List what is in the repository, or would be with the next commit."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(root / name for name in set(listed) if name and (root / name).is_file())


def read_text(path: Path) -> str | None:
    """Read a file; None when it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def place_faults(path: Path) -> list[str]:
    """A file holds on any machine: it names no folder of one, and no package registry."""
    return [
        f"line {number}: {match.group()}"
        for number, line in enumerate((read_text(path) or "").splitlines(), start=1)
        for pattern in (MACHINE_PATH, REGISTRY)
        for match in pattern.finditer(line)
    ]


def link_faults(path: Path) -> list[str]:
    """A page's relative links lead somewhere."""
    faults = []
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        target = (match.group(1) or match.group(2)).partition("#")[0]
        if target and not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
            faults.append(f"the link to {target} leads nowhere")
    return faults


def package_version(root: Path) -> str:
    """The version, from the one place that says it."""
    return str(yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))["version"])


def version_faults(path: Path, version: str) -> list[str]:
    """Nothing but dbt_project.yml says what the version is."""
    says = re.compile(rf"version\w*[\"']?\s*[:=]+\s*[\"']?v?{re.escape(version)}(?![\d.])", re.IGNORECASE)
    return [
        f"line {number}: {match.group()}"
        for number, line in enumerate((read_text(path) or "").splitlines(), start=1)
        for match in says.finditer(line)
    ]


def vars_faults(root: Path) -> list[str]:
    """The project file sets no vars: a user's model wouldn't see them, while our hooks and operations would."""
    project = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    return (
        ["dbt_project.yml has a vars: block; defaults belong to macros/support/_var.sql"] if "vars" in project else []
    )


def pin_faults(path: Path) -> list[str]:
    """Every package in a requirements file has one version."""
    lines = (line.split("#")[0].split(";")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [
        f"{line} is not pinned" for line in lines if line and not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+", line)
    ]
