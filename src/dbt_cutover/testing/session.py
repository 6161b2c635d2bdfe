"""What one pytest session holds: the asked engines, started, and the parsed projects."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from dbt_cutover.testing.engines import ENGINES, Engine
from dbt_cutover.testing.errors import EngineUnavailableError, ProjectError, did_you_mean
from dbt_cutover.testing.project import Projects, find_project

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["Session", "unknown_engine"]


def unknown_engine(name: object) -> str:
    """Return a sentence that names an unknown engine and the known ones."""
    return f"unknown engine {name!r}; known: {', '.join(ENGINES)}.{did_you_mean(str(name), ENGINES)}"


class Session:
    """What one pytest session holds: the asked engines and the parsed projects."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started: dict[str, Engine] = {}
        self._projects: Projects | None = None
        self._cleanup = ExitStack()

    @property
    def engines(self) -> tuple[str, ...]:
        """The asked engines' names, in the order asked."""
        return tuple(dict.fromkeys(self._config.getoption("--dbt-engine") or ["duckdb"]))

    def check_engines(self) -> None:
        """Refuse an engine that is unknown or can't be had here, if it was asked for by name."""
        for name in self._config.getoption("--dbt-engine") or []:
            if name not in ENGINES:
                raise pytest.UsageError(f"--dbt-engine: {unknown_engine(name)}")
            try:
                ENGINES[name]().check()
            except EngineUnavailableError as error:
                raise pytest.UsageError(f"--dbt-engine {name}: {error}") from error

    def engine(self, name: str) -> Engine:
        """Return an engine, started."""
        if name not in self._started:
            engine = ENGINES[name]()
            engine.check()
            self._cleanup.callback(engine.stop)
            engine.start()
            self._started[name] = engine
        return self._started[name]

    @property
    def projects(self) -> Projects:
        """The parsed projects."""
        if self._projects is None:
            profiles_dir = self._config.getoption("--profiles-dir")
            scratch = TemporaryDirectory(prefix="dbt-cutover-")
            self._projects = Projects(
                root=self._config.rootpath,
                scratch=Path(self._cleanup.enter_context(scratch)),
                cache=self._cache(),
                profiles_dir=None if profiles_dir is None else Path(profiles_dir).absolute(),
                target=self._config.getoption("--dbt-target"),
            )
            self._cleanup.callback(self._projects.close)
        return self._projects

    def _cache(self) -> Path | None:
        cache = getattr(self._config, "cache", None)
        return None if cache is None else cache.mkdir("dbt-cutover")

    def folder(self, test: Path) -> Path:
        """Return the project that a test file belongs to."""
        given = self._config.getoption("--dbt-project-dir")
        # pytest-dbt-core, if it was loaded first, has added the option with the working folder as its default.
        if given is None or given == str(self._config.invocation_params.dir):
            return find_project(test.parent)
        folder = Path(given).absolute()
        if not (folder / "dbt_project.yml").is_file():
            raise ProjectError(f"--dbt-project-dir: there is no {folder / 'dbt_project.yml'}")
        return folder

    def project(self, test: Path, engine: str) -> ParsedProject:
        """Return the project that a test file belongs to, parsed for an engine."""
        return self.projects.on_engine(self.folder(test), self.engine(engine))

    def close(self) -> None:
        """Stop and undo everything."""
        self._cleanup.close()
