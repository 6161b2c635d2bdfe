from __future__ import annotations

import pytest


@pytest.fixture
def reconcile(dbt):
    """Run the operation on test.legacy and test.migrated without recording; its document is the outcome's `json`."""

    def run(**arguments):
        given = {
            "legacy": "test.legacy",
            "migrated": "test.migrated",
            "keys": ["id"],
            "record": False,
            "output": "json",
        }
        return dbt.operation("cutover.reconcile", **given | arguments)

    return run


@pytest.fixture
def pair(dbt):
    """Make test.legacy and test.migrated of rows; `types` are of both sides, the other two of one."""

    def make(legacy, migrated, types=None, legacy_types=None, migrated_types=None):
        return (
            dbt.table("legacy", legacy, types=types if legacy_types is None else legacy_types),
            dbt.table("migrated", migrated, types=types if migrated_types is None else migrated_types),
        )

    return make


@pytest.fixture
def counts(reconcile):
    """Run and return (match, mismatch, only in legacy, only in migrated); verdict and exit code must agree."""

    def run(**arguments):
        outcome = reconcile(**arguments)
        document = outcome.json
        rows = document["levels"]["rows"]
        found = tuple(rows[name] for name in ("match", "mismatch", "only_in_legacy", "only_in_migrated"))
        verdict = "mismatch" if any(found[1:]) else "match"
        assert (document["verdict"], rows["verdict"], outcome.exit_code) == (
            verdict,
            verdict,
            int(verdict != "match"),
        ), document
        return found

    return run


@pytest.fixture
def has_schema(dbt):
    """Whether a schema is there, by the database's own catalog."""

    def look(name):
        found = dbt.query("select schema_name from information_schema.schemata")
        return name in [row["schema_name"] for row in found]

    return look
