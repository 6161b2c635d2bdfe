"""Where an error was raised: the lines are counted by hand in the macros' files."""

from __future__ import annotations

import pytest

from dbt_cutover.testing._dbt_compat import DbtError, _trace

FAILING, TRACING = "macros/failing.sql", "macros/tracing.sql"

REFUSES = (FAILING, 4, "specimen.refuses")
DEEP = (FAILING, 9, "specimen.refuses_deep_down")

EXPECTED = [
    pytest.param("specimen.refuses('x')", [REFUSES], id="at once"),
    pytest.param("specimen.refuses_deep_down('x')", [DEEP, REFUSES], id="through another"),
    pytest.param(
        "specimen.wraps('t')",
        [
            (TRACING, 6, "specimen.wraps"),
            (TRACING, 14, "specimen.surrounds"),
            (TRACING, 8, "specimen.wraps"),
            REFUSES,
        ],
        id="in a call block",
    ),
    pytest.param(
        "specimen.divides_deep_down(0)",
        [(TRACING, 21, "specimen.divides_deep_down"), (FAILING, 14, "specimen.divides")],
        id="an error of Python",
    ),
    pytest.param(
        "specimen.misspells()",
        [(TRACING, 28, "specimen.misspells"), ("macros/returning.sql", 3, "specimen.cents")],
        id="wrong arguments",
    ),
    pytest.param(
        "specimen.asks_what_is_not_there()",
        [(TRACING, 36, "specimen.asks_what_is_not_there")],
        id="no such macro",
    ),
    pytest.param(
        "specimen.dispatches()",
        [(TRACING, 41, "specimen.dispatches"), (TRACING, 45, "specimen.default__dispatched"), DEEP, REFUSES],
        id="through a dispatch",
    ),
]


def trace(dbt, error):
    return [
        (frame.path, frame.line, frame.unique_id.removeprefix("macro."))
        for frame in _trace.macro_trace(error, dbt.project.config)
    ]


@pytest.mark.parametrize(("call", "frames"), EXPECTED)
def test_an_error_is_traced_through_what_a_test_renders(dbt, call, frames):
    with pytest.raises(Exception) as raised:  # noqa: PT011 - any kind of error
        dbt.project.render("{{ " + call + " }}", {})
    assert trace(dbt, raised.value) == frames


@pytest.mark.parametrize(("call", "frames"), EXPECTED)
def test_an_error_is_traced_through_what_a_test_calls(dbt, call, frames):
    name, _, argument = call.removesuffix(")").partition("(")
    arguments = [eval(argument)] if argument else []
    with pytest.raises(Exception) as raised:  # noqa: PT011
        dbt.project.macro(*name.split("."))(*arguments)
    assert trace(dbt, raised.value) == frames


def test_a_test_own_jinja_is_no_macro(dbt):
    with pytest.raises(Exception) as raised:  # noqa: PT011
        dbt.project.render("{% call specimen.surrounds() %}\n\n{{ specimen.refuses('in the test') }}{% endcall %}", {})
    assert trace(dbt, raised.value) == [(TRACING, 14, "specimen.surrounds"), REFUSES]


def test_an_error_while_another_is_handled_has_its_own_macros_alone(dbt):
    def recovers():
        try:
            dbt.project.macro("specimen", "refuses_deep_down")("first")
        except DbtError:
            dbt.project.macro("specimen", "divides")(0)

    with pytest.raises(Exception) as raised:  # noqa: PT011
        recovers()
    assert trace(dbt, raised.value) == [(FAILING, 14, "specimen.divides")]


def test_macros_of_packages_are_told_with_the_lines_of_their_files(dbt):
    with pytest.raises(Exception) as raised:  # noqa: PT011
        dbt.project.macro("specimen", "asks_the_database")("select * from nowhere")
    (path, line, name), *packages = trace(dbt, raised.value)
    assert (path, line, name) == (TRACING, 50, "specimen.asks_the_database")
    names = [frame[2] for frame in packages]
    assert names == ["dbt.run_query", "dbt.statement"]
    folder = dbt.project.config.load_dependencies()["dbt"].project_root
    for path, line, name in packages:
        with open(f"{folder}/{path}") as file:  # noqa: PTH123
            text = file.read().splitlines()[line - 1]
        assert {"dbt.run_query": "call statement(", "dbt.statement": "adapter.execute("}[name] in text


@pytest.mark.parametrize(
    ("positional", "named", "message"),
    [
        pytest.param(["a"], {"precison": 2}, "takes no keyword argument 'precison'", id="unknown"),
        pytest.param(["a", 2, 3], {}, "takes not more than 2 argument(s)", id="too many"),
    ],
)
def test_wrong_arguments_are_told_with_the_right_ones(dbt, positional, named, message):
    message = f"macro 'cents' {message}; its arguments are (column, precision=2)"
    with pytest.raises(Exception) as raised:  # noqa: PT011
        dbt.project.macro("specimen", "cents")(*positional, **named)
    error = _trace.macro_error(raised.value, dbt.project.config)
    assert error.message == message
    assert str(error) == f"{message}\n\nraised at macros/returning.sql:3 in specimen.cents"


def test_a_macro_error_begins_with_the_message_and_goes_from_the_raise_outwards(dbt):
    with pytest.raises(Exception) as raised:  # noqa: PT011
        dbt.project.render("{{ specimen.refuses_deep_down(m) }}", {"m": "cutover.x: no\nsuch luck"})
    error = _trace.macro_error(raised.value, dbt.project.config)
    assert str(error) == (
        "cutover.x: no\nsuch luck\n\n"
        "raised at macros/failing.sql:4 in specimen.refuses\n"
        "called at macros/failing.sql:9 in specimen.refuses_deep_down"
    )
    assert error.error is raised.value
