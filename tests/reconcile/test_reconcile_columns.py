"""Which columns are compared, under which names, and what is said of those that aren't."""

from __future__ import annotations

from decimal import Decimal

import pytest

ROW = {"id": 1, "amount": 10, "status": "open"}


def mismatches(outcome):
    """Columns that were compared, with the number of rows in which they differ."""
    return {column["column"]: column["mismatches"] for column in outcome.json["levels"]["columns"]["columns"]}


def not_compared(outcome):
    return {one["column"]: one["reason"] for one in outcome.json["not_compared"]}


HOSTILE = ["order", "Group", "net amount", 'say "hi"', "legacy", "migrated", "compared", "bucket", "place", "key_1"]
HOSTILE += ["value_1", "größe", "it's", "a.b", "{{ x }}", "-- x", "null", "*"]


class TestNames:
    def test_any_name_is_a_key(self, pair, reconcile):
        pair(
            [dict.fromkeys(HOSTILE, value) | {"other": value} for value in (1, 2, 3)],
            [dict.fromkeys(HOSTILE, value) | {"other": other} for value, other in ((1, 1), (2, 5), (4, 4))],
        )

        outcome = reconcile(keys=HOSTILE)

        assert list(outcome.json["levels"]["rows"].values()) == ["mismatch", 1, 1, 1, 1]
        assert mismatches(outcome) == {"other": 1}
        assert outcome.json["samples"][0]["key"] == dict.fromkeys(HOSTILE, "2")

    def test_any_name_is_a_value(self, pair, reconcile):
        # Each column differs in a row of its own, and is found there by an accepted difference.
        legacy = [{"id": place} | dict.fromkeys(HOSTILE, 0) for place in range(len(HOSTILE))]
        pair(legacy, [{**row, HOSTILE[row["id"]]: 7} for row in legacy])
        quoted = ['"' + name.replace('"', '""') + '"' for name in HOSTILE]

        outcome = reconcile(
            accepted_differences=[
                {"column": name, "where": f"legacy.{sql} = 0 and migrated.{sql} = 7", "reason": "r"}
                for name, sql in zip(HOSTILE, quoted, strict=True)
            ]
        )

        assert mismatches(outcome) == dict.fromkeys(HOSTILE, 1)
        assert [one["rows"] for one in outcome.json["accepted"]] == [1] * len(HOSTILE)
        assert outcome.json["verdict"] == "accepted"
        assert [list(sample["columns"]) for sample in outcome.json["samples"]] == [[name] for name in HOSTILE]

    def test_a_name_in_other_letters_is_the_same_column(self, pair, reconcile):
        pair([{"Id": 1, "AMOUNT": 10}], [{"ID": 1, "amount": 11}])

        outcome = reconcile()

        assert (outcome.json["keys"], mismatches(outcome), not_compared(outcome)) == (["Id"], {"AMOUNT": 1}, {})

    @pytest.mark.engines("postgres")
    def test_names_that_differ_by_case_alone_are_two_columns(self, pair, reconcile):
        # Guard: _meant takes the exact name first. Ignoring case, each of these arguments would reach the other column
        # too, and hide what differs.
        legacy, migrated = {"id": 1, "Amount": 10, "amount": 20}, {"id": 1, "Amount": 11, "amount": 21}
        pair([legacy], [migrated])

        assert mismatches(reconcile()) == {"Amount": 1, "amount": 1}
        assert mismatches(reconcile(exclude=["amount"])) == {"Amount": 1}
        assert mismatches(reconcile(columns=["amount"])) == {"amount": 1}
        assert mismatches(reconcile(tolerances={"amount": {"absolute": 1}})) == {"Amount": 1, "amount": 0}
        assert mismatches(reconcile(expressions={"amount": {"legacy": "20", "migrated": "20"}})) == {
            "Amount": 1,
            "amount": 0,
        }
        accepted = reconcile(accepted_differences=[{"column": "amount", "reason": "known"}])
        assert [column["accepted"] for column in accepted.json["levels"]["columns"]["columns"]] == [0, 1]
        (sample,) = reconcile(redact=["amount"]).json["samples"]
        assert sample["columns"] == {
            "Amount": {"legacy": "10", "migrated": "11"},
            "amount": {"legacy": "[redacted]", "migrated": "[redacted]"},
        }

    @pytest.mark.engines("postgres")
    def test_a_name_that_could_be_two_columns_is_left_to_the_user(self, pair, reconcile):
        pair([{"id": 1, "Amount": 10}], [{"id": 1, "AMOUNT": 10, "amount": 10}])

        outcome = reconcile()

        assert not_compared(outcome) == {
            "Amount": "only in legacy",
            "AMOUNT": "only in migrated",
            "amount": "only in migrated",
        }
        assert mismatches(reconcile(column_map={"Amount": "AMOUNT"}, exclude=["amount"])) == {"Amount": 0}

    def test_a_hundred_and_thirty_columns(self, pair, reconcile):
        # More than two of the masks of 60 NULLs that PostgreSQL's row hash carries.
        names = [f"c{number}" for number in range(130)]
        legacy = {"id": 1} | dict.fromkeys(names)
        types = dict.fromkeys(["id", *names], "integer")
        pair([legacy, {**legacy, "id": 2}], [legacy, {**legacy, "id": 2, "c129": 0}], types)

        outcome = reconcile()

        assert mismatches(outcome) == dict.fromkeys(names, 0) | {"c129": 1}
        assert outcome.json["levels"]["rows"]["match"] == 1


class TestOneSided:
    def test_columns_of_one_side_make_the_verdict_partial(self, pair, reconcile):
        pair([{**ROW, "old": 1}], [{**ROW, "new": 2}])

        outcome = reconcile()

        assert (outcome.json["verdict"], outcome.exit_code) == ("partial", 1)
        assert not_compared(outcome) == {"old": "only in legacy", "new": "only in migrated"}
        assert outcome.error == (
            "cutover.reconcile: testdb.test.legacy and testdb.test.migrated: partial. Nothing wrong was found, "
            "but not compared: old, new. "
            "Map, exclude or derive them, or pass allow_partial: true."
        )

    def test_allow_partial_lets_it_end_well(self, pair, reconcile):
        pair([{**ROW, "old": 1}], [ROW])

        outcome = reconcile(allow_partial=True)

        assert (outcome.json["verdict"], outcome.exit_code, outcome.error) == ("partial", 0, None)

    def test_allow_partial_lets_no_mismatch_through(self, pair, reconcile):
        pair([{**ROW, "old": 1}], [{**ROW, "amount": 11}])

        assert (reconcile(allow_partial=True).json["verdict"], reconcile(allow_partial=True).exit_code) == (
            "mismatch",
            1,
        )

    def test_exclude_leaves_columns_of_either_side_out(self, pair, reconcile):
        pair([{**ROW, "old": 1}], [{**ROW, "amount": 11, "NEW": 2}])

        outcome = reconcile(exclude=["old", "new", "amount"])

        assert (outcome.json["verdict"], mismatches(outcome), not_compared(outcome)) == ("match", {"status": 0}, {})

    def test_columns_names_all_that_is_compared(self, pair, reconcile):
        pair([{**ROW, "old": 1}], [{**ROW, "amount": 11}])

        outcome = reconcile(columns=["STATUS"])

        assert (outcome.json["verdict"], mismatches(outcome), not_compared(outcome)) == ("match", {"status": 0}, {})

    def test_no_column_beside_the_key(self, pair, reconcile):
        pair([{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 3}])

        outcome = reconcile()

        assert mismatches(outcome) == {}
        assert outcome.json["levels"]["rows"] == {
            "verdict": "mismatch",
            "match": 1,
            "mismatch": 0,
            "only_in_legacy": 1,
            "only_in_migrated": 1,
        }


class TestColumnMap:
    def test_pairs_renamed_columns(self, pair, reconcile):
        # Comparers that take the names both sides have leave such a column out in silence.
        pair([{"cust_no": 1, "amt": 10}], [{"customer_id": 1, "Amount": 11}])

        outcome = reconcile(keys=["cust_no"], column_map={"CUST_NO": "customer_id", "amt": "amount"})

        assert (outcome.json["keys"], mismatches(outcome), not_compared(outcome)) == (["cust_no"], {"amt": 1}, {})

    def test_a_mapped_name_is_free_for_another_column(self, pair, reconcile):
        # Legacy's id is migrated's customer_id; migrated's own id is another thing, and can be left out.
        pair([{"id": 1, "amount": 10}], [{"id": 900, "customer_id": 1, "amount": 10}])

        outcome = reconcile(column_map={"id": "customer_id"})

        assert (outcome.json["verdict"], not_compared(outcome)) == ("partial", {"id": "only in migrated"})
        assert reconcile(column_map={"id": "customer_id"}, exclude=["id"]).json["verdict"] == "match"

    def test_swapped_names(self, pair, reconcile):
        pair([{"id": 1, "net": 1, "gross": 2}], [{"id": 1, "net": 2, "gross": 1}])

        assert mismatches(reconcile()) == {"net": 1, "gross": 1}
        assert mismatches(reconcile(column_map={"net": "gross", "gross": "net"})) == {"net": 0, "gross": 0}


class TestExpressions:
    def test_derive_either_side_or_both(self, pair, reconcile):
        pair(
            [{"id": 1, "cents": 1050, "status": " OPEN", "a": "x", "b": "y"}],
            [{"id": 1, "amount": Decimal("10.50"), "status": "open", "ab": "xy"}],
            migrated_types={"amount": "decimal(10, 2)"},
            legacy_types={},
        )
        expressions = {
            "amount": {"legacy": "cast(cents / 100.0 as decimal(10, 2))"},
            "STATUS": {"legacy": "lower(trim(status)) -- as the model does"},
            "both": {"legacy": "a || b", "migrated": "ab"},
        }

        outcome = reconcile(expressions=expressions, exclude=["cents", "a", "b", "ab"])

        assert (outcome.json["verdict"], mismatches(outcome)) == ("match", {"status": 0, "amount": 0, "both": 0})
        assert mismatches(
            reconcile(expressions=expressions | {"amount": {"legacy": "cents"}}, columns=["amount", "both"])
        ) == {"amount": 1, "both": 0}

    def test_can_be_a_key(self, pair, reconcile):
        pair([{"code": "a1", "v": 1}], [{"id": 1, "v": 2}])

        outcome = reconcile(expressions={"id": {"legacy": "cast(substring(code, 2) as integer)"}}, exclude=["code"])

        assert (outcome.json["keys"], mismatches(outcome), not_compared(outcome)) == (["id"], {"v": 1}, {})

    def test_read_the_column_that_the_name_is_mapped_to(self, pair, reconcile):
        pair([{"id": 1, "amt": 10}], [{"id": 1, "amount": 20}])

        assert mismatches(reconcile(column_map={"amt": "amount"}, expressions={"amt": {"legacy": "amt * 2"}})) == {
            "amt": 0
        }

    def test_have_the_engines_own_types_also_without_rows(self, pair, reconcile):
        # A bare text in SQL has no type of its own in PostgreSQL until it stands in a subquery.
        pair([], [], types={"id": "integer", "status": "text"})

        outcome = reconcile(
            expressions={
                "status": {"legacy": "'open'"},
                "n": {"legacy": "1", "migrated": "id"},
                "x": {"legacy": "id", "migrated": "status"},
            }
        )

        assert list(mismatches(outcome)) == ["status", "n"]
        (reason,) = not_compared(outcome).values()
        assert reason.lower().startswith("integer and ")

    def test_read_one_row_for_their_types(self, pair, reconcile):
        pair([ROW], [ROW])

        outcome = reconcile(expressions={"amount": {"legacy": "amount + 0"}}, dry_run=True, output="table")

        assert len(outcome.statements) == 2
        assert outcome.statements[1].count("limit 1") == 2


class TestTypes:
    @pytest.mark.parametrize(
        ("legacy", "migrated"),
        [
            pytest.param("integer", "text", id="number and text"),
            pytest.param("double precision", "decimal(10, 2)", id="float and decimal"),
            pytest.param("bigint", "double precision", id="integer and float"),
            pytest.param("date", "timestamp", id="date and timestamp"),
            pytest.param("timestamp", "timestamp with time zone", id="naive and zoned"),
            pytest.param("boolean", "integer", id="boolean and integer"),
            pytest.param("uuid", "text", id="uuid and text"),
        ],
    )
    def test_without_a_common_type_a_column_is_not_compared(self, pair, reconcile, legacy, migrated):
        pair([], [], legacy_types={"id": "integer", "v": legacy}, migrated_types={"id": "integer", "v": migrated})

        outcome = reconcile()

        assert (outcome.json["verdict"], outcome.exit_code, mismatches(outcome)) == ("partial", 1, {})
        (reason,) = not_compared(outcome).values()
        assert reason.endswith(" have no common type")

    def test_the_reason_has_both_types(self, pair, reconcile):
        pair([], [], legacy_types={"id": "integer", "v": "date"}, migrated_types={"id": "integer", "v": "boolean"})

        assert {name: reason.lower() for name, reason in not_compared(reconcile()).items()} == {
            "v": "date and boolean have no common type"
        }

    def test_a_key_without_a_common_type_is_refused(self, pair, reconcile):
        pair([], [], legacy_types={"id": "date", "v": "integer"}, migrated_types={"id": "boolean", "v": "integer"})

        outcome = reconcile()

        assert outcome.error.lower() == (
            "cutover.reconcile: `keys[0]` id is date in legacy and boolean in migrated, which have no common type. "
            "give one side an expression. example: expressions: {id: {legacy: 'cast(id as ...)'}}."
        )
        assert (outcome.exit_code, len(outcome.statements)) == (1, 1)

    def test_an_expression_gives_them_one(self, pair, reconcile):
        pair([{"id": "1", "v": 1}], [{"id": 1, "v": 2}])

        outcome = reconcile(expressions={"id": {"legacy": "cast(id as integer)"}})

        assert (outcome.json["verdict"], mismatches(outcome)) == ("mismatch", {"v": 1})
