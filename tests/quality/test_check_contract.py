"""A relation held to the YAML of its source or model; what is in that YAML stands in contract_project.py."""

from __future__ import annotations

import pytest
from contract_project import make_project
from hypothesis import given
from hypothesis import strategies as st
from tests.support.properties import examples

KNOWN = "relation, columns, allow_unexpected, check_order, check_data, name, record, dry_run, output"
ORDERS = "order_id integer not null, line integer not null, status varchar(20), amount numeric(10, 2)"


@pytest.fixture(scope="session")
def contract_folder(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("contracts"))


@pytest.fixture
def project_dir(contract_folder):
    return contract_folder


@pytest.fixture
def check(dbt):
    """Check without recording; return the document and whether the operation failed."""

    def run(relation, **arguments):
        outcome = dbt.operation(
            "cutover.check_contract", **{"relation": relation, "record": False, "output": "json"} | arguments
        )
        assert outcome.printed, outcome.error
        assert (outcome.exit_code == 1) == (outcome.json["verdict"] in ("fail", "error"))
        return outcome.json

    return run


@pytest.fixture
def customers(dbt):
    """The table of the source as its YAML has it, with two rows; columns may be given otherwise."""

    def make(columns="Id bigint, email text, region text", rows="(1, 'a', 'x'), (2, 'a', 'y')"):
        names = ", ".join(f'"{word.split()[0]}" {" ".join(word.split()[1:])}' for word in columns.split(", "))
        dbt.execute("create schema if not exists legacy")
        dbt.execute("drop table if exists legacy.customers")
        dbt.execute(f"create table legacy.customers ({names})")
        if rows:
            dbt.execute(f"insert into legacy.customers values {rows}")

    return make


@pytest.fixture
def orders(dbt):
    def make(columns=f"{ORDERS}, primary key (order_id, line)", rows="(1, 1, 'open', 1), (1, 2, 'paid', 2)"):
        dbt.execute("drop table if exists test.orders")
        dbt.execute(f"create table test.orders ({columns})")
        if rows:
            dbt.execute(f"insert into test.orders values {rows}")

    return make


def kinds(document):
    return [(item["kind"], item["column"], item["status"]) for item in document["drift"]]


def failed(document):
    return [
        (check["check"], check["column"], check["failures"])
        for check in document["checks"]
        if check["status"] != "pass"
    ]


@pytest.mark.parametrize(
    "relation", ["source('legacy', 'customers')", "legacy.customers", "LEGACY.Customers", "testdb.legacy.customers"]
)
def test_a_source_as_it_should_be(check, customers, relation):
    customers()

    document = check(relation)

    assert document == {
        "operation": "check_contract",
        "verdict": "pass",
        "relation": "testdb.legacy.customers",
        "contract": "source.shop.legacy.customers",
        "rows": 2,
        "statements": 2,
        "columns": {"added": [], "removed": [], "respelled": [], "retyped": [], "reordered": False},
        "drift": [],
        "checks": document["checks"],
        "not_checked": [],
    }
    assert [(one["check"], one["column"], one["status"], one["rows"]) for one in document["checks"]] == [
        ("not_null", "Id", "pass", 2),
        ("unique", "Id", "pass", 2),
        ("unique", "email, region", "pass", 2),
        ("not_null", "email", "pass", 2),
    ]


@pytest.mark.parametrize(
    ("columns", "drift"),
    [
        pytest.param("Id bigint, email text", [("removed", "region", "fail")], id="removed"),
        pytest.param(
            "Id bigint, email text, region text, note text", [("added", "note", "fail")], id="added at the end"
        ),
        pytest.param("Id integer, email text, region text", [("retyped", "Id", "fail")], id="retyped"),
        pytest.param("email text, Id bigint, region text", [("reordered", None, "note")], id="reordered"),
        pytest.param("ID bigint, email text, region text", [("respelled", "Id", "note")], id="respelled"),
        pytest.param(
            "Email text, region date, ID bigint, x text",
            [
                ("respelled", "Id", "note"),
                ("respelled", "email", "note"),
                ("added", "x", "fail"),
                ("reordered", None, "note"),
                ("retyped", "region", "fail"),
            ],
            id="everything at once",
        ),
    ],
)
def test_columns(check, customers, columns, drift):
    customers(columns, rows=None)

    document = check("legacy.customers")

    assert kinds(document) == drift
    assert document["verdict"] == ("fail" if "fail" in [status for _, _, status in drift] else "pass")
    assert failed(document) == []


def test_messages_and_the_summary_by_kind(check, customers):
    customers("email text, ID bigint, note text", rows=None)

    document = check("legacy.customers", columns=[{"name": n} for n in ("id", "email", "region")])

    assert [item["message"] for item in document["drift"]] == [
        "id is spelled ID",
        "region is not there",
        "note (" + document["drift"][2]["found"] + ") is not in the contract",
        "the columns stand in the order email, ID instead of ID, email",
    ]
    assert document["columns"] == {
        "added": ["note"],
        "removed": ["region"],
        "respelled": ["id"],
        "retyped": [],
        "reordered": True,
    }


def test_unexpected_columns_and_order_by_argument(check, customers):
    customers("region text, email text, Id bigint, note text", rows=None)

    assert check("legacy.customers", allow_unexpected=True)["verdict"] == "pass"
    assert check("legacy.customers")["verdict"] == "fail"
    assert kinds(check("legacy.customers", allow_unexpected=True, check_order=True)) == [
        ("added", "note", "note"),
        ("reordered", None, "fail"),
    ]


@pytest.mark.parametrize(
    ("declared", "real", "same"),
    [
        pytest.param("int", "integer", True, id="int"),
        pytest.param("INT4", "integer", True, id="int4, in capitals"),
        pytest.param("int8", "bigint", True, id="int8"),
        pytest.param("integer", "bigint", False, id="narrower"),
        pytest.param("varchar", "text", None, id="varchar and text"),
        pytest.param("character varying", "varchar", True, id="character varying"),
        pytest.param("varchar", "varchar(20)", True, id="no length asked"),
        pytest.param("varchar(20)", "varchar(20)", True, id="the length"),
        pytest.param("numeric", "numeric(10, 2)", True, id="no precision asked"),
        pytest.param("decimal(10,2)", "numeric(10, 2)", True, id="decimal is numeric"),
        pytest.param("numeric( 10 , 2 )", "numeric(10, 2)", True, id="spaces"),
        pytest.param("numeric(10)", "numeric(10, 0)", True, id="no scale is 0"),
        pytest.param("numeric(12,2)", "numeric(10, 2)", False, id="another precision"),
        pytest.param("numeric(10,3)", "numeric(10, 2)", False, id="another scale"),
        pytest.param("float8", "double precision", True, id="float8"),
        pytest.param("real", "double precision", False, id="real is no double"),
        pytest.param("timestamptz", "timestamp with time zone", True, id="timestamptz"),
        pytest.param("timestamp", "timestamp with time zone", False, id="no zone"),
        pytest.param("timestamp without time zone", "timestamp", True, id="the long name"),
        pytest.param("bool", "boolean", True, id="bool"),
        pytest.param("int[]", "integer[]", True, id="a list"),
        pytest.param("integer", "date", False, id="another family"),
    ],
)
def test_types_as_the_engine_reads_them(check, customers, declared, real, same):
    customers(f"v {real.replace(', ', ',')}", rows=None)

    document = check("legacy.customers", columns=[{"name": "v", "data_type": declared}])

    if same is None:
        # One engine has one type for both; the other tells them apart.
        same = document["drift"] == []
    assert kinds(document) == ([] if same else [("retyped", "v", "fail")])


def test_a_length_that_the_engine_keeps_counts(dbt, check, customers):
    customers("v varchar(20)", rows=None)
    (kept,) = dbt.query(
        "select character_maximum_length as n from information_schema.columns where table_name = 'customers'"
    ).column("n")

    document = check("legacy.customers", columns=[{"name": "v", "data_type": "varchar(30)"}])

    assert kinds(document) == ([("retyped", "v", "fail")] if kept == 20 else [])


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        pytest.param("(1, 'a', 'x')", [], id="all well"),
        pytest.param("(null, 'a', 'x'), (2, 'b', 'x')", [("not_null", "Id", 1)], id="a null"),
        pytest.param("(1, 'a', 'x'), (1, 'b', 'x')", [("unique", "Id", 2)], id="twice"),
        pytest.param(
            "(1, 'a', 'x'), (2, 'a', 'x'), (3, 'a', 'x')",
            [("unique", "email, region", 3)],
            id="two columns, from meta of the source",
        ),
        pytest.param("(1, 'a', null), (2, 'a', null)", [], id="a key with a null is no key"),
        pytest.param("(1, null, 'x')", [("not_null", "email", 1)], id="a test of dbt"),
    ],
)
def test_rules_counted_in_the_data(check, customers, rows, faults):
    customers(rows=rows)

    assert failed(check("source(legacy, customers)")) == faults


def test_without_a_look_at_the_data_the_engine_has_to_hold_the_constraints(check, customers):
    customers(rows="(1, null, 'x')")
    loose = check("legacy.customers", check_data=False)
    customers("Id bigint not null unique, email text, region text", rows="(1, null, 'x')")
    held = check("legacy.customers", check_data=False)

    assert kinds(loose) == [
        ("not_null", "Id", "fail"),
        ("unique", "Id", "fail"),
        ("unique", "email, region", "fail"),
    ]
    assert loose["drift"][2]["message"] == "email, region is not held to be unique by the engine"
    assert loose["not_checked"] == [{"column": "email", "reason": "not_null, which only the data can tell"}]
    assert loose["rows"] is None
    assert kinds(held) == [("unique", "email, region", "fail")]


def test_what_the_engine_holds_is_not_counted_again(dbt, orders):
    orders()

    outcome = dbt.operation("cutover.check_contract", relation="ref('orders')", record=False, output="json")

    assert [one["check"] for one in outcome.json["checks"]] == ["expression", "accepted_values", "not_null"]
    assert outcome.json["verdict"] == "pass"
    columns, constraints, types, scan = outcome.statements
    assert scan.count('"orders"') == 1
    assert all('from "testdb"."test"."orders"' not in other for other in (columns, constraints, types))


def test_a_key_of_fewer_columns_holds_one_of_more(check, orders):
    orders(f"{ORDERS}, unique (line)", rows="(1, 1, 'open', 1)")

    assert "unique" not in [one["check"] for one in check("ref('orders')")["checks"]]


def test_a_model_s_rules(check, orders):
    orders(ORDERS, rows="(1, 1, 'lost', -1), (1, 1, 'paid', null), (2, 1, 'open', null)")

    document = check("ref('orders')")

    # The key of the model, its check, and dbt's tests: one with a severity, one with a condition.
    assert failed(document) == [
        ("expression", None, 1),
        ("unique", "order_id, line", 2),
        ("accepted_values", "status", 1),
        ("not_null", "amount", 1),
    ]
    assert document["verdict"] == "fail"
    assert [one["status"] for one in document["checks"] if one["check"] == "accepted_values"] == ["warn"]


def test_a_warning_alone_does_not_fail(check, orders):
    orders(rows="(1, 1, 'lost', 1)")

    assert check("ref('orders')")["verdict"] == "warn"


def test_rules_of_columns_that_are_gone_or_retyped_are_not_counted(check, orders):
    orders("order_id integer, status integer", rows="(1, 1)")

    document = check("ref('orders')")

    assert kinds(document) == [
        ("removed", "line", "fail"),
        ("removed", "amount", "fail"),
        ("retyped", "status", "fail"),
    ]
    assert document["not_checked"] == [
        {"column": "amount", "reason": "expression of a column that is not there"},
        {"column": "line", "reason": "not_null of a column that is not there"},
        {"column": "order_id, line", "reason": "unique of a column that is not there"},
        {"column": "status", "reason": "accepted_values of a column of another type"},
        {"column": "amount", "reason": "not_null of a column that is not there"},
    ]


def test_accepted_values_of_a_column_that_cannot_hold_them(check, customers):
    customers("v integer", rows="(1)")
    values = [{"name": "v", "data_tests": [{"accepted_values": {"values": ["1", "open"]}}]}]

    document = check("legacy.customers", columns=values)

    assert kinds(document) == [("retyped", "v", "fail")]
    assert document["drift"][0]["message"].endswith(", the contract accepts 'open'")


@pytest.mark.parametrize(
    ("type_", "values", "rows", "failures"),
    [
        pytest.param("integer", ["1", 2], "(1), (2), (3)", 1, id="texts for numbers"),
        pytest.param("text", [1, 2], "('1'), ('3')", 1, id="numbers for texts"),
        pytest.param("boolean", ["True"], "(true), (false), (null)", 1, id="texts for booleans"),
        pytest.param("numeric(4,2)", ["1.50"], "(1.5), (2)", 1, id="texts for decimals"),
        pytest.param("date", ["2024-01-01"], "('2024-01-01'), ('2024-01-02')", 1, id="dates"),
    ],
)
def test_values_as_dbt_s_own_test_takes_them(check, customers, type_, values, rows, failures):
    customers(f"v {type_}", rows=rows)
    columns = [{"name": "v", "data_tests": [{"accepted_values": {"arguments": {"values": values}}}]}]

    (one,) = check("legacy.customers", columns=columns)["checks"]

    assert one["failures"] == failures


def test_what_is_not_checked_is_told(check, customers):
    customers("v integer", rows="(1)")
    column = {
        "name": "v",
        "constraints": [{"type": "foreign_key", "expression": "other (id)"}],
        "data_tests": [
            "dbt_utils.at_least_one",
            {"not_null": {"config": {"where": "v > {{ var('x') }}"}}},
            {"unique": {"config": {"warn_if": ">10"}}},
            {"accepted_values": {"values": []}},
        ],
    }

    document = check("legacy.customers", columns=[column])

    assert [item["reason"] for item in document["not_checked"]] == [
        "a constraint of type foreign_key",
        "the test dbt_utils.at_least_one",
        "the test not_null, whose `where` holds Jinja",
        "the test unique, which has thresholds",
        "the test accepted_values without values",
    ]
    assert (document["checks"], document["verdict"]) == ([], "pass")


def test_the_table_says_the_same(dbt, customers):
    customers("Id bigint, email text", rows="(1, null)")

    outcome = dbt.operation("cutover.check_contract", relation="legacy.customers", record=False)

    assert outcome.printed == ""
    assert (
        outcome.logged[0]
        == "cutover.check_contract: testdb.legacy.customers against source.shop.legacy.customers: fail"
    )
    assert [line.split(maxsplit=3)[:3] for line in outcome.logged[3:]] == [
        ["FAIL", "removed", "region"],
        ["PASS", "not_null", "Id"],
        ["PASS", "unique", "Id"],
        ["FAIL", "not_null", "email"],
        ["NOT", "CHECKED", "-"],
    ]
    assert outcome.error == (
        "cutover.check_contract: testdb.legacy.customers differs from source.shop.legacy.customers: "
        "region is not there; 1 of 1 rows: email is null."
    )


def test_results_are_recorded(dbt, customers):
    customers("Id bigint, email text, region text", rows="(1, null, 'x')")
    dbt.operation("cutover.check_contract", relation="legacy.customers", name="nightly")
    customers("Id bigint", rows="(1)")
    dbt.operation("cutover.check_contract", relation="legacy.customers", columns=[{"name": "ID"}])
    dbt.operation("cutover.check_contract", relation="legacy.customers", columns=[{"name": "Id"}])

    found = dbt.query("select * from cutover.check_results order by recorded_at, check_name")

    assert [(row["name"], row["check_name"], row["check_type"], row["status"]) for row in found] == [
        ("nightly", "not_null_Id", "not_null", "pass"),
        ("nightly", "not_null_email", "not_null", "fail"),
        ("nightly", "unique_Id", "unique", "pass"),
        ("nightly", "unique_email_region", "unique", "pass"),
        (None, "contract_respelled_ID", "contract", "pass"),
        (None, "contract", "contract", "pass"),
    ]


def test_a_dry_run_shows_the_statements(dbt, customers, has_schema):
    customers()

    outcome = dbt.operation("cutover.check_contract", relation="legacy.customers", dry_run=True, output="json")

    assert [one["purpose"] for one in outcome.json["statements"]] == [
        "the types of the contract",
        "one scan for 4 rules of testdb.legacy.customers",
    ]
    assert len(outcome.statements) == 2
    assert not has_schema("cutover")


@pytest.mark.parametrize(
    "name", ["Order Id", 'say "hi"', "it's", "select", "größe_金額", "a */ b /* c", "{{ x }} ; --"]
)
def test_any_name(dbt, check, name):
    dbt.table(name, [{name: 1}, {name: None}], schema=name, types={name: "integer"})
    quoted = name.replace('"', '""')
    column = {"name": name, "data_type": "int", "constraints": [{"type": "not_null"}, {"type": "unique"}]}

    document = check(f'"{quoted}"."{quoted}"', columns=[column])

    assert kinds(document) == []
    assert failed(document) == [("not_null", name, 1)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {"relation": "ref('plain')"},
            "model.shop.plain has no columns in the YAML of the project: there is nothing to hold testdb.test.plain "
            "to. `generate_contract` prints them.",
            id="no contract",
        ),
        pytest.param(
            {"relation": "test.other"},
            "testdb.test.other is no source, model, seed or snapshot of this project or its packages: there is no YAML "
            "of it. Give its contract as `columns`. Example: columns: [{name: id, data_type: integer, constraints: "
            "[{type: not_null}]}].",
            id="no node",
        ),
        pytest.param(
            {"relation": "test.plain", "order": 1}, f"unknown argument 'order'. Known: {KNOWN}.", id="unknown"
        ),
        pytest.param(
            {"relation": "test.plain", "check_data": "no"},
            "`check_data` must be true or false; got 'no'.",
            id="boolean",
        ),
        pytest.param(
            {"relation": "test.plain", "columns": []},
            "`columns` must be a list with at least one item; got []. "
            "Example: [{name: id, data_type: integer, constraints: [{type: not_null}]}].",
            id="no columns",
        ),
        pytest.param(
            {"relation": "test.plain", "columns": [{"name": "a", "type": "int"}]},
            "`columns[0]` must be a mapping with the keys name, data_type, constraints, data_tests, tests, "
            "description, quote, meta, tags, config; got 'type'. "
            "Example: [{name: id, data_type: integer, constraints: [{type: not_null}]}].",
            id="a key that is none",
        ),
        pytest.param(
            {"relation": "test.plain", "columns": [{"name": "a"}, {"name": "a"}]},
            "`columns[1].name` must be a name that no other column of the contract has; got 'a'.",
            id="a column twice",
        ),
        pytest.param(
            {"relation": "test.plain", "columns": [{"name": "a", "data_type": "int); drop table x; --"}]},
            "`columns[0].data_type` must be one SQL expression, with its parentheses paired, its comments closed "
            "and no semicolon; got 'int); drop table x; --'. Example: integer.",
            id="a type that is none",
        ),
        pytest.param(
            {"relation": "test.plain", "columns": [{"name": "a", "constraints": [{"type": "notnull"}]}]},
            "`columns[0].constraints[0].type` must be one of not_null, unique, primary_key, check, foreign_key, "
            "custom; got 'notnull'. Did you mean 'not_null'?",
            id="a constraint that is none",
        ),
        pytest.param(
            {"relation": "test.plain", "columns": [{"name": "a", "data_tests": [{"unique": []}]}]},
            "`columns[0].data_tests[0]` must be a mapping of one test to its arguments; got {unique: []}. "
            "Example: {accepted_values: {values: [open, paid]}}.",
            id="a test that is none",
        ),
    ],
)
def test_refusals(dbt, has_schema, arguments, message):
    dbt.table("plain", [{"id": 1}])
    dbt.table("other", [{"id": 1}])

    outcome = dbt.operation("cutover.check_contract", **arguments)

    assert outcome.error == f"cutover.check_contract: {message}"
    assert all("from" not in sql or "duckdb_columns" in sql or "pg_catalog" in sql for sql in outcome.statements)
    assert not has_schema("cutover")


@pytest.mark.engines("postgres")
def test_a_type_that_the_engine_has_not(dbt):
    dbt.table("plain", [{"id": 1}])

    outcome = dbt.operation(
        "cutover.check_contract", relation="test.plain", columns=[{"name": "id", "data_type": "strng"}]
    )

    assert outcome.error == "cutover.check_contract: `data_type of id` must be a type of this engine; got 'strng'."


def test_what_the_engine_holds(dbt):
    dbt.execute(
        'create table test.t ("Id" integer primary key, a integer not null, b integer, c integer, unique (c, b))'
    )
    dbt.view("v", "select * from test.t")
    place = {"database": "testdb", "schema": "test", "identifier": "t"}

    found = dbt.call("cutover.dialect_constraints", place)

    assert sorted((row["kind"], row["columns"]) for row in found) == [
        ("not_null", ["Id"]),
        ("not_null", ["a"]),
        ("primary_key", ["Id"]),
        ("unique", ["c", "b"]),
    ]
    assert dbt.call("cutover.dialect_constraints", place | {"identifier": "v"}) == []


@pytest.mark.parametrize(
    ("declared", "catalog"),
    [
        ("serial", "integer"),
        ("float(24)", "real"),
        ("float(53)", "double precision"),
        ("varchar(3)", "character varying(3)"),
    ],
)
@pytest.mark.engines("postgres")
def test_a_declared_type_in_the_catalog_s_spelling(dbt, declared, catalog):
    assert dbt.query("select {{ cutover.dialect_declared_type(t) }} as t", t=declared) == [{"t": catalog}]


NAMES = st.lists(st.sampled_from(["a", "A", "b", "B", "c", "d"]), unique=True, min_size=1, max_size=5)


@examples(25)
# Not every engine tells a table's columns apart by case.
@given(contract=NAMES, real=NAMES.map(lambda names: list({name.lower(): name for name in names}.values())))
def test_column_drift_equals_the_oracle(dbt, check, contract, real):
    dbt.table("t", [dict.fromkeys(real, 1)])

    document = check("test.t", columns=[{"name": name} for name in contract])

    # Each column of the contract takes its own name, else the only one left that differs by case.
    taken = {name: name for name in contract if name in real}
    for name in contract:
        free = [other for other in real if other.lower() == name.lower() and other not in taken.values()]
        if name not in taken and len(free) == 1:
            taken[name] = free[0]
    common = [taken[name] for name in contract if name in taken]
    assert document["columns"] == {
        "added": [name for name in real if name not in common],
        "removed": [name for name in contract if name not in taken],
        "respelled": [name for name in contract if name in taken and taken[name] != name],
        "retyped": [],
        "reordered": common != [name for name in real if name in common],
    }
