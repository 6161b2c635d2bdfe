"""The pytest plugin: options, markers and fixtures. What they do is in the other modules."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from dbt_cutover.testing import differences, failures, hooks, markers
from dbt_cutover.testing.coverage import settings as coverage
from dbt_cutover.testing.engines import BUILT_IN, Engine
from dbt_cutover.testing.errors import EngineUnavailableError, ProjectError
from dbt_cutover.testing.project import ProjectChoice
from dbt_cutover.testing.session import Session

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import MacroGenerator, ParsedProject
    from dbt_cutover.testing.harness import Dbt
    from dbt_cutover.testing.snapshots import SqlSnapshot

_T = TypeVar("_T")

_PEER = "dbt"
"""The name under which pytest-dbt-core registers itself."""
_PEER_MODULE = "pytest_dbt_core.plugin"
"""Its module's name."""

_session = pytest.StashKey[Session]()
_differences = pytest.StashKey[list[str]]()
"""The rows of the last assertion that failed, whole: pytest shows only the first lines unless asked for more."""
_dbt = pytest.StashKey[Any]()
"""What the ``dbt`` fixture of a running test gave."""
_refused = pytest.StashKey[str]()
"""What is wrong with a marker, in a worker of xdist."""
_left_out = pytest.StashKey[dict[str, int]]()
"""How many tests each engine without a database was not given."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hook by which engines come.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_addhooks
    """
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(trylast=True)
def pytest_dbt_engines() -> list[type[Engine]]:
    """Bring the plugin's own engines: see :func:`dbt_cutover.testing.hooks.pytest_dbt_engines`."""
    return list(BUILT_IN)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options; pytest-dbt-core's too, whose place this plugin takes.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_addoption
    """
    group = parser.getgroup("dbt-cutover", "dbt macros")
    group.addoption(
        "--dbt-engine",
        action="append",
        metavar="NAME",
        help=f"engine to run tests on ({', '.join(sorted(engine.name for engine in BUILT_IN))}, or one that a plugin "
        "or a conftest.py brings); may be given more than once; default: duckdb",
    )
    parser.addini("dbt_engines", "engines to run tests on, as --dbt-engine", type="args")  # type: ignore[maybe-unrecognized-str-typeform]
    parser.addini("dbt_project_dir", "the dbt project, from the root folder, as --dbt-project-dir")
    parser.addini("dbt_profiles_dir", "folder of profiles.yml, from the root folder, as --profiles-dir")
    parser.addini("dbt_target", "target of the profile, as --dbt-target")
    coverage.add_options(parser, group)
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
    return getattr(plugin, "__name__", None) == _PEER_MODULE


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and check the options.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_configure
    """
    for description in markers.DESCRIPTIONS:
        config.addinivalue_line("markers", description)
    config.stash[_session] = session = Session(config)
    config.stash[_left_out] = {}
    if not config.option.help and not config.option.version:
        session.check()
        coverage.register(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop engines, also after a failed session.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_unconfigure
    """
    if _session in config.stash:
        config.stash[_session].close()


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of the ``dbt`` fixture once per asked engine, whose name is the first in the brackets.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_generate_tests
    """
    if "dbt_engine" in metafunc.fixturenames:
        metafunc.parametrize("dbt_engine", list(metafunc.config.stash[_session].engines), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that their marker keeps from an engine, and mark those whose engine lacks what they need.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_collection_modifyitems
    """
    session, left_out = config.stash[_session], config.stash[_left_out]
    kept: list[pytest.Item] = []
    deselected: list[pytest.Item] = []
    try:
        for item in items:
            markers.apply_lacks(item, session)
            (kept if markers.is_wanted(item, session) else deselected).append(item)
    except pytest.UsageError as error:
        if not hasattr(config, "workerinput"):
            raise
        config.stash[_refused] = str(error)  # a worker of xdist can't raise here
        return
    for item in deselected:
        engine = markers.engine_of(item)
        if engine is not None and not session.connects(engine):
            left_out[engine] = left_out.get(engine, 0) + 1
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests the engines without a database were not given.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_terminal_summary
    """
    for engine, tests in config.stash[_left_out].items():
        terminalreporter.write_line(
            f"{engine} can't be connected: {tests} tests that don't name it in @pytest.mark.engines were left out"
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the controller of xdist what a worker left out.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_sessionfinish
    """
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["dbt_left_out"] = session.config.stash[_left_out]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker left out: each has collected the same tests.

    See https://pytest-xdist.readthedocs.io/en/stable/how-it-works.html
    """
    node.config.stash[_left_out].update(getattr(node, "workeroutput", {}).get("dbt_left_out", {}))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Start the engines and parse the projects that the collected tests need: what fails there is said once.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtestloop
    """
    if session.config.option.collectonly or session.testsfailed:
        return None
    if _refused in session.config.stash:
        session.shouldstop = session.config.stash[_refused]
        return True
    ours = session.config.stash[_session]
    try:
        for item in session.items:
            engine = markers.engine_of(item)
            if engine is not None:
                ours.engine(engine)
                if _chooses_by_options(item):
                    ours.project(ours.choice(item.path), engine)
    except (EngineUnavailableError, ProjectError) as error:
        if not hasattr(session.config, "workerinput"):
            raise pytest.UsageError(str(error)) from error
        # A worker of xdist can't raise; this reaches the controller, which stops the session and says it.
        session.shouldstop = str(error)
        return True
    return None


def _chooses_by_options(item: pytest.Item) -> bool:
    """Whether the test has the ``dbt`` fixture and the plugin's own fixtures say which project that is of."""
    if "dbt" not in getattr(item, "fixturenames", ()):
        return False
    fixtures = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    return all(fixtures[name][-1].func.__module__ == __name__ for name in ("project_dir", "profiles_dir", "target"))


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain an assertion on rows: see :mod:`dbt_cutover.testing.differences`.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_assertrepr_compare
    """
    lines = differences.explain(op, left, right)
    config.stash[_differences] = lines or []
    return lines


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make the failure of a test of ``dbt`` readable: see :mod:`dbt_cutover.testing.failures`.

    See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtest_makereport
    """
    failures.shorten_traceback(call.excinfo)
    report = yield
    if report.failed:
        failures.put_message_first(report, call.excinfo)
        lines = item.config.stash.get(_differences, None)
        if lines and call.excinfo is not None and differences.untold(lines, str(call.excinfo.value)):
            report.sections.append(("rows that differ", "\n".join(lines)))
        if _dbt in item.stash:
            report.sections.extend(failures.sections(item.stash[_dbt]))
    return report


# Which project and profile: a module, a class or a conftest.py may override these.


@pytest.fixture(scope="module")
def project_dir(request: pytest.FixtureRequest) -> Path:
    """Return the folder of the dbt project; override it to choose another one."""
    return _told(lambda: request.config.stash[_session].project_dir(request.path))


@pytest.fixture(scope="session")
def profiles_dir(request: pytest.FixtureRequest) -> Path | None:
    """Return the folder of ``profiles.yml``, or None; override it to take another profile's settings."""
    return request.config.stash[_session].profiles_dir


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> str | None:
    """Return the target's name in the profile, or None; override it to choose another one."""
    return request.config.stash[_session].target


@pytest.fixture
def _choice(request: pytest.FixtureRequest, project_dir: Any, profiles_dir: Any, target: Any) -> ProjectChoice:
    if _is_parametrized(request.node, "target"):
        target = request.config.stash[_session].target  # the test's own argument happens to be called so
    return ProjectChoice(
        Path(project_dir).absolute(), None if profiles_dir is None else Path(profiles_dir).absolute(), target
    )


def _is_parametrized(item: pytest.Item, name: str) -> bool:
    """Whether the test's ``parametrize`` gives the argument itself, and not the parameter of a fixture."""
    for marker in item.iter_markers("parametrize"):
        names = marker.args[0] if marker.args else marker.kwargs.get("argnames", ())
        indirect = marker.kwargs.get("indirect", False)
        if name in ([each.strip() for each in names.split(",")] if isinstance(names, str) else names):
            return not (indirect if isinstance(indirect, bool) else name in indirect)
    return False


def _told(work: Callable[[], _T]) -> _T:
    """Do what a fixture is for; what is wrong with the project or the engine is told without a traceback."""
    try:
        return work()
    except (EngineUnavailableError, ProjectError) as error:
        told = str(error)
    return pytest.fail(told, pytrace=False)


@pytest.fixture
def dbt_engine(request: pytest.FixtureRequest) -> Engine:
    """Return the engine that the test runs on: once per asked engine, as tests of ``dbt`` do."""
    return request.config.stash[_session].engine(request.param)


@pytest.fixture
def dbt(request: pytest.FixtureRequest, dbt_engine: Engine, _choice: ProjectChoice) -> Iterator[Dbt]:
    """Give the macros of the test's project, in a clean place: see :class:`dbt_cutover.testing.harness.Dbt`."""
    from dbt_cutover.testing.harness import Dbt  # noqa: PLC0415 - imports dbt, which takes seconds

    session = request.config.stash[_session]
    project = _told(lambda: session.project(_choice, dbt_engine.name))
    with Dbt(project, dbt_engine, session.projects.logged) as harness:
        request.node.stash[_dbt] = harness
        yield harness
        del request.node.stash[_dbt]


@pytest.fixture
def sql_snapshot(request: pytest.FixtureRequest, dbt_engine: Engine) -> SqlSnapshot:
    """Give the snapshots of the test: ``assert dbt.render(...) == sql_snapshot``."""
    __tracebackhide__ = True
    try:
        from dbt_cutover.testing import snapshots  # noqa: PLC0415 - needs syrupy, an extra
    except ModuleNotFoundError as missing:
        module = str(missing.name).partition(".")[0]
        raise pytest.UsageError(f'sql_snapshot needs {module}: pip install "dbt-cutover[snapshots]"') from None
    del dbt_engine  # asked for, so that the test runs once per engine
    session = request.config.stash[_session]
    return snapshots.sql_snapshot(request, {name: session.known_engines[name].adapter_type for name in session.engines})


# pytest-dbt-core's fixtures, by its names and with its meaning. The project behind them is parsed once a session.


@pytest.fixture
def _peer_project(request: pytest.FixtureRequest, _choice: ProjectChoice) -> Iterator[ParsedProject]:
    """Give the project with the user's own profile; without one, in the place of the ``dbt`` fixture."""
    session = request.config.stash[_session]
    with ExitStack() as cleanup:
        if _choice.profiles_dir is not None:
            project = _told(lambda: session.projects.as_configured(_choice))
            project.activate(session.projects.logged)
            cleanup.callback(project.reset)
            cleanup.callback(project.release)
        elif "dbt" in request.fixturenames:
            project = request.getfixturevalue("dbt").project
        else:
            from dbt_cutover.testing.harness import Dbt  # noqa: PLC0415

            engine = _told(lambda: session.engine(session.engines[0]))
            project = _told(lambda: session.project(_choice, engine.name))
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
def macro_generator(
    request: pytest.FixtureRequest, _peer_project: ParsedProject, config: Any, manifest: Any
) -> MacroGenerator:
    """Return the macro whose unique id is the (indirect) parameter, as a function."""
    macro = manifest.macros[request.param]
    if config is _peer_project.config and manifest is _peer_project.manifest:
        return _peer_project.generator(macro)
    from dbt_cutover.testing._dbt_compat import macro_generator as generator  # noqa: PLC0415

    return generator(macro, config, manifest)  # a suite's own fixtures brought one or both
