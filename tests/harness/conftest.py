"""Running pytest inside pytest, on copies of the specimen: a small dbt package with tests beside it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from _pytest.pytester import SysModulesSnapshot

SPECIMEN = Path(__file__).parent / "specimen"


@pytest.fixture
def specimen() -> Path:
    """Return the folder of the specimen."""
    return SPECIMEN


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """Return a copy of the specimen's macros and models, without its tests, which is the working folder."""
    for name in ("dbt_project.yml", "macros", "models"):
        source = SPECIMEN / name
        if source.is_dir():
            shutil.copytree(source, pytester.path / name)
        else:
            shutil.copy(source, pytester.path / name)
    return pytester.path


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the option for a cache that inner sessions share: their project is mostly the same, and parsed once."""
    return f"cache_dir={tmp_path_factory.mktemp('cache')}"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, cache: str) -> Callable[..., pytest.RunResult]:
    """Run pytest in this process, on the files of the working folder."""

    def forget_test_modules(_: SysModulesSnapshot) -> None:
        # pytester forgets all that an inner session imported; the drivers among it can't be imported twice.
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "/").is_relative_to(pytester.path):
                del sys.modules[name]

    monkeypatch.setattr(SysModulesSnapshot, "restore", forget_test_modules)
    # The inner session is on nobody's server and no worker: in CI pytest cuts no lines, in a worker plugins are silent.
    for name in ("CI", "BUILD_NUMBER", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    return partial(pytester.runpytest_inprocess, "-o", cache)
