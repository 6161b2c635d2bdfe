"""Snapshots that dbt itself makes, in three runs: read and judged by what reads and judges the histories of scd2."""

from datetime import datetime

import pytest

TYPES = {"id": "integer", "email": "text", "updated_at": "timestamp"}
# What the source holds in each run: 1 changes, 2 goes and comes back, 3 comes later, 4 stays.
RUNS = [
    [(1, "a", 1), (2, "b", 1), (4, None, 1)],
    [(1, "x", 2), (3, "c", 2), (4, None, 1)],
    [(1, "a", 3), (2, "b", 3), (3, "c", 2), (4, None, 1)],
]
# As dbt hands a snapshot's snapshot_meta_column_names to the materialization: all of them.
RENAMED = {
    "dbt_valid_from": "begins",
    "dbt_valid_to": "ends",
    "dbt_scd_id": "dbt_scd_id",
    "dbt_updated_at": "dbt_updated_at",
    "dbt_is_deleted": "dbt_is_deleted",
}


def snapshot(dbt, runs, **config):
    """Run `dbt snapshot` over each content of the source; answer the snapshot and a moment right after each run."""
    moments = []
    for content in runs:
        rows = [{"id": id_, "email": email, "updated_at": datetime(2024, 1, at)} for id_, email, at in content]
        dbt.table("customers", rows, types=TYPES)
        (relation,) = dbt.materialize(
            "snapshot",
            "select * from {{ target.schema }}.customers",
            identifier="customers_snapshot",
            unique_key="id",
            **config,
        )
        moments += dbt.query("select {{ dbt.snapshot_get_time() }} as now").column("now")
    return relation, moments


def at(dbt, relation, moment, where="true", **named):
    rows = dbt.query(
        """
        select id, email
        from {{ cutover.scd2_as_of(relation, moment, **named) }} as versions
        where {{ where }}
        """,
        relation=relation,
        moment=moment,
        where=where,
        named=named,
    )
    return sorted((row["id"], row["email"]) for row in rows)


def contents(run, *kept):
    return sorted([(id_, email) for id_, email, _ in RUNS[run]] + list(kept))


@pytest.mark.parametrize(
    ("hard_deletes", "where", "kept", "faults"),
    [
        pytest.param("ignore", "true", [(2, "b")], [], id="deletions ignored"),
        pytest.param("invalidate", "true", [], [(2, "gap")], id="deletions close a version"),
        pytest.param("new_record", "dbt_is_deleted = 'False'", [], [], id="deletions are versions"),
    ],
)
def test_a_snapshot_by_check_shows_what_each_run_saw(dbt, hard_deletes, where, kept, faults):
    relation, moments = snapshot(dbt, RUNS, strategy="check", check_cols=["email"], hard_deletes=hard_deletes)

    assert at(dbt, relation, moments[0], where, snapshot=True) == contents(0)
    assert at(dbt, relation, moments[1], where, snapshot=True) == contents(1, *kept)
    assert at(dbt, relation, moments[2], where, snapshot=True) == contents(2)
    found = dbt.run_test("cutover.scd2_is_consistent", relation, keys=["id"], snapshot=True)
    assert [(row["id"], row["cutover_fault"]) for row in found] == faults
    assert dbt.run_test("cutover.scd2_is_consistent", relation, keys=["id"], snapshot=True, allow_gaps=True) == []


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param({}, {"snapshot": True}, id="dbt's names"),
        pytest.param(
            {"snapshot_table_column_names": RENAMED},
            {"snapshot": True, "effective_date": "begins", "expiry_date": "ends"},
            id="names of one's own",
        ),
    ],
)
@pytest.mark.parametrize("last", [None, "cast('9999-12-31' as timestamp)"], ids=["null", "far"])
def test_a_snapshot_by_timestamp_shows_what_the_source_said(dbt, config, named, last):
    far = {"dbt_valid_to_current": last} if last else {}
    relation, _ = snapshot(dbt, RUNS, strategy="timestamp", updated_at="updated_at", **config, **far)

    assert at(dbt, relation, "2023-12-31", **named) == []
    assert at(dbt, relation, "2024-01-01", **named) == contents(0)
    assert at(dbt, relation, "2024-01-02 12:00:00", **named) == contents(1, (2, "b"))
    assert at(dbt, relation, "2024-01-03", **named) == contents(2)
    asked = {"keys": ["id"], "expiry_of_current": last, **named}
    assert dbt.run_test("cutover.scd2_is_consistent", relation, **asked) == []


def test_a_return_that_is_dated_before_the_deletion_is_found(dbt):
    """A deletion has the time of its run, a return that of its row, which is older here: dbt makes two that overlap."""
    relation, _ = snapshot(dbt, RUNS, strategy="timestamp", updated_at="updated_at", hard_deletes="invalidate")

    found = dbt.run_test("cutover.scd2_is_consistent", relation, keys=["id"], snapshot=True)
    assert [(row["id"], row["cutover_fault"], row["dbt_valid_from"]) for row in found] == [
        (2, "overlap", datetime(2024, 1, 3))
    ]
