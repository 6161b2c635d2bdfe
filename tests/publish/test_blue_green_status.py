"""What is live, which builds the colours hold, and who holds the lease: asked without changing anything."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.engines("duckdb")


def test_idle_before_anything_was_prepared_and_no_state_is_made(shop):
    document = shop.ok("status")

    assert document == {
        "operation": "blue_green_status",
        "state": "idle",
        "live": None,
        "idle": None,
        "colour": None,
        "build_id": None,
        "live_build_id": None,
        "idle_build_id": None,
        "lease": None,
        "objects": [],
        "gates": [],
    }
    assert shop.everything() == {"schemas": ["test"]}


def test_building_names_the_lease(shop):
    prepared = shop.ok("prepare", holder="ann")

    document = shop.ok("status")

    assert (document["state"], document["live"], document["build_id"]) == ("building", None, None)
    assert document["lease"] == prepared["lease"]


def test_live_after_a_publish(shop):
    first = shop.release("one")
    second = shop.release("two")

    assert shop.ok("status") == {
        "operation": "blue_green_status",
        "state": "live",
        "live": "green",
        "idle": "blue",
        "colour": "green",
        "build_id": second["build_id"],
        "live_build_id": second["build_id"],
        "idle_build_id": first["build_id"],
        "lease": None,
        "objects": [
            {"object": "marts.customers", "points_at": "green"},
            {"object": "marts.orders", "points_at": "green"},
        ],
        "gates": [],
    }


def test_building_over_a_live_build_shows_both(shop):
    first = shop.release("one")
    prepared = shop.ok("prepare")

    document = shop.ok("status")

    assert (document["state"], document["live"], document["idle"]) == ("building", "blue", "green")
    assert (document["live_build_id"], document["lease"]["build_id"]) == (first["build_id"], prepared["build_id"])


def test_expired_lease_is_no_building(shop):
    shop.release("one")
    shop.ok("prepare")
    shop.expire()

    document = shop.ok("status")

    assert (document["state"], document["lease"]["expired"]) == ("live", True)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("drop view marts.orders; create table marts.orders as select 1 as build", id="table in its place"),
        pytest.param("create or replace view marts.orders as select 1 as build", id="foreign view in its place"),
        pytest.param("create or replace view marts.orders as from marts__blue.orders limit 1", id="view with a tail"),
        pytest.param("drop view marts.orders", id="one view gone"),
        pytest.param("drop schema marts cascade", id="all views gone"),
        pytest.param("create or replace view marts.orders as select * from marts__blue.orders", id="mixed"),
        pytest.param(
            "create or replace view marts.orders as select * from marts__blue.orders;"
            "create or replace view marts.customers as select * from marts__blue.customers",
            id="all on the other colour",
        ),
    ],
)
def test_diverged_when_the_live_names_are_not_what_was_published(shop, change):
    shop.release("one")
    shop.release("two")
    shop.sql(change)
    before = shop.everything()

    assert shop.ok("status")["state"] == "diverged"
    assert shop.everything() == before


def test_diverged_when_a_name_that_left_the_project_is_taken(shop):
    shop.models["marts", "old"] = "table"
    shop.release("one")
    del shop.models["marts", "old"]
    shop.sql("drop view marts.old; create table marts.old as select 1 as n")

    document = shop.ok("status")

    assert document["state"] == "diverged"
    assert {"object": "marts.old", "points_at": None} in document["objects"]


def test_mixed_views_without_a_record_are_a_divergence(shop):
    shop.release("one")
    shop.release("two")
    shop.sql("create or replace view marts.orders as select * from marts__blue.orders; drop schema cutover cascade")

    document = shop.ok("status")

    assert (document["state"], document["live"]) == ("diverged", None)


def test_real_tables_before_the_first_deployment_are_no_divergence(shop):
    shop.sql("create schema marts; create table marts.orders as select 1 as n")

    document = shop.ok("status")

    assert (document["state"], document["objects"]) == ("idle", [{"object": "marts.orders", "points_at": None}])


def test_view_made_by_hand_that_is_a_pointer_counts_as_one(shop):
    """The catalog is the truth: who typed the statement is not in it."""
    shop.release("one")
    shop.sql('create or replace view testdb.marts."orders" as select * from testdb.marts__blue.orders')

    assert shop.ok("status")["state"] == "live"


def test_row_of_the_lease_that_was_deleted_reads_as_none(shop):
    shop.release("one")
    shop.sql("delete from cutover.deployments")

    assert (shop.ok("status")["live"], shop.ok("status")["live_build_id"]) == ("blue", None)
    assert shop.refused("publish", build_id="x").startswith("cutover.blue_green_publish: nothing was prepared")
    assert shop.refused("rollback").startswith("cutover.blue_green_rollback: nothing was published yet")
    assert shop.ok("prepare")["colour"] == "green"


def test_nothing_is_written(shop):
    shop.release("one")
    shop.ok("prepare")
    before = shop.everything()

    outcome = shop.run("status")

    assert shop.everything() == before
    assert all(sql.lstrip().startswith(("select", "/*")) for sql in outcome.statements)


def test_table_output(shop):
    first = shop.release("one")
    second = shop.release("two")
    shop.sql("create table marts.manual as select 1 as n")

    assert shop.run("status").logged == [
        f"cutover.blue_green_status: live, live green (build {second['build_id']})",
        f"  behind it: build {first['build_id']} in blue, one blue_green_rollback away",
        "  live name        points at",
        "  ---------------  ------------------",
        "  marts.customers  green",
        "  marts.orders     green",
        "  marts.manual     not a pointer view",
    ]


def test_table_output_of_a_lease_that_expired(shop):
    shop.ok("prepare", holder="ann")
    shop.expire()
    build_id = shop.lease()["lease_build_id"]

    assert shop.run("status").logged == [
        "cutover.blue_green_status: idle, live nothing",
        f"  lease: build {build_id} in blue, held by ann, expired at {shop.expires_at()} UTC",
    ]
