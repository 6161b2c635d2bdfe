"""The projects of a session: found, given a profile, parsed once per engine."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import ProjectError, did_you_mean

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import GlobalState, Logged, ParsedProject

__all__ = ["ProjectChoice", "Projects", "find_project"]

_WAYS = "--dbt-project-dir, the ini option dbt_project_dir or a fixture project_dir"

_NOT_SEARCHED = frozenset({"dbt_packages", "dbt_modules", "node_modules", "site-packages", "target"})
_DEPTH = 4


def find_project(start: Path, root: Path) -> Path:
    """Return the nearest folder with a ``dbt_project.yml``, from a folder upwards; else the only one below the root.

    Parameters
    ----------
    start : Path
        The folder of a test.
    root : Path
        The session's root folder. Four levels below it are searched, without hidden folders, installed packages,
        virtual environments and what lies inside of a project.

    Raises
    ------
    ProjectError
        There is none, or there are several to choose from.
    """
    for folder in (start, *start.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    none_above = f"no dbt_project.yml in {start} or any folder above it"
    below = sorted(_projects_below(root, _DEPTH))
    if not below:
        raise ProjectError(f"{none_above}, nor below {root}; {_WAYS} says where it is")
    if len(below) > 1:
        raise ProjectError(
            f"{none_above}, and below {root} there are {len(below)}: "
            f"{', '.join(str(folder.relative_to(root)) for folder in below)}; {_WAYS} says which one"
        )
    return below[0]


def _projects_below(folder: Path, depth: int) -> Iterator[Path]:
    if (folder / "dbt_project.yml").is_file():
        yield folder
    elif depth:
        for inside in folder.iterdir():
            if _is_searched(inside):
                yield from _projects_below(inside, depth - 1)


def _is_searched(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in _NOT_SEARCHED or folder.is_symlink() or not folder.is_dir():
        return False
    return os.access(folder, os.R_OK | os.X_OK) and not (folder / "pyvenv.cfg").is_file()


@dataclass(frozen=True)
class ProjectChoice:
    """Which project, with which profile.

    Attributes
    ----------
    folder : Path
        Where ``dbt_project.yml`` is.
    profiles_dir : Path or None
        Where the user's ``profiles.yml`` is, if settings are to be taken from it.
    target : str or None
        The target's name.
    """

    folder: Path
    profiles_dir: Path | None = None
    target: str | None = None


@dataclass
class Projects:
    """All that a session has parsed.

    Parameters
    ----------
    root : Path
        The session's root folder: a project is known by its place in it.
    scratch : Path
        A folder of this process alone, for profiles and what dbt writes.
    cache : Path or None
        Where parsed projects outlive the session; None to forget them.
    on_parse : callable or None
        Is given each project when it is parsed.
    """

    root: Path
    scratch: Path
    cache: Path | None = None
    on_parse: Callable[[ParsedProject], None] | None = None
    _parsed: dict[tuple[ProjectChoice, str], ParsedProject | ProjectError] = field(default_factory=dict)
    _globals: GlobalState | None = None
    _logged: Logged | None = None

    @property
    def logged(self) -> Logged:
        """What listens to dbt's events; dbt is imported when it is first asked for."""
        if self._logged is None or self._globals is None:
            from dbt_cutover.testing._dbt_compat import GlobalState, Logged  # noqa: PLC0415 - takes seconds

            self._globals, self._logged = GlobalState(), Logged()
        return self._logged

    def close(self) -> None:
        """Close connections and put dbt's globals back."""
        for project in self._parsed.values():
            if not isinstance(project, ProjectError):
                project.release()
        if self._globals is not None:
            self._globals.restore()

    def on_engine(self, choice: ProjectChoice, engine: Engine) -> ParsedProject:
        """Return a project parsed for an engine, in the place that the engine gives to tests."""
        return self._get(choice, engine.name, engine)

    def as_configured(self, choice: ProjectChoice) -> ParsedProject:
        """Return a project parsed with the user's own profile, unchanged."""
        return self._get(choice, "profile", None)

    def _get(self, choice: ProjectChoice, key: str, engine: Engine | None) -> ParsedProject:
        if (choice, key) not in self._parsed:
            try:
                self._parsed[choice, key] = self._parse(choice, key, engine)
            except ProjectError as error:
                # What is wrong is told once, and not for each test.
                self._parsed[choice, key] = ProjectError(f"{choice.folder}: see the first error of this project")
                raise error from None
        parsed = self._parsed[choice, key]
        if isinstance(parsed, ProjectError):
            raise parsed
        return parsed

    def _parse(self, choice: ProjectChoice, key: str, engine: Engine | None) -> ParsedProject:
        folder = choice.folder
        if not (folder / "dbt_project.yml").is_file():
            raise ProjectError(f"there is no {folder / 'dbt_project.yml'}; {_WAYS} says where the project is")
        self.logged.listen()
        from dbt_cutover.testing import _dbt_compat  # noqa: PLC0415

        place = (folder, choice.profiles_dir)
        known_by = [None if path is None else os.path.relpath(path, self.root) for path in place]
        digest = hashlib.sha256(repr([*known_by, choice.target]).encode()).hexdigest()[:12]
        target_path = self.scratch / digest / key
        target_path.mkdir(parents=True, exist_ok=True)
        # Another session may run on the same project now: dbt works on a copy, which is put back in one step.
        kept = None if self.cache is None else self.cache / f"{digest}-{key}.msgpack"
        parse_state = target_path / "partial_parse.msgpack"
        if kept is not None and kept.exists():
            shutil.copyfile(kept, parse_state)
        try:
            if engine is None:
                assert choice.profiles_dir is not None
                parsed = _dbt_compat.parse(folder, choice.profiles_dir, target_path, target=choice.target)
            else:
                profile, target = _write_profile(choice, target_path, engine)
                parsed = _dbt_compat.parse(folder, target_path, target_path, profile=profile, target=target)
        except _dbt_compat.DbtError as error:
            raise ProjectError(f"dbt can't parse the project {folder}:\n{error}") from None
        if kept is not None and parse_state.exists():
            copy = kept.with_suffix(f".{os.getpid()}")
            shutil.copyfile(parse_state, copy)
            copy.replace(kept)
        if self.on_parse is not None:
            self.on_parse(parsed)
        return parsed


def _write_profile(choice: ProjectChoice, where: Path, engine: Engine) -> tuple[str, str]:
    """Write a profile for the engine, on top of the user's if one was given; return its name and the target's."""
    project = _read_yaml(choice.folder / "dbt_project.yml")
    # A package that others install names no profile of its own.
    profile = project.get("profile") or project.get("name") or "default"
    outputs = {} if choice.profiles_dir is None else _users_outputs(choice.profiles_dir, project)
    if outputs and choice.target is not None and choice.target not in outputs:
        near = did_you_mean(choice.target, outputs)
        raise ProjectError(
            f"the profile {profile!r} in {choice.profiles_dir}/profiles.yml has no target {choice.target!r}; it has "
            f"{', '.join(outputs)}.{near}"
        )
    fitting = [name for name, output in outputs.items() if output.get("type") == engine.adapter_type]
    target = choice.target if choice.target in fitting or not outputs else next(iter(fitting), None)
    base = {} if target is None else outputs.get(target, {})
    written = {profile: {"target": target or engine.name, "outputs": {target or engine.name: engine.output(base)}}}
    (where / "profiles.yml").write_text(yaml.safe_dump(written), encoding="utf-8")
    return profile, target or engine.name


def _users_outputs(profiles_dir: Path, project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the targets of the user's profile, by name; none for a project that names no profile and has none."""
    path = profiles_dir / "profiles.yml"
    if not path.is_file():
        raise ProjectError(f"there is no {path}")
    profiles = {name: profile for name, profile in _read_yaml(path).items() if name != "config"}
    profile = project.get("profile") or project.get("name") or "default"
    if profile not in profiles:
        if not project.get("profile"):
            return {}
        raise ProjectError(
            f"the project's profile {profile!r} is not in {path}, which has {', '.join(profiles) or 'none'}."
            f"{did_you_mean(profile, profiles)}"
        )
    outputs = profiles[profile].get("outputs") if isinstance(profiles[profile], dict) else None
    if not isinstance(outputs, dict) or not all(isinstance(output, dict) for output in outputs.values()):
        raise ProjectError(f"the profile {profile!r} in {path} has no outputs, or they are not mappings")
    return outputs


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ProjectError(f"{path} can't be read: {error}") from None
    if not isinstance(read, dict):
        raise ProjectError(f"{path} is not a mapping")
    return read
