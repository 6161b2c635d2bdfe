"""The pytest plugin: options, markers and fixtures. What they do is in the other modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from dbt_cutover.testing.engines import ENGINES, Engine
from dbt_cutover.testing.errors import EngineUnavailableError, ProjectError
from dbt_cutover.testing.session import Session, unknown_engine

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import MacroGenerator, ParsedProject
    from dbt_cutover.testing.harness import Dbt

_PEER = "dbt"
"""The name under which pytest-dbt-core registers itself."""

_session = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options; pytest-dbt-core's too, whose place this plugin takes.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_addoption
    """
    group = parser.getgroup("dbt-cutover", "dbt macros")
    group.addoption(
        "--dbt-engine",
        action="append",
        metavar="NAME",
        help=f"engine to run tests on ({', '.join(ENGINES)}); may be given more than once; default: duckdb",
    )
    peer = next((plugin for plugin in pluginmanager.get_plugins() if _is_peer(plugin)), None)
    if peer is not None:
        pluginmanager.unregister(peer)
    pluginmanager.set_blocked(_PEER)
    if peer is not None:  # loaded first, so that its options are there already
        return
    group.addoption("--dbt-project-dir", metavar="DIR", help="the dbt project; default: from the test's folder upwards")
    group.addoption("--profiles-dir", metavar="DIR", help="folder of profiles.yml; default: one made for the engine")
    group.addoption("--dbt-target", metavar="NAME", help="target of the profile")


def _is_peer(plugin: object) -> bool:
    return getattr(plugin, "__name__", None) == "pytest_dbt_core.plugin"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and check the asked engines.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_configure
    """
    config.addinivalue_line("markers", "engines(name, ...): run this test of the dbt fixture on these engines only")
    config.stash[_session] = session = Session(config)
    if not config.option.help and not config.option.version:
        session.check_engines()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop engines, also after a failed session.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_unconfigure
    """
    if _session in config.stash:
        config.stash[_session].close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of the ``dbt`` fixture once per asked engine.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_generate_tests
    """
    if "dbt_engine" in metafunc.fixturenames:
        metafunc.parametrize("dbt_engine", list(metafunc.config.stash[_session].engines), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that their marker keeps from an engine, or from all that are asked for.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_collection_modifyitems
    """
    asked = config.stash[_session].engines
    unwanted = [item for item in items if not _wanted(item, asked)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]


def _wanted(item: pytest.Item, asked: Sequence[str]) -> bool:
    marker = item.get_closest_marker("engines")
    if marker is None:
        return True
    if not marker.args:
        raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.engines needs at least one engine")
    for name in marker.args:
        if name not in ENGINES:
            raise pytest.UsageError(f"{item.nodeid}: {unknown_engine(name)}")
    engine = _engine_of(item)
    return any(name in marker.args for name in (asked if engine is None else [engine]))


def _engine_of(item: pytest.Item) -> str | None:
    """Return the engine that a collected test runs on; None when it needs none."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("dbt_engine")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Start the engines and parse the projects that the collected tests need: what fails there is said once.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtestloop
    """
    if session.config.option.collectonly or session.testsfailed:
        return None
    ours = session.config.stash[_session]
    try:
        for item in session.items:
            engine = _engine_of(item)
            if engine is not None and "dbt" in getattr(item, "fixturenames", ()):
                ours.project(item.path, engine)
    except (EngineUnavailableError, ProjectError) as error:
        if not hasattr(session.config, "workerinput"):
            raise pytest.UsageError(str(error)) from error
        # A worker of xdist can't raise; this reaches the controller, which stops the session and says it.
        session.shouldstop = str(error)
        return True
    return None


@pytest.fixture
def dbt_engine(request: pytest.FixtureRequest) -> Engine:
    """Return the engine that the test runs on: once per asked engine, as tests of ``dbt`` do."""
    return request.config.stash[_session].engine(request.param)


@pytest.fixture
def dbt(request: pytest.FixtureRequest, dbt_engine: Engine) -> Iterator[Dbt]:
    """Give the macros of the test's project, in a clean place: see :class:`dbt_cutover.testing.harness.Dbt`."""
    from dbt_cutover.testing.harness import Dbt  # noqa: PLC0415 - imports dbt, which takes seconds

    session = request.config.stash[_session]
    with Dbt(session.project(request.path, dbt_engine.name), dbt_engine, session.projects.logged) as harness:
        yield harness


# pytest-dbt-core's fixtures, by its names and with its meaning. The project behind them is parsed once a session.


@pytest.fixture
def _peer_project(request: pytest.FixtureRequest) -> Iterator[ParsedProject]:
    """Give the project with the user's own profile; without one, in the place of the ``dbt`` fixture."""
    session = request.config.stash[_session]
    with ExitStack() as cleanup:
        if request.config.getoption("--profiles-dir") is not None:
            project = session.projects.as_configured(session.folder(request.path))
            project.activate(session.projects.logged)
            cleanup.callback(project.release)
        elif "dbt" in request.fixturenames:
            project = request.getfixturevalue("dbt").project
        else:
            from dbt_cutover.testing.harness import Dbt  # noqa: PLC0415

            engine = session.engine(session.engines[0])
            project = session.project(request.path, engine.name)
            cleanup.enter_context(Dbt(project, engine, session.projects.logged))
        yield project


@pytest.fixture
def config(_peer_project: ParsedProject) -> Any:
    """Return the runtime config of the project."""
    return _peer_project.config


@pytest.fixture
def adapter(_peer_project: ParsedProject) -> Any:
    """Return the adapter, with a connection."""
    _peer_project.adapter.acquire_connection()
    return _peer_project.adapter


@pytest.fixture
def manifest(_peer_project: ParsedProject, adapter: Any) -> Any:
    """Return the manifest of the project."""
    del adapter
    return _peer_project.manifest


@pytest.fixture
def macro_generator(request: pytest.FixtureRequest, config: Any, manifest: Any) -> MacroGenerator:
    """Return the macro whose unique id is the (indirect) parameter, as a function."""
    from dbt_cutover.testing._dbt_compat import macro_generator as generator  # noqa: PLC0415

    return generator(manifest.macros[request.param], config, manifest)
