"""Engines as a session of pytest chooses them: asked for, brought by a user, without a database, lacking something."""

from __future__ import annotations

import pytest

from dbt_cutover.testing import EngineUnavailableError, postgres
from dbt_cutover.testing.engines import DuckDB, Postgres
from dbt_cutover.testing.engines.offline import OFFLINE

USAGE_ERROR = pytest.ExitCode.USAGE_ERROR
KNOWN = "athena, bigquery, databricks, duckdb, postgres, redshift, snowflake, spark, trino"
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


# -- asked for ---------------------------------------------------------------------------------------------------------


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
        pytest.param("oracle", f"unknown engine 'oracle'; known: {KNOWN}.", id="far"),
        pytest.param("duckbd", f"unknown engine 'duckbd'; known: {KNOWN}. Did you mean 'duckdb'?", id="near"),
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


@pytest.mark.usefixtures("project")
def test_the_ini_file_asks_for_engines_and_the_command_line_wins(pytester, run, monkeypatch):
    monkeypatch.setattr(Postgres, "check", lambda engine: engine)
    pytester.makeini("[pytest]\ndbt_engines = postgres duckdb")
    pytester.makepyfile("def test_one(dbt): ...")

    def engines(*options):
        return {line.partition("[")[2] for line in run("--collect-only", "-q", *options).outlines if "::" in line}

    assert engines() == {"postgres]", "duckdb]"}
    assert engines("--dbt-engine", "duckdb") == {"duckdb]"}

    pytester.makeini("[pytest]\ndbt_engines = duckbd")
    assert errors(run()) == [
        f"ERROR: ini option dbt_engines: unknown engine 'duckbd'; known: {KNOWN}. Did you mean 'duckdb'?"
    ]


# -- engines of users -------------------------------------------------------------------------------------------------

TOKYO = """
    from dbt_cutover.testing.engines import DuckDB

    class Tokyo(DuckDB):
        name = "tokyo"

        def output(self, base):
            return super().output({**base, "settings": {"TimeZone": "Asia/Tokyo"}})

    def pytest_dbt_engines(config):
        return [Tokyo]
"""


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("workers", WORKERS)
def test_a_conftest_brings_an_engine(pytester, run, workers):
    pytester.makeconftest(TOKYO)
    pytester.makepyfile(
        """
        import pytest

        ZONES = {"tokyo": "Asia/Tokyo", "duckdb": "UTC"}

        def test_everywhere(dbt):
            dbt.table("orders", [{"id": 1}])
            dbt.execute("set TimeZone = 'UTC'" if dbt.engine.name == "duckdb" else "select 1")
            assert dbt.query("select current_setting('TimeZone') as z") == [{"z": ZONES[dbt.engine.name]}]
            assert dbt.call("specimen.describes") == "duckdb"

        @pytest.mark.engines("tokyo")
        def test_there(dbt):
            assert dbt.call("specimen.surroundings")["target"] == "tokyo"
        """
    )
    run("--dbt-engine", "tokyo", "--dbt-engine", "duckdb", *workers).assert_outcomes(passed=3)
    run(*workers).assert_outcomes(passed=1, deselected=0 if workers else 1)


@pytest.mark.usefixtures("project")
def test_an_engine_takes_the_place_of_the_plugins_own(pytester, run):
    pytester.makeconftest(TOKYO.replace('"tokyo"', '"duckdb"'))
    pytester.makepyfile(
        "def test_one(dbt): assert dbt.query(\"select current_setting('TimeZone') as z\") == [{'z': 'Asia/Tokyo'}]"
    )
    run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        pytest.param(
            "class Tokyo: name = 'tokyo'",
            "<class 'conftest.Tokyo'> is no subclass of dbt_cutover.testing.engines.Engine",
            id="another class",
        ),
        pytest.param("Tokyo = 'tokyo'", "'tokyo' is no subclass of dbt_cutover.testing.engines.Engine", id="no class"),
        pytest.param(
            "class Tokyo(Engine):\n"
            "    name = adapter_type = 'tokyo'\n"
            "    folds_case = case_sensitive = transactional_ddl = commits_operations = has_roles = False\n"
            "    types = {}\n"
            "    check = start = stop = output = enter = leave = end_transaction = is_database_error = print\n"
            "    connect = insert = print",
            "the engine Tokyo lacks decimal_type, max_identifier_length",
            id="a method and a fact",
        ),
    ],
)
def test_what_is_no_engine_is_refused(pytester, run, engine, message):
    pytester.makeconftest(
        "from dbt_cutover.testing.engines import Engine\n"
        f"{engine}\n"
        "def pytest_dbt_engines(config):\n"
        "    return [Tokyo]\n"
    )
    pytester.makepyfile("def test_one(): ...")
    result = run("--dbt-engine", "duckdb")
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: pytest_dbt_engines: {message}"])


# -- lacks ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("workers", WORKERS)
def test_what_an_engine_lacks_is_expected_to_fail_there_and_only_there(pytester, run, workers):
    pytester.makeconftest(TOKYO)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.lacks("tokyo", reason="its clock is ahead", raises=ZeroDivisionError)
        def test_one(dbt):
            assert dbt.engine.name == "duckdb" or 1 / 0
        """
    )
    result = run("--dbt-engine", "tokyo", "--dbt-engine", "duckdb", "-rx", *workers)
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL *::test_one?tokyo? - its clock is ahead"])


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("raises", "body"),
    [
        pytest.param("", "...", id="it is there by now"),
        pytest.param(", raises=ZeroDivisionError", "assert False", id="another error"),
        pytest.param(", raises=(ZeroDivisionError, KeyError)", "assert False", id="another error than two"),
    ],
)
def test_what_an_engine_does_not_lack_any_more_fails(pytester, run, raises, body):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.lacks("duckdb", reason="no reason"{raises})
        def test_one(dbt): {body}
        """
    )
    run().assert_outcomes(failed=1)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("marker", "message"),
    [
        pytest.param(
            "'duckbd', reason='x'", f"unknown engine 'duckbd'; known: {KNOWN}. Did you mean 'duckdb'?", id="unknown"
        ),
        pytest.param("reason='x'", "@pytest.mark.lacks needs at least one engine", id="no engine"),
        pytest.param("'postgres'", "@pytest.mark.lacks needs a reason, as text; got None", id="no reason"),
        pytest.param("'duckdb', reason=' '", "@pytest.mark.lacks needs a reason, as text; got ' '", id="empty reason"),
        pytest.param(
            "'duckdb', reason='x', raise_=KeyError",
            "@pytest.mark.lacks takes reason and raises; got 'raise_'",
            id="another argument",
        ),
        pytest.param(
            "'duckdb', reason='x', raises='KeyError'",
            "@pytest.mark.lacks: raises is an exception class or a tuple of them; got 'KeyError'",
            id="no exception",
        ),
    ],
)
def test_a_marker_of_what_is_lacking_that_is_wrong_stops_the_session(pytester, run, marker, message):
    pytester.makepyfile(
        f"import pytest\n@pytest.mark.lacks({marker})\ndef test_one(dbt): ...",
    )
    result = run()
    assert result.ret == USAGE_ERROR
    assert [line.partition("::test_one[duckdb]: ")[2] for line in errors(result)] == [message]


@pytest.mark.thorough
@pytest.mark.usefixtures("project")
def test_a_wrong_marker_stops_workers_with_its_message(pytester, run):
    pytester.makepyfile("import pytest\n@pytest.mark.engines('duckbd')\ndef test_one(dbt): ...")
    result = run("-n", "2")
    said = result.stdout.str() + result.stderr.str()
    assert result.ret != pytest.ExitCode.OK
    assert "unknown engine 'duckbd'" in said
    assert "INTERNALERROR" not in said


def test_a_test_without_an_engine_lacks_nothing(pytester, run):
    pytester.makepyfile("import pytest\n@pytest.mark.lacks('duckdb', reason='x')\ndef test_one(): ...")
    result = run()
    assert result.ret == USAGE_ERROR
    assert errors(result)[0].endswith("::test_one: @pytest.mark.lacks is for tests of the dbt fixture")


# -- engines without a database ---------------------------------------------------------------------------------------

OFFLINE_DUCKDB = """
    from dbt_cutover.testing.engines import Offline

    class Pond(Offline):
        # An adapter that the tests have at hand stands for those of the engines that have no database here.
        name, adapter_type, types = "pond", "duckdb", {}
        made_up = {"path": "testdb.duckdb"}

    def pytest_dbt_engines(config):
        return [Pond]
"""


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("workers", WORKERS)
def test_an_engine_without_a_database_runs_the_tests_that_name_it(pytester, run, workers):
    pytester.makeconftest(OFFLINE_DUCKDB)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(3))
        def test_others(dbt, turn):
            dbt.table("orders", [{"id": 1}])

        @pytest.mark.engines("pond", "duckdb")
        def test_named(dbt):
            assert dbt.render("{{ specimen.cents('a') }} {{ adapter.quote('b') }}") == 'round(a / 100.0, 2) "b"'
            assert dbt.call("specimen.describes") == "duckdb"
            assert dbt.call("specimen.surroundings")["target"] == dbt.engine.name
        """
    )
    result = run("--dbt-engine", "pond", "--dbt-engine", "duckdb", *workers)
    result.assert_outcomes(passed=5, deselected=0 if workers else 3)
    said = "pond can't be connected: 3 tests that don't name it in @pytest.mark.engines were left out"
    assert result.outlines.count(said) == 1


@pytest.mark.usefixtures("project")
def test_what_asks_an_engine_without_a_database_says_what_was_asked(pytester, project, run):
    pytester.makeconftest(OFFLINE_DUCKDB)
    pytester.makepyfile(
        """
        import pytest
        from dbt_cutover.testing import HarnessError

        pytestmark = pytest.mark.engines("pond")

        ASKS = {
            "select 1 as a": lambda dbt: dbt.query("select 1 as a"),
            "drop table t": lambda dbt: dbt.execute("drop table t"),
            "a connection": lambda dbt: dbt.connection(),
            "select 2": lambda dbt: dbt.call("specimen.runs", "select 2"),
            "select 3": lambda dbt: dbt.render("{{ specimen.runs('select 3') }}"),
            "select 4": lambda dbt: dbt.call("specimen.runs_in_a_transaction", "select   4"),
            "select 5": lambda dbt: dbt.call("specimen.acts", sql="select 5"),
        }

        @pytest.mark.parametrize("asked", ASKS)
        def test_one(dbt, asked):
            with pytest.raises(HarnessError) as refused:
                ASKS[asked](dbt)
            first, *places = str(refused.value).splitlines()
            assert first == f"pond can't be connected: only dbt.render and dbt.call work there; asked was: {asked}"
            assert bool(places) == ("specimen" in " ".join(map(str, ASKS[asked].__code__.co_consts)))
            assert dbt.call("specimen.currency") == "EUR"
        """
    )
    run("--dbt-engine", "pond").assert_outcomes(passed=7)
    assert not (project / "testdb.duckdb").exists()


@pytest.mark.parametrize("engine", OFFLINE, ids=lambda engine: engine.name)
def test_an_adapter_that_is_not_installed_is_said(pytester, run, monkeypatch, engine):
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    pytester.makepyfile("def test_one(): ...")
    result = run("--dbt-engine", engine.name)
    missing = f"the module dbt.adapters.{engine.name} is missing: install dbt-cutover[{engine.name}]"
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: --dbt-engine {engine.name}: {missing}"])
