"""The lease, the idle colour and what is carried into it."""

from __future__ import annotations

import contextvars
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.engines(
    "duckdb"
)  # the engine with pointer views; the others refuse, see test_publish_refusals

TWO_WAYS_ON = (
    "are no pointer views of ours, and putting views in their place would leave readers a hole. "
    "Two ways on: publish into a schema of its own (another `+schema`), and move the readers there; "
    "or rename these relations away in a maintenance window, then run this again."
)


def test_first_prepare_makes_empty_blue_schemas_and_nothing_live(shop):
    document = shop.ok("prepare", holder="nightly")

    build_id = document["build_id"]
    assert re.fullmatch(r"build_\d{8}T\d{6}_[0-9a-f]{8}", build_id)
    lease = document.pop("lease")
    assert document == {
        "operation": "blue_green_prepare",
        "state": "building",
        "live": None,
        "idle": None,
        "colour": "blue",
        "build_id": build_id,
        "live_build_id": None,
        "idle_build_id": None,
        "objects": [],
        "gates": [],
    }
    expires_at = lease.pop("expires_at")
    assert lease == {"build_id": build_id, "colour": "blue", "holder": "nightly", "expired": False}
    in_two_hours = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=120)
    assert abs(datetime.fromisoformat(expires_at) - in_two_hours) < timedelta(minutes=1)
    assert shop.everything()["schemas"] == ["cutover", "marts__blue", "test"]
    assert shop.events() == [("prepared", build_id, "blue")]


def test_each_prepare_takes_the_colour_that_is_not_live(shop):
    colours = [shop.release(f"build {number}")["live"] for number in range(4)]

    assert colours == ["blue", "green", "blue", "green"]


def test_next_prepare_empties_the_idle_colour_and_leaves_the_live_one(shop):
    shop.release("one")
    shop.release("two")
    before = shop.everything()

    document = shop.ok("prepare")

    after = shop.everything()
    shown = [document[name] for name in ("live", "idle", "colour", "state")]
    assert shown == ["green", "blue", "blue", "building"]
    assert (document["live_build_id"], document["idle_build_id"]) == (shop.lease()["live_build_id"], None)
    gone = {name for name in before if name not in after}
    assert gone == {"marts__blue.orders", "marts__blue.customers"}
    assert shop.readable() == {"two"}


def test_default_holder_is_the_invocation(shop):
    document = shop.ok("prepare")

    assert document["lease"]["holder"] == f"invocation {shop.lease()['invocation_id']}"


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param("null", id="the word null"),
        pytest.param("007", id="a number"),
        pytest.param("2026-11-21", id="a date"),
        pytest.param("true", id="a boolean"),
        pytest.param("o'hara; drop schema marts cascade; --", id="sql"),
        pytest.param('say "hi"', id="double quotes"),
        pytest.param("back\\slash {{ target.name }} %s", id="templates"),
        pytest.param("two\nlines */ select 1 /*", id="lines and comments"),
        pytest.param("Zoë 🚀", id="unicode"),
    ],
)
def test_holder_is_data_and_comes_back_as_given(shop, holder):
    assert shop.ok("prepare", holder=holder)["lease"]["holder"] == holder
    assert shop.lease()["lease_holder"] == holder
    assert f"of {holder} holds the lease" in shop.refused("prepare")


@pytest.mark.parametrize("minutes", [pytest.param(1, id="shortest"), pytest.param(10080, id="longest")])
def test_lease_minutes_say_how_long(shop, minutes):
    expires_at = shop.ok("prepare", lease_minutes=minutes)["lease"]["expires_at"]

    expected = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
    assert abs(datetime.fromisoformat(expires_at) - expected) < timedelta(seconds=30)


def test_held_lease_is_refused_and_nothing_changes(shop):
    held = shop.ok("prepare", holder="ann")
    before = shop.everything()

    message = shop.refused("prepare", holder="bob")

    assert message == (
        f"cutover.blue_green_prepare: the build {held['build_id']} of ann holds the lease on blue until "
        f"{held['lease']['expires_at']} UTC. Wait for it to publish or to expire."
    )
    assert shop.refused("prepare", dry_run=True) == message  # a dry run says so too
    assert shop.everything() == before


def test_expired_lease_is_taken_over_and_the_old_holder_cannot_publish(shop):
    shop.release("one")
    old = shop.ok("prepare", holder="ann")
    shop.build("green", "of ann")
    shop.expire()

    new = shop.ok("prepare", holder="bob")

    assert (new["colour"], new["lease"]["holder"]) == ("green", "bob")
    assert "marts__green.orders" not in shop.everything()
    assert shop.refused("publish", build_id=old["build_id"]) == (
        f"cutover.blue_green_publish: `build_id` '{old['build_id']}' does not hold the lease: the build "
        f"{new['build_id']} of bob does, until {new['lease']['expires_at']} UTC."
    )
    shop.build("green", "of bob")
    shop.ok("publish", build_id=new["build_id"])
    assert shop.readable() == {"of bob"}


def test_of_two_preparers_at_once_one_gets_the_lease(shop):
    """The other one has looked, found the lease free, and goes on only when the first has it."""
    shop.release("one")
    desk = shop.dbt.connection()
    connections = shop.dbt.project.adapter.connections
    send = connections.add_query

    def sending(sql, *arguments, **options):
        if "take the lease if it is free" in sql:
            desk.execute(
                "update cutover.deployments set lease_build_id = 'theirs', lease_holder = 'ann',"
                " lease_colour = 'green', lease_expires_at = timestamp '2999-01-01'"
            )
        return send(sql, *arguments, **options)

    connections.add_query = sending
    outcome = shop.run("prepare", output="json")
    connections.add_query = send

    # Two writers of one row: the engine lets the first commit and refuses the second.
    assert outcome.exit_code == 1
    assert "onflict" in outcome.error
    assert shop.lease()["lease_build_id"] == "theirs"
    assert shop.readable() == {"one"}


def test_lease_that_changed_hands_before_the_transaction_is_told_by_name(shop):
    shop.release("one")
    desk = shop.dbt.connection()
    connections = shop.dbt.project.adapter.connections
    send = connections.add_query

    def sending(sql, *arguments, **options):
        if "begin transaction" in sql:
            desk.execute(
                "update cutover.deployments set lease_build_id = 'theirs', lease_holder = 'ann',"
                " lease_colour = 'green', lease_expires_at = timestamp '2999-01-01'"
            )
        return send(sql, *arguments, **options)

    connections.add_query = sending
    message = shop.refused("prepare")
    connections.add_query = send

    assert message == (
        "cutover.blue_green_prepare: the build theirs of ann holds the lease on green until 2999-01-01 00:00:00 UTC. "
        "Wait for it to publish or to expire."
    )
    assert shop.events()[-1][0] == "published"


@pytest.mark.parametrize("first", [pytest.param(True, id="first run"), pytest.param(False, id="over a live build")])
def test_of_four_preparers_at_once_at_most_one_wins(shop, first):
    if not first:
        shop.release("one")
    start, outcomes = threading.Barrier(4), []

    def prepare(context):
        start.wait()
        outcomes.append(context.run(shop.dbt.operation, "cutover.blue_green_prepare", holder="one of four"))

    with shop.project():
        threads = [threading.Thread(target=prepare, args=[contextvars.copy_context()]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(outcomes) == 4
    assert sum(outcome.exit_code == 0 for outcome in outcomes) == 1
    assert sum(event == "prepared" for event, _, _ in shop.events()) == (1 if first else 2)
    # The others were told by name, or by the engine that they came second.
    for outcome in outcomes:
        assert outcome.exit_code == 0 or re.search(r"holds the lease|onflict", outcome.error), outcome.error


@pytest.mark.parametrize(
    ("ddl", "kind"),
    [
        pytest.param("create table marts.orders as select 'real' as build", "table", id="real table"),
        pytest.param("create view marts.orders as select 'theirs' as build", "view", id="foreign view"),
        pytest.param("create view marts.ORDERS as select 'theirs' as build", "view", id="foreign view in upper case"),
        pytest.param(
            "create view marts.orders as select * from marts__green.customers", "view", id="pointer at another name"
        ),
        pytest.param(
            "create view marts.orders as select * from marts__green.orders where true", "view", id="pointer with a tail"
        ),
    ],
)
def test_live_name_that_is_not_ours_is_refused_with_two_ways_on(shop, ddl, kind):
    shop.sql("create schema marts; create schema marts__green")
    for name in ("orders", "customers"):
        shop.sql(f"create table marts__green.{name} as select 'idle' as build")
    shop.sql(ddl)
    before = shop.everything()
    name = "ORDERS" if "ORDERS" in ddl else "orders"

    message = shop.refused("prepare")

    assert message == f"cutover.blue_green_prepare: the live names marts.{name} ({kind}) {TWO_WAYS_ON}"
    assert shop.everything() == before


def test_foreign_name_in_a_schema_spelled_otherwise_is_found(shop):
    shop.sql('create schema "MARTS"; create view "MARTS".orders as select 1 as build')

    message = shop.refused("prepare")

    assert message == f"cutover.blue_green_prepare: the live names MARTS.orders (view) {TWO_WAYS_ON}"


def test_other_relations_beside_the_live_names_are_left_alone(shop):
    shop.sql("create schema marts; create table marts.manual as select 'by hand' as build")

    shop.release("one")

    assert shop.sql("select build from marts.manual") == [("by hand",)]
    assert shop.readable() == {"one"}


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("select * from marts__green.orders", id="plain"),
        pytest.param('select * from "MARTS__green" . "orders"', id="quoted in another case"),
        pytest.param("select (select count(*) from marts__green.orders) as n", id="in a subquery"),
        pytest.param(
            "with o as (from testdb.marts__green.orders) select 1 as n from o", id="with the database, in a cte"
        ),
    ],
)
def test_view_elsewhere_on_the_idle_colour_is_refused(shop, definition):
    shop.release("one")
    shop.release("two")
    shop.release("three")
    shop.sql(f"create schema bi; create view bi.report as {definition}")
    before = shop.everything()

    message = shop.refused("prepare")

    assert message == (
        "cutover.blue_green_prepare: these views read the idle colour green, which a new build overwrites: bi.report. "
        "Their readers would see rows that nobody has checked. Point them at the live schema first."
    )
    assert shop.everything() == before


def test_view_elsewhere_on_live_names_or_on_likely_names_is_no_reader(shop):
    shop.release("one")
    shop.release("two")
    shop.release("three")
    shop.sql("create schema my_marts__green; create table my_marts__green.orders as select 1 as n")
    shop.sql("create schema bi; create view bi.likely as select * from my_marts__green.orders")
    shop.sql("create view bi.live as select * from marts.orders")

    assert shop.ok("prepare")["colour"] == "green"


def test_incremental_models_and_snapshots_are_carried_from_live(shop):
    kinds = {
        "events": "incremental",
        "batches": "microbatch",
        "history": "snapshot",
        "view_like": "view",
        "codes": "seed",
    }
    shop.models = {("marts", name): kind for name, kind in {**kinds, "plain": "table"}.items()}
    shop.release("one")
    prepared = shop.ok("prepare", carry="none")
    shop.build(prepared["colour"], "two")
    shop.sql("create table marts__green.no_model as select 1 as n")
    shop.ok("publish", build_id=prepared["build_id"])
    # What idle happens to hold is never what is carried.
    shop.sql("insert into marts__blue.events select 'stale'")

    shop.ok("prepare")

    after = shop.everything()
    carried = {name: rows for name, rows in after.items() if name.startswith("marts__blue.")}
    assert set(carried) == {"marts__blue.events", "marts__blue.batches", "marts__blue.history"}
    assert [rows for _, rows in carried.values()] == [[("two",)]] * 3
    ((details,),) = shop.sql("select details from cutover.deployment_events order by recorded_at desc limit 1")
    assert details == (
        '{"carried": ["marts.batches", "marts.events", "marts.history"], "lease_minutes": 120, "schemas": ["marts"]}'
    )


def test_carry_none_starts_from_nothing(shop):
    shop.models = {("marts", "events"): "incremental"}
    shop.release("one")

    shop.ok("prepare", carry="none")

    assert not [name for name in shop.everything() if name.startswith("marts__green.")]


def test_carried_copy_is_a_copy(shop):
    shop.models = {("marts", "events"): "incremental"}
    shop.release("one")
    shop.ok("prepare")

    shop.sql("insert into marts__green.events select 'two'")

    assert shop.sql("select * from marts.events") == [("one",)]
    assert shop.sql("select * from marts__green.events order by 1") == [("one",), ("two",)]


def test_failure_in_the_middle_leaves_lease_schemas_and_carried_tables_as_before(shop):
    shop.models = {("marts", "events"): "incremental", ("marts", "orders"): "table"}
    shop.release("one")
    shop.release("two")
    before = shop.everything()
    connections = shop.dbt.project.adapter.connections
    send = connections.add_query

    def sending(sql, *arguments, **options):
        # Carrying fails: by then the lease was taken and the idle colour was emptied.
        spoiled = sql.replace('"marts__green"."events"', '"marts__green"."not_there"') if "create table" in sql else sql
        return send(spoiled, *arguments, **options)

    connections.add_query = sending
    outcome = shop.run("prepare", output="json")
    connections.add_query = send

    assert outcome.exit_code == 1
    assert "not_there" in outcome.error
    assert shop.everything() == before
    assert shop.ok("prepare")["colour"] == "blue"


def test_idle_schema_that_somebody_else_made_is_not_emptied(shop):
    shop.sql("create schema marts__blue; create table marts__blue.precious as select 1 as n")

    message = shop.refused("prepare")

    assert message == (
        "cutover.blue_green_prepare: the idle colour would be emptied, but marts__blue.precious was not made by an "
        "earlier blue_green_prepare. Rename that schema away, or drop it, if nobody needs it."
    )
    assert shop.sql("select * from marts__blue.precious") == [(1,)]
    assert "cutover" not in shop.everything()["schemas"]


def test_schema_that_joins_later_is_not_emptied_on_the_word_of_the_others(shop):
    shop.release("one")
    shop.release("two")
    shop.sql("create schema core__blue; create table core__blue.precious as select 1 as n")
    shop.models["core", "accounts"] = "table"

    message = shop.refused("prepare")

    assert message == (
        "cutover.blue_green_prepare: the idle colour would be emptied, but core__blue.precious was not made by an "
        "earlier blue_green_prepare. Rename that schema away, or drop it, if nobody needs it."
    )
    assert shop.sql("select * from core__blue.precious") == [(1,)]


def test_live_views_that_were_dropped_do_not_cost_the_build_they_showed(shop):
    shop.models["marts", "events"] = "incremental"
    shop.release("one")
    shop.sql("drop schema marts cascade")

    document = shop.ok("prepare")

    assert document["colour"] == "green"
    assert shop.sql("select * from marts__blue.orders") == [("one",)]
    assert shop.sql("select * from marts__green.events") == [("one",)]
    shop.build("green", "two")
    shop.ok("publish", build_id=document["build_id"])
    assert shop.readable() == {"two"}
    shop.ok("rollback")
    assert shop.readable() == {"one"}


def test_mixed_live_views_are_refused(shop):
    shop.release("one")
    shop.release("two")
    shop.sql("create or replace view marts.orders as select * from marts__blue.orders")

    assert shop.refused("prepare") == (
        "cutover.blue_green_prepare: the live views point at both colours, so that neither is idle: marts.customers, "
        "marts.orders. Point them at one colour by hand; `blue_green_repair` arrives in 0.2."
    )


def test_dry_run_prints_the_statements_and_changes_nothing(shop):
    shop.models = {("marts", "events"): "incremental", ("core", "accounts"): "table"}
    shop.release("one")
    before = shop.everything()

    planned = shop.run("prepare", dry_run=True, output="json")
    printed = shop.run("prepare", dry_run=True)

    assert shop.everything() == before
    assert (planned.json["operation"], planned.json["verdict"]) == ("blue_green_prepare", "dry_run")
    statements = [statement["sql"] for statement in planned.json["statements"]]
    real = [
        re.sub(r"^/\*.*?\*/\n", "", sql) for sql in shop.run("prepare").statements if sql.startswith("/* cutover.blue")
    ]
    assert list(map(steady, statements)) == list(map(steady, real))
    logged = "\n".join(printed.logged)
    assert '-- carry events from live\ncreate table "testdb"."marts__green"."events" as select * from' in logged
    assert printed.logged[-1] == "cutover.blue_green_prepare: dry run, nothing was changed."


def test_dry_run_of_the_first_prepare_makes_no_state(shop):
    outcome = shop.run("prepare", dry_run=True)

    assert outcome.exit_code == 0
    assert shop.everything() == {"schemas": ["test"]}


def test_table_output_says_what_to_type_next(shop):
    outcome = shop.run("prepare", holder="nightly")

    build_id, expires_at = shop.lease()["lease_build_id"], shop.expires_at()
    assert outcome.printed == ""
    assert outcome.logged == [
        "cutover.blue_green_prepare: building, live nothing",
        f"  lease: build {build_id} in blue, held by nightly until {expires_at} UTC",
        f"  next: dbt build --vars '{{cutover_colour: blue, cutover_build: {build_id}}}', "
        f"then blue_green_publish with build_id {build_id}",
    ]


def test_state_lives_in_the_schema_of_the_var(shop):
    shop.vars["cutover_schema"] = "Ops of 'us'"

    shop.ok("prepare")

    assert sorted(name for name in shop.everything() if name.startswith("Ops")) == [
        "Ops of 'us'.deployment_events",
        "Ops of 'us'.deployments",
    ]


def steady(sql):
    """A statement without what changes from call to call."""
    sql = re.sub(r"build_\d{8}T\d{6}_[0-9a-f]{8}", "<build>", sql)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "<time>", sql)
