"""What comes out of a reconcile: statements, levels, samples, verdict, exit code, document, table and records."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

# 1 equal; 2 differs; 3 and 4 only in legacy; 5 only in migrated.
LEGACY = [
    {"id": 1, "v": "a", "n": 1},
    {"id": 2, "v": "b", "n": 2},
    {"id": 3, "v": "c", "n": 3},
    {"id": 4, "v": "d", "n": 4},
]
MIGRATED = [{"id": 1, "v": "a", "n": 1}, {"id": 2, "v": "B", "n": 2}, {"id": 5, "v": "e", "n": 5}]
TYPES = {"id": "integer", "v": "text", "n": "integer"}


@pytest.fixture
def different(pair):
    return pair(LEGACY, MIGRATED, TYPES)


@pytest.fixture
def equal(pair):
    return pair(LEGACY, LEGACY[::-1], TYPES)


def purposes(statements):
    """What the operation's own statements are for, by the comment that each begins with."""
    start = "/* cutover.reconcile: "
    return [sql.splitlines()[0].removeprefix(start).removesuffix(" */") for sql in statements if sql.startswith(start)]


PHASE_ONE = ["both sides as of one moment", "phase one: checksums per bucket of the keys", "totals of phase one"]
PHASE_TWO = ["phase two: the rows of differing buckets, paired", "totals of phase two", "sample rows", "tidy up"]
END = ["tidy up", "the end of that moment"]


class TestStatements:
    @pytest.mark.usefixtures("equal")
    def test_equal_sides_are_read_once(self, reconcile):
        outcome = reconcile()

        assert purposes(outcome.statements) == PHASE_ONE + END
        reads = [sql for sql in outcome.statements if '"test"."legacy"' in sql or '"test"."migrated"' in sql]
        assert [(sql.count('"legacy"'), sql.count('"migrated"')) for sql in reads] == [(1, 1)]

    @pytest.mark.usefixtures("different")
    def test_different_sides_are_read_twice(self, reconcile):
        outcome = reconcile()

        assert purposes(outcome.statements) == PHASE_ONE + PHASE_TWO + END
        assert sum(sql.count('"test"."legacy"') for sql in outcome.statements) == 2

    @pytest.mark.usefixtures("different")
    @pytest.mark.parametrize(
        ("arguments", "more"),
        [
            pytest.param({}, 1, id="the look-up"),
            pytest.param({"sample_size": 0}, 1, id="without samples"),
            pytest.param({"require_unique_keys": True}, 1, id="with duplicated keys"),
            pytest.param({"levels": ["counts"]}, 1, id="counts only"),
            # Two look-ups, the schema, two tables, runs that were left; the row before, samples and levels after.
            pytest.param({"record": True}, 9, id="with records"),
        ],
    )
    def test_the_document_counts_what_was_sent(self, reconcile, arguments, more):
        outcome = reconcile(**arguments)

        assert outcome.json["statements"] == len(purposes(outcome.statements)) == len(outcome.statements) - more

    @pytest.mark.usefixtures("different")
    def test_counts_alone_need_no_keys(self, reconcile):
        outcome = reconcile(keys=[], levels=["counts"])

        assert purposes(outcome.statements) == [
            "both sides as of one moment",
            "count both sides",
            "the end of that moment",
        ]
        assert outcome.json["levels"] == {"counts": {"verdict": "mismatch", "legacy": 4, "migrated": 3}}
        assert (outcome.json["verdict"], outcome.json["keys"], outcome.exit_code) == ("mismatch", [], 1)

    @pytest.mark.usefixtures("different")
    def test_no_temporary_table_is_left(self, dbt, reconcile):
        before = dbt.query("select table_name from information_schema.tables order by 1")
        reconcile(require_unique_keys=True)

        assert dbt.query("select table_name from information_schema.tables order by 1") == before

    @pytest.mark.usefixtures("different")
    def test_both_phases_see_one_moment(self, dbt, reconcile, monkeypatch):
        # Guard: the transaction that begins before phase one. Without it the rows below are there in phase two, and the
        # verdict is `error`.
        other = dbt.connection()
        connections = dbt.project.adapter.connections
        send, written = connections.add_query, []

        def write_before_phase_two(sql, *arguments, **options):
            if "phase two: " in sql:
                other.cursor().execute("insert into test.migrated values (2, 'b', 2), (3, 'c', 3), (7, 'g', 7)")
                other.commit()
                written.append(sql)
            return send(sql, *arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(connections, "add_query", write_before_phase_two)
            outcome = reconcile()

        assert len(written) == 1
        assert outcome.json["levels"]["rows"] == {
            "verdict": "mismatch",
            "match": 1,
            "mismatch": 1,
            "only_in_legacy": 2,
            "only_in_migrated": 1,
        }
        assert len(dbt.query("select * from test.migrated")) == 6

    @pytest.mark.usefixtures("different")
    def test_a_dry_run_shows_the_statements_and_sends_none(self, reconcile, has_schema):
        sent = reconcile(record=True)
        outcome = reconcile(record=True, dry_run=True, name="pair")

        assert purposes(outcome.statements) == []
        assert len(outcome.statements) == 1
        assert outcome.exit_code == 0
        assert [one["purpose"] for one in outcome.json["statements"]] == purposes(sent.statements)
        assert (outcome.json["operation"], outcome.json["verdict"]) == ("reconcile", "dry_run")

        def body(sql):
            # Temporary tables are named after the run.
            return re.sub("cutover_(buckets|pairs)_[0-9a-f]{12}", r"\1", sql)

        ours = [sql.split("\n", 1)[1] for sql in sent.statements if sql.startswith("/* cutover.reconcile: ")]
        assert [body(one["sql"]) for one in outcome.json["statements"]] == [body(sql).strip() for sql in ours]
        assert has_schema("cutover")

    @pytest.mark.usefixtures("different")
    def test_a_dry_run_writes_nothing(self, reconcile, has_schema):
        outcome = reconcile(record=True, dry_run=True, output="table")

        assert not has_schema("cutover")
        assert outcome.logged[-1] == "cutover.reconcile: dry run, nothing was changed."
        assert [line.split("\n")[0].removeprefix("-- ") for line in outcome.logged[:-1]] == PHASE_ONE + PHASE_TWO + END
        assert all(line.endswith(";\n") for line in outcome.logged[:-1])


class TestLevels:
    @pytest.mark.usefixtures("different")
    @pytest.mark.parametrize(
        ("levels", "expected"),
        [
            pytest.param(["counts"], {"counts": {"verdict": "mismatch", "legacy": 4, "migrated": 3}}, id="counts"),
            pytest.param(
                ["keys"],
                {
                    "keys": {
                        "verdict": "mismatch",
                        "only_in_legacy": 2,
                        "only_in_migrated": 1,
                        "duplicated_in_legacy": None,
                        "duplicated_in_migrated": None,
                    }
                },
                id="keys",
            ),
            pytest.param(
                ["columns"],
                {
                    "columns": {
                        "verdict": "mismatch",
                        "columns": [
                            {"column": "v", "mismatches": 1, "accepted": 0, "verdict": "mismatch"},
                            {"column": "n", "mismatches": 0, "accepted": 0, "verdict": "match"},
                        ],
                    }
                },
                id="columns",
            ),
            pytest.param(
                ["rows"],
                {
                    "rows": {
                        "verdict": "mismatch",
                        "match": 1,
                        "mismatch": 1,
                        "only_in_legacy": 2,
                        "only_in_migrated": 1,
                    }
                },
                id="rows",
            ),
        ],
    )
    def test_each_alone(self, reconcile, levels, expected):
        assert reconcile(levels=levels).json["levels"] == expected

    @pytest.mark.usefixtures("different")
    def test_the_order_is_the_documents(self, reconcile):
        assert list(reconcile(levels=["rows", "counts"]).json["levels"]) == ["counts", "rows"]

    def test_a_level_is_judged_by_itself(self, pair, reconcile):
        # A value differs: the keys don't.
        pair([{"id": 1, "v": 1}], [{"id": 1, "v": 2}])

        assert reconcile(levels=["keys"]).json["verdict"] == "match"
        assert reconcile(levels=["counts", "keys"]).json["verdict"] == "match"
        assert reconcile(levels=["columns"]).json["verdict"] == "mismatch"

    def test_columns_alone_say_that_they_judge_no_missing_rows(self, pair, reconcile):
        pair([{"id": 1, "v": 1}, {"id": 2, "v": 2}], [{"id": 1, "v": 1}])

        assert reconcile(levels=["columns"]).json["warnings"] == [
            "rows that only one side has (1 in legacy, 0 in migrated) are not judged by the level columns"
        ]
        assert reconcile(levels=["columns", "rows"]).json["warnings"] == []

    def test_keys_alone_compare_no_columns(self, pair, reconcile):
        pair([{"id": 1, "old": 1}], [{"id": 1, "new": 2}])

        outcome = reconcile(levels=["counts", "keys"])

        assert (outcome.json["verdict"], outcome.json["not_compared"]) == ("match", [])

    def test_keys_are_counted_once(self, pair, reconcile):
        pair(
            [{"id": 1, "v": 1}, {"id": 1, "v": 2}, {"id": 2, "v": 1}],
            [{"id": 2, "v": 1}, {"id": 3, "v": 1}, {"id": 3, "v": 1}, {"id": None, "v": 1}],
        )

        keys = reconcile(require_unique_keys=True).json["levels"]["keys"]

        assert keys == {
            "verdict": "mismatch",
            "only_in_legacy": 1,
            "only_in_migrated": 2,
            "duplicated_in_legacy": 1,
            "duplicated_in_migrated": 1,
        }


class TestUniqueKeys:
    REPEATED = ({"id": 1, "v": 1}, {"id": 1, "v": 1}, {"id": 2, "v": 1})

    def test_are_asked_for(self, pair, reconcile):
        pair(self.REPEATED, self.REPEATED)

        outcome = reconcile()
        strict = reconcile(require_unique_keys=True)

        assert (outcome.json["verdict"], outcome.json["levels"]["keys"]["duplicated_in_legacy"]) == ("match", None)
        assert (strict.json["verdict"], strict.exit_code) == ("mismatch", 1)
        assert strict.json["levels"]["keys"] == {
            "verdict": "mismatch",
            "only_in_legacy": 0,
            "only_in_migrated": 0,
            "duplicated_in_legacy": 1,
            "duplicated_in_migrated": 1,
        }

    def test_that_are_unique_pass(self, pair, reconcile):
        pair([{"id": None, "v": 1}, {"id": 1, "v": 1}], [{"id": None, "v": 1}, {"id": 1, "v": 1}])

        keys = reconcile(require_unique_keys=True).json["levels"]["keys"]

        assert (keys["verdict"], keys["duplicated_in_legacy"], keys["duplicated_in_migrated"]) == ("match", 0, 0)

    def test_that_repeat_among_differing_rows_are_told(self, pair, reconcile):
        pair(self.REPEATED, [{"id": 1, "v": 1}, {"id": 1, "v": 2}, {"id": 2, "v": 1}])

        assert reconcile().json["warnings"] == [
            "keys repeat among the rows that differ (1 in legacy, 1 in migrated): those rows were paired in "
            "the order of their values"
        ]


class TestSides:
    @pytest.mark.usefixtures("different")
    def test_each_has_its_filter(self, reconcile):
        outcome = reconcile(legacy_where="id = 1 or id = 2 -- or all", migrated_where="id in (1, 2)")

        assert outcome.json["levels"]["rows"] == {
            "verdict": "mismatch",
            "match": 1,
            "mismatch": 1,
            "only_in_legacy": 0,
            "only_in_migrated": 0,
        }
        assert outcome.json["warnings"] == []
        assert reconcile(legacy_where="id = 1 or id = 2", migrated_where="1 = 0", levels=["counts"], keys=[]).json[
            "levels"
        ]["counts"] == {
            "verdict": "mismatch",
            "legacy": 2,
            "migrated": 0,
        }

    @pytest.mark.usefixtures("different")
    @pytest.mark.parametrize("side", ["legacy", "migrated"])
    def test_a_filter_on_one_alone_is_told(self, reconcile, side):
        assert reconcile(**{f"{side}_where": "id > 0"}).json["warnings"] == [f"only the {side} side is filtered"]

    @pytest.mark.usefixtures("different")
    def test_the_same_relation_twice_is_told(self, reconcile):
        outcome = reconcile(migrated='TEST."legacy"')

        assert (outcome.json["verdict"], outcome.json["warnings"]) == (
            "match",
            ["both sides are testdb.test.legacy: it is compared with itself"],
        )
        assert reconcile(migrated="test.legacy", legacy_where="id < 3", migrated_where="id > 0").json["warnings"] == []

    def test_an_empty_one_is_told(self, pair, reconcile):
        pair([], [], TYPES)

        outcome = reconcile()

        assert (outcome.json["verdict"], outcome.json["warnings"]) == (
            "match",
            ["the legacy side is empty", "the migrated side is empty"],
        )

    def test_views_are_sides_too(self, dbt, different, reconcile):
        _, migrated = different
        dbt.view("old", "select * from test.legacy where id < 3", schema="Other Place")

        outcome = reconcile(legacy='"Other Place".old', migrated=migrated, migrated_where="id < 3")

        assert outcome.json["legacy"] == 'testdb."Other Place".old'
        assert outcome.json["levels"]["counts"] == {"verdict": "match", "legacy": 2, "migrated": 2}


class TestSamples:
    @pytest.mark.usefixtures("different")
    def test_hold_the_rows_that_differ(self, reconcile):
        assert reconcile().json["samples"] == [
            {
                "status": "mismatch",
                "accepted": False,
                "key": {"id": "2"},
                "columns": {"v": {"legacy": "b", "migrated": "B"}},
            },
            {
                "status": "only_in_legacy",
                "accepted": False,
                "key": {"id": "3"},
                "columns": {"v": {"legacy": "c", "migrated": None}, "n": {"legacy": "3", "migrated": None}},
            },
            {
                "status": "only_in_legacy",
                "accepted": False,
                "key": {"id": "4"},
                "columns": {"v": {"legacy": "d", "migrated": None}, "n": {"legacy": "4", "migrated": None}},
            },
            {
                "status": "only_in_migrated",
                "accepted": False,
                "key": {"id": "5"},
                "columns": {"v": {"legacy": None, "migrated": "e"}, "n": {"legacy": None, "migrated": "5"}},
            },
        ]

    @pytest.mark.usefixtures("different")
    @pytest.mark.parametrize(("size", "rows"), [(0, []), (1, ["2", "3", "5"]), (2, ["2", "3", "4", "5"])], ids=str)
    def test_are_at_most_sample_size_of_each_status(self, reconcile, size, rows):
        outcome = reconcile(sample_size=size)

        assert [sample["key"]["id"] for sample in outcome.json["samples"]] == rows
        assert outcome.json["levels"]["rows"]["only_in_legacy"] == 2

    def test_show_each_kind_of_difference_first(self, pair, reconcile):
        # Thirty rows differ in v, the last one in n: it isn't hidden by the others.
        legacy = [{"id": number, "v": 0, "n": 0} for number in range(31)]
        pair(legacy, [{**row, "v": 1} for row in legacy[:30]] + [{**legacy[30], "n": 1}])

        samples = reconcile(sample_size=3).json["samples"]

        assert sorted((sample["key"]["id"], *sample["columns"]) for sample in samples) == [
            ("0", "v"),
            ("1", "v"),
            ("30", "n"),
        ]

    def test_those_accepted_are_counted_apart_and_come_last(self, pair, reconcile):
        legacy = [{"id": number, "v": 0} for number in range(6)]
        pair(legacy, [{**row, "v": 1} for row in legacy])

        samples = reconcile(
            sample_size=2, accepted_differences=[{"column": "v", "where": "legacy.id < 4", "reason": "r"}]
        ).json["samples"]

        assert [(sample["key"]["id"], sample["accepted"]) for sample in samples] == [
            ("4", False),
            ("5", False),
            ("0", True),
            ("1", True),
        ]

    def test_hold_texts_exactly(self, dbt, pair, reconcile):
        # dbt's result tables read numbers, dates and nothing out of texts, a column at a time: each text has its own.
        texts = ["", "null", "NULL", "None", "'; drop table x; --", "a\nb\tc", "größe 金額", "{{ 1 / 0 }}", ":", "true"]
        texts += ["007", "1e5", "2024-01-01", "\\", '"']
        key = {f"k{place}": text for place, text in enumerate(texts)}
        values = {f"v{place}": text for place, text in enumerate(texts)}
        types = dict.fromkeys([*key, *values], "text")
        pair([key | values], [key | dict.fromkeys(values)], types)

        outcome = reconcile(keys=list(key), record=True)

        columns = {name: {"legacy": text, "migrated": None} for name, text in values.items()}
        assert outcome.json["samples"] == [{"status": "mismatch", "accepted": False, "key": key, "columns": columns}]
        (recorded,) = dbt.query("select key_json, columns_json from cutover.reconciliation_samples")
        assert [json.loads(recorded["key_json"]), json.loads(recorded["columns_json"])] == [key, columns]

    def test_hide_what_is_to_be_redacted(self, dbt, pair, reconcile):
        secret = {"id": "k-secret", "v": "v-secret", "n": "n-shown", "o": "o-secret"}
        pair([secret, {**secret, "id": "k-other"}], [{**secret, "v": None, "n": "n-new"}])

        outcome = reconcile(redact=["ID", "v", "o"], record=True)
        printed = reconcile(redact=["ID", "v", "o"], output="table")

        assert outcome.json["samples"][0] == {
            "status": "mismatch",
            "accepted": False,
            "key": {"id": "[redacted]"},
            "columns": {
                "v": {"legacy": "[redacted]", "migrated": None},
                "n": {"legacy": "n-shown", "migrated": "n-new"},
            },
        }
        assert len(outcome.json["samples"]) == 2
        everything = [outcome.printed, *printed.logged, *outcome.statements]
        everything += [
            str(row)
            for table in ("reconciliation_results", "reconciliation_samples")
            for row in dbt.query(f"select * from cutover.{table}")
        ]
        assert not [text for text in everything if "secret" in text or "k-other" in text]


class TestDocument:
    @pytest.mark.usefixtures("different")
    def test_has_all_its_fields(self, reconcile):
        document = reconcile(name="orders", keys=["ID"]).json

        assert document.pop("seconds") > 0
        assert document.pop("statements") == 9
        assert len(document.pop("samples")) == 4
        assert list(document.pop("levels")) == ["counts", "keys", "columns", "rows"]
        assert document == {
            "operation": "reconcile",
            "verdict": "mismatch",
            "name": "orders",
            "legacy": "testdb.test.legacy",
            "migrated": "testdb.test.migrated",
            "keys": ["id"],
            "not_compared": [],
            "tolerated": [],
            "normalised": [],
            "accepted": [],
            "causes": [],
            "warnings": [],
        }

    @pytest.mark.usefixtures("equal")
    def test_of_equal_sides(self, reconcile):
        outcome = reconcile()

        assert (outcome.json["verdict"], outcome.exit_code, outcome.error) == ("match", 0, None)
        assert outcome.json["levels"] == {
            "counts": {"verdict": "match", "legacy": 4, "migrated": 4},
            "keys": {
                "verdict": "match",
                "only_in_legacy": 0,
                "only_in_migrated": 0,
                "duplicated_in_legacy": None,
                "duplicated_in_migrated": None,
            },
            "columns": {
                "verdict": "match",
                "columns": [
                    {"column": name, "mismatches": 0, "accepted": 0, "verdict": "match"} for name in ("v", "n")
                ],
            },
            "rows": {"verdict": "match", "match": 4, "mismatch": 0, "only_in_legacy": 0, "only_in_migrated": 0},
        }
        assert outcome.json["samples"] == []
        assert outcome.logged == []

    @pytest.mark.usefixtures("different")
    def test_the_error_names_the_levels(self, reconcile):
        assert reconcile().error == (
            "cutover.reconcile: testdb.test.legacy and testdb.test.migrated: mismatch. "
            "Levels that differ: counts, keys, columns, rows."
        )
        assert reconcile(legacy_where="id < 3", migrated_where="id < 3").error.endswith(
            "Levels that differ: columns, rows."
        )

    @pytest.mark.usefixtures("different")
    def test_as_a_table(self, reconcile):
        outcome = reconcile(output="table")
        *lines, last = outcome.logged

        assert outcome.printed == ""
        assert lines == [
            "cutover.reconcile: testdb.test.legacy (legacy) against testdb.test.migrated (migrated), by id",
            "  level    verdict   found",
            "  -------  --------  " + 57 * "-",
            "  counts   mismatch  legacy 4, migrated 3",
            "  keys     mismatch  only in legacy 2, only in migrated 1",
            "  columns  mismatch  v 1",
            "  rows     mismatch  match 1, mismatch 1, only in legacy 2, only in migrated 1",
            "  sample rows",
            "  status            key: legacy -> migrated",
            "  ----------------  -----------------------",
            "  mismatch          id '2': v 'b' -> 'B'",
            "  only_in_legacy    id '3'",
            "  only_in_legacy    id '4'",
            "  only_in_migrated  id '5'",
        ]
        assert last.startswith("  verdict: mismatch, 9 statements, ")


def numbers(**found):
    """What the phases found of a pair of three rows each, all equal, unless told otherwise."""
    pairs = dict.fromkeys(["unexplained", "only_in_legacy", "only_in_migrated", "mismatch"], 0)
    return {"legacy_rows": 3, "migrated_rows": 3, "samples": [], "duplicates": None, "pairs": pairs | found}


class TestContradictions:
    """What is called different must be explained by a pair of rows, else nothing was proven."""

    @pytest.fixture
    def outcome(self, dbt):
        plan = {
            "legacy": {"text": "a"},
            "migrated": {"text": "b"},
            "name": "x",
            "levels": ["counts", "keys", "columns", "rows"],
            "keys": [{"name": "id"}],
            "columns": [],
            "not_compared": [],
            "accepted": [],
            "warnings": [],
        }
        operation = {"name": "reconcile", "statements": 0, "started": datetime.now(UTC)}
        return lambda found: dbt.call("cutover._reconcile_outcome", operation, plan, found)["verdict"]

    def test_none(self, outcome):
        assert outcome(numbers()) == "match"

    def test_a_bucket_without_an_unequal_pair(self, outcome):
        assert outcome(numbers(unexplained=1)) == "error"

    def test_counts_that_no_pairing_gives(self, outcome):
        assert outcome(numbers(only_in_legacy=1)) == "error"
        assert outcome(numbers(only_in_legacy=1, only_in_migrated=1)) == "mismatch"

    def test_a_side_that_answers_otherwise_the_second_time(self, dbt, reconcile):
        # A sequence stands for anything that isn't stable: false when phase one reads it, true from then on, as in
        # migrated.
        dbt.execute("create sequence test.clock")
        dbt.view("legacy", "select 1 as id, nextval('test.clock') > 1 as later")
        dbt.table("migrated", [{"id": 1, "later": True}])

        outcome = reconcile()

        assert (outcome.json["verdict"], outcome.exit_code) == ("error", 1)
        assert outcome.error == (
            "cutover.reconcile: testdb.test.legacy and testdb.test.migrated: error. "
            "The totals contradict each other, as when a side changes while it is read: nothing was proven. "
            "Run it again."
        )


class TestRecords:
    @pytest.mark.usefixtures("different")
    def test_are_one_row_per_level_and_two_of_the_run(self, dbt, reconcile):
        outcome = reconcile(record=True)
        rows = dbt.query("select * from cutover.reconciliation_results")
        by_level = {(row["level"], row["verdict"]): row for row in rows}

        assert sorted(by_level) == [
            ("columns", "mismatch"),
            ("counts", "mismatch"),
            ("keys", "mismatch"),
            ("rows", "mismatch"),
            ("run", "mismatch"),
            ("run", "running"),
        ]
        for level in ("counts", "keys", "columns", "rows"):
            assert json.loads(by_level[level, "mismatch"]["details"]) == outcome.json["levels"][level]
        names = ("matches", "mismatches", "only_in_legacy", "only_in_migrated", "legacy_rows", "migrated_rows")
        assert [by_level["rows", "mismatch"][name] for name in names] == [1, 1, 2, 1, None, None]
        assert [by_level["counts", "mismatch"][name] for name in names] == [None, None, None, None, 4, 3]
        (run_id,) = {row["run_id"] for row in rows}
        assert {(row["name"], row["legacy"], row["migrated"]) for row in rows} == {
            ("testdb.test.legacy = testdb.test.migrated", "testdb.test.legacy", "testdb.test.migrated")
        }
        end = by_level["run", "mismatch"]
        assert float(end["seconds"]) == pytest.approx(outcome.json["seconds"], rel=1e-6)
        assert json.loads(end["details"]) == {"not_compared": [], "tolerated": [], "accepted": [], "warnings": []}
        samples = dbt.query("select * from cutover.reconciliation_samples")
        assert {row["run_id"] for row in samples} == {run_id}
        assert sorted((row["status"], json.loads(row["key_json"])["id"], row["accepted"]) for row in samples) == [
            ("mismatch", "2", "no"),
            ("only_in_legacy", "3", "no"),
            ("only_in_legacy", "4", "no"),
            ("only_in_migrated", "5", "no"),
        ]
        now = datetime.now(UTC).replace(tzinfo=None)
        assert all(now - timedelta(minutes=10) < row["recorded_at"] <= now for row in [*rows, *samples])

    @pytest.mark.usefixtures("different")
    def test_hold_the_arguments(self, dbt, reconcile):
        given = {
            "keys": ["id"],
            "legacy_where": "id > 1",
            "tolerances": {"*": {"absolute": 0.5}},
            "redact": ["v"],
            "levels": ["rows"],
        }
        reconcile(
            record=True,
            accepted_differences=[{"column": "v", "reason": "it's", "until": datetime(2999, 1, 31).date()}],
            **given,
        )

        (text,) = dbt.query("select arguments from cutover.reconciliation_results where verdict = 'running'").column(
            "arguments"
        )
        found = json.loads(text)
        assert {name: found[name] for name in given} == given
        assert found["accepted_differences"] == [{"column": "v", "reason": "it's", "until": "2999-01-31"}]
        assert (found["legacy"], found["migrated"]) == ("testdb.test.legacy", "testdb.test.migrated")

    @pytest.mark.usefixtures("equal")
    def test_carry_the_name_and_add_up(self, dbt, reconcile):
        reconcile(record=True, name="it's orders")
        reconcile(record=True, name="it's orders")

        rows = dbt.query("select name, verdict, run_id from cutover.reconciliation_results where level = 'run'")
        assert [row["name"] for row in rows] == ["it's orders"] * 4
        assert sorted(row["verdict"] for row in rows) == ["match", "match", "running", "running"]
        assert len({row["run_id"] for row in rows}) == 2

    @pytest.mark.usefixtures("different")
    def test_are_left_out_on_request(self, reconcile, has_schema):
        reconcile(record=False)

        assert not has_schema("cutover")

    @pytest.mark.usefixtures("equal")
    def test_of_a_run_that_died_are_told_by_the_next(self, dbt, reconcile):
        died = reconcile(record=True, legacy_where="no_such_column = 1", migrated_where="1 = 1")
        assert (died.exit_code, died.printed) == (1, "")

        outcome = reconcile(record=True)
        other_pair = reconcile(record=True, legacy="test.migrated", migrated="test.legacy")

        assert outcome.json["warnings"] == [
            "1 earlier reconciles of this pair never told a verdict: they died, or still run"
        ]
        assert other_pair.json["warnings"] == []
        assert (
            dbt.query(
                "select * from cutover.reconciliation_results where level = 'run' and verdict = 'running' and "
                "legacy like '%legacy'"
            ).column("name")
            == ["testdb.test.legacy = testdb.test.migrated"] * 2
        )
