"""The plugin as a session of pytest shows it: projects, profiles, isolation, fixtures of pytest-dbt-core."""

from __future__ import annotations

import shutil

import pytest
from dbt.adapters.factory import FACTORY
from dbt.flags import get_flags
from dbt_common.events.event_manager_client import get_event_manager

from dbt_cutover.testing import _dbt_compat

WORKERS = [
    pytest.param([], id="one process"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.thorough),
]

ONE_TEST = """
    def test_one(dbt):
        assert dbt.call("specimen.currency") == "EUR"
"""


PROFILES = """
specimen:
  target: dev
  outputs:
    dev: {type: duckdb, path: warehouse.duckdb, schema: live, settings: {TimeZone: Asia/Tokyo}}
    ci: {type: duckdb, path: warehouse.duckdb, schema: live, settings: {TimeZone: Asia/Seoul}}
"""


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


def test_the_project_can_be_given(project, run, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    test = elsewhere / "test_elsewhere.py"
    test.write_text(ONE_TEST.replace("\n    ", "\n"))
    run(str(test), "--dbt-project-dir", ".").assert_outcomes(passed=1)
    (elsewhere / "pytest.ini").write_text(f"[pytest]\ndbt_project_dir = {project}\n")
    run(str(test)).assert_outcomes(passed=1)


def test_an_ini_file_speaks_of_folders_from_its_own_place(pytester, project, run):
    (project / "profiles.yml").write_text(PROFILES)
    pytester.makeini("[pytest]\ndbt_project_dir = .\ndbt_profiles_dir = .\ndbt_target = ci")
    folder = pytester.mkdir("below")
    (folder / "test_below.py").write_text(
        "def test_one(dbt, project_dir, profiles_dir, target):\n"
        f"    assert (str(project_dir), str(profiles_dir), target) == ({str(project)!r}, {str(project)!r}, 'ci')\n"
        "    assert dbt.query(\"select current_setting('TimeZone') as z\") == [{'z': 'Asia/Seoul'}]\n"
    )
    pytester.chdir()
    run("below").assert_outcomes(passed=1)
    run("below", "--dbt-target", "dev").assert_outcomes(failed=1)


def test_the_variables_of_dbts_own_command_line_change_nothing(pytester, project, run, monkeypatch):
    (project / "profiles.yml").write_text(PROFILES)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(project))
    monkeypatch.setenv("DBT_PROJECT_DIR", str(project / "macros"))
    monkeypatch.setenv("DBT_TARGET", "ci")
    pytester.makepyfile(
        """
        def test_one(dbt, config):
            assert dbt.call("specimen.surroundings")["target"] == "duckdb"
            assert (config.target_name, config.credentials.path) == ("duckdb", ":memory:")
        """
    )
    run().assert_outcomes(passed=1)


SECOND = """
    import pytest
    from pathlib import Path

    @pytest.fixture{scope}
    def project_dir():
        return Path({folder!r})

    def test_ours(dbt):
        assert dbt.call("own") == "second"

    def test_all(config, manifest, adapter):
        assert (config.project_name, adapter.config.project_name) == ("second", "second")
        assert "macro.second.own" in manifest.macros

    @pytest.mark.parametrize("macro_generator", ["macro.second.own"], indirect=True)
    def test_peers(macro_generator):
        assert macro_generator() == "second"
"""


@pytest.mark.parametrize("scope", ["", "(scope='session')"], ids=["of a test", "of the session"])
@pytest.mark.usefixtures("project")
def test_a_module_chooses_another_project(pytester, run, scope):
    second = pytester.mkdir("second")
    (second / "macros").mkdir()
    (second / "dbt_project.yml").write_text("name: second\nversion: 1.0.0\n")
    (second / "macros" / "own.sql").write_text("{% macro own() %}{{ return(project_name) }}{% endmacro %}")
    pytester.makepyfile(test_first=ONE_TEST, test_second=SECOND.format(scope=scope, folder=str(second)))
    run().assert_outcomes(passed=4)


def test_a_chosen_project_needs_none_above_the_test(pytester, run):
    for name in ("first", "second"):
        folder = pytester.mkdir(name)
        (folder / "dbt_project.yml").write_text(f"name: {name}\nversion: 1.0.0\n")
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def project_dir(request):
            return request.path.parent / "second"

        def test_one(dbt):
            assert dbt.project.root == "second"
        """
    )
    run("--rootdir", ".").assert_outcomes(passed=1)


def test_a_fixture_gives_tests_several_projects_and_targets(pytester, project, run):
    for name in ("first", "second"):
        folder = pytester.mkdir(name)
        (folder / "dbt_project.yml").write_text(f"name: {name}\nversion: 1.0.0\n")
    (project / "profiles.yml").write_text(PROFILES.replace("specimen", "first"))
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture(params=["first", "second"])
        def project_dir(request):
            return {str(project)!r} + "/" + request.param

        @pytest.fixture
        def profiles_dir():
            return {str(project)!r}

        @pytest.fixture
        def target():
            return "ci"

        def test_one(dbt, project_dir):
            assert project_dir.endswith("/" + dbt.project.root)
            zone = dbt.query("select current_setting('TimeZone') as z").column("z")
            assert (zone == ["Asia/Seoul"]) == (dbt.project.root == "first")
            assert dbt.render("{{{{ target.name }}}}") == "ci"
        """
    )
    run().assert_outcomes(passed=2)


@pytest.mark.usefixtures("project")
def test_an_argument_of_a_test_may_be_called_target(pytester, run):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("target", ["prod", 7])
        @pytest.mark.parametrize(("a", "b"), [(1, 2)])
        def test_one(dbt, target, a, b):
            with dbt.target(name=target):
                assert dbt.call("specimen.surroundings")["target"] == target
        """
    )
    run().assert_outcomes(passed=2)


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
    assert outcomes["passed"] == 34


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


@pytest.mark.usefixtures("project")
def test_pytests_own_command_line_is_none_of_dbts(pytester, run, monkeypatch):
    monkeypatch.setattr("sys.argv", ["pytest", "-m", "not slow"])
    pytester.makepyfile(
        "def test_one(dbt): assert dbt.render('{{ invocation_args_dict.invocation_command }}') == 'dbt run'"
    )
    run().assert_outcomes(passed=1)
    run().assert_outcomes(passed=1)
