"""The gates, and the flip of all live views in one transaction."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = pytest.mark.engines("duckdb")

GREEN_GATES = [
    {"gate": gate, "status": "pass", "message": None} for gate in ("built", "complete", "live_names", "one_colour")
]


def steady(sql):
    """A statement without its comment and the moment it was written."""
    sql = re.sub(r"^/\*.*?\*/\n", "", sql)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "<time>", sql)


def red_gates(shop, build_id, **arguments):
    """A publish that must be refused and change nothing: its message, and its red gates."""
    before = shop.everything()
    outcome = shop.run("publish", build_id=build_id, output="json", **arguments)
    assert shop.everything() == before
    assert outcome.exit_code == 1
    document = outcome.json
    assert (document["operation"], document["verdict"]) == ("blue_green_publish", "error")
    assert document["error"] == outcome.error
    assert [gate["gate"] for gate in document["gates"]] == ["built", "complete", "live_names", "one_colour"]
    red = {gate["gate"]: gate["message"] for gate in document["gates"] if gate["status"] == "fail"}
    assert outcome.error == f"cutover.blue_green_publish: nothing was published. {' '.join(red.values())}"
    return red


def test_first_publish_makes_the_live_views(shop):
    prepared = shop.ok("prepare")
    shop.build("blue", "one")

    document = shop.ok("publish", build_id=prepared["build_id"])

    assert document == {
        "operation": "blue_green_publish",
        "state": "live",
        "live": "blue",
        "idle": "green",
        "colour": "blue",
        "build_id": prepared["build_id"],
        "live_build_id": prepared["build_id"],
        "idle_build_id": None,
        "lease": None,
        "objects": [
            {"object": "marts.customers", "points_at": "blue"},
            {"object": "marts.orders", "points_at": "blue"},
        ],
        "gates": GREEN_GATES,
    }
    assert shop.readable() == {"one"}


def test_second_publish_flips_and_ends_the_lease(shop):
    first, second = shop.release("one"), shop.release("two")

    lease = shop.lease()
    assert (second["live"], second["idle_build_id"]) == ("green", first["build_id"])
    assert {name: lease[name] for name in lease if name.startswith(("lease", "live", "idle", "state"))} == {
        "state": "live",
        "live_colour": "green",
        "live_build_id": second["build_id"],
        "idle_build_id": first["build_id"],
        "lease_build_id": None,
        "lease_colour": None,
        "lease_holder": None,
        "lease_expires_at": None,
    }
    assert shop.readable() == {"two"}
    assert shop.sql("select build from marts__blue.orders") == [("one",)]


def test_events_say_what_was_done(shop):
    first, second = shop.release("one"), shop.release("two")

    assert shop.events() == [
        ("prepared", first["build_id"], "blue"),
        ("published", first["build_id"], "blue"),
        ("prepared", second["build_id"], "green"),
        ("published", second["build_id"], "green"),
    ]
    rows = shop.sql("select deployment, target_name, details from cutover.deployment_events where event = 'published'")
    assert [(deployment, target, json.loads(details)) for deployment, target, details in rows] == [
        ("default", "prod", {"objects": ["marts.customers", "marts.orders"]})
    ] * 2


def test_build_id_may_come_as_the_var_of_the_build(shop):
    prepared = shop.ok("prepare")
    shop.build("blue", "one")
    shop.vars["cutover_build"] = prepared["build_id"]

    assert shop.ok("publish")["build_id"] == prepared["build_id"]


def test_argument_goes_before_the_var(shop):
    prepared = shop.ok("prepare")
    shop.build("blue", "one")
    shop.vars["cutover_build"] = "an older one"

    assert shop.ok("publish", build_id=prepared["build_id"])["build_id"] == prepared["build_id"]


def test_without_prepare(shop):
    message = (
        "cutover.blue_green_publish: nothing was prepared: run blue_green_prepare, build with its colour and build id, "
        "then publish."
    )
    assert shop.refused("publish", build_id="build_x") == message
    assert shop.everything() == {"schemas": ["test"]}


def test_published_build_does_not_publish_twice(shop):
    build_id = shop.release("one")["build_id"]

    assert shop.refused("publish", build_id=build_id) == (
        f"cutover.blue_green_publish: no build holds the lease (the live build is {build_id}): run blue_green_prepare, "
        "build with its colour and build id, then publish."
    )


@pytest.mark.parametrize(
    "build_id",
    [
        pytest.param("build_20200101T000000_00000000", id="another build"),
        pytest.param("' or 1 = 1; drop schema marts cascade; --", id="sql"),
        pytest.param("{{ target.name }}", id="template"),
        pytest.param("ü", id="unicode"),
    ],
)
def test_build_that_does_not_hold_the_lease(shop, build_id):
    prepared = shop.ok("prepare", holder="ann")
    shop.build("blue", "one")
    before = shop.everything()

    assert shop.refused("publish", build_id=build_id) == (
        "cutover.blue_green_publish: `build_id` '" + build_id.replace("'", "\\'") + "' does not hold the lease: "
        f"the build {prepared['build_id']} of ann does, until {prepared['lease']['expires_at']} UTC."
    )
    assert shop.everything() == before


def test_expired_lease(shop):
    build_id = shop.ok("prepare")["build_id"]
    shop.build("blue", "one")
    shop.expire()
    expires_at = shop.expires_at()

    assert shop.refused("publish", build_id=build_id) == (
        f"cutover.blue_green_publish: the lease of the build {build_id} expired at {expires_at} UTC. "
        "Another build may have written since: prepare and build again."
    )
    assert shop.readable() == {None}


def test_gate_built(shop):
    build_id = shop.ok("prepare")["build_id"]
    shop.build("blue", "one", only=[("marts", "orders")])

    assert red_gates(shop, build_id) == {
        "built": "The project builds these, but blue does not hold them: marts.customers. "
        "Build them with --vars {cutover_colour: blue, ...}."
    }


def test_gate_built_leaves_ephemeral_models_out(shop):
    shop.models["marts", "inlined"] = "ephemeral"
    build_id = shop.ok("prepare")["build_id"]
    shop.build("blue", "one", only=[("marts", "orders"), ("marts", "customers")])

    assert shop.ok("publish", build_id=build_id)["gates"] == GREEN_GATES


def test_gate_complete_and_the_word_that_opens_it(shop):
    shop.models["marts", "old_report"] = "table"
    shop.models["marts", "old_list"] = "table"
    shop.release("one")
    del shop.models["marts", "old_report"], shop.models["marts", "old_list"]
    build_id = shop.ok("prepare")["build_id"]
    shop.build("green", "two")
    text = "These are live, but not in green: publishing would take them away from their readers: {}. "
    text += "Build them with this colour, or pass allow_missing: [name]."

    assert red_gates(shop, build_id) == {"complete": text.format("marts.old_list, marts.old_report")}
    assert red_gates(shop, build_id, allow_missing=["old_list"]) == {"complete": text.format("marts.old_report")}
    # A name that isn't live does no harm: a script may go on passing it.
    shop.ok("publish", build_id=build_id, allow_missing=["old_report", "old_list", "older_still"])
    assert shop.readable() == {"two"}
    assert shop.read(name="old_report") is None
    shop.ok("rollback")
    assert shop.read(name="old_report") == "one"


@pytest.mark.parametrize(
    "ddl",
    [
        pytest.param("create table marts.orders as select 1 as n", id="table"),
        pytest.param("create view marts.orders as select 1 as n", id="view"),
        pytest.param('create view marts."ORDERS" as select 1 as n', id="view in another case"),
    ],
)
def test_gate_live_names(shop, ddl):
    build_id = shop.ok("prepare")["build_id"]
    shop.build("blue", "one")
    shop.sql(f"create schema marts; {ddl}")
    name = "ORDERS" if "ORDERS" in ddl else "orders"

    assert red_gates(shop, build_id) == {
        "live_names": f"These live names are no pointer views of ours: marts.{name}. Rename them away first."
    }


def test_gate_one_colour(shop):
    shop.release("one")
    build_id = shop.ok("prepare")["build_id"]
    shop.build("green", "two")
    shop.sql("create or replace view marts__green.summary as select * from marts__blue.orders")

    assert red_gates(shop, build_id) == {
        "one_colour": "These views of green read the other colour, which the next build empties: marts__green.summary. "
        "Build what they read with this colour too."
    }


def test_view_of_a_colour_on_its_own_colour_passes(shop):
    shop.release("one")
    build_id = shop.ok("prepare")["build_id"]
    shop.build("green", "two")
    shop.sql("create view marts__green.summary as select * from marts__green.orders")

    shop.ok("publish", build_id=build_id)
    assert shop.read(name="summary") == "two"


def test_all_red_gates_are_told_at_once(shop):
    shop.models["marts", "old"] = "table"
    shop.release("one")
    del shop.models["marts", "old"]
    build_id = shop.ok("prepare")["build_id"]
    shop.sql("create table marts__green.orders as select 1 as n; create view marts__green.v as from marts__blue.orders")
    shop.sql("create table marts.v as select 1 as n")

    assert set(red_gates(shop, build_id)) == {"built", "complete", "live_names", "one_colour"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("select", id="reserved word"),
        pytest.param("Monthly Orders", id="mixed case and a space"),
        pytest.param("o'hara", id="single quote"),
        pytest.param('6" pipes', id="double quote"),
        pytest.param("tail;", id="semicolon"),
        pytest.param("Zoë 🚀", id="unicode"),
        pytest.param("a.b", id="dot"),
        pytest.param("*/ select", id="end of a comment"),
        pytest.param("{{ x }} %s", id="template"),
    ],
)
def test_names_are_taken_letter_by_letter(shop, name):
    schema = 'The "Data" Marts'
    shop.models = {(schema, name): "incremental"}
    for marker in ("one", "two"):
        shop.release(marker)
        assert shop.sql(f"select build from {quoted(schema, name)}") == [(marker,)]
    shop.ok("rollback")
    assert shop.sql(f"select build from {quoted(schema, name)}") == [("one",)]
    document = shop.ok("status")
    assert document["state"] == "live"
    assert document["objects"] == [{"object": f"{schema}.{name}", "points_at": "blue"}]
    assert shop.ok("prepare")["colour"] == "green"  # carries the incremental model
    assert shop.sql(f"select build from {quoted(schema + '__green', name)}") == [("one",)]


def test_name_that_changed_its_case_stays_live(shop):
    """One name for an engine that ignores case: it must be neither missing nor dropped after it was pointed."""
    shop.release("one")
    shop.models = {("marts", "Orders"): "table", ("marts", "customers"): "table"}

    shop.release("two")

    assert shop.sql("select build from marts.orders") == [("two",)]
    assert shop.ok("status")["state"] == "live"


def test_two_schemas_flip_together(shop):
    shop.models["core", "accounts"] = "table"
    shop.release("one")

    statements = shop.release_statements("two")

    assert shop.readable() == {"two"}
    assert statements.count("begin transaction") == statements.count("commit") == 1
    body = statements[statements.index("begin transaction") : statements.index("commit")]
    assert [sql.split(" as select")[0] for sql in body if sql.startswith("create or replace view")] == [
        'create or replace view "testdb"."core"."accounts"',
        'create or replace view "testdb"."marts"."customers"',
        'create or replace view "testdb"."marts"."orders"',
    ]
    assert not [sql for sql in body if sql.startswith("drop")]


def test_view_may_change_its_columns(shop):
    shop.release("one")
    build_id = shop.ok("prepare")["build_id"]
    shop.build("green", "two")
    shop.sql("create or replace table marts__green.orders as select 1.5 as amount, 7 as build")

    shop.ok("publish", build_id=build_id)

    assert shop.sql("select * from marts.orders") == [(1.5, 7)]
    shop.ok("rollback")
    assert shop.sql("select * from marts.orders") == [("one",)]


def test_empty_table_is_published(shop):
    build_id = shop.ok("prepare")["build_id"]
    shop.build("blue", "one")
    shop.sql("delete from marts__blue.orders")

    shop.ok("publish", build_id=build_id)

    assert shop.sql("select * from marts.orders") == []


def test_lease_that_changes_hands_before_the_flip_stops_it(shop):
    """Gates were green, and then somebody else's take-over got in between."""
    shop.release("one")
    build_id = shop.ok("prepare")["build_id"]
    shop.build("green", "two")
    desk, connections = shop.dbt.connection(), shop.dbt.project.adapter.connections
    send = connections.add_query

    def sending(sql, *arguments, **options):
        if "begin transaction" in sql:
            desk.execute("update cutover.deployments set lease_build_id = 'theirs'")
        return send(sql, *arguments, **options)

    connections.add_query = sending
    message = shop.refused("publish", build_id=build_id)
    connections.add_query = send

    assert message == (
        "cutover.blue_green_publish: the lease changed hands meanwhile: nothing was changed. Look at blue_green_status."
    )
    assert shop.readable() == {"one"}
    assert shop.lease()["lease_build_id"] == "theirs"


def test_dry_run_prints_the_statements_and_changes_nothing(shop):
    shop.models["marts", "old"] = "table"
    shop.release("one")
    del shop.models["marts", "old"]
    build_id = shop.ok("prepare")["build_id"]
    shop.build("green", "two")
    before = shop.everything()
    arguments = {"build_id": build_id, "allow_missing": ["old"]}

    planned = shop.run("publish", **arguments, dry_run=True, output="json")
    printed = shop.run("publish", **arguments, dry_run=True)

    assert shop.everything() == before
    assert planned.json["verdict"] == "dry_run"
    real = [steady(sql) for sql in shop.run("publish", **arguments).statements if sql.startswith("/* cutover.blue")]
    assert [steady(statement["sql"]) for statement in planned.json["statements"]] == real
    assert 'drop view "testdb"."marts"."old"' in real
    assert printed.logged[-1] == "cutover.blue_green_publish: dry run, nothing was changed."


def test_dry_run_of_a_build_with_a_red_gate_is_refused_too(shop):
    build_id = shop.ok("prepare")["build_id"]

    assert set(red_gates(shop, build_id, dry_run=True)) == {"built"}


def test_live_schema_made_by_somebody_is_used(shop):
    shop.sql('create schema "MARTS"')

    shop.release("one")

    assert shop.sql("select build from marts.orders") == [("one",)]
    assert shop.ok("status")["state"] == "live"


def quoted(*parts):
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
