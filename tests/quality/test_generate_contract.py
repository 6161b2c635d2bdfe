"""The YAML of tables that are there: YAML and dbt read it back, and check_contract finds no fault."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from contract_project import make_project
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from tests.support.properties import examples

HOSTILE = [
    *("Order Id", 'say "hi"', "it's", "select", "größe_金額 🎉", "a: b", "- a", "#c", "yes", "NULL", "1", "1e3", "~"),
    *("100%s {{ x }} {% y %}", "a\tb\nc", "\x7f\u2028", "back\\slash", "[a]", "&a *b", " ", "a ", "'", '"', "y"),
]


def rendered(value):
    """YAML's values as dbt takes them: each text is Jinja."""
    if isinstance(value, str):
        return Environment(keep_trailing_newline=True).from_string(value).render() if "{" in value else value
    if isinstance(value, list):
        return [rendered(item) for item in value]
    if isinstance(value, dict):
        return {key: rendered(item) for key, item in value.items()}
    return value


@pytest.fixture
def generate(dbt):
    """Print the YAML, and read it with a parser that isn't ours."""

    def run(**arguments):
        outcome = dbt.operation("cutover.generate_contract", **arguments)
        assert outcome.error is None
        return rendered(yaml.safe_load(outcome.printed))

    return run


def test_the_text(dbt):
    dbt.execute("create schema legacy")
    dbt.execute(
        'create table legacy.orders (order_id integer not null, line integer not null, "Select" date,'
        " note bigint unique, primary key (order_id, line))"
    )

    outcome = dbt.operation("cutover.generate_contract", relation="legacy.orders")

    # Only the spelling of types differs by engine.
    assert outcome.printed.rstrip("\n").lower() == (
        """\
version: 2

sources:
  - name: legacy
    database: testdb
    schema: legacy
    tables:
      - name: orders
        config:
          meta:
            cutover:
              constraints:
                - type: primary_key
                  columns:
                    - order_id
                    - line
        columns:
          - name: order_id
            data_type: integer
            constraints:
              - type: not_null
          - name: line
            data_type: integer
            constraints:
              - type: not_null
          - name: select
            data_type: date
            quote: true
          - name: note
            data_type: bigint
            constraints:
              - type: unique"""
    )
    assert outcome.logged == []


def test_as_models(dbt, generate):
    dbt.execute("create table test.orders (id integer primary key, a integer, b text, unique (a, b))")
    dbt.view("all_orders", "select * from test.orders")

    found = generate(relation=["test.orders", "test.all_orders"], resource="model")

    models = {model["name"]: model for model in found["models"]}
    assert models["orders"]["config"] == {"contract": {"enforced": True}}
    assert models["orders"]["constraints"] == [{"type": "unique", "columns": ["a", "b"]}]
    assert models["orders"]["columns"][0]["constraints"] == [{"type": "not_null"}, {"type": "primary_key"}]
    assert [column["name"] for column in models["all_orders"]["columns"]] == ["id", "a", "b"]
    # A view holds nothing.
    assert "constraints" not in str(models["all_orders"])


def test_not_null_by_the_data(dbt, generate):
    dbt.execute("create table test.t (a integer not null, b integer, c integer)")
    dbt.execute("create table test.empty (a integer not null, b integer)")
    dbt.execute("insert into test.t values (1, 1, null), (2, 2, 2)")

    def not_null(**arguments):
        (source,) = generate(relation=["test.t", "test.empty"], **arguments)["sources"]
        return [
            [column["name"] for column in table["columns"] if column.get("constraints")] for table in source["tables"]
        ]

    assert not_null() == [["a"], ["a"]]
    assert not_null(not_null="data") == [["a", "b"], ["a"]]


def test_a_schema_and_its_parts(dbt, generate):
    for name in ("stg_a", "stg_b", "Facts", "t*"):
        dbt.table(name, [{"id": 1}], schema="Legacy Shop")

    def names(**arguments):
        (source,) = generate(**arguments)["sources"]
        assert (source["name"], source["schema"]) == ("Legacy_Shop", "Legacy Shop")
        return [(table["name"], table.get("identifier")) for table in source["tables"]]

    assert names(schema="legacy shop", select=["STG_*"]) == [("stg_a", None), ("stg_b", None)]
    assert names(schema="testdb.Legacy Shop", exclude=["s*"]) == [("Facts", None), ("t_", "t*")]
    assert names(schema='"Legacy Shop"', select=["facts", "stg_?"]) == [("Facts", None)]


def test_tables_of_two_schemas_and_names_that_become_one(dbt, generate):
    for name, schema in [("a b", "s one"), ("a-b", "s one"), ("a b", "s-one"), ("金", "s one")]:
        dbt.table(name, [{"id": 1}], schema=schema)

    found = generate(relation=['"s one"."a b"', '"s one"."a-b"', '"s-one"."a b"', '"s one"."金"'])

    names = [
        (source["name"], source["schema"], [(table["name"], table["identifier"]) for table in source["tables"]])
        for source in found["sources"]
    ]
    assert names == [
        ("s_one", "s one", [("a_b", "a b"), ("a_b_2", "a-b"), ("relation", "金")]),
        ("s_one_2", "s-one", [("a_b", "a b")]),
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_comes_back(dbt, generate, name):
    dbt.table(name, [{name: 1, "id": 2}], schema=name)
    quoted = '"' + name.replace('"', '""') + '"'

    (source,) = generate(relation=f"{quoted}.{quoted}")["sources"]

    (table,) = source["tables"]
    assert (source["schema"], table.get("identifier", table["name"])) == (name, name)
    assert [column["name"] for column in table["columns"]] == [name, "id"]


@examples(40)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1))
def test_any_text_comes_back(dbt, text):
    written = dbt.call("cutover._yaml_text", text)

    assert rendered(yaml.safe_load(f"- name: {written}\n")) == [{"name": text}]


@pytest.fixture(scope="session")
def contract_folder(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("generated"))


def test_dbt_reads_it_and_check_contract_finds_no_fault(dbt, contract_folder):
    columns = ", ".join(
        f'"{name.replace(chr(34), chr(34) * 2)}" integer' for name in HOSTILE if name.lower() not in ("y", "null")
    )
    dbt.execute("create schema legacy")
    dbt.execute(
        "create table legacy.t (id integer primary key, a numeric(10, 2) not null, b varchar(20), c timestamp"
        " with time zone, d timestamp, e double precision[], f boolean, g date, h real, i smallint, j text, k time,"
        " unique (a, b))"
    )
    dbt.execute("create table legacy.hostile ({{ columns }})", columns=columns)
    text = dbt.operation("cutover.generate_contract", schema="legacy").printed
    (contract_folder / "models" / "generated.yml").write_text(text, encoding="utf-8")

    sources = parsed(contract_folder)

    nodes = {name: source for name, source in sources.items() if source["identifier"] in ("t", "hostile")}
    for node in nodes.values():
        # Where the other project's profile would have it, but for the database.
        assert (node["database"], node["schema"]) == ("testdb", "legacy")
    with dbt.graph({"sources": nodes}):
        for relation in ("legacy.t", "legacy.hostile"):
            outcome = dbt.operation("cutover.check_contract", relation=relation, record=False, output="json")
            assert (outcome.error, outcome.json["drift"]) == (None, [])
            assert outcome.json["not_checked"] == []
            assert outcome.json["contract"].startswith("source.shop.legacy.")


def parsed(folder):
    """Parse the project with dbt in a process of its own and return its sources, as the graph has them."""
    profiles = "shop: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}"
    (folder / "profiles.yml").write_text(profiles, encoding="utf-8")
    program = """
import json, sys
from dbt.cli.main import dbtRunner

ran = dbtRunner().invoke(["--quiet", "parse", "--project-dir", sys.argv[1], "--profiles-dir", sys.argv[1]])
if not ran.success:
    sys.exit(str(ran.exception))
print(json.dumps({name: node.to_dict() for name, node in ran.result.sources.items()}))
"""
    ran = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_as_json(dbt):
    dbt.table("t", [{"id": 1}])

    as_yaml = dbt.operation("cutover.generate_contract", relation="test.t").printed
    document = dbt.operation("cutover.generate_contract", relation="test.t", output="json").json

    assert document == {
        "operation": "generate_contract",
        "yaml": as_yaml.rstrip("\n") + "\n",
        "relations": ["testdb.test.t"],
    }


def test_a_dry_run_shows_the_scans(dbt):
    dbt.table("t", [{"id": 1}])

    outcome = dbt.operation(
        "cutover.generate_contract", relation="test.t", not_null="data", dry_run=True, output="json"
    )

    assert [one["purpose"] for one in outcome.json["statements"]] == ["nulls of testdb.test.t"]


KNOWN = "relation, schema, select, exclude, resource, not_null, dry_run, output"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {}, "`relation` or `schema` is required; got neither. Example: relation: ref('orders').", id="neither"
        ),
        pytest.param(
            {"relation": "test.t", "schema": "test"},
            "`relation` or `schema` is required; got both. Example: relation: ref('orders').",
            id="both",
        ),
        pytest.param(
            {"relation": "test.t", "select": ["a"]},
            "`select` chooses among the relations of a `schema`, and none was given.",
            id="select without a schema",
        ),
        pytest.param(
            {"schema": "test", "select": ["tt"]},
            "`select` must be names of relations in test, where a * stands for any letters; got ['tt'].",
            id="nothing selected",
        ),
        pytest.param(
            {"schema": "nowhere"},
            "`schema` nowhere holds no relation, or is not there: looked in the database testdb.",
            id="no schema",
        ),
        pytest.param(
            {"schema": "a.b.c"}, "`schema` must be a schema, or database.schema; got 'a.b.c'.", id="three parts"
        ),
        pytest.param(
            {"relation": ["test.t", "test.u"]},
            "`relation[1]` testdb.test.u is not there: looked in schema test of database testdb, which holds 1 "
            "relations. Did you mean 't'?",
            id="one that is not there",
        ),
        pytest.param({"relation": []}, "`relation` must be a list with at least one item; got []. "
                     "Example: [ref('orders'), legacy.customers].", id="an empty list"),
        pytest.param(
            {"relation": "test.t", "resource": "seed"},
            "`resource` must be one of source, model; got 'seed'.",
            id="resource",
        ),
        pytest.param(
            {"relation": "test.t", "not_null": True},
            "`not_null` must be one of catalog, data; got true.",
            id="not_null",
        ),
        pytest.param({"relation": "test.t", "output": "table"}, "`output` must be one of yaml, json; got 'table'.",
                     id="output"),
        pytest.param({"relation": "test.t", "tables": 1}, f"unknown argument 'tables'. Known: {KNOWN}.", id="unknown"),
    ],
)  # fmt: skip
def test_refusals(dbt, arguments, message):
    dbt.table("t", [{"id": 1}])

    outcome = dbt.operation("cutover.generate_contract", **arguments)

    assert (outcome.error, outcome.printed) == (f"cutover.generate_contract: {message}", "")
