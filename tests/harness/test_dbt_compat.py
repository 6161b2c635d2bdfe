"""The internals of dbt that the harness rests on: a version of dbt that changes one fails here, by its name.

Nothing here goes through the harness: what is asked is how dbt itself behaves, on a project of its own.
"""

# ruff: noqa: PLC0415 - what is gone fails the tests that need it, and not the collection of them all

from __future__ import annotations

import ast
import copy
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

COMPAT = Path(__file__).parents[2] / "src" / "dbt_cutover" / "testing" / "_dbt_compat"
HERE = f"dbt-core {version('dbt-core')}, dbt-adapters {version('dbt-adapters')}, dbt-common {version('dbt-common')}"

ANY = object()
"""An argument whose value doesn't matter."""


@dataclass(frozen=True)
class Internal:
    """Something of dbt's that the harness imports, and how it calls it."""

    module: str
    name: str
    positional: int = 0
    named: tuple[str, ...] = ()
    called: bool = True
    members: tuple[str, ...] = ()
    """Attributes of a class, methods among them, that are used or overridden."""

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


RESULT = (
    "node",
    "status",
    "timing",
    "thread_id",
    "batch_results",
    "execution_time",
    "adapter_response",
    "message",
    "failures",
)

INTERNALS = [
    # Process
    Internal("dbt.flags", "", called=False, members=("get_flag_obj", "get_flags", "set_flags")),
    Internal("dbt.tracking", "", called=False, members=("disable_tracking",)),
    Internal("dbt.adapters.factory", "FACTORY", called=False, members=("adapters",)),
    Internal("dbt.adapters.factory", "get_adapter", 1),
    Internal("dbt.adapters.factory", "register_adapter", 2),
    Internal("dbt.deprecations", "active_deprecations", called=False, members=("clear", "update")),
    Internal("dbt.cli.flags", "Flags", called=False, members=("from_dict",)),
    Internal("dbt.cli.types", "Command", called=False, members=("RUN",)),
    Internal("dbt.mp_context", "get_mp_context"),
    Internal("dbt_common.context", "get_invocation_context"),
    Internal("dbt_common.context", "set_invocation_context", 1),
    Internal("dbt_common.context", "try_get_invocation_context"),
    Internal("dbt_common.events.event_manager_client", "get_event_manager"),
    # Errors
    Internal("dbt_common.exceptions", "CompilationError", 1),
    Internal("dbt_common.exceptions", "DbtBaseException", called=False),
    Internal("dbt_common.exceptions", "DbtDatabaseError", called=False),
    Internal("dbt_common.exceptions", "DbtRuntimeError", 1),
    Internal("dbt_common.dataclass_schema", "ValidationError", called=False),
    # Project
    Internal("dbt.config.runtime", "RuntimeConfig", called=False, members=("from_args", "load_dependencies")),
    Internal("dbt.parser.manifest", "ManifestLoader", called=False, members=("get_full_manifest", "load")),
    # Contexts and templates
    Internal("dbt.clients.jinja", "MacroGenerator", 2),
    Internal("dbt.context.providers", "MacroContext", 5, members=("to_dict",)),
    Internal("dbt.context.providers", "ModelContext", 5, members=("to_dict",)),
    Internal("dbt.context.providers", "OperationProvider"),
    Internal("dbt.context.providers", "RuntimeProvider"),
    Internal("dbt.context.providers", "OperationRefResolver", 4, members=("create_relation", "validate", "resolve")),
    Internal("dbt.context.providers", "RuntimeRefResolver", 4, members=("create_relation", "validate", "resolve")),
    Internal("dbt.context.providers", "RuntimeSourceResolver", 4, members=("resolve",)),
    Internal("dbt.context.providers", "RuntimeVar", 3),
    Internal("dbt.context.providers", "ParseConfigObject", 2),
    Internal("dbt.context.providers", "ParseDatabaseWrapper", 2),
    Internal("dbt.context.providers", "RuntimeConfigObject", 1),
    Internal("dbt.context.context_config", "ContextConfig", 4, members=("add_config_call", "build_config_dict")),
    Internal("dbt_common.clients.jinja", "get_environment", 1),
    Internal("dbt_common.clients.jinja", "get_template", 2),
    Internal("dbt_common.clients.jinja", "render_template", 2),
    Internal("dbt_common.clients.jinja", "TemplateCache", called=False, members=("get_node_template",)),
    # Nodes
    Internal("dbt.adapters.base.relation", "BaseRelation", called=False, members=("create_from", "incorporate")),
    Internal("dbt.artifacts.resources.base", "FileHash", called=False, members=("from_contents",)),
    Internal("dbt.artifacts.resources.types", "ModelLanguage", called=False, members=("python",)),
    Internal("dbt.artifacts.resources.types", "NodeType", called=False, members=("Model", "Seed", "Source", "Test")),
    Internal("dbt.artifacts.resources.v1.config", "TestConfig", called=False, members=("from_dict",)),
    Internal("dbt.compilation", "Compiler", 1, members=("compile_node", "_create_node_context", "_write_node")),
    Internal("dbt.contracts.graph.nodes", "GenericTestNode", called=False, members=("from_dict",)),
    Internal("dbt.contracts.graph.nodes", "ModelNode", called=False, members=("from_dict", "get_materialization")),
    Internal("dbt.hooks", "get_hook_dict", 1),
    Internal("dbt.node_types", "REFABLE_NODE_TYPES", called=False),
    Internal("dbt.parser.base", "RelationUpdate", 3),
    # Runs
    Internal("dbt.artifacts.schemas.results", "RunStatus", called=False, members=("Success",)),
    Internal("dbt.artifacts.schemas.results", "TestStatus", called=False, members=("Pass", "Warn", "Fail")),
    Internal("dbt.artifacts.schemas.run", "RunResult", named=RESULT),
    Internal("dbt.task.run", "ModelRunner", 5, members=("_execute_model", "_materialization_relations")),
    Internal("dbt.task.test", "TestResultData", called=False, members=("from_dict", "validate")),
    Internal("dbt.task.test", "TestRunner", 5, members=("build_test_run_result",)),
    # dbt-duckdb
    Internal("dbt.adapters.duckdb", "environments", called=False, members=("create",)),
    Internal("dbt.adapters.duckdb.connections", "DuckDBConnectionManager", called=False, members=("_ENV",)),
]


def imported() -> set[str]:
    """Return what the harness imports from dbt, read from its source."""
    names = set()
    for path in COMPAT.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in names if name.partition(".")[0] in ("dbt", "dbt_common")}


def test_each_internal_that_the_harness_imports_is_named_here():
    assert imported() == {str(internal) for internal in INTERNALS}


@pytest.mark.parametrize("internal", INTERNALS, ids=str)
def test_is_there_and_takes_what_the_harness_gives(internal):
    try:
        found = importlib.import_module(internal.module)
        found = getattr(found, internal.name) if internal.name else found
    except (ImportError, AttributeError) as error:
        pytest.fail(f"{HERE}: {internal} is gone: {error}")
    missing = [member for member in internal.members if not hasattr(found, member)]
    assert not missing, f"{HERE}: {internal} has no {', '.join(missing)}"
    if internal.called:
        try:
            inspect.signature(found).bind(*[ANY] * internal.positional, **dict.fromkeys(internal.named, ANY))
        except TypeError as error:
            pytest.fail(f"{HERE}: {internal} isn't called like that any more: {error}")


# -- how they behave, on a project of its own --------------------------------------------------------------------------

MACROS = """\
{% macro inner() %}{{ return(var('colour', 'none') ~ '/' ~ marker) }}{% endmacro %}

{% macro outer() %}{{ return(compat.inner()) }}{% endmacro %}

{% macro fails() -%}
    {%- set nothing = 1 -%}
    {{ exceptions.raise_compiler_error('as asked') }}
{%- endmacro %}

{% macro speaks() %}{{ log('logged', info=true) }}{{ log('hidden') }}{{ print('printed') }}{% endmacro %}

{% macro asks() %}{{ return(run_query('select 1 as one').columns[0].values()[0]) }}{% endmacro %}

{% macro names_a_result() %}{% call statement('named', fetch_result=true) %}select 1{% endcall %}{% endmacro %}

{% test positive(model, column_name) %}
    {{ config(severity='warn') }}
    select * from {{ model }} where {{ column_name }} <= 0
{% endtest %}
"""


@dataclass
class Parsed:
    """A project as dbt's own objects."""

    folder: Path
    flags: Any
    config: Any
    adapter: Any
    manifest: Any

    def context(self) -> Any:
        """Return dbt's context of a macro of the project."""
        from dbt.context.providers import MacroContext, OperationProvider

        macro = self.manifest.macros["macro.compat.outer"]
        return MacroContext(macro, self.config, self.manifest, OperationProvider(), "compat")


@pytest.fixture(autouse=True)
def globals_of_dbt() -> Iterator[None]:
    """Put dbt's globals back after each test."""
    import dbt.flags
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import FACTORY
    from dbt_common.context import set_invocation_context, try_get_invocation_context
    from dbt_common.events.event_manager_client import get_event_manager

    manager, environment = get_event_manager(), try_get_invocation_context()
    flags, instance = dbt.flags.get_flags(), DuckDBConnectionManager._ENV
    adapters, loggers, callbacks = dict(FACTORY.adapters), list(manager.loggers), list(manager.callbacks)
    yield
    FACTORY.adapters.clear()
    FACTORY.adapters.update(adapters)
    manager.loggers[:], manager.callbacks[:] = loggers, callbacks
    DuckDBConnectionManager._ENV = instance
    dbt.flags.set_flags(flags)
    if environment is not None:
        set_invocation_context({**environment.env, **environment.env_private})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a project."""
    folder = tmp_path_factory.mktemp("compat")
    (folder / "dbt_project.yml").write_text("name: compat\nversion: 1.0.0\nprofile: compat\n")
    (folder / "profiles.yml").write_text(
        "compat: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:', schema: main}}}\n"
    )
    for name in ("macros", "models"):
        (folder / name).mkdir()
    (folder / "macros" / "compat.sql").write_text(MACROS)
    (folder / "models" / "raw.sql").write_text("select 1 as id")
    (folder / "models" / "orders.sql").write_text(
        "select * from {{ ref('raw') }} union all select * from {{ source('shop', 'o') }}"
    )
    (folder / "models" / "_sources.yml").write_text(
        "sources: [{name: shop, tables: [{name: o}]}]\nmodels: [{name: raw, columns: [{name: id}]}]\n"
    )
    return folder


@pytest.fixture
def parsed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parsed]:
    """Parse the project as the harness does."""
    monkeypatch.setattr("sys.argv", ["dbt", "run"])  # dbt reads it, and pytest's `-m` is an old flag of its own
    from dbt_cutover.testing._dbt_compat import GlobalState

    before = GlobalState()
    import dbt.flags
    import dbt.tracking
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import FACTORY, get_adapter, register_adapter
    from dbt.cli.flags import Flags
    from dbt.cli.types import Command
    from dbt.config.runtime import RuntimeConfig
    from dbt.mp_context import get_mp_context
    from dbt.parser.manifest import ManifestLoader
    from dbt_common.context import set_invocation_context
    from dbt_common.events.event_manager_client import get_event_manager

    manager = get_event_manager()
    manager.loggers[:], manager.callbacks[:] = [], []
    places = {"project_dir": str(folder), "profiles_dir": str(folder), "target_path": str(folder / "target")}
    flags = Flags.from_dict(Command.RUN, {**places, "log_path": str(folder / "target"), "quiet": True})
    dbt.flags.set_flags(flags)
    set_invocation_context({"PLAIN": "seen"})
    dbt.tracking.disable_tracking()
    config = RuntimeConfig.from_args(flags)
    FACTORY.adapters.pop("duckdb", None)
    DuckDBConnectionManager._ENV = None
    register_adapter(config, get_mp_context())
    adapter = get_adapter(config)
    manifest = ManifestLoader.get_full_manifest(config)
    adapter.set_macro_resolver(manifest)
    yield Parsed(folder, flags, config, adapter, manifest)
    adapter.connections.clear_thread_connection()
    before.restore()


def test_register_adapter_keeps_the_first_of_a_type(parsed):
    from dbt.adapters.factory import FACTORY, get_adapter, register_adapter
    from dbt.mp_context import get_mp_context

    register_adapter(parsed.config, get_mp_context())
    assert FACTORY.adapters["duckdb"] is parsed.adapter is get_adapter(parsed.config)


def test_flags_are_a_frozen_dataclass_with_each_name_twice(parsed):
    changed = copy.copy(parsed.flags)
    for name in ("FULL_REFRESH", "full_refresh"):
        assert getattr(changed, name) is False
        object.__setattr__(changed, name, True)
    with pytest.raises(AttributeError):
        changed.FULL_REFRESH = False
    assert (changed.FULL_REFRESH, parsed.flags.FULL_REFRESH) == (True, False)


def test_a_parse_leaves_its_state_in_the_target_folder(parsed):
    assert (parsed.folder / "target" / "partial_parse.msgpack").is_file()


def test_get_full_manifest_goes_through_load(parsed, monkeypatch):
    from dbt.parser.manifest import ManifestLoader

    loads, load = [], ManifestLoader.load
    monkeypatch.setattr(ManifestLoader, "load", lambda loader: loads.append(loader) or load(loader))
    ManifestLoader.get_full_manifest(parsed.config)
    assert len(loads) == 1


def test_the_manifest_keeps_a_macros_text_letter_by_letter(parsed):
    macro = parsed.manifest.macros["macro.compat.fails"]
    assert macro.original_file_path == str(Path("macros") / "compat.sql")
    assert MACROS.index(macro.macro_sql) == MACROS.index("{% macro fails")


def test_load_dependencies_knows_the_folder_of_each_package(parsed):
    folders = {name: Path(project.project_root) for name, project in parsed.config.load_dependencies().items()}
    assert set(folders) == {"compat", "dbt", "dbt_duckdb"}
    assert folders["compat"] == parsed.folder


def test_all_macros_share_the_dict_of_their_context(parsed):
    names = parsed.context().to_dict()
    names["marker"] = "first"
    assert names["compat"]["outer"]() == "none/first"
    names["marker"] = "second"
    assert names["compat"]["outer"]() == "none/second"


def test_vars_of_the_command_line_are_merged_when_runtimevar_is_made(parsed):
    from dbt.context.providers import RuntimeVar

    context = parsed.context()
    names = context.to_dict()
    names["marker"] = ""
    assert names["compat"]["outer"]() == "none/"
    parsed.config.cli_vars = {"colour": "red"}
    names["var"] = RuntimeVar(names, parsed.config, context.model)
    parsed.config.cli_vars = {}
    assert names["compat"]["outer"]() == "red/"


def test_named_results_stay_in_sql_results(parsed):
    context = parsed.context()
    names = context.to_dict()
    parsed.adapter.acquire_connection("test")
    names["compat"]["names_a_result"]()
    assert set(context.sql_results) == {"named"}


def test_execute_macro_asks_the_macro_context_generator(parsed):
    asked = []

    def generate(*arguments):
        asked.append(arguments)
        return {"adapter": parsed.adapter, "context_macro_stack": None} | parsed.context().to_dict()

    parsed.adapter.set_macro_context_generator(generate)
    parsed.adapter.acquire_connection("test")
    value = parsed.adapter.execute_macro("asks", project="compat", kwargs={}, macro_resolver=parsed.manifest)
    assert value == 1
    ((macro, config, manifest, package),) = asked
    assert (macro.unique_id, package) == ("macro.compat.asks", "compat")
    assert (config, manifest) == (parsed.adapter.config, parsed.manifest)


def test_each_statement_goes_through_add_query_of_the_connections(parsed, monkeypatch):
    connections = parsed.adapter.connections
    connections.query_header = None
    sent, add_query = [], connections.add_query
    monkeypatch.setattr(
        connections, "add_query", lambda sql, *rest, **named: sent.append(sql.strip()) or add_query(sql, *rest, **named)
    )
    parsed.adapter.acquire_connection("test")
    assert parsed.context().to_dict()["compat"]["asks"]() == 1
    assert [sql for sql in sent if sql != "BEGIN"] == ["select 1 as one"]


def test_begin_and_commit_have_methods_of_their_own(parsed, monkeypatch):
    connections = parsed.adapter.connections
    connections.query_header = None
    parsed.adapter.acquire_connection("test")
    ran = []
    for method in ("add_begin_query", "add_commit_query"):
        own = getattr(connections, method)
        monkeypatch.setattr(connections, method, lambda name=method, own=own: ran.append(name) or own())
    connections.begin()
    assert connections.get_if_exists().transaction_open
    connections.commit()
    assert not connections.get_if_exists().transaction_open
    assert ran == ["add_begin_query", "add_commit_query"]


def test_the_connection_of_a_thread_opens_when_it_is_used(parsed):
    connections = parsed.adapter.connections
    assert connections.get_if_exists() is None
    parsed.adapter.acquire_connection("test")
    assert connections.get_if_exists().state != "open"
    handle = connections.get_thread_connection().handle
    assert handle.cursor().execute("select 1").fetchall() == [(1,)]
    assert connections.get_if_exists().state == "open"
    connections.clear_thread_connection()
    assert connections.get_if_exists() is None


def test_what_macros_log_and_print_are_events_of_these_names(parsed):
    from dbt_common.events.event_manager_client import get_event_manager

    events = []
    get_event_manager().callbacks[:] = [lambda event: events.append((event.info.name, event.data.msg))]
    parsed.context().to_dict()["compat"]["speaks"]()
    kinds = {"JinjaLogInfo": "logged", "JinjaLogDebug": "hidden", "PrintEvent": "printed"}
    assert {(name, text) for name, text in events if name in kinds} == set(kinds.items())


def test_env_var_reads_the_invocation_context(parsed):
    from dbt_common.context import get_invocation_context, set_invocation_context

    names = parsed.context().to_dict()
    assert names["env_var"]("PLAIN") == "seen"
    set_invocation_context({"PLAIN": "changed", "DBT_ENV_CUSTOM_ENV_X": "y", "_DBT_PRIVATE": "p", "DBT_ENGINE_Z": "z"})
    assert names["env_var"]("PLAIN") == "changed"
    context = get_invocation_context()
    together = {**context.env, **context.env_private}
    assert {name: together[name] for name in ("PLAIN", "DBT_ENGINE_Z")} == {"PLAIN": "changed", "DBT_ENGINE_Z": "z"}


def test_every_call_of_a_macro_asks_the_template_cache(parsed, monkeypatch):
    from dbt_common.clients.jinja import TemplateCache

    asked, get = [], TemplateCache.get_node_template

    def get_node_template(cache, node):
        asked.append(node.name)
        return get(cache, node)

    monkeypatch.setattr(TemplateCache, "get_node_template", get_node_template)
    names = parsed.context().to_dict()
    names["marker"] = ""
    for _ in range(2):
        names["compat"]["outer"]()
    assert asked == ["outer", "inner"] * 2


def test_a_compiler_error_has_its_own_message_and_comes_through_macrogenerator(parsed):
    from dbt.clients.jinja import MacroGenerator
    from dbt_common.exceptions import CompilationError

    with pytest.raises(CompilationError) as raised:
        parsed.context().to_dict()["compat"]["fails"]()
    assert raised.value.msg == "as asked"
    frames = [entry.frame.f_locals.get("self") for entry in raised.traceback]
    called = [each.macro.unique_id for each in frames if isinstance(each, MacroGenerator)]
    assert set(called) == {"macro.compat.fails"}


def test_refs_and_sources_are_made_by_what_the_provider_names(parsed):
    from dbt.context.providers import ModelContext, RuntimeProvider, RuntimeRefResolver, RuntimeSourceResolver

    made = []

    class Ref(RuntimeRefResolver):
        def create_relation(self, target_model):
            made.append(target_model.unique_id)
            return super().create_relation(target_model)

    class Source(RuntimeSourceResolver):
        def resolve(self, source_name, table_name):
            made.append(f"{self.current_project}.{source_name}.{table_name}")
            return super().resolve(source_name, table_name)

    provider = RuntimeProvider()
    provider.ref, provider.source = Ref, Source
    node = parsed.manifest.nodes["model.compat.orders"]
    names = ModelContext(node, parsed.config, parsed.manifest, provider, None).to_dict()
    assert str(names["ref"]("raw")) == '"memory"."main"."raw"'
    assert str(names["source"]("shop", "o")) == '"memory"."shop"."o"'
    assert made == ["model.compat.raw", "compat.shop.o"]


def test_the_compiler_takes_its_context_and_writes_its_file_by_methods(parsed):
    from dbt.compilation import Compiler
    from dbt.context.providers import generate_runtime_model_context

    called = []

    class Own(Compiler):
        def _create_node_context(self, node, manifest, extra_context):
            called.append("context")
            return {**generate_runtime_model_context(node, self.config, manifest), **extra_context}

        def _write_node(self, node, split_suffix=None):
            del split_suffix
            called.append("write")
            return node

    node = copy.deepcopy(parsed.manifest.nodes["model.compat.orders"])
    compiled = Own(parsed.config).compile_node(node, parsed.manifest, {}, write=False)
    assert compiled.compiled_code == 'select * from "memory"."main"."raw" union all select * from "memory"."shop"."o"'
    assert called == ["context"]


def test_a_materialization_is_found_by_name_and_adapter(parsed):
    find = parsed.manifest.find_materialization_macro_by_name
    assert find("compat", "table", "duckdb").unique_id == "macro.dbt_duckdb.materialization_table_duckdb"
    assert find("compat", "view", "duckdb").unique_id == "macro.dbt.materialization_view_default"
    assert find("compat", "tabel", "duckdb") is None


def test_modelrunner_runs_a_materialization_and_tells_its_relations(parsed):
    from dbt.context.providers import generate_runtime_model_context
    from dbt.task.run import ModelRunner

    node = copy.deepcopy(parsed.manifest.nodes["model.compat.raw"])
    node.compiled_code, node.compiled, node.extra_ctes_injected = node.raw_code, True, True
    parsed.adapter.set_macro_context_generator(lambda *_: parsed.context().to_dict())
    parsed.adapter.acquire_connection("test")
    context = generate_runtime_model_context(node, parsed.config, parsed.manifest)
    told = []

    class Runner(ModelRunner):
        def _materialization_relations(self, result, model):
            told.extend(super()._materialization_relations(result, model))
            return told

    runner = Runner(parsed.config, parsed.adapter, node, 1, 1)
    macro = parsed.manifest.find_materialization_macro_by_name("compat", "view", "duckdb")
    hook = parsed.adapter.pre_model_hook(context["config"])
    runner._execute_model(hook, context["config"], node, context, macro)
    assert [str(relation) for relation in told] == ['"memory"."main"."raw"']
    assert parsed.adapter.connections.get_thread_connection().handle.cursor().execute("from raw").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("row", "status"),
    [
        pytest.param((0, False, False), "pass", id="pass"),
        pytest.param((2, True, False), "warn", id="warn"),
        pytest.param((2, True, True), "fail", id="fail"),
    ],
)
def test_testrunner_judges_a_test_by_the_row_of_get_test_sql(parsed, row, status):
    from dbt.contracts.graph.nodes import GenericTestNode
    from dbt.task.test import TestResultData, TestRunner

    failures, should_warn, should_error = row
    given = {"failures": failures, "should_warn": should_warn, "should_error": should_error, "adapter_response": {}}
    TestResultData.validate(given)
    attributes = {
        "name": "positive",
        "alias": "positive",
        "resource_type": "test",
        "package_name": "compat",
        "fqn": ["compat", "positive"],
        "path": "positive.sql",
        "original_file_path": "positive.sql",
        "database": "memory",
        "schema": "main",
        "checksum": {"name": "sha256", "checksum": ""},
        "language": "sql",
        "raw_code": "",
        "unique_id": "test.compat.positive.test",
        "test_metadata": {"name": "positive", "kwargs": {}},
        "config": {},
    }
    node = GenericTestNode.from_dict(attributes)
    runner = TestRunner(parsed.config, parsed.adapter, node, 1, 1)
    assert str(runner.build_test_run_result(node, TestResultData.from_dict(given)).status) == status


def test_a_macro_tells_its_arguments_and_whether_it_takes_any(parsed):
    compiled = parsed.context().to_dict()["compat"]["test_positive"].get_macro()
    assert (compiled.arguments, compiled.catch_kwargs) == (("model", "column_name"), False)


def test_the_database_of_dbt_duckdb_is_an_environment_that_its_connections_share(parsed):
    from dbt.adapters.duckdb import environments
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    instance = environments.create(parsed.config.credentials)
    instance.conn = instance.initialize_db(parsed.config.credentials, instance._plugins)
    instance.conn.execute("create table ours as select 7 as seven")
    DuckDBConnectionManager._ENV = instance
    parsed.adapter.acquire_connection("test")
    handle = parsed.adapter.connections.get_thread_connection().handle
    assert handle.cursor().execute("from ours").fetchall() == [(7,)]
    parsed.adapter.connections.clear_thread_connection()
    instance.close()
