"""The projects of a session: found, given a profile, parsed once per engine."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import ProjectError, did_you_mean

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import GlobalState, Logged, ParsedProject

__all__ = ["Projects", "find_project"]


def find_project(start: Path) -> Path:
    """Return the nearest folder with a ``dbt_project.yml``, from a folder upwards.

    Raises
    ------
    ProjectError
        There is none.
    """
    for folder in (start, *start.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise ProjectError(f"no dbt_project.yml in {start} or any folder above it; --dbt-project-dir says where it is")


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
    profiles_dir, target
        The options of the same name, if given.
    """

    root: Path
    scratch: Path
    cache: Path | None = None
    profiles_dir: Path | None = None
    target: str | None = None
    _parsed: dict[tuple[Path, str], ParsedProject | ProjectError] = field(default_factory=dict)
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

    def on_engine(self, folder: Path, engine: Engine) -> ParsedProject:
        """Return a project parsed for an engine, in the place that the engine gives to tests."""
        return self._get(folder, engine.name, engine)

    def as_configured(self, folder: Path) -> ParsedProject:
        """Return a project parsed with the user's own profile, unchanged."""
        return self._get(folder, "profile", None)

    def _get(self, folder: Path, key: str, engine: Engine | None) -> ParsedProject:
        if (folder, key) not in self._parsed:
            try:
                self._parsed[folder, key] = self._parse(folder, key, engine)
            except ProjectError as error:
                self._parsed[folder, key] = error
        parsed = self._parsed[folder, key]
        if isinstance(parsed, ProjectError):
            raise parsed
        return parsed

    def _parse(self, folder: Path, key: str, engine: Engine | None) -> ParsedProject:
        self.logged.listen()
        from dbt_cutover.testing import _dbt_compat  # noqa: PLC0415

        digest = hashlib.sha256(os.path.relpath(folder, self.root).encode()).hexdigest()[:12]
        target_path = self.scratch / digest / key
        target_path.mkdir(parents=True, exist_ok=True)
        # Another session may run on the same project now: dbt works on a copy, which is put back in one step.
        kept = None if self.cache is None else self.cache / f"{digest}-{key}.msgpack"
        parse_state = target_path / "partial_parse.msgpack"
        if kept is not None and kept.exists():
            shutil.copyfile(kept, parse_state)
        try:
            if engine is None:
                assert self.profiles_dir is not None
                parsed = _dbt_compat.parse(folder, self.profiles_dir, target_path, target=self.target)
            else:
                profile, target = self._write_profile(folder, target_path, engine)
                parsed = _dbt_compat.parse(folder, target_path, target_path, profile=profile, target=target)
        except _dbt_compat.DbtError as error:
            raise ProjectError(f"dbt can't parse the project {folder}:\n{error}") from error
        if kept is not None and parse_state.exists():
            copy = kept.with_suffix(f".{os.getpid()}")
            shutil.copyfile(parse_state, copy)
            copy.replace(kept)
        return parsed

    def _write_profile(self, folder: Path, where: Path, engine: Engine) -> tuple[str, str]:
        """Write a profile for the engine, on top of the user's if one was given; return its name and the target's."""
        project = _read_yaml(folder / "dbt_project.yml")
        # A package that others install names no profile of its own.
        profile = project.get("profile") or project.get("name") or "default"
        target, base = self._users_output(profile, engine)
        written = {profile: {"target": target, "outputs": {target: engine.output(base)}}}
        (where / "profiles.yml").write_text(yaml.safe_dump(written), encoding="utf-8")
        return profile, target

    def _users_output(self, profile: str, engine: Engine) -> tuple[str, dict[str, Any]]:
        """Return name and content of the target in the user's profile that is of the engine's type, if there is one."""
        if self.profiles_dir is None:
            return self.target or engine.name, {}
        path = self.profiles_dir / "profiles.yml"
        if not path.is_file():
            raise ProjectError(f"--profiles-dir: there is no {path}")
        outputs: dict[str, dict[str, Any]] = _read_yaml(path).get(profile, {}).get("outputs", {})
        fitting = [name for name, output in outputs.items() if output.get("type") == engine.name]
        if self.target is not None and self.target not in outputs:
            near = did_you_mean(self.target, outputs)
            raise ProjectError(f"--dbt-target: the profile {profile!r} in {path} has no target {self.target!r}.{near}")
        target = self.target if self.target in fitting else next(iter(fitting), None)
        return (engine.name, {}) if target is None else (target, outputs[target])


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ProjectError(f"{path} can't be read: {error}") from error
    if not isinstance(read, dict):
        raise ProjectError(f"{path} is not a mapping")
    return read
