"""``sql_snapshot``: made, equal, changed, updated; formatted by sqlglot; per engine; in two workers."""

from __future__ import annotations

import sys

import pytest

from dbt_cutover.testing import HarnessError
from dbt_cutover.testing.snapshots import formatted

UPDATE = "--snapshot-update"

ONE_TEST = """
    def test_price(dbt, sql_snapshot):
        assert dbt.render("select {{ specimen.currency() }}  \\n from orders\\n\\n") == sql_snapshot
"""

pytestmark = pytest.mark.usefixtures("project")


def files(pytester):
    """Text of each snapshot by its path below __sql_snapshots__."""
    folder = pytester.path / "__sql_snapshots__"
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.sql")}


# -- made, equal, changed ---------------------------------------------------------------------------------------------


def test_a_snapshot_that_is_not_there_fails_and_shows_the_sql(pytester, run):
    pytester.makepyfile(ONE_TEST)
    result = run()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E*Snapshot 'test_price?duckdb?' does not exist!", "E*+ select EUR", "E*+  from orders"]
    )
    assert not (pytester.path / "__sql_snapshots__").exists()


def test_an_update_writes_the_text_without_spaces_at_ends_and_the_next_run_passes(pytester, run):
    pytester.makepyfile(test_priced=ONE_TEST)
    run(UPDATE).assert_outcomes(passed=1)
    assert files(pytester) == {"test_priced/test_price[duckdb].sql": "select EUR\n from orders\n"}

    run().assert_outcomes(passed=1)


def test_a_change_fails_with_the_lines_that_differ_until_it_is_accepted(pytester, run):
    pytester.makepyfile(test_priced=ONE_TEST)
    run(UPDATE)
    pytester.makepyfile(test_priced=ONE_TEST.replace("from orders", "from customers"))
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*  select EUR", "E*-  from orders", "E*+  from customers"])

    run(UPDATE).assert_outcomes(passed=1)
    assert files(pytester) == {"test_priced/test_price[duckdb].sql": "select EUR\n from customers\n"}


def test_several_snapshots_of_a_test_are_numbered_or_named(pytester, run):
    pytester.makepyfile(
        test_priced="""
        import pytest

        @pytest.mark.parametrize("unit", ["day"])
        def test_spine(dbt, sql_snapshot, unit):
            assert "select 1" == sql_snapshot
            assert "select 2" == sql_snapshot
            assert "select 3" == sql_snapshot(name="last")
        """
    )
    run(UPDATE).assert_outcomes(passed=1)

    assert files(pytester) == {
        "test_priced/test_spine[duckdb-day].sql": "select 1\n",
        "test_priced/test_spine[duckdb-day].1.sql": "select 2\n",
        "test_priced/test_spine[duckdb-day][last].sql": "select 3\n",
    }
    run().assert_outcomes(passed=1)


def test_a_carriage_return_inside_of_a_literal_is_kept(pytester, run):
    pytester.makepyfile(r"def test_literal(sql_snapshot): assert 'select \'a\rb\'' == sql_snapshot")
    run(UPDATE).assert_outcomes(passed=1)

    run().assert_outcomes(passed=1)


def test_snapshots_that_no_test_uses_are_reported_and_then_deleted(pytester, run):
    pytester.makepyfile(test_priced=ONE_TEST)
    run(UPDATE)
    pytester.makepyfile(test_priced=ONE_TEST.replace("test_price", "test_cost"))
    run(UPDATE, "--snapshot-no-cleanup")
    result = run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*1 snapshot unused*"])
    assert result.ret == 1

    run(UPDATE)
    assert list(files(pytester)) == ["test_priced/test_cost[duckdb].sql"]


def test_snapshots_of_a_test_file_that_did_not_run_are_left_alone(pytester, run):
    pytester.makepyfile(test_priced=ONE_TEST, test_other=ONE_TEST)
    run(UPDATE)
    both = files(pytester)
    run(UPDATE, "--ignore", "test_other.py").assert_outcomes(passed=1)
    assert files(pytester) == both

    (pytester.path / "test_other.py").unlink()
    run(UPDATE).assert_outcomes(passed=1)
    assert list(files(pytester)) == ["test_priced/test_price[duckdb].sql"]


@pytest.mark.thorough
def test_two_workers_write_and_compare_the_same_snapshots(pytester, run):
    tests = """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_many(dbt, sql_snapshot, number):
            assert dbt.render(f"select {number}") == sql_snapshot
    """
    pytester.makepyfile(test_priced=tests)
    run(UPDATE, "-n", "2").assert_outcomes(passed=6)
    assert files(pytester) == {f"test_priced/test_many[duckdb-{n}].sql": f"select {n}\n" for n in range(6)}

    run("-n", "2").assert_outcomes(passed=6)
    pytester.makepyfile(test_priced=tests.replace("range(6)", "range(5)").replace("select {", "select  {"))
    result = run("-n", "2")
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(["*5 snapshots failed. 1 snapshot unused.*"])


# -- engines ----------------------------------------------------------------------------------------------------------


TRANSLATED = """
    import pytest

    @pytest.mark.parametrize("alias", ["postgres"])
    def test_type(dbt, sql_snapshot, alias):
        assert dbt.render("select cast(1 as {{ api.Column.translate_type('string') }})") == sql_snapshot
"""


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([], id="compared"),
        pytest.param([UPDATE], id="updated"),
        pytest.param([UPDATE, "-n", "2"], id="two workers", marks=pytest.mark.thorough),
    ],
)
def test_snapshots_of_an_engine_that_is_not_asked_for_are_left_alone(pytester, run, options):
    pytester.makepyfile(
        test_priced=TRANSLATED,
        test_more="""
        def test_syrupys_own(snapshot): assert snapshot == 1
        def test_nothing(): ...
        """,
    )
    run(UPDATE, "-k", "syrupys").assert_outcomes(passed=1)
    kept = {
        "test_priced/test_type[duckdb-postgres].sql": "select cast(1 as TEXT)\n",
        "test_priced/test_type[postgres-postgres].sql": "select cast(1 as VARCHAR)\n",
        "test_priced/test_type[snowflake].sql": "select cast(1 as STRING)\n",
    }
    for path, text in kept.items():
        file = pytester.path / "__sql_snapshots__" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    result = run(*options)

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["2 snapshots passed."])
    assert result.ret == 0
    assert files(pytester) == kept


@pytest.mark.engines("postgres")
def test_duckdb_and_postgres_have_snapshots_of_their_own(pytester, run):
    pytester.makepyfile(test_priced=TRANSLATED)
    both = ["--dbt-engine", "duckdb", "--dbt-engine", "postgres"]
    run(UPDATE, *both).assert_outcomes(passed=2)
    assert files(pytester) == {
        "test_priced/test_type[duckdb-postgres].sql": "select cast(1 as TEXT)\n",
        "test_priced/test_type[postgres-postgres].sql": "select cast(1 as TEXT)\n",
    }

    run(*both).assert_outcomes(passed=2)


# -- formatted --------------------------------------------------------------------------------------------------------


def test_formatted_sql_is_equal_however_it_was_laid_out(pytester, run):
    test = """
        def test_total(dbt, sql_snapshot):
            assert dbt.render({sql!r}) == sql_snapshot(pretty=True)
    """
    pytester.makepyfile(test_priced=test.format(sql="select  a,sum(b) as total from t -- all of it\ngroup by a"))
    run(UPDATE).assert_outcomes(passed=1)
    shown = "SELECT\n  a,\n  SUM(b) AS total\nFROM t /* all of it */\nGROUP BY\n  a\n"
    assert files(pytester) == {"test_priced/test_total[duckdb].sql": shown}

    pytester.makepyfile(test_priced=test.format(sql="SELECT a, sum(b) AS total\nFROM t -- all of it\nGROUP BY a"))
    run().assert_outcomes(passed=1)
    pytester.makepyfile(test_priced=test.format(sql="select a, sum(c) as total from t -- all of it\ngroup by a"))
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*-   SUM(b) AS total", "E*+   SUM(c) AS total"])


def test_the_dialect_is_that_of_the_engines_adapter(pytester, run):
    pytester.makeconftest(
        """
        from dbt_cutover.testing.engines import DuckDB

        class Tokyo(DuckDB):
            name = "tokyo"

        def pytest_dbt_engines():
            return [Tokyo]

        def pytest_generate_tests(metafunc):
            metafunc.parametrize("unit", ["day"])
        """
    )
    pytester.makepyfile(
        test_priced="""
        def test_list(sql_snapshot, unit):
            assert "select list_value(1, 2)" == sql_snapshot(pretty=True)
        """
    )
    run(UPDATE, "--dbt-engine", "tokyo").assert_outcomes(passed=1)

    assert files(pytester) == {"test_priced/test_list[tokyo-day].sql": "SELECT\n  [1, 2]\n"}


def test_a_format_is_for_one_comparison(pytester, run):
    pytester.makepyfile(
        test_priced="""
        def test_two(sql_snapshot):
            assert "select 1" == sql_snapshot(pretty=True)
            assert "select 1" == sql_snapshot
        """
    )
    run(UPDATE).assert_outcomes(passed=1)

    assert set(files(pytester).values()) == {"SELECT\n  1\n", "select 1\n"}


def test_what_cannot_be_compared_is_said_and_never_written(pytester, run):
    pytester.makepyfile(
        """
        def test_no_sql(sql_snapshot): assert "select 1 +" == sql_snapshot(pretty=True)
        def test_unknown_dialect(sql_snapshot): assert "select 1" == sql_snapshot(dialect="snowflak")
        def test_no_text(sql_snapshot): assert 7 == sql_snapshot
        """
    )
    result = run(UPDATE, "-p", "no:randomly")

    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "E*sqlglot can't format this as duckdb: line 1, column 10: Required keyword: 'expression' *",
            "E*sqlglot has no dialect 'snowflak'; *Did you mean 'snowflake'?",
            "E*sql_snapshot compares text, such as dbt.render gives; got int: 7",
        ]
    )
    assert not (pytester.path / "__sql_snapshots__").exists()


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        pytest.param("duckdb", "select 1; select 2;", "SELECT\n  1;\n\nSELECT\n  2", id="statements"),
        pytest.param("bigquery", "select `a-b`.c", "SELECT\n  `a-b`.c", id="the dialect's quotes stay"),
        pytest.param("snowflake", "select $1::int", "SELECT\n  CAST($1 AS INT)", id="snowflake's columns by number"),
        pytest.param("duckdb", "select 'A  b'", "SELECT\n  'A  b'", id="a literal is kept as it is"),
    ],
)
def test_formatted(dialect, sql, expected):
    assert formatted(sql, dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "sql", "message"),
    [
        pytest.param(
            "duckdb",
            "select 1; vacuum analyze t",
            "sqlglot knows no such statement in its dialect duckdb:\nVACUUM analyze t",
            id="a statement that sqlglot passes on as it is",
        ),
        pytest.param("duckdb", "-- nothing", "there is no statement to format in:\n-- nothing", id="a comment alone"),
    ],
)
def test_what_sqlglot_would_change_or_pass_on_is_refused(dialect, sql, message):
    with pytest.raises(HarnessError) as raised:
        formatted(sql, dialect)

    assert str(raised.value) == message


def test_what_the_dialect_cannot_say_is_refused():
    with pytest.raises(HarnessError, match="sqlglot can't format this as duckdb: Unsupported property"):
        formatted("create procedure p() language sql as $$ begin end $$", "duckdb")


# -- extras that are missing ------------------------------------------------------------------------------------------


def test_without_syrupy_the_extra_is_named(pytester, run, monkeypatch):
    monkeypatch.delitem(sys.modules, "dbt_cutover.testing.snapshots")
    monkeypatch.delattr("dbt_cutover.testing.snapshots")
    monkeypatch.setitem(sys.modules, "syrupy.assertion", None)
    pytester.makepyfile(ONE_TEST)
    result = run("-p", "no:syrupy")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['E*UsageError: sql_snapshot needs syrupy: pip install "dbt-cutover?snapshots?"'])


def test_syrupy_switched_off_is_said(pytester, run):
    pytester.makepyfile(ONE_TEST)
    result = run("-p", "no:syrupy")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E*UsageError: sql_snapshot needs syrupy's plugin, which is switched off (-p no:*"])


def test_without_sqlglot_only_formatting_fails(pytester, run, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    pytester.makepyfile(
        """
        def test_plain(sql_snapshot): assert "select 1" == sql_snapshot
        def test_pretty(sql_snapshot): assert "select 1" == sql_snapshot(pretty=True)
        """
    )
    result = run(UPDATE)

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(['E*formatting SQL needs sqlglot: pip install "dbt-cutover?snapshots?"'])
