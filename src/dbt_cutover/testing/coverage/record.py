"""What a session reached of the macros of its projects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt_cutover.testing.coverage.points import Point, Probes, Scope
from dbt_cutover.testing.errors import ProjectError

if TYPE_CHECKING:
    import jinja2

    from dbt_cutover.testing._dbt_compat import ParsedProject
    from dbt_cutover.testing._dbt_compat._templates import MacroTemplates

__all__ = ["MacroFile", "MacroRecord", "Record", "Recorder", "line_number", "line_of"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)

MacroKey = tuple[str, str, str]
"""Unique id, path in its package, and text: the same for a macro in whatever manifest it stands."""


@dataclass
class MacroRecord:
    """One macro and what was reached of it.

    Attributes
    ----------
    name : str
        Its name, as dbt has it: a test's begins with `test_`, a materialization's with `materialization_`.
    line : int
        The line of its file on which it begins.
    points, scopes
        As in :class:`dbt_cutover.testing.coverage.points.Probes`; their lines count from the macro's first.
    hits : bytes
        One per point, not 0 when it was reached.
    """

    name: str
    line: int
    points: Sequence[Point]
    scopes: Sequence[Scope]
    hits: bytes


@dataclass
class MacroFile:
    """A file with macros.

    Attributes
    ----------
    path : str
        From the session's root folder; of a package that lies elsewhere, the package's name and the path in it.
    package : str
        The package that it belongs to.
    text : str
        What stood in it when its project was parsed.
    macros : dict
        By name.
    """

    path: str
    package: str
    text: str
    macros: dict[str, MacroRecord] = field(default_factory=dict)


@dataclass
class Record:
    """What was reached, of one process or of several.

    Attributes
    ----------
    files : dict
        The files with macros that count, by path.
    packages : set
        The names of the packages that the projects have.
    """

    files: dict[str, MacroFile] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)

    def merge(self, other: Record) -> None:
        """Add what another process reached. Files that differ in text, for one was edited meanwhile, don't mix."""
        self.packages |= other.packages
        for path, theirs in other.files.items():
            ours = self.files.setdefault(path, theirs)
            if ours is theirs or ours.text != theirs.text:
                continue
            for name, macro in theirs.macros.items():
                before = ours.macros.setdefault(name, macro)
                before.hits = bytes(max(pair) for pair in zip(before.hits, macro.hits, strict=True))

    def to_json(self) -> str:
        """Return it as JSON, which xdist sends as one text."""
        files = [asdict(file) for file in self.files.values()]
        return json.dumps({"packages": sorted(self.packages), "files": files}, default=list)

    @classmethod
    def from_json(cls, text: str) -> Record:
        """Return what :meth:`to_json` was made of."""
        plain = json.loads(text)
        record = cls(packages=set(plain["packages"]))
        for file in plain["files"]:
            macros = {
                name: MacroRecord(
                    macro["name"],
                    macro["line"],
                    [Point(**point) for point in macro["points"]],
                    [Scope(**scope) for scope in macro["scopes"]],
                    bytes(macro["hits"]),
                )
                for name, macro in file["macros"].items()
            }
            record.files[file["path"]] = MacroFile(file["path"], file["package"], file["text"], macros)
        return record


@dataclass
class _Macro:
    """A macro that counts: compiled when it is first called."""

    node: Any
    file: MacroFile
    line: int
    template: jinja2.Template | None = None
    probes: Probes | None = None
    hits: bytearray = field(default_factory=bytearray)


class Recorder:
    """Records what this process reaches.

    Parameters
    ----------
    root : Path
        The session's root folder, from which paths are reported.
    packages : collection of str
        The packages whose macros count; when it is empty, those of the projects themselves.
    """

    def __init__(self, root: Path, packages: Collection[str] = ()) -> None:
        self._root = root
        self._packages = packages
        self._record = Record()
        self._macros: dict[MacroKey, _Macro] = {}
        self._templates: MacroTemplates | None = None
        self._environment: Callable[[Any], jinja2.Environment] | None = None

    def watch(self, project: ParsedProject) -> None:
        """Count the macros of a project from now on; those that count already go on where they are."""
        from dbt_cutover.testing._dbt_compat import _templates  # noqa: PLC0415 - imports dbt, which takes seconds

        if self._templates is None:
            self._templates = _templates.MacroTemplates(self._template)
            self._environment = _templates.macro_environment
        folders = _templates.package_folders(project.config)
        self._record.packages |= set(folders)
        for macro in project.manifest.macros.values():
            key = _key(macro)
            if macro.package_name in (self._packages or [project.root]) and key not in self._macros:
                file = self._file(folders[macro.package_name], macro)
                self._macros[key] = _Macro(macro, file, line_of(macro.macro_sql, file.text, macro.original_file_path))

    @property
    def packages(self) -> set[str]:
        """The names of the packages of all watched projects."""
        return self._record.packages

    def stop(self) -> None:
        """Give dbt its own templates again."""
        if self._templates is not None:
            self._templates.restore()
            self._templates = None

    def record(self) -> Record:
        """Return what was reached so far."""
        for macro in self._macros.values():
            if macro.probes is None:
                macro.probes = self._points(macro)
            macro.file.macros[macro.node.name] = MacroRecord(
                macro.node.name,
                macro.line,
                macro.probes.points,
                macro.probes.scopes,
                bytes(macro.hits) or bytes(len(macro.probes.points)),
            )
        return self._record

    def _file(self, folder: Path, macro: Any) -> MacroFile:
        absolute = folder / macro.original_file_path
        if absolute.is_relative_to(self._root):
            path = absolute.relative_to(self._root).as_posix()
        else:
            path = f"{macro.package_name}/{Path(macro.original_file_path).as_posix()}"
        if path not in self._record.files:
            # As dbt reads it: with the line ends that it has.
            text = absolute.read_bytes().decode("utf-8")
            self._record.files[path] = MacroFile(path, macro.package_name, text)
        return self._record.files[path]

    def _template(self, node: Any) -> jinja2.Template | None:
        macro = self._macros.get(_key(node))
        if macro is None:
            return None
        if macro.template is None:
            from dbt_cutover.testing.coverage.probes import compile_probed  # noqa: PLC0415 - for sessions that need it

            assert self._environment is not None
            macro.template, macro.probes, macro.hits = compile_probed(self._environment(node), node.macro_sql)
        return macro.template

    def _points(self, macro: _Macro) -> Probes:
        from dbt_cutover.testing.coverage.probes import find_points  # noqa: PLC0415

        assert self._environment is not None
        return find_points(self._environment(macro.node), macro.node.macro_sql)[1]


def _key(macro: Any) -> MacroKey:
    return macro.unique_id, macro.original_file_path, macro.macro_sql


def line_of(macro: str, text: str, path: str) -> int:
    """Return the line of a file's text on which a macro begins: not that of a copy in a comment.

    Raises
    ------
    ProjectError
        It isn't there.
    """
    found = [match.start() for match in re.finditer(re.escape(macro), text)]
    if not found:
        raise ProjectError(f"macro coverage: {path} was changed while its project was parsed: run again")
    comments = [match.span() for match in _COMMENT.finditer(text)]
    outside = (at for at in found if not any(start < at < end for start, end in comments))
    return line_number(text, next(outside, found[0]))


def line_number(text: str, position: int) -> int:
    """Return the number of the line on which a character stands."""
    return len(_LINE_END.findall(text, 0, position)) + 1
