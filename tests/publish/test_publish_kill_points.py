"""Each operation is cut off at each of its statements: readers see one whole version, and the way on is open."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.engines("duckdb")


class CutError(Exception):
    """The connection is gone."""


def run_cut(shop, at, sent, operation, **arguments):
    """Run an operation whose statement number `at` doesn't come through, or (`sent`) does and its answer doesn't."""
    connections = shop.dbt.project.adapter.connections
    send, number = connections.add_query, 0

    def sending(sql, *arguments, **options):
        nonlocal number
        if sql in ("BEGIN", "COMMIT"):  # dbt's own, around its connection's first words; the package's have a comment
            return send(sql, *arguments, **options)
        number += 1
        if number < at:
            return send(sql, *arguments, **options)
        if number == at and sent:
            send(sql, *arguments, **options)
        raise CutError(f"cut at statement {at}: {sql}")

    connections.add_query = sending
    try:
        return shop.run(operation, **arguments)
    finally:
        connections.add_query = send


def cut_everywhere(shop, sent, set_up, operation, check):
    """Cut the operation at statement 1, 2, ... until it has no more; `set_up` readies it and gives its arguments."""
    at = 0
    while True:
        at += 1
        arguments = set_up()
        before = shop.everything()
        outcome = run_cut(shop, at, sent, operation, **arguments)
        if outcome.exit_code == 0:
            break
        assert f"cut at statement {at}" in outcome.error
        committed = any(sql.endswith("commit") for sql in outcome.statements[: at if sent else at - 1])
        if not committed:
            assert shop.everything() == before, outcome.error
        check(committed)
    # Cut everywhere: as often as the operation sends statements when nobody cuts it.
    assert at - 1 == len(outcome.statements) > 5


@pytest.fixture(params=[pytest.param(False, id="statement lost"), pytest.param(True, id="answer lost")])
def sent(request):
    return request.param


def test_prepare(shop, sent):
    shop.models["marts", "events"] = "incremental"
    shop.release("one")
    shop.release("two")
    before = shop.ok("status")

    def set_up():
        if shop.lease()["lease_build_id"]:
            shop.expire()
        return {}

    def check(committed):
        assert shop.readable() == {"two"}
        status = shop.ok("status")
        if committed:
            # Taken, though nobody was told the build id: status tells it, and a build may go on with it.
            assert (status["state"], status["lease"]["colour"]) == ("building", "blue")
        else:
            assert status["live_build_id"] == before["live_build_id"]

    cut_everywhere(shop, sent, set_up, "prepare", check)
    shop.build("blue", "three")
    shop.ok("publish", build_id=shop.ok("status")["lease"]["build_id"])
    assert shop.readable() == {"three"}


def test_first_prepare(shop, sent):
    def set_up():
        shop.sql("drop schema if exists cutover cascade; drop schema if exists marts__blue cascade")
        return {}

    def check(committed):
        status = shop.ok("status")
        assert (status["state"], status["live"]) == ("building" if committed else "idle", None)

    cut_everywhere(shop, sent, set_up, "prepare", check)


def test_publish(shop, sent):
    shop.models["core", "accounts"] = "table"
    shop.release("one")
    shop.release("two")
    versions = ["two"]

    def set_up():
        if shop.lease()["lease_build_id"] is None:
            prepared = shop.ok("prepare")
            versions.append(f"version {len(versions)}")
            shop.build(prepared["colour"], versions[-1])
        return {"build_id": shop.lease()["lease_build_id"]}

    def check(committed):
        old, new = versions[-2:]
        status = shop.ok("status")
        if committed:
            assert shop.readable() == {new}
            assert (status["state"], status["lease"]) == ("live", None)
            assert shop.refused("publish", build_id=status["live_build_id"]).startswith(
                f"cutover.blue_green_publish: no build holds the lease (the live build is {status['live_build_id']})"
            )
        else:
            assert shop.readable() == {old}
            assert (status["state"], status["lease"]["expired"]) == ("building", False)

    cut_everywhere(shop, sent, set_up, "publish", check)
    assert shop.readable() == {versions[-1]}
    assert shop.ok("status")["state"] == "live"


def test_rollback(shop, sent):
    shop.release("one")
    shop.models["marts", "fresh"] = "table"
    shop.release("two")
    live, behind = ["two", "one"]

    def set_up():
        return {}

    def check(committed):
        nonlocal live, behind
        if committed:
            live, behind = behind, live
        seen = {shop.read(name=name) for name in ("orders", "customers")}
        assert (seen, shop.read(name="fresh")) == ({live}, "two" if live == "two" else None)
        assert shop.ok("status")["state"] == "live"

    # Both ways have as many statements but for the view that only one build has: cut the way that has it.
    def back_set_up():
        nonlocal live, behind
        if live == "one":
            shop.ok("rollback")
            live, behind = behind, live
        return set_up()

    cut_everywhere(shop, sent, back_set_up, "rollback", check)
    assert shop.ok("status")["state"] == "live"
