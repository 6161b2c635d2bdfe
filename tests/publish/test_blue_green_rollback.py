"""Back to the build before, and forward again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.engines("duckdb")

NOTHING = "cutover.blue_green_rollback: nothing was published yet, so there is nothing to go back to."


def test_back_and_forward_again(shop):
    first, second = shop.release("one"), shop.release("two")

    back = shop.ok("rollback")

    assert shop.readable() == {"one"}
    assert back == {
        "operation": "blue_green_rollback",
        "state": "live",
        "live": "blue",
        "idle": "green",
        "colour": "blue",
        "build_id": first["build_id"],
        "live_build_id": first["build_id"],
        "idle_build_id": second["build_id"],
        "lease": None,
        "objects": [
            {"object": "marts.customers", "points_at": "blue"},
            {"object": "marts.orders", "points_at": "blue"},
        ],
        "gates": [],
    }
    forward = shop.ok("rollback")
    assert (shop.readable(), forward["live_build_id"]) == ({"two"}, second["build_id"])
    assert shop.events()[-2:] == [
        ("rolled_back", first["build_id"], "blue"),
        ("rolled_back", second["build_id"], "green"),
    ]


def test_next_build_after_a_rollback_goes_over_the_build_that_was_left(shop):
    shop.release("one")
    shop.release("two")
    shop.ok("rollback")

    assert shop.release("three")["live"] == "green"
    assert shop.ok("rollback")["live"] == "blue"
    assert shop.readable() == {"one"}


def test_names_that_only_one_build_has_come_and_go(shop):
    shop.release("one")
    shop.models["marts", "fresh"] = "table"
    shop.release("two")

    shop.ok("rollback")
    assert shop.read(name="fresh") is None
    shop.ok("rollback")
    assert shop.read(name="fresh") == "two"


def test_nothing_behind(shop):
    assert shop.refused("rollback") == NOTHING
    assert shop.everything() == {"schemas": ["test"]}
    shop.ok("prepare")
    assert shop.refused("rollback") == NOTHING


def test_only_one_build(shop):
    build_id = shop.release("one")["build_id"]

    assert shop.refused("rollback") == (
        f"cutover.blue_green_rollback: there is no build behind the live one: "
        f"the live build {build_id} is the only one."
    )


def test_while_a_build_is_being_made_over_the_build_before(shop):
    shop.release("one")
    shop.release("two")
    build_id = shop.ok("prepare")["build_id"]

    assert shop.refused("rollback") == (
        f"cutover.blue_green_rollback: there is no build behind the live one: "
        f"the build {build_id} is being made in blue, "
        "over the build before."
    )
    assert shop.readable() == {"two"}


def test_build_behind_that_is_no_longer_whole(shop):
    first = shop.release("one")
    shop.release("two")
    shop.sql("drop table marts__blue.orders")
    before = shop.everything()

    assert shop.refused("rollback") == (
        f"cutover.blue_green_rollback: the build {first['build_id']} is no longer whole: marts.orders are gone. "
        "Nothing was changed."
    )
    assert shop.everything() == before


def test_build_behind_that_is_gone(shop):
    first = shop.release("one")
    shop.release("two")
    shop.sql("drop schema marts__blue cascade")

    assert shop.refused("rollback") == (
        f"cutover.blue_green_rollback: the colour blue of the build {first['build_id']} holds nothing any more."
    )


def test_views_that_somebody_moved(shop):
    shop.release("one")
    shop.release("two")
    for name in ("orders", "customers"):
        shop.sql(f"create or replace view marts.{name} as select * from marts__blue.{name}")

    assert shop.refused("rollback") == (
        "cutover.blue_green_rollback: the catalog says that blue is live and the record says green: "
        "somebody changed the views. Look at blue_green_status."
    )


def test_views_that_somebody_dropped(shop):
    shop.release("one")
    shop.release("two")
    shop.sql("drop schema marts cascade")

    assert shop.refused("rollback") == (
        "cutover.blue_green_rollback: the catalog says that no colour is live and the record says green: "
        "somebody changed the views. Look at blue_green_status."
    )


def test_mixed_views(shop):
    shop.release("one")
    shop.release("two")
    shop.sql("create or replace view marts.orders as select * from marts__blue.orders")

    assert shop.refused("rollback") == (
        "cutover.blue_green_rollback: the live views point at both colours, so that neither is idle: marts.customers, "
        "marts.orders. Point them at one colour by hand; `blue_green_repair` arrives in 0.2."
    )


def test_foreign_view_at_a_name_of_the_build_behind_is_not_replaced(shop):
    """The name is no model's any more, so that only the build behind tells that it is ours."""
    shop.models["marts", "old"] = "table"
    shop.release("one")
    del shop.models["marts", "old"]
    prepared = shop.ok("prepare")
    shop.build("green", "two")
    shop.ok("publish", build_id=prepared["build_id"], allow_missing=["old"])
    shop.sql("create view marts.old as select 'theirs' as build")
    before = shop.everything()

    assert shop.refused("rollback").startswith(
        "cutover.blue_green_rollback: the live names marts.old (view) are no pointer views of ours"
    )
    assert shop.everything() == before


def test_rollback_that_somebody_else_did_meanwhile(shop):
    shop.release("one")
    shop.release("two")
    desk, connections = shop.dbt.connection(), shop.dbt.project.adapter.connections
    send = connections.add_query

    def sending(sql, *arguments, **options):
        if "begin transaction" in sql:
            desk.execute("update cutover.deployments set live_build_id = idle_build_id, idle_build_id = 'x'")
            desk.execute("update cutover.deployments set live_build_id = 'y'")
        return send(sql, *arguments, **options)

    connections.add_query = sending
    message = shop.refused("rollback")
    connections.add_query = send

    assert message == (
        "cutover.blue_green_rollback: the lease changed hands meanwhile: nothing was changed. "
        "Look at blue_green_status."
    )
    assert shop.readable() == {"two"}


def test_dry_run_changes_nothing(shop):
    shop.release("one")
    shop.release("two")
    before = shop.everything()

    planned = shop.run("rollback", dry_run=True, output="json")
    printed = shop.run("rollback", dry_run=True)

    assert shop.everything() == before
    statements = [statement["sql"] for statement in planned.json["statements"]]
    assert (statements[0], statements[-1]) == ("begin transaction", "commit")
    assert (
        'create or replace view "testdb"."marts"."orders" as select * from "testdb"."marts__blue"."orders"'
        in statements
    )
    assert printed.logged[-1] == "cutover.blue_green_rollback: dry run, nothing was changed."


def test_table_output(shop):
    first, second = shop.release("one"), shop.release("two")

    assert shop.run("rollback").logged == [
        f"cutover.blue_green_rollback: live, live blue (build {first['build_id']})",
        f"  behind it: build {second['build_id']} in green, one blue_green_rollback away",
        "  live name        points at",
        "  ---------------  ---------",
        "  marts.customers  blue",
        "  marts.orders     blue",
    ]
