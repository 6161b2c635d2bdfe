"""What one pytest session holds: the options, the asked engines, started, and the parsed projects."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from dbt_cutover.testing.coverage import settings as coverage
from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import EngineUnavailableError, did_you_mean
from dbt_cutover.testing.project import ProjectChoice, Projects, find_project

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["Session"]


class Session:
    """What one pytest session holds: the options, the asked engines and the parsed projects.

    Parameters
    ----------
    config : pytest.Config
        The session's configuration.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started: dict[str, Engine] = {}
        self._cleanup = ExitStack()

    # -- options ----------------------------------------------------------------------------------------------------

    def _option(self, option: str, ini: str) -> tuple[Any, str]:
        """Return an option's value and how it was given: the command line wins over the ini file."""
        given = self._config.getoption(option)
        # pytest-dbt-core, if it was loaded first, has added this one with the working folder as its default.
        default = str(self._config.invocation_params.dir) if "pytest_dbt_core.plugin" in sys.modules else None
        if option == "--dbt-project-dir" and given == default:
            given = None
        return (given, option) if given else (self._config.getini(ini) or None, f"ini option {ini}")

    def _folder(self, option: str, ini: str, file: str) -> Path | None:
        """Return the folder that an option names; one in an ini file is meant from that file's place."""
        value, how = self._option(option, ini)
        if value is None:
            return None
        start = self._config.invocation_params.dir if how == option else self._config.rootpath
        folder = Path(value) if Path(value).is_absolute() else start / value
        if not (folder / file).is_file():
            raise pytest.UsageError(f"{how}: there is no {folder / file}")
        return folder.resolve()

    @cached_property
    def _project_dir(self) -> Path | None:
        return self._folder("--dbt-project-dir", "dbt_project_dir", "dbt_project.yml")

    @cached_property
    def profiles_dir(self) -> Path | None:
        """The folder of the user's profiles, if the options name one."""
        return self._folder("--profiles-dir", "dbt_profiles_dir", "profiles.yml")

    @property
    def target(self) -> str | None:
        """The target's name, if the options give one."""
        target: str | None = self._option("--dbt-target", "dbt_target")[0]
        return target

    def project_dir(self, test: Path) -> Path:
        """Return the folder of the project that a test file belongs to.

        Raises
        ------
        ProjectError
            There is none, or there are several.
        """
        return self._project_dir or find_project(test.parent, self._config.rootpath)

    # -- engines ----------------------------------------------------------------------------------------------------

    @cached_property
    def known_engines(self) -> dict[str, type[Engine]]:
        """Every engine that the plugin or another one brings, by its name."""
        known: dict[str, type[Engine]] = {}
        # What was registered last stands first, and takes the place of another of the same name.
        for brought in self._config.hook.pytest_dbt_engines(config=self._config):
            for engine in brought:
                _check_class(engine)
                known.setdefault(engine.name, engine)
        return dict(sorted(known.items()))

    @property
    def engines(self) -> tuple[str, ...]:
        """The asked engines' names, in the order asked."""
        return tuple(dict.fromkeys(self._option("--dbt-engine", "dbt_engines")[0] or ["duckdb"]))

    def unknown_engine(self, name: object) -> str:
        """Return a sentence that names an unknown engine and the known ones."""
        near = did_you_mean(str(name), self.known_engines)
        return f"unknown engine {name!r}; known: {', '.join(self.known_engines)}.{near}"

    def check(self) -> None:
        """Refuse options that can't be followed.

        Raises
        ------
        pytest.UsageError
            A folder isn't there, or an engine is unknown or can't be had here, if it was asked for by name.
        """
        _ = self._project_dir, self.profiles_dir
        names, how = self._option("--dbt-engine", "dbt_engines")
        for name in names or []:
            if name not in self.known_engines:
                raise pytest.UsageError(f"{how}: {self.unknown_engine(name)}")
            try:
                self.known_engines[name]().check()
            except EngineUnavailableError as error:
                raise pytest.UsageError(f"{how} {name}: {error}") from None

    def connects(self, name: str) -> bool:
        """Whether there is a database behind the engine."""
        return self.known_engines[name].connects

    def engine(self, name: str) -> Engine:
        """Return an engine, started."""
        if name not in self._started:
            engine = self.known_engines[name]()
            engine.check()
            self._cleanup.callback(engine.stop)
            engine.start()
            self._started[name] = engine
        return self._started[name]

    # -- projects ---------------------------------------------------------------------------------------------------

    @cached_property
    def projects(self) -> Projects:
        """The parsed projects."""
        scratch = TemporaryDirectory(prefix="dbt-cutover-")
        projects = Projects(
            root=self._config.rootpath,
            scratch=Path(self._cleanup.enter_context(scratch)),
            cache=self._cache(),
            on_parse=partial(coverage.watch, self._config),
        )
        self._cleanup.callback(projects.close)
        return projects

    def _cache(self) -> Path | None:
        cache = getattr(self._config, "cache", None)
        return None if cache is None else cache.mkdir("dbt-cutover")

    def choice(self, test: Path) -> ProjectChoice:
        """Return the project that a test file belongs to, with the profile that the options name."""
        return ProjectChoice(self.project_dir(test), self.profiles_dir, self.target)

    def project(self, choice: ProjectChoice, engine: str) -> ParsedProject:
        """Return a project parsed for an engine."""
        return self.projects.on_engine(choice, self.engine(engine))

    def close(self) -> None:
        """Stop and undo everything."""
        self._cleanup.close()


def _check_class(engine: object) -> None:
    """Refuse what is no engine: a class that isn't one, or lacks methods or facts."""
    if not (isinstance(engine, type) and issubclass(engine, Engine)):
        raise pytest.UsageError(f"pytest_dbt_engines: {engine!r} is no subclass of dbt_cutover.testing.engines.Engine")
    lacks: Sequence[str] = sorted(getattr(engine, "__abstractmethods__", ())) if inspect.isabstract(engine) else []
    if engine.connects:
        lacks = [*lacks, *(fact for fact in Engine.__annotations__ if not hasattr(engine, fact))]
    if lacks:
        raise pytest.UsageError(f"pytest_dbt_engines: the engine {engine.__name__} lacks {', '.join(lacks)}")
