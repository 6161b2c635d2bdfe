"""A project, parsed, and the context in which its macros run."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import dbt.flags
import dbt.tracking
from dbt.adapters.factory import FACTORY, get_adapter, register_adapter
from dbt.cli.flags import Flags
from dbt.cli.types import Command
from dbt.clients.jinja import MacroGenerator
from dbt.config.runtime import RuntimeConfig
from dbt.context.providers import MacroContext, OperationProvider, RuntimeVar
from dbt.mp_context import get_mp_context
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients.jinja import get_template, render_template
from dbt_common.context import get_invocation_context, set_invocation_context

from dbt_cutover.testing._dbt_compat._nodes import Nodes
from dbt_cutover.testing._dbt_compat._process import Logged
from dbt_cutover.testing._dbt_compat._trace import called_macros
from dbt_cutover.testing.errors import MacroFrame

__all__ = ["MacroGenerator", "ParsedProject", "macro_generator", "parse"]


def parse(
    project_dir: Path, profiles_dir: Path, target_path: Path, *, profile: str | None = None, target: str | None = None
) -> ParsedProject:
    """Parse a project for one target, in process.

    Parameters
    ----------
    project_dir, profiles_dir : Path
        Folders of ``dbt_project.yml`` and ``profiles.yml``.
    target_path : Path
        Where dbt writes, and where it looks for ``partial_parse.msgpack``.
    profile, target : str, optional
        Names in ``profiles.yml``; by default the project's profile, and that profile's target.

    Raises
    ------
    DbtError
        dbt refused the project or the profile.
    """
    arguments: dict[str, Any] = {
        "project_dir": str(project_dir),
        "profiles_dir": str(profiles_dir),
        "target_path": str(target_path),
        "log_path": str(target_path),
        "send_anonymous_usage_stats": False,
        "quiet": True,
    }
    given = {"profile": profile, "target": target}
    arguments.update({name: value for name, value in given.items() if value is not None})
    # `run` rather than `parse`: it is the command whose flags (full_refresh, empty) macros ask for.
    with _command_line("dbt", "run"):
        flags = Flags.from_dict(Command.RUN, arguments)
    dbt.flags.set_flags(flags)  # type: ignore[no-untyped-call]
    set_invocation_context(os.environ)
    dbt.tracking.disable_tracking()  # type: ignore[no-untyped-call]
    config = RuntimeConfig.from_args(flags)
    # dbt keeps one adapter per type and silently keeps the old one: a second project of the same type needs its own.
    FACTORY.adapters.pop(config.credentials.type, None)
    register_adapter(config, get_mp_context())
    adapter = get_adapter(config)
    manifest = ManifestLoader.get_full_manifest(config)
    return ParsedProject(flags, config, adapter, manifest)


@contextmanager
def _command_line(*words: str) -> Iterator[None]:
    """Let dbt read these words as its command line: on pytest's, `-m` would be an old flag of its own."""
    before = sys.argv
    sys.argv = [*words]
    try:
        yield
    finally:
        sys.argv = before


def macro_generator(macro: Any, config: Any, manifest: Any) -> MacroGenerator:
    """Return a macro as a function, with a context of its own as dbt makes it."""
    return MacroGenerator(macro, _context(macro, config, manifest, OperationProvider(), macro.package_name))


def _context(macro: Any, config: Any, manifest: Any, provider: Any, package: str | None) -> dict[str, Any]:
    context = MacroContext(macro, config, manifest, provider, package)
    names: dict[str, Any] = context.to_dict()  # type: ignore[no-untyped-call]
    return names


class ParsedProject:
    """A project as dbt parsed it for one target, with the context in which its macros run.

    Attributes
    ----------
    config, adapter, manifest
        dbt's own objects.
    nodes : Nodes
        The project's models, sources and so on, as a test sees them.
    names : dict
        The context of macros called by a test: what a macro sees under each name. Every macro in it holds this same
        dict, so what is set here reaches the macros that macros call.
    sent : int
        How many statements were sent so far: when it stands still, there is no transaction to end.
    """

    def __init__(self, flags: Any, config: Any, adapter: Any, manifest: Any) -> None:
        self._flags = flags
        self.config: Any = config
        self.adapter: Any = adapter
        self.manifest: Any = manifest
        self.root: str = config.project_name
        self.sent = 0
        self._everywhere: dict[str, Any] = {}
        self.nodes = Nodes(config, manifest, adapter, self._everywhere)
        # A suite's templates mostly recur; those made for one test only would fill the memory.
        self._template = lru_cache(maxsize=512)(self._compile)
        self._vars: dict[str, Any] = config.cli_vars
        adapter.set_macro_resolver(manifest)
        # Without it whatever reaches adapter.execute_macro fails: get_columns_in_relation, get_relation, ...
        adapter.set_macro_context_generator(self._adapter_context)
        # Statements are compared with what macros wrote: without dbt's comment with the version and the node.
        adapter.connections.query_header = None
        self._context = self._new_context()
        self.names: dict[str, Any] = self._context.to_dict()
        self._baseline = dict(self.names)
        self._packages: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {}

    def activate(self, logged: Logged) -> None:
        """Make this project the one that dbt's globals speak of, whatever another test did to them."""
        FACTORY.adapters[self.config.credentials.type] = self.adapter
        dbt.flags.set_flags(self._flags)  # type: ignore[no-untyped-call]
        set_invocation_context(os.environ)
        logged.listen()

    def reset(self) -> None:
        """Bring the context back to what it was after the parse."""
        self.names.clear()
        self.names.update(self._baseline)
        self._everywhere.clear()
        self.nodes.leave()
        self._context.sql_results.clear()
        for context, names, baseline in self._packages.values():
            names.clear()
            names.update(baseline)
            context.sql_results.clear()
        self.config.cli_vars = self._vars
        self.adapter.cache.clear()

    def _new_context(self) -> Any:
        # dbt's context of a macro needs some macro: the vars that `var` gives are those of its package.
        macros = self.manifest.macros.values()
        macro = next((macro for macro in macros if macro.package_name == self.root), next(iter(macros)))
        return MacroContext(macro, self.config, self.manifest, self.nodes.macro_provider, self.root)

    def generator(self, macro: Any) -> MacroGenerator:
        """Return a macro as a function, in dbt's context of its package, which is made once: it takes a millisecond."""
        package = macro.package_name
        if package not in self._packages:
            context = MacroContext(macro, self.config, self.manifest, self.nodes.macro_provider, package)
            names: dict[str, Any] = context.to_dict()  # type: ignore[no-untyped-call]
            self._packages[package] = context, names, dict(names)
        return MacroGenerator(macro, self._packages[package][1])

    def _adapter_context(self, macro: Any, config: Any, manifest: Any, package: str | None) -> dict[str, Any]:
        # A new one each time, as dbt does: shared, the named results of one macro's statements would be the next one's.
        names = _context(macro, config, manifest, self.nodes.macro_provider, package)
        names.update(self._everywhere)
        return names

    @contextmanager
    def context(self, values: Mapping[str, Any], *, everywhere: bool = False) -> Iterator[None]:
        """Set names of the macros' context while the block runs.

        Parameters
        ----------
        values : mapping
            Name to value.
        everywhere : bool
            Also in the contexts that dbt makes itself, for the macros that the adapter calls and for operations.
        """
        scopes = [self.names, self._everywhere] if everywhere else [self.names]
        before = [{name: scope[name] for name in values if name in scope} for scope in scopes]
        for scope in scopes:
            scope.update(values)
        try:
            yield
        finally:
            for scope, old in zip(scopes, before, strict=True):
                for name in values:
                    scope.pop(name, None)
                scope.update(old)

    @contextmanager
    def vars(self, values: Mapping[str, Any]) -> Iterator[None]:
        """Give vars as on the command line while the block runs. What was decided at parse time stays."""
        before = self.config.cli_vars
        self.config.cli_vars = {**before, **values}
        # `var` merges the project's vars and the command line's when it is made.
        var = RuntimeVar(self.names, self.config, self._context.model)
        arguments = {**self.names["invocation_args_dict"], "vars": self.config.cli_vars}
        try:
            with self.context({"var": var}), self.context({"invocation_args_dict": arguments}, everywhere=True):
                yield
        finally:
            self.config.cli_vars = before

    @property
    def flag_names(self) -> set[str]:
        """The names of dbt's flags, in lower case."""
        return {name.lower() for name in vars(self._flags) if name.isupper()}

    @contextmanager
    def flags(self, values: Mapping[str, Any]) -> Iterator[None]:
        """Set flags of the command line while the block runs, for macros and for dbt itself."""
        before = dbt.flags.get_flags()  # type: ignore[no-untyped-call]
        # A frozen dataclass, whose names stand in it twice.
        changed = copy.copy(before)
        for name, value in values.items():
            object.__setattr__(changed, name.upper(), value)
            object.__setattr__(changed, name.lower(), value)
        dbt.flags.set_flags(changed)  # type: ignore[no-untyped-call]
        try:
            with self.context({"flags": dbt.flags.get_flag_obj()}, everywhere=True):  # type: ignore[no-untyped-call]
                yield
        finally:
            dbt.flags.set_flags(before)  # type: ignore[no-untyped-call]

    @contextmanager
    def env(self, values: Mapping[str, str | None]) -> Iterator[None]:
        """Set, or with None unset, what ``env_var`` reads while the block runs."""
        before = get_invocation_context()
        environment: dict[str, str | None] = {**before.env, **before.env_private, **values}
        set_invocation_context({name: value for name, value in environment.items() if value is not None})
        try:
            yield
        finally:
            set_invocation_context({**before.env, **before.env_private})

    def fresh_results(self) -> None:
        """Forget the results of named statements: each call from a test starts without any."""
        self._context.sql_results.clear()

    def render(self, source: str, values: Mapping[str, Any]) -> str:
        """Render Jinja with the macros' context and values of its own."""
        return render_template(self._template(source), dict(values))

    def places(self, source: str) -> list[MacroFrame]:
        """Return where the macros begin that some Jinja calls."""
        return called_macros(source, self._baseline, self.config)

    def _compile(self, source: str) -> Any:
        return get_template(source, self.names)

    def macro(self, package: str, name: str) -> Callable[..., Any]:
        """Return a macro as a function that gives the macro's return value."""
        generator: Callable[..., Any] = self.names[package][name]
        return generator

    def macro_names(self, package: str) -> set[str]:
        """Return the names of the package's macros; empty when there is no such package."""
        macros = self.names.get(package)
        return set(macros) if isinstance(macros, dict) else set()

    @property
    def packages(self) -> dict[str, set[str]]:
        """The names of each package's macros, the project's own and dbt's among them."""
        return {
            package: self.macro_names(package) for package in {m.package_name for m in self.manifest.macros.values()}
        }

    def run_operation(self, package: str | None, name: str, arguments: dict[str, Any]) -> Any:
        """Run a macro as ``dbt run-operation`` does: on a connection of its own, closed at the end without a commit."""
        self.release()
        with self.adapter.connection_named(f"macro_{name}"):
            self.adapter.clear_transaction()
            return self.adapter.execute_macro(name, project=package, kwargs=arguments, macro_resolver=self.manifest)

    @contextmanager
    def recorded(self, record: Callable[[str], None], notice: Callable[[str], None]) -> Iterator[None]:
        """Report the statements that go through the adapter before they are sent.

        Parameters
        ----------
        record : function
            Gets all but the BEGIN and COMMIT that dbt adds.
        notice : function
            Gets all.
        """
        connections = self.adapter.connections
        if not hasattr(connections, "add_query"):  # not every adapter's is one for SQL, and those don't connect here
            yield
            return
        add_query, own = connections.add_query, False

        def recording(sql: str, *arguments: Any, **options: Any) -> Any:
            self.sent += 1
            notice(sql)
            if not own:
                record(sql.strip())
            return add_query(sql, *arguments, **options)

        def unrecorded(method: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> Any:
                nonlocal own
                own = True
                try:
                    return method()
                finally:
                    own = False

            return run

        connections.add_query = recording
        connections.add_begin_query = unrecorded(connections.add_begin_query)
        connections.add_commit_query = unrecorded(connections.add_commit_query)
        try:
            yield
        finally:
            # The class's own methods show again.
            del connections.add_query, connections.add_begin_query, connections.add_commit_query

    def acquire(self) -> None:
        """Give dbt a connection in this thread, which opens when it is first used."""
        connection = self.adapter.connections.get_if_exists()
        if connection is None or connection.state == "closed":
            self.adapter.acquire_connection("test")

    def handle(self) -> Any:
        """Return the DB-API connection that dbt uses in this thread, open."""
        return self.adapter.connections.get_thread_connection().handle

    def open_handle(self) -> Any | None:
        """Return the DB-API connection when dbt has one open; None otherwise."""
        connection = self.adapter.connections.get_if_exists()
        return connection.handle if connection is not None and connection.state == "open" else None

    def transaction_ended(self) -> None:
        """Tell dbt that the transaction on its connection was ended behind its back."""
        connection = self.adapter.connections.get_if_exists()
        if connection is not None:
            connection.transaction_open = False

    def release(self) -> None:
        """Close dbt's connection, whatever its state: an open transaction is rolled back."""
        # Directly, and in the same object: dbt's own way tells its log of each step, which takes as long as the work.
        connection = self.adapter.connections.get_if_exists()
        if connection is None:
            return
        if connection.state == "open":
            # A connection that a test broke can fail in any way, and is dropped either way.
            with suppress(Exception):
                connection.handle.close()
        connection.state, connection.transaction_open = "closed", False

    def relation(self, database: str, schema: str, identifier: str, kind: str) -> Any:
        """Return dbt's Relation of a table or a view."""
        return self.adapter.Relation.create(database=database, schema=schema, identifier=identifier, type=kind)
