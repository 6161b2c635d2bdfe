"""What comes out of a list of checks: statements, samples, verdict, exit code, document, table and records."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

FAILING = [
    {"check": "not_null", "column": "id"},
    {"check": "in_range", "column": "amount", "min": 0, "max": 10},
    {"check": "unique", "column": "id", "severity": "warn"},
    {
        "check": "relationship",
        "column": "customer",
        "to": "test.customers",
        "field": "customer_id",
        "where": "amount is null",
    },
    {"check": "row_count", "min": 6},
    {"check": "accepted_values", "column": "status", "values": ["open", "paid", "lost"]},
]

WARNING = {"check": "not_null", "column": "status", "severity": "warn"}
ERROR = {"check": "not_null", "column": "status"}
PASSING = {"check": "not_null", "column": "status", "where": "status is not null"}


def is_scan(sql):
    return "one scan" in sql


class TestStatements:
    @pytest.mark.usefixtures("orders")
    def test_one_scan_and_a_small_query_per_failing_check(self, run_checks):
        # One look-up finds the table and all relationships' parents. A row_count can't say which row.
        catalog, scan, *samples = run_checks(*FAILING).statements

        assert "orders" in catalog
        assert "customers" in catalog
        assert is_scan(scan)
        assert [sql.splitlines()[0] for sql in samples] == [
            f"/* cutover.run_quality_checks: rows that fail {name} */"
            for name in ("not_null_id", "in_range_amount", "unique_id", "relationship_customer")
        ]

    @pytest.mark.usefixtures("orders")
    def test_forty_row_checks_read_the_table_once(self, run_checks):
        ranges = [{"check": "in_range", "column": "amount", "min": -5, "max": 30 + number} for number in range(20)]
        filtered = [{**check, "where": "id > 0"} for check in ranges]

        _, scan = run_checks(*ranges, *filtered).statements

        assert scan.count('"orders"') == 1

    @pytest.mark.usefixtures("orders")
    def test_unique_adds_a_pass_and_relationship_one_of_both(self, run_checks):
        scan = run_checks(*FAILING).statements[1]

        assert scan.count('"orders"') == 3
        assert scan.count('"customers"') == 1

    @pytest.mark.usefixtures("orders")
    def test_each_check_stands_in_the_statement_by_its_name(self, run_checks):
        # An engine's own error can't be caught: the comment before the check tells which one it was.
        scan = run_checks(*({**check, "name": f"check {place}"} for place, check in enumerate(FAILING))).statements[1]

        assert all(f"/* check {place} */" in scan for place in (0, 1, 2, 3, 5))

    @pytest.mark.usefixtures("orders")
    def test_the_document_counts_statements(self, run_checks):
        outcome = run_checks(*FAILING)

        assert outcome.json["relations"][0]["statements"] == len(outcome.statements) - 1  # the look-up is not counted


@pytest.mark.usefixtures("orders")
class TestSamples:
    def test_are_the_rows_that_fail(self, run_checks):
        (relation,) = run_checks(*FAILING).json["relations"]

        found = [
            (row["check"], row["reason"], row["row"]["id"], row["row"]["amount"]) for row in relation["failed_rows"]
        ]
        assert sorted(found, key=str) == sorted(
            [
                ("not_null_id", "id is null", None, None),
                ("in_range_amount", "amount is outside 0 .. 10", "3", "-5"),
                ("in_range_amount", "amount is outside 0 .. 10", "3", "30"),
                ("unique_id", "id is there more than once", "3", "-5"),
                ("unique_id", "id is there more than once", "3", "30"),
                ("relationship_customer", "customer is not in testdb.test.customers.customer_id", None, None),
            ],
            key=str,
        )

    @pytest.mark.parametrize(("size", "rows"), [(0, 0), (1, 1), (2, 2), (20, 2)])
    def test_are_at_most_sample_size(self, run_checks, size, rows):
        outcome = run_checks({"check": "unique", "column": "id"}, sample_size=size)

        (relation,) = outcome.json["relations"]
        assert relation["checks"][0]["failures"] == 2
        assert len(relation["failed_rows"]) == rows
        assert len(outcome.statements) == (3 if size else 2)

    def test_are_twenty_unless_asked(self, dbt, run_checks):
        dbt.table("t", [{"a": None} for _ in range(25)], types={"a": "integer"})

        (relation,) = run_checks({"check": "not_null", "column": "a"}, table_name="test.t").json["relations"]

        assert (relation["checks"][0]["failures"], len(relation["failed_rows"])) == (25, 20)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "null",
            "'; drop table orders; --",
            '{"a": "\\u0000"}',
            "a\nb\tc",
            "größe 金額",
            "{{ 1 / 0 }}",
            ":",
            "true",
            "007",
            "1e5",
        ],
    )
    def test_hold_texts_exactly(self, dbt, run_checks, text):
        # dbt's result tables read numbers, dates and nothing out of texts: '', 'null', '007' and 'true' come
        # back as they are.
        dbt.table("t", [{"v": text}])

        outcome = run_checks(
            {"check": "accepted_values", "column": "v", "values": ["other"]}, table_name="test.t", record=True
        )

        assert outcome.json["relations"][0]["failed_rows"][0]["row"] == {"v": text}
        (recorded,) = dbt.query("select row_json from cutover.failed_rows")
        assert json.loads(recorded["row_json"]) == {"v": text}

    def test_hide_what_is_to_be_redacted(self, dbt, run_checks):
        # Guard: what in_range saw is a value too. Neither the document, the error nor the records may hold one.
        dbt.table("people", [{"Email": "ann@example.org", "age": 7}, {"Email": "bob@example.org", "age": None}])
        checks = [
            {"check": "in_range", "column": "Email", "min": "b", "max": "c"},
            {"check": "not_null", "column": "age"},
        ]

        outcome = run_checks(*checks, table_name="test.people", redact=["email", "age"], record=True, output="json")

        (relation,) = outcome.json["relations"]
        assert [row["row"] for row in relation["failed_rows"]] == [
            {"Email": "[redacted]", "age": "[redacted]"},
            {"Email": "[redacted]", "age": None},
        ]
        assert relation["checks"][0]["observed"] == "[redacted]"
        recorded = str(dbt.query("select * from cutover.check_results")) + str(
            dbt.query("select * from cutover.failed_rows")
        )
        for shown in (outcome.printed, outcome.error, str(outcome.logged), recorded):
            assert "example.org" not in shown

    def test_show_what_is_not_redacted(self, dbt, run_checks):
        dbt.table("people", [{"email": "ann@example.org", "age": None}], types={"age": "integer"})

        (relation,) = run_checks({"check": "not_null", "column": "age"}, table_name="test.people", redact=["age"]).json[
            "relations"
        ]

        assert relation["failed_rows"][0]["row"] == {"email": "ann@example.org", "age": None}


@pytest.mark.usefixtures("orders")
class TestVerdict:
    @pytest.mark.parametrize(
        ("checks", "verdict"),
        [
            pytest.param([PASSING], "pass", id="pass"),
            pytest.param([PASSING, WARNING], "warn", id="warn"),
            pytest.param([WARNING, ERROR], "fail", id="fail"),
        ],
    )
    @pytest.mark.parametrize("fail_on", ["error", "warn", "never"])
    @pytest.mark.parametrize("output", ["table", "json"])
    def test_and_fail_on_make_the_exit_code(self, run_checks, checks, verdict, fail_on, output):
        expected = {"error": {"fail"}, "warn": {"warn", "fail"}, "never": set()}[fail_on]

        outcome = run_checks(*checks, fail_on=fail_on, output=output)

        assert outcome.exit_code == (1 if verdict in expected else 0)
        assert (outcome.error is None) == (verdict not in expected)
        if output == "json":
            assert (outcome.json["verdict"], outcome.json["relations"][0]["verdict"]) == (verdict, verdict)

    def test_errors_alone_fail_by_default(self, run_checks):
        assert run_checks(WARNING).exit_code == 0
        assert run_checks(ERROR).exit_code == 1

    def test_the_error_names_what_did_not_pass(self, run_checks):
        assert run_checks(PASSING, WARNING, ERROR | {"name": "status is there"}).error == (
            "cutover.run_quality_checks: testdb.test.orders: 2 of 3 checks did not pass: "
            "1 of 5 rows: status is null; 1 of 5 rows: status is null."
        )


@pytest.mark.usefixtures("orders")
class TestDocument:
    def test_is_whole(self, run_checks):
        checks = [
            {
                "check": "in_range",
                "column": "amount",
                "min": 0,
                "inclusive": False,
                "severity": "warn",
                "where": "amount > -5",
            },
            {"check": "row_count", "min": 1, "max": 9, "name": "some rows"},
        ]

        assert run_checks(*checks, where="id is not null").json == {
            "operation": "run_quality_checks",
            "verdict": "warn",
            "relations": [
                {
                    "relation": "testdb.test.orders",
                    "rows": 4,
                    "verdict": "warn",
                    "statements": 2,
                    "checks": [
                        {
                            "name": "in_range_amount",
                            "check": "in_range",
                            "column": "amount",
                            "severity": "warn",
                            "status": "warn",
                            "rows": 3,
                            "failures": 1,
                            "observed": "0 .. 30",
                            "message": "1 of 3 rows: amount is below 0 (bounds excluded); seen 0 .. 30",
                        },
                        {
                            "name": "some rows",
                            "check": "row_count",
                            "column": None,
                            "severity": "error",
                            "status": "pass",
                            "rows": 4,
                            "failures": 0,
                            "observed": 4,
                            "message": "4 rows, not outside 1 .. 9",
                        },
                    ],
                    "failed_rows": [
                        {
                            "check": "in_range_amount",
                            "reason": "amount is below 0 (bounds excluded)",
                            "key": None,
                            "row": {"id": "2", "status": "paid", "amount": "0", "customer": "7"},
                        }
                    ],
                }
            ],
        }

    def test_is_one_line_on_standard_output_and_nothing_else_is(self, run_checks):
        outcome = run_checks(*FAILING)

        assert "\n" not in outcome.printed
        assert outcome.logged == []

    def test_the_table_says_the_same(self, run_checks):
        outcome = run_checks(*FAILING[:2], WARNING, {"check": "row_count", "min": 5}, output="table")

        assert outcome.printed == ""
        assert outcome.logged == [
            "cutover.run_quality_checks: testdb.test.orders, 5 rows",
            "  status  check            severity  failures  message",
            "  ------  ---------------  --------  --------  -----------------------------------------------------",
            "  FAIL    not_null_id      error            1  1 of 5 rows: id is null",
            "  FAIL    in_range_amount  error            2  2 of 5 rows: amount is outside 0 .. 10; seen -5 .. 30",
            "  WARN    not_null_status  warn             1  1 of 5 rows: status is null",
            "  PASS    row_count        error            0  5 rows, not below 5",
        ]


@pytest.mark.usefixtures("orders")
class TestRecords:
    def test_hold_every_check_and_its_failed_rows(self, dbt, run_checks):
        before = datetime.now(UTC).replace(tzinfo=None)
        checks = [FAILING[0], {**FAILING[1], "where": "id > 1 or id = 0"}, WARNING, PASSING]

        outcome = run_checks(*checks, record=True, where="amount <> 0 or amount is null", name="nightly; it's")

        assert outcome.exit_code == 1
        results = dbt.query("select * from cutover.check_results order by check_name, status")
        (relation,) = outcome.json["relations"]
        for document in relation["checks"]:
            (row,) = [row for row in results if row["check_name"] == document["name"]]
            for key in ("severity", "status", "failures", "observed", "message"):
                assert row[key] == document[key]
            assert (row["check_type"], row["column_name"]) == (document["check"], document["column"])
            assert row["row_count"] == document["rows"]
            assert (row["name"], row["relation"]) == ("nightly; it's", "testdb.test.orders")
            assert before - timedelta(seconds=5) <= row["recorded_at"] <= datetime.now(UTC).replace(tzinfo=None)
            assert 0 <= row["seconds"] < 60
        assert {row["check_name"]: row["check_where"] for row in results} == {
            "not_null_id": "amount <> 0 or amount is null",
            "in_range_amount": "(amount <> 0 or amount is null) and (id > 1 or id = 0)",
            "not_null_status": "amount <> 0 or amount is null",
            "not_null_status_2": "(amount <> 0 or amount is null) and (status is not null)",
        }
        samples = dbt.query("select * from cutover.failed_rows")
        assert [
            {
                "check": row["check_name"],
                "reason": row["reason"],
                "key": row["key_json"],
                "row": json.loads(row["row_json"]),
            }
            for row in samples
        ] == relation["failed_rows"]
        assert {row["run_id"] for row in samples} == {row["run_id"] for row in results}
        assert len({(row["run_id"], row["invocation_id"], row["target_name"]) for row in results}) == 1

    def test_add_up_run_by_run(self, dbt, run_checks):
        run_checks(PASSING, record=True)
        run_checks(PASSING, record=True)

        assert dbt.query("select count(*) as rows_, count(distinct run_id) as runs from cutover.check_results") == [
            {"rows_": 2, "runs": 2}
        ]

    def test_without_where_and_name_say_so(self, dbt, run_checks):
        run_checks({"check": "row_count", "min": 1}, record=True)

        (row,) = dbt.query("select name, check_where, observed, column_name from cutover.check_results")
        assert row == {"name": None, "check_where": None, "observed": "5", "column_name": None}

    def test_are_kept_unless_told_otherwise(self, dbt, has_schema):
        dbt.operation("cutover.run_quality_checks", table_name="test.orders", checks=[PASSING])

        assert has_schema("cutover")

    def test_are_not_written_when_told_so(self, run_checks, has_schema):
        assert run_checks(*FAILING, record=False).exit_code == 1

        assert not has_schema("cutover")


@pytest.mark.usefixtures("orders")
class TestDryRun:
    def test_sends_the_look_up_alone(self, run_checks, has_schema):
        outcome = run_checks(*FAILING, dry_run=True, record=True)

        assert outcome.exit_code == 0
        assert len(outcome.statements) == 1
        assert not has_schema("cutover")

    def test_shows_the_statement_that_a_run_sends(self, run_checks):
        planned = run_checks(*FAILING, dry_run=True)
        sent = run_checks(*FAILING).statements[1]

        assert planned.json["verdict"] == "dry_run"
        (statement,) = planned.json["statements"]
        assert statement["purpose"] == "one scan for 6 checks of testdb.test.orders"
        assert sent.endswith(statement["sql"])

    def test_prints_sql_that_runs(self, dbt, run_checks):
        logged = run_checks(*FAILING, dry_run=True, output="table").logged

        assert logged[-1] == "cutover.run_quality_checks: dry run, nothing was changed."
        rows = dbt.query(logged[0].rstrip().rstrip(";"))
        assert [int(row["failures"]) for row in rows] == [1, 2, 2, 1, 1, 0]


@pytest.mark.usefixtures("orders")
def test_a_broken_condition_is_the_engines_error_and_writes_nothing(run_checks, has_schema):
    outcome = run_checks(PASSING, where="no_such_column = 'a;b'", record=True)

    assert outcome.exit_code == 1
    assert "no_such_column" in outcome.error
    assert "Traceback" not in outcome.error
    assert not has_schema("cutover")


@pytest.mark.parametrize(
    "where", ["id = 1; drop table test.orders", "id = 'a", "id = 1)", "{{ 1 }}", "id =\n\n", "id = „1“"]
)
@pytest.mark.parametrize("place", ["run", "check"])
@pytest.mark.usefixtures("orders")
def test_what_is_no_condition_does_nothing(dbt, run_checks, has_schema, where, place):
    outcome = (
        run_checks(PASSING, where=where, record=True)
        if place == "run"
        else run_checks({**PASSING, "where": where}, record=True)
    )

    assert outcome.exit_code == 1
    assert not has_schema("cutover")
    assert dbt.query("select count(*) as n from test.orders") == [{"n": 5}]
