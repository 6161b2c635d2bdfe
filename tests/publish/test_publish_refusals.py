"""What each operation refuses before it sends a statement: one wording, exit code 1, nothing written."""

from __future__ import annotations

import pytest

NOTHING_LIVE = {"schemas": ["test"]}
TEXT = "a text that is not empty"

HOSTILE = "x'; drop schema cutover; --\n{{ 1 }} ü"
SHOWN = "x\\'; drop schema cutover; --\\n{{ 1 }} ü"


def bad(operation, argument, allowed, values, example="", given=None, shown_argument=None):
    """One case per value: its name, the value, and how the error shows it (with the near miss, where there is one)."""
    for name, value, shown in values:
        message = f"`{shown_argument or argument}` must be {allowed}; got {shown}{example}"
        yield pytest.param(operation, {**(given or {}), argument: value}, message, id=f"{operation}, {argument} {name}")


BAD_MINUTES = [
    ("zero", 0, "0."),
    ("below zero", -5, "-5."),
    ("beyond a week", 10081, "10081."),
    ("a fraction", 1.5, "1.5."),
    ("a boolean", True, "true."),
    ("a text", "120", "'120'."),
    ("nothing", None, "nothing."),
    ("a list", [120], "[120]."),
    ("hostile", HOSTILE, f"'{SHOWN}'."),
]
BAD_CARRY = [
    ("misspelled", "incremntal", "'incremntal'. Did you mean 'incremental'?"),
    ("nothing", None, "nothing."),
    ("a number", 1, "1."),
    ("a list", ["none"], "['none']."),
    ("hostile", HOSTILE, f"'{SHOWN}'."),
]
BAD_HOLDER = [
    ("empty", "", "''."),
    ("spaces", "  ", "'  '."),
    ("a number", 7, "7."),
    ("a mapping", {"name": "ann"}, "{name: 'ann'}."),
]
BAD_BUILD_ID = [
    ("missing", None, "nothing."),
    ("empty", "", "''."),
    ("a number", 20260101, "20260101."),
    ("a list", ["x"], "['x']."),
]
BAD_ALLOW_MISSING = [
    ("a text", "old_report", "'old_report'."),
    ("a mapping", {"old_report": True}, "{old_report: true}."),
    ("nothing", None, "nothing."),
]
BAD_DRY_RUN = [("a text", "true", "'true'."), ("a number", 1, "1."), ("nothing", None, "nothing.")]
KNOWN = {
    "prepare": "lease_minutes, carry, holder, dry_run, output",
    "publish": "build_id, allow_missing, dry_run, output",
    "rollback": "dry_run, output",
    "status": "output",
}
A_NAME = " Example: [old_report]."
X = {"build_id": "x"}

BAD_ARGUMENTS = [
    *bad("prepare", "lease_minutes", "a whole number from 1 to 10080", BAD_MINUTES),
    *bad("prepare", "carry", "one of incremental, none, all", BAD_CARRY),
    pytest.param("prepare", {"carry": "all"}, "`carry: all` arrives in 0.2.", id="prepare, carry of a later version"),
    *bad("prepare", "holder", TEXT, BAD_HOLDER, " Example: nightly on ci-3."),
    *bad("prepare", "dry_run", "true or false", BAD_DRY_RUN),
    *bad("publish", "build_id", TEXT, BAD_BUILD_ID, " Example: the build_id that blue_green_prepare answered."),
    *bad("publish", "allow_missing", "a list", BAD_ALLOW_MISSING, A_NAME, X),
    *bad("publish", "allow_missing", TEXT, [("a number inside", ["a", 1], "1.")], A_NAME, X, "allow_missing[1]"),
    *bad("publish", "allow_missing", TEXT, [("an empty text inside", [""], "''.")], A_NAME, X, "allow_missing[0]"),
    *bad("publish", "dry_run", "true or false", BAD_DRY_RUN, given=X),
    pytest.param("publish", {"force": True}, "`force` arrives in 0.2.", id="publish, force of a later version"),
    pytest.param("publish", {"gates": ["tests"]}, "`gates` arrives in 0.2.", id="publish, gates of a later version"),
    *bad("rollback", "dry_run", "true or false", BAD_DRY_RUN),
    *[
        pytest.param(operation, {"wrong": 1}, f"unknown argument 'wrong'. Known: {known}.", id=f"{operation}, unknown")
        for operation, known in KNOWN.items()
    ],
    pytest.param(
        "prepare",
        {"lease_minute": 5},
        f"unknown argument 'lease_minute'. Did you mean 'lease_minutes'? Known: {KNOWN['prepare']}.",
        id="prepare, misspelled argument",
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "message"), BAD_ARGUMENTS)
def test_bad_arguments(shop, operation, arguments, message):
    outcome = shop.run(operation, output="json", **arguments)

    expected = f"cutover.blue_green_{operation}: {message}"
    assert (outcome.exit_code, outcome.error, outcome.statements) == (1, expected, [])
    assert outcome.json == {"operation": f"blue_green_{operation}", "verdict": "error", "error": expected}


@pytest.mark.parametrize("operation", ["prepare", "publish", "rollback", "status"])
@pytest.mark.parametrize(
    ("output", "shown"),
    [
        pytest.param("jsn", "'jsn'. Did you mean 'json'?", id="misspelled"),
        pytest.param(None, "nothing.", id="nothing"),
        pytest.param(1, "1.", id="a number"),
        pytest.param(HOSTILE, f"'{SHOWN}'.", id="hostile"),
    ],
)
def test_bad_output(shop, operation, output, shown):
    outcome = shop.run(operation, output=output)

    expected = f"cutover.blue_green_{operation}: `output` must be one of table, json; got {shown}"
    assert (outcome.exit_code, outcome.error, outcome.statements, outcome.printed) == (1, expected, [], "")


OPERATIONS = [
    pytest.param("prepare", {}, id="prepare"),
    pytest.param("publish", {"build_id": "x"}, id="publish"),
    pytest.param("rollback", {}, id="rollback"),
    pytest.param("status", {}, id="status"),
]


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(("operation", "arguments"), OPERATIONS)
def test_engine_without_pointer_views(shop, operation, arguments):
    outcome = shop.run(operation, output="json", **arguments)

    expected = f"cutover.blue_green_{operation}: blue/green publishing on this engine arrives in 0.2."
    assert (outcome.exit_code, outcome.error, outcome.statements) == (1, expected, [])
    assert outcome.json["error"] == expected


BAD_PROJECTS = [
    pytest.param(
        {"cutover_colour": "blue"},
        "runs without `cutover_colour`: with it, names mean one colour and not what is live. Take it out of --vars.",
        id="with a colour",
    ),
    pytest.param(
        {"cutover_blue_green_schemas": []},
        "no schema is published by colour on the target prod: list the live schemas in "
        "`cutover_blue_green_schemas`, and the target in `cutover_blue_green_targets` or `cutover_production_targets`. "
        "Example: vars: {cutover_blue_green_schemas: ['marts']}.",
        id="no schemas",
    ),
    pytest.param(
        {"cutover_blue_green_targets": ["live"]},
        "no schema is published by colour on the target prod: list the live schemas in "
        "`cutover_blue_green_schemas`, and the target in `cutover_blue_green_targets` or `cutover_production_targets`. "
        "Example: vars: {cutover_blue_green_schemas: ['marts']}.",
        id="another target",
    ),
    pytest.param(
        {"cutover_blue_green_schemas": ["marts", "martz"]},
        "`cutover_blue_green_schemas` must be schemas that this project builds on the target prod (marts); "
        "got 'martz'. Did you mean 'marts'?",
        id="a schema that nothing is built in",
    ),
    pytest.param(
        {"cutover_blue_green_schemas": {"marts": True}},
        "`cutover_blue_green_schemas` must be a list; got {marts: true}. "
        "Example: cutover_blue_green_schemas: ['marts'].",
        id="schemas as a mapping",
    ),
    pytest.param(
        {"cutover_database": "elsewhere"},
        "`cutover_database` is elsewhere, and the lease has to stand in the database that is published, testdb, "
        "so that one transaction holds both. Take `cutover_database` out for this target.",
        id="state in another database",
    ),
    pytest.param(
        {"cutover": {"blue_green_schemas": ["marts"]}},
        "the vars blue_green_schemas are scoped under `vars: cutover:`, where models of the project do not see them. "
        "Write them at the top level of `vars:`. Example: vars: {cutover_blue_green_schemas: ...}.",
        id="scoped vars",
    ),
]


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(("operation", "arguments"), OPERATIONS)
@pytest.mark.parametrize(("settings", "message"), BAD_PROJECTS)
def test_bad_project(shop, operation, arguments, settings, message):
    shop.vars.update(settings)

    outcome = shop.run(operation, output="json", **arguments)

    expected = f"cutover.blue_green_{operation}: {message}"
    assert (outcome.exit_code, outcome.error, outcome.statements) == (1, expected, [])
    assert outcome.json["error"] == expected


@pytest.mark.engines("duckdb")
def test_one_schema_may_be_a_text(shop):
    shop.vars["cutover_blue_green_schemas"] = "marts"

    assert shop.release("one")["live"] == "blue"


@pytest.mark.engines("duckdb")
def test_targets_of_blue_green_go_before_those_of_production(shop):
    shop.vars.update({"cutover_production_targets": ["other"], "cutover_blue_green_targets": ["prod"]})

    assert shop.release("one")["live"] == "blue"


@pytest.mark.engines("duckdb")
def test_nothing_on_a_target_of_a_developer(shop):
    shop.target = "dev"

    assert shop.refused("prepare").startswith(
        "cutover.blue_green_prepare: no schema is published by colour on the target dev:"
    )
    assert shop.everything() == NOTHING_LIVE


@pytest.mark.engines("duckdb")
def test_model_in_another_database(shop):
    graph = shop.graph()
    graph["nodes"]["model.shop.marts.orders"]["database"] = "elsewhere"
    shop.graph = lambda: graph

    assert shop.refused("prepare") == (
        "cutover.blue_green_prepare: model.shop.marts.orders is built in the database elsewhere, and colours "
        "are published in the database of the target, testdb. Give it another `+schema`, or take its `+database` out."
    )


@pytest.mark.parametrize("operation", ["prepare", "publish", "rollback", "status"])
def test_nothing_happens_while_the_project_is_parsed(dbt, operation):
    with dbt.context(execute=False):
        assert dbt.call(f"cutover.blue_green_{operation}") == ""
    assert dbt.statements == []
