"""The report of a failed test: the message first, no frames of the harness, what was rendered and sent."""

from __future__ import annotations

import pytest

WORKERS = [
    pytest.param([], id="one process"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.thorough),
]


def section(result, title):
    """Return the lines of a section of the report."""
    lines = result.outlines
    start = next(number for number, line in enumerate(lines) if line.strip("- ") == title)
    end = next(number for number in range(start + 1, len(lines)) if lines[number].startswith(("---", "===")))
    return lines[start + 1 : end]


def said(result):
    """Return the lines in which pytest tells the error."""
    return [line.removeprefix("E").strip() for line in result.outlines if line.startswith("E ")]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("style", ["auto", "long", "short"])
@pytest.mark.parametrize(
    "call",
    [
        pytest.param("dbt.call('specimen.refuses_deep_down', 'no such luck')", id="called"),
        pytest.param("dbt.render(\"{{ specimen.refuses_deep_down('no such luck') }}\")", id="rendered"),
        pytest.param("dbt.query(\"{{ specimen.refuses_deep_down('no such luck') }}\")", id="queried"),
    ],
)
def test_an_error_of_a_macro_begins_with_its_message(pytester, run, call, style, workers):
    pytester.makepyfile(test_it=f"def test_one(dbt):\n    {call}")
    result = run(f"--tb={style}", "-p", "no:randomly", *workers)
    assert said(result) == [
        "no such luck",
        "",
        "raised at macros/failing.sql:4 in specimen.refuses",
        "called at macros/failing.sql:9 in specimen.refuses_deep_down",
    ]
    text = result.stdout.str()
    for ours in ("harness.py", "contextlib.py", "jinja", "dbt/clients", "testing.errors"):
        assert ours not in text
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_one?duckdb? - no such luck"])


@pytest.mark.usefixtures("project")
def test_an_error_in_a_function_of_the_test_shows_the_way_to_it(pytester, run):
    pytester.makepyfile(
        """
        def helper(dbt):
            return dbt.call("specimen.refuses", "no such luck")

        def test_one(dbt):
            helper(dbt)
        """
    )
    result = run("--tb=short")
    places = [line for line in result.outlines if line.startswith("test_an_error") and ": in " in line]
    assert [line.rpartition(" in ")[2] for line in places] == ["test_one", "helper"]


@pytest.mark.usefixtures("project")
def test_an_error_of_the_tests_own_is_left_as_it_is(pytester, run):
    pytester.makepyfile("def test_one(dbt):\n    raise KeyError('own')")
    result = run()
    assert said(result) == ["KeyError: 'own'"]


@pytest.mark.usefixtures("project")
def test_a_failure_shows_what_was_rendered_and_by_which_macros(pytester, run):
    pytester.makepyfile(
        """
        def test_one(dbt):
            dbt.query("select {{ specimen.cents('7') }} as a, {{ dbt.type_string() is string }} as b")
            assert False
        """
    )
    result = run()
    assert section(result, "dbt rendered last") == [
        "select {{ specimen.cents('7') }} as a, {{ dbt.type_string() is string }} as b",
        "  macros/returning.sql:3 in specimen.cents",
        "  macros/utils/data_types.sql:3 in dbt.type_string",
        "gave",
        "select round(7 / 100.0, 2) as a, True as b",
    ]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("workers", WORKERS)
def test_a_failure_shows_what_macros_sent_logged_and_printed(pytester, run, workers):
    pytester.makepyfile(
        """
        def test_one(dbt):
            dbt.operation("specimen.acts", prints=["printed"], logs=["logged", "twice"], sql="select 1")
            for number in range(24):
                dbt.call("specimen.runs", f"select {number}")
            assert False
        """
    )
    result = run(*workers)
    assert section(result, "dbt log()") == ["logged", "twice"]
    assert section(result, "dbt print()") == ["printed"]
    sent = section(result, "dbt statements of macros")
    assert sent[0] == "... 5 before"
    assert sent[1:] == [f"{number + 2}. select {number}" for number in range(4, 24)]


@pytest.mark.usefixtures("project")
def test_a_long_text_is_cut(pytester, run):
    pytester.makepyfile(
        """
        def test_one(dbt):
            dbt.render("{% for line in range(150) %}line {{ line }}" + chr(10) + "{% endfor %}")
            assert False
        """
    )
    lines = section(run(), "dbt rendered last")
    assert lines[-2:] == ["line 99", "... and 50 more lines"]


@pytest.mark.usefixtures("project")
def test_a_test_that_passes_or_uses_no_dbt_has_no_sections(pytester, run):
    pytester.makepyfile(
        """
        def test_passes(dbt):
            dbt.render("{{ specimen.cents('7') }}")

        def test_has_no_dbt():
            assert False

        def test_did_nothing(dbt):
            assert False
        """
    )
    result = run("-rA", "-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=2)
    assert "dbt rendered last" not in result.stdout.str()
    assert "--- dbt" not in result.stdout.str()
