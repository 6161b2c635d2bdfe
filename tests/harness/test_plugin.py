"""The plugin as a session of pytest shows it: engines, projects, fixtures of pytest-dbt-core, what fails and how."""

from __future__ import annotations

import shutil

import pytest
from dbt.adapters.factory import FACTORY
from dbt.flags import get_flags
from dbt_common.events.event_manager_client import get_event_manager

from dbt_cutover.testing import EngineUnavailableError, _dbt_compat, postgres
from dbt_cutover.testing.engines import DuckDB, Postgres

USAGE_ERROR = pytest.ExitCode.USAGE_ERROR
WORKERS = [
    pytest.param([], id="one process"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.thorough),
]

ONE_TEST = """
    def test_one(dbt):
        assert dbt.call("specimen.currency") == "EUR"
"""


def errors(result):
    return [line for line in result.errlines if line.strip()]


# -- engines ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_duckdb_is_the_engine_when_none_is_asked_for(pytester, run):
    pytester.makepyfile(ONE_TEST)
    result = run("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*::test_one?duckdb? PASSED*"])


@pytest.mark.usefixtures("project")
def test_each_test_runs_once_per_asked_engine(pytester, run, monkeypatch):
    monkeypatch.setattr(Postgres, "check", lambda engine: engine)
    pytester.makepyfile(
        """
        import pytest

        def test_anywhere(dbt): ...

        @pytest.mark.engines("postgres")
        def test_somewhere(dbt): ...

        @pytest.mark.engines("duckdb", "postgres")
        @pytest.mark.parametrize("a", [1, 2])
        def test_both(dbt, a): ...

        def test_no_engine(): ...
        """
    )
    asked = ["--dbt-engine", "duckdb", "--dbt-engine", "postgres", "--dbt-engine", "duckdb"]
    result = run("--collect-only", "-q", *asked)
    found = [line.partition("::")[2] for line in result.outlines if "::" in line]
    assert sorted(found) == [
        "test_anywhere[duckdb]",
        "test_anywhere[postgres]",
        "test_both[duckdb-1]",
        "test_both[duckdb-2]",
        "test_both[postgres-1]",
        "test_both[postgres-2]",
        "test_no_engine",
        "test_somewhere[postgres]",
    ]


@pytest.mark.usefixtures("project")
def test_a_test_for_an_engine_that_is_not_asked_for_is_left_out_and_not_skipped(pytester, run):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.engines("postgres")
        def test_elsewhere(dbt): ...

        def test_here(dbt): ...
        """
    )
    run().assert_outcomes(passed=1, deselected=1, skipped=0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("oracle", "unknown engine 'oracle'; known: duckdb, postgres.", id="far"),
        pytest.param("duckbd", "unknown engine 'duckbd'; known: duckdb, postgres. Did you mean 'duckdb'?", id="near"),
    ],
)
@pytest.mark.usefixtures("project")
def test_an_unknown_engine_is_refused(pytester, run, name, message):
    pytester.makepyfile("def test_one(): ...")

    result = run("--dbt-engine", name)
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: --dbt-engine: {message}"])

    pytester.makepyfile(f"import pytest\n@pytest.mark.engines({name!r})\ndef test_one(dbt): ...")
    result = run()
    where = "test_an_unknown_engine_is_refused.py::test_one[duckdb]"
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: {where}: {message}"])


@pytest.mark.usefixtures("project")
def test_a_marker_without_an_engine_is_refused(pytester, run):
    pytester.makepyfile("import pytest\n@pytest.mark.engines\ndef test_one(dbt): ...")
    result = run()
    assert result.ret == USAGE_ERROR
    assert errors(result)[0].endswith("::test_one[duckdb]: @pytest.mark.engines needs at least one engine")


def test_an_engine_whose_programs_are_missing_is_refused(pytester, run, monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    pytester.makepyfile("def test_one(): ...")
    result = run("--dbt-engine", "postgres")
    assert (result.ret, errors(result)) == (
        USAGE_ERROR,
        [
            "ERROR: --dbt-engine postgres: PostgreSQL's server is missing: its programs initdb and postgres are "
            "neither in PATH, nor where pg_config points, nor in /usr/lib/postgresql/*/bin"
        ],
    )


def test_an_engine_whose_modules_are_missing_is_refused(pytester, run, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    pytester.makepyfile("def test_one(): ...")
    result = run("--dbt-engine", "duckdb")
    assert (result.ret, errors(result)) == (
        USAGE_ERROR,
        ["ERROR: --dbt-engine duckdb: the module duckdb is missing: install dbt-cutover[duckdb]"],
    )


@pytest.mark.usefixtures("project")
def test_an_engine_that_does_not_start_is_said_once_and_stopped(pytester, run, monkeypatch):
    stopped = []

    def refuse(_):
        raise EngineUnavailableError("no room for ducks")

    monkeypatch.setattr(DuckDB, "start", refuse)
    monkeypatch.setattr(DuckDB, "stop", lambda engine: stopped.append(engine.name))
    pytester.makepyfile("import pytest\n@pytest.mark.parametrize('a', range(9))\ndef test_one(dbt, a): ...")
    result = run()
    assert (result.ret, errors(result)) == (USAGE_ERROR, ["ERROR: no room for ducks"])
    assert stopped == ["duckdb"]


# -- projects ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_the_project_is_found_from_the_tests_folder_upwards(pytester, run):
    folder = pytester.mkdir("tests") / "deeper"
    folder.mkdir()
    (folder / "test_deep.py").write_text("def test_one(dbt): assert dbt.project.root == 'specimen'")
    run().assert_outcomes(passed=1)


def test_tests_of_two_projects_run_in_one_session(pytester, run):
    for name in ("first", "second"):
        folder = pytester.mkdir(name)
        (folder / "macros").mkdir()
        (folder / "dbt_project.yml").write_text(f"name: {name}\nversion: 1.0.0\n")
        (folder / "macros" / "own.sql").write_text(
            "{% macro own() %}{{ return(project_name ~ '/' ~ dbt.type_string()) }}{% endmacro %}"
        )
        (folder / f"test_{name}.py").write_text(
            "import pytest\n"
            "@pytest.mark.parametrize('turn', [1, 2])\n"
            "def test_own(dbt, turn):\n"
            f"    assert dbt.call('own').startswith('{name}/')\n"
            "    dbt.table('orders', [{'id': 1}])\n"
            "    assert dbt.query('select * from orders') == [{'id': 1}]\n"
        )
    order = [f"{name}/test_{name}.py::test_own[duckdb-{turn}]" for turn in (1, 2) for name in ("first", "second")]
    run(*order).assert_outcomes(passed=4)


def test_no_project_is_said(pytester, run):
    pytester.makepyfile(ONE_TEST)
    result = run()
    assert (result.ret, errors(result)) == (
        USAGE_ERROR,
        [f"ERROR: no dbt_project.yml in {pytester.path} or any folder above it; --dbt-project-dir says where it is"],
    )


def test_the_project_can_be_given(project, run, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    test = elsewhere / "test_elsewhere.py"
    test.write_text(ONE_TEST.replace("\n    ", "\n"))
    run(str(test), "--dbt-project-dir", ".").assert_outcomes(passed=1)

    result = run(str(test), "--dbt-project-dir", "macros")
    missing = project / "macros" / "dbt_project.yml"
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: --dbt-project-dir: there is no {missing}"])


@pytest.mark.parametrize("workers", WORKERS)
def test_a_project_that_dbt_refuses_is_said_in_dbts_words_once(pytester, project, run, workers):
    (project / "macros" / "broken.sql").write_text("{% macro broken() %}{% if %}{% endmacro %}")
    pytester.makepyfile("import pytest\n@pytest.mark.parametrize('a', range(9))\ndef test_one(dbt, a): ...")
    result = run(*workers)
    said = result.stdout.str() + result.stderr.str()
    assert result.ret != pytest.ExitCode.OK
    assert said.count("Expected an expression, got 'end of statement block'") == 1
    assert f"dbt can't parse the project {project}:" in said
    assert "Traceback" not in said


def test_a_project_file_that_is_no_yaml_is_said(pytester, project, run):
    (project / "dbt_project.yml").write_text("name: [")
    pytester.makepyfile(ONE_TEST)
    result = run()
    assert result.ret == USAGE_ERROR
    assert errors(result)[0].startswith(f"ERROR: {project / 'dbt_project.yml'} can't be read: ")


@pytest.mark.usefixtures("project")
def test_a_project_is_parsed_once_a_session(pytester, run, monkeypatch):
    parsed = []
    parse = _dbt_compat.parse
    monkeypatch.setattr(_dbt_compat, "parse", lambda *args, **kwargs: parsed.append(args) or parse(*args, **kwargs))
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(5))
        def test_ours(dbt, turn): ...

        @pytest.mark.parametrize("macro_generator", ["macro.specimen.cents"] * 5, indirect=True)
        def test_peers(macro_generator):
            assert macro_generator("a") == "round(a / 100.0, 2)"
        """
    )
    run().assert_outcomes(passed=10)
    assert len(parsed) == 1


def test_a_changed_macro_is_seen_by_the_next_session(pytester, project, run):
    pytester.makepyfile("def test_one(dbt): assert dbt.call('specimen.describes') == 'changed'")
    run().assert_outcomes(failed=1)
    path = project / "macros" / "returning.sql"
    path.write_text(path.read_text().replace("return('duckdb')", "return('changed')"))
    run().assert_outcomes(passed=1)


@pytest.mark.usefixtures("project")
def test_dbts_globals_are_put_back(pytester, run):
    def state():
        manager = get_event_manager()
        return dict(FACTORY.adapters), get_flags(), list(manager.loggers), list(manager.callbacks)

    before = state()
    pytester.makepyfile(ONE_TEST)
    run().assert_outcomes(passed=1)
    assert state() == before


# -- profiles ---------------------------------------------------------------------------------------------------------

PROFILES = """
specimen:
  target: dev
  outputs:
    dev: {type: duckdb, path: warehouse.duckdb, schema: live, settings: {TimeZone: Asia/Tokyo}}
    ci: {type: duckdb, path: warehouse.duckdb, schema: live, settings: {TimeZone: Asia/Seoul}}
"""


def test_a_given_profile_keeps_its_settings_and_its_file_is_not_touched(pytester, project, run):
    (project / "profiles.yml").write_text(PROFILES)
    pytester.makepyfile(
        """
        def test_one(dbt):
            assert dbt.query("select current_setting('TimeZone') as z") == [{"z": ZONE}]
            seen = dbt.call("specimen.surroundings")
            assert (seen["target"], seen["schema"]) == (TARGET, dbt.schema)
            dbt.table("orders", [{"id": 1}])
        """.replace("ZONE", "'Asia/Seoul'").replace("TARGET", "'ci'")
    )
    run("--profiles-dir", ".", "--dbt-target", "ci").assert_outcomes(passed=1)
    run("--profiles-dir", ".").assert_outcomes(failed=1)
    assert not (project / "warehouse.duckdb").exists()


def test_a_profile_that_is_not_there_is_said(pytester, project, run):
    pytester.makepyfile(ONE_TEST)
    result = run("--profiles-dir", "nowhere")
    missing = project / "nowhere" / "profiles.yml"
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: --profiles-dir: there is no {missing}"])


def test_a_target_that_is_not_there_is_said(pytester, project, run):
    (project / "profiles.yml").write_text(PROFILES)
    pytester.makepyfile(ONE_TEST)
    result = run("--profiles-dir", ".", "--dbt-target", "dve")
    path = project / "profiles.yml"
    assert (result.ret, errors(result)) == (
        USAGE_ERROR,
        [f"ERROR: --dbt-target: the profile 'specimen' in {path} has no target 'dve'. Did you mean 'dev'?"],
    )


# -- isolation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", WORKERS)
def test_the_specimens_own_tests_pass_in_another_order_too(pytester, specimen, project, run, workers):
    shutil.copy(specimen / "test_isolation.py", project / "test_shuffled.py")
    pytester.makeconftest(
        """
        import random

        def pytest_collection_modifyitems(items):
            random.Random(7).shuffle(items)
        """
    )
    result = run(*workers)
    outcomes = result.parseoutcomes()
    assert set(outcomes) <= {"passed", "deselected"}
    assert outcomes["passed"] == 32


@pytest.mark.usefixtures("project")
def test_a_failing_test_leaves_nothing_either(pytester, run):
    pytester.makepyfile(
        """
        import pytest

        def test_fails(dbt):
            dbt.table("orders", [{"id": 1}])
            dbt.project.handle().cursor().execute("begin")
            dbt.project.handle().cursor().execute("select * from nowhere")

        def test_next(dbt):
            assert dbt.query("select table_name from information_schema.tables") == []
        """
    )
    run().assert_outcomes(failed=1, passed=1)


# -- pytest-dbt-core --------------------------------------------------------------------------------------------------

PEER_SUITE = '''
    """A suite as one writes it for pytest-dbt-core."""
    import pytest
    from dbt.clients.jinja import MacroGenerator
    from dbt.config.runtime import RuntimeConfig

    @pytest.mark.parametrize("macro_generator", ["macro.specimen.cents"], indirect=True)
    def test_cents(macro_generator: MacroGenerator) -> None:
        assert macro_generator("amount", precision=1) == "round(amount / 100.0, 1)"

    @pytest.mark.parametrize("macro_generator", ["macro.specimen.currency"], indirect=True)
    def test_currency(macro_generator: MacroGenerator) -> None:
        assert macro_generator() == "EUR"

    @pytest.mark.parametrize("macro_generator", ["macro.specimen.runs"], indirect=True)
    def test_runs(macro_generator: MacroGenerator, adapter) -> None:
        macro_generator("create table if not exists made as select 1 as a")
        _, rows = adapter.execute("select a from made", fetch=True)
        assert [tuple(row) for row in rows.rows] == [(1,)]

    def test_config(config: RuntimeConfig) -> None:
        assert (config.project_name, config.credentials.schema) == ("specimen", "live")

    def test_manifest(manifest) -> None:
        assert "macro.specimen.cents" in manifest.macros
'''


@pytest.mark.thorough
def test_a_suite_for_pytest_dbt_core_passes_unchanged(pytester, project):
    (project / "profiles.yml").write_text(PROFILES)
    pytester.makepyfile(PEER_SUITE)
    options = ["--dbt-project-dir", ".", "--profiles-dir", ".", "--dbt-target", "ci"]
    # By the peer alone, in its place, and in its place when it was loaded first.
    for plugins in (["-p", "no:dbt_cutover"], [], ["-p", "dbt"]):
        pytester.runpytest_subprocess(*options, *plugins).assert_outcomes(passed=5)


@pytest.mark.usefixtures("project")
def test_a_suite_for_pytest_dbt_core_needs_no_options(pytester, run):
    pytester.makepyfile(PEER_SUITE.replace('"live"', '"test"'))
    run().assert_outcomes(passed=5)


def test_both_kinds_of_tests_stand_in_one_file(pytester, project, run):
    (project / "profiles.yml").write_text(PROFILES)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(3))
        @pytest.mark.parametrize("macro_generator", ["macro.specimen.runs"], indirect=True)
        def test_peers(macro_generator, turn, adapter):
            macro_generator("create table if not exists live_table as select 1 as a")

        @pytest.mark.parametrize("turn", range(3))
        def test_ours(dbt, turn):
            assert dbt.query("select table_name from information_schema.tables") == []
            dbt.table("orders", [{"id": 1}])

        def test_both(dbt, adapter, manifest):
            assert (adapter, manifest) == (dbt.project.adapter, dbt.project.manifest)
        """
    )
    file = "test_both_kinds_of_tests_stand_in_one_file.py"
    order = [
        f"{file}::{test}"
        for turn in range(3)
        for test in (f"test_peers[macro.specimen.runs-{turn}]", f"test_ours[duckdb-{turn}]")
    ]
    run(*order, "--profiles-dir", ".").assert_outcomes(passed=6)
    run(f"{file}::test_both").assert_outcomes(passed=1)


def test_pytest_without_dbt_tests_does_not_import_dbt(pytester):
    # The peer imports dbt as soon as it is loaded.
    pytester.makepyfile(
        "import sys\ndef test_one(): assert 'dbt' not in {name.partition('.')[0] for name in sys.modules}"
    )
    pytester.runpytest_subprocess("-p", "no:dbt").assert_outcomes(passed=1)
