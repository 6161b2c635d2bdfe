"""A build goes live, the next one too, and back: as a user types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def live(project):
    """What readers see: the builds of each live name."""
    orders = project.query("select distinct build from marts.orders")
    visits = project.query("select build from marts.visits order by 1")
    return [build for (build,) in orders], [build for (build,) in visits]


def test_go_live_go_on_and_go_back(project):
    idle = project.operation("blue_green_status", output="json")
    assert (idle.exit_code, idle.document["state"]) == (0, "idle")

    first = project.operation("blue_green_prepare", output="json", holder="nightly")
    assert (first.exit_code, first.document["colour"]) == (0, "blue")
    assert len(first.output.splitlines()) == 1
    built = project.build(first.document, "one")
    assert (built.exit_code, built.output) == (0, "")
    # The package brings no hooks: the build ran the project's own nodes, and nothing else.
    nodes = {result.node.unique_id for result in built.result.result}
    assert {node for node in nodes if not node.startswith("test.")} == {
        "model.shop.orders",
        "model.shop.summary",
        "model.shop.visits",
    }
    published = project.operation("blue_green_publish", output="json", build_id=first.document["build_id"])
    assert (published.exit_code, published.document["live"]) == (0, "blue")
    # dbt's own working tables are gone by then: live names are the models, and nothing else.
    names = [entry["object"] for entry in published.document["objects"]]
    assert names == ["marts.orders", "marts.summary", "marts.visits"]
    assert live(project) == (["one"], ["one"])

    second = project.operation("blue_green_prepare", output="json").document
    assert project.build(second, "two").exit_code == 0
    assert live(project) == (["one"], ["one"])
    assert project.operation("blue_green_publish", build_id=second["build_id"]).exit_code == 0
    # The incremental model went on from its own state; the view has a column more.
    assert live(project) == (["two"], ["one", "two"])
    assert project.query("select * from marts.summary") == [(10, "two")]

    assert project.operation("blue_green_rollback").exit_code == 0
    assert live(project) == (["one"], ["one"])
    assert project.query("select * from marts.summary") == [(10,)]
    status = project.operation("blue_green_status", output="json").document
    assert (status["state"], status["live_build_id"]) == ("live", first.document["build_id"])
    assert status["idle_build_id"] == second["build_id"]


@pytest.mark.thorough
def test_build_whose_tests_fail_is_not_published_by_a_script_that_stops(project):
    prepared = project.operation("blue_green_prepare", output="json").document
    (project.folder / "models" / "orders.sql").write_text("{{ config(materialized='table') }} select null as order_id")

    assert project.build(prepared, "one").exit_code == 1

    # What the failed test skipped isn't there, so that a script that goes on regardless is refused.
    refused = project.operation("blue_green_publish", output="json", build_id=prepared["build_id"])
    assert (refused.exit_code, refused.document["verdict"]) == (1, "error")
    red = {gate["gate"]: gate["message"] for gate in refused.document["gates"] if gate["status"] == "fail"}
    assert red == {
        "built": "The project builds these, but blue does not hold them: marts.summary. "
        "Build them with --vars {cutover_colour: blue, ...}."
    }
    assert project.query("select count(*) from duckdb_views() where schema_name = 'marts'") == [(0,)]


def test_refusal_is_one_document_first_and_no_traceback(project):
    outcome = project.operation("blue_green_publish", output="json", build_id="build_x")

    message = (
        "cutover.blue_green_publish: nothing was prepared: run blue_green_prepare, build with its colour and build id, "
        "then publish."
    )
    assert outcome.exit_code == 1
    assert outcome.document == {"operation": "blue_green_publish", "verdict": "error", "error": message}
    assert message in "".join(outcome.output.splitlines(keepends=True)[1:])
    assert "Traceback" not in outcome.output
    assert project.query("select count(*) from duckdb_schemas() where schema_name = 'cutover'") == [(0,)]


def test_exit_code_and_output_of_the_real_command(project):
    command = [Path(sys.executable).with_name("dbt"), "--quiet", "run-operation", "cutover.blue_green_prepare"]
    outcome = subprocess.run(
        [*command, "--args", "{lease_minutes: 0}", "--profiles-dir", project.folder],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert (
        "cutover.blue_green_prepare: `lease_minutes` must be a whole number from 1 to 10080; got 0." in outcome.stdout
    )
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_without_quiet_the_table_is_in_the_log(project):
    outcome = project.dbt("run-operation", "cutover.blue_green_prepare", "--args", "{holder: nightly}")

    assert outcome.exit_code == 0
    assert "cutover.blue_green_prepare: building, live nothing" in outcome.output
    assert "next: dbt build --vars '{cutover_colour: blue, cutover_build: build_" in outcome.output


def test_dry_run_makes_nothing(project):
    outcome = project.operation("blue_green_prepare", output="json", dry_run=True)

    assert (outcome.exit_code, outcome.document["verdict"]) == (0, "dry_run")
    assert project.query("select schema_name from duckdb_schemas() where database_name = 'shop' and not internal") == []


def test_developers_target_is_untouched(project):
    assert project.dbt("--quiet", "build", "--target", "dev", "--vars", "{cutover_colour: green}").exit_code == 0
    assert project.query("select distinct table_schema from information_schema.tables") == [("marts_dev",)]

    outcome = project.dbt("--quiet", "run-operation", "cutover.blue_green_prepare", "--target", "dev")
    assert outcome.exit_code == 1
    assert "no schema is published by colour on the target dev" in outcome.output


def test_misspelled_var_on_the_command_line(project):
    outcome = project.dbt("--quiet", "run-operation", "cutover.blue_green_status", "--vars", "{cutover_build_id: x}")

    assert outcome.exit_code == 1
    assert "cutover.blue_green_status: unknown var 'cutover_build_id'. Did you mean 'cutover_build'?" in outcome.output
