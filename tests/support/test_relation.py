"""How an argument becomes a relation.

Each test sees the outcome of `_relation`: what the argument means, which columns it has, and how an error tells what is
wrong. `case_sensitive` of the engine says whether two names that differ by case alone can stand side by side.
"""

import re

import pytest

FORMS = "a relation: ref('orders'), source('shop', 'orders'), schema.table or database.schema.table"

HOSTILE_NAMES = [
    pytest.param("orders", id="plain"),
    pytest.param("Orders", id="mixed case"),
    pytest.param("select", id="reserved word"),
    pytest.param("order items", id="space"),
    pytest.param("a.b", id="dot"),
    pytest.param("größe 🎉", id="unicode"),
    pytest.param("it's", id="single quote"),
    # Red without `_renderable`: dbt's Relation leaves the quote inside as it is.
    pytest.param('we"ird', id="double quote"),
    pytest.param('x"; drop table test.y; --', id="an attack"),
    pytest.param("{{ 1 / 0 }}", id="Jinja"),
    pytest.param("100%", id="percent"),
    pytest.param("a\nb", id="line end"),
]


def quoted(*parts):
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_name_in_quotes_is_found(dbt, name):
    dbt.table(name, [{"id": 1, name: "x"}], schema=name)
    found = dbt.call("cutover._relation", "reconcile", "legacy", quoted(name, name))

    assert [column["name"] for column in found["columns"]] == ["id", name]
    assert dbt.query("select * from {{ t }}", t=found["relation"]) == [{"id": 1, name: "x"}]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sales.orders", id="schema and table"),
        pytest.param("testdb.sales.orders", id="database, schema and table"),
        pytest.param('"testdb"."sales"."orders"', id="all in quotes"),
        pytest.param('sales."orders"', id="the table in quotes"),
        pytest.param("SALES.Orders", id="another case"),
        pytest.param("TESTDB.sales.orders", id="the database in another case"),
        pytest.param("  sales.orders\n", id="spaces around"),
    ],
)
def test_text_forms(dbt, text):
    dbt.table("orders", [{"id": 1, "Amount": 2.5}], schema="sales")
    dbt.statements.clear()
    found = dbt.call("cutover._relation", "reconcile", "legacy", text)

    assert str(found["relation"]) == '"testdb"."sales"."orders"'
    assert found["text"] == "testdb.sales.orders"
    assert [column["name"] for column in found["columns"]] == ["id", "Amount"]
    assert len(dbt.statements) == 1


def test_relation_is_taken_as_it_is(dbt):
    orders = dbt.table("Orders", [{"id": 1}], schema="Sales")
    found = dbt.call("cutover._relation", "reconcile", "legacy", orders)

    assert str(found["relation"]) == '"testdb"."Sales"."Orders"'
    assert found["text"] == "testdb.Sales.Orders"


def test_relation_without_a_database_is_in_the_target_s(dbt):
    dbt.table("orders", [{"id": 1}], schema="sales")
    found = dbt.render(
        "{{ cutover._relation('m', 'legacy', api.Relation.create(schema='sales', identifier='orders')).relation }}"
    )

    assert found == '"testdb"."sales"."orders"'


def test_view_is_a_relation(dbt):
    dbt.view("v", "select 1 as id, 'x' as name")

    assert [c["name"] for c in dbt.call("cutover._relation", "m", "a", "test.v")["columns"]] == ["id", "name"]


def test_several_relations_cost_one_look_up(dbt):
    dbt.table("a", [{"x": 1}])
    dbt.table("b", [{"y": 1}, {"y": 2}], schema="other")
    dbt.statements.clear()
    found = dbt.call("cutover._relations", "m", {"legacy": "test.a", "migrated": "other.b", "again": "test.a"})

    assert {name: [c["name"] for c in one["columns"]] for name, one in found.items()} == {
        "legacy": ["x"],
        "migrated": ["y"],
        "again": ["x"],
    }
    assert len(dbt.statements) == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(None, "nothing", id="missing"),
        pytest.param("", "''", id="empty"),
        pytest.param(7, "7", id="a number"),
        pytest.param(["test.orders"], "['test.orders']", id="a list"),
        pytest.param("orders", "'orders'", id="one part"),
        pytest.param("a.b.c.d", "'a.b.c.d'", id="four parts"),
        pytest.param("a..b", "'a..b'", id="an empty part"),
        pytest.param("test.orders; drop table x", "'test.orders; drop table x'", id="a statement after it"),
        pytest.param("test.orders --", "'test.orders --'", id="a comment after it"),
        pytest.param('test."orders', "'test.\"orders'", id="an open quote"),
        pytest.param("test.o'rders", r"'test.o\'rders'", id="a single quote"),
        pytest.param("test.\norders", r"'test.\norders'", id="a line end"),
        pytest.param("{{ ref('orders') }}", r"'{{ ref(\'orders\') }}'", id="Jinja"),
        pytest.param("ref()", "'ref()'", id="ref of nothing"),
        pytest.param("ref('a', 'b', 'c')", r"'ref(\'a\', \'b\', \'c\')'", id="ref of three"),
        pytest.param("source('a')", r"'source(\'a\')'", id="source of one"),
        pytest.param("(select 1)", "'(select 1)'", id="a query"),
    ],
)
def test_what_is_no_relation_is_refused_without_a_query(dbt, value, shown):
    quotes = ", each part in double quotes where needed" if isinstance(value, str) else ""
    with dbt.raises(f"cutover.reconcile: `legacy` must be {FORMS}{quotes}; got {shown}."):
        dbt.call("cutover._relation", "reconcile", "legacy", value)

    assert dbt.statements == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param(
            "sales.ordrs",
            "testdb.sales.ordrs is not there: looked in schema sales of database testdb, which holds 2 relations. "
            "Did you mean 'orders'?",
            id="table, near",
        ),
        pytest.param(
            "SALES.products",
            "testdb.SALES.products is not there: looked in schema sales of database testdb, which holds 2 relations.",
            id="table, nothing near",
        ),
        pytest.param(
            'test."a ""b"""',
            'testdb.test."a ""b""" is not there: looked in schema test of database testdb, which holds 0 relations.',
            id="table, in an empty schema",
        ),
        pytest.param(
            "sale.orders",
            "testdb.sale.orders is not there: the database testdb has no schema 'sale'. Did you mean 'sales'?",
            id="schema, near",
        ),
        pytest.param(
            """"x'; --".orders""",
            r"""testdb."x'; --".orders is not there: the database testdb has no schema 'x\'; --'.""",
            id="schema, hostile",
        ),
    ],
)
def test_missing_relation_tells_where_it_looked(dbt, text, rest):
    dbt.table("orders", [{"id": 1}], schema="sales")
    dbt.table("customers", [{"id": 1}], schema="sales")
    dbt.statements.clear()
    with dbt.raises(f"cutover.reconcile: `legacy` {rest}"):
        dbt.call("cutover._relation", "reconcile", "legacy", text)

    # The look-up and the one for the hint; both read the catalog and nothing else.
    assert len(dbt.statements) == 2
    assert all(re.search(r"duckdb_columns|pg_catalog|information_schema", sql) for sql in dbt.statements)
    assert not any(re.search(r"\b(create|insert|update|drop|alter)\b", sql) for sql in dbt.statements)


# Whether an engine reads other databases is for `dialect_capability` to say; the harness has no fact for it.
@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param("testdbb.test.t", "there is no database 'testdbb'. Did you mean 'testdb'?", id="near"),
        pytest.param("warehouse.test.t", "there is no database 'warehouse'.", id="not near"),
    ],
)
def test_missing_database(dbt, text, rest):
    with dbt.raises(f"cutover.m: `legacy` {text} is not there: {rest}"):
        dbt.call("cutover._relation", "m", "legacy", text)


@pytest.mark.engines("postgres")
def test_other_database_on_an_engine_that_reads_one_only(dbt):
    with dbt.raises("cutover.m: `legacy` warehouse.test.t is not there: this engine reads the database testdb only."):
        dbt.call("cutover._relation", "m", "legacy", "warehouse.test.t")


@pytest.mark.engines("duckdb")
def test_relation_of_another_database(dbt):
    dbt.execute("attach ':memory:' as old; create table old.main.orders as select 1 as id")
    try:
        found = dbt.call("cutover._relation", "m", "legacy", "OLD.main.orders")
        assert str(found["relation"]) == '"old"."main"."orders"'
        assert dbt.query("select * from {{ t }}", t=found["relation"]) == [{"id": 1}]
    finally:
        dbt.execute("detach old")


# The tests of names that differ by case alone need an engine that holds both.
@pytest.mark.engines("postgres")
def test_exact_name_wins_over_one_that_differs_by_case(dbt):
    dbt.table("orders", [{"id": 1}])
    dbt.table("Orders", [{"id": 2}])

    for name in ("orders", "Orders"):
        assert dbt.call("cutover._relation", "m", "legacy", f"test.{name}")["relation"].identifier == name


@pytest.mark.engines("postgres")
def test_name_that_could_be_two_is_refused(dbt):
    dbt.table("orders", [{"id": 1}])
    dbt.table("Orders", [{"id": 2}])
    with dbt.raises(
        'cutover.m: `legacy` testdb.test.ORDERS could be any of "test"."Orders", "test"."orders", '
        "which differ by case alone. Write the one that is meant, quoted."
    ):
        dbt.call("cutover._relation", "m", "legacy", "test.ORDERS")


@pytest.mark.engines("postgres")
def test_missing_relation_is_looked_for_in_the_schema_as_written(dbt):
    dbt.table("orders", [{"id": 1}], schema="Sales")
    dbt.table("payments", [{"id": 1}], schema="sales")
    with dbt.raises(
        "cutover.m: `legacy` testdb.sales.payment is not there: looked in schema sales of database testdb, "
        "which holds 1 relations. Did you mean 'payments'?"
    ):
        dbt.call("cutover._relation", "m", "legacy", "sales.payment")


@pytest.mark.engines("postgres")
def test_table_without_columns(dbt):
    dbt.execute("create table nothing ()")

    assert dbt.call("cutover._relation", "m", "legacy", "test.nothing")["columns"] == []


@pytest.mark.engines("postgres")
def test_dropped_columns_are_gone(dbt):
    dbt.execute("create table t (a int, b int, c int); alter table t drop column b")

    assert [c["name"] for c in dbt.call("cutover._relation", "m", "legacy", "test.t")["columns"]] == ["a", "c"]


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(
    ("grants", "readable"),
    [
        pytest.param("", False, id="no right at all"),
        pytest.param("grant usage on schema closed to reader", False, id="the schema alone"),
        pytest.param("grant select on closed.orders to reader", False, id="the table alone"),
        pytest.param(
            "grant usage on schema closed to reader; grant select on closed.orders to reader", True, id="both"
        ),
    ],
)
def test_relation_that_the_run_may_not_read(dbt, grants, readable):
    dbt.table("orders", [{"id": 1}], schema="closed")
    dbt.execute(f"create role reader; {grants}")
    dbt.execute("set role reader")
    try:
        if readable:
            found = dbt.call("cutover._relation", "m", "legacy", "closed.orders")
            assert dbt.query("select * from {{ t }}", t=found["relation"]) == [{"id": 1}]
        else:
            with dbt.raises(
                "cutover.m: `legacy` testdb.closed.orders is there, but this run has no right to read it. "
                "Grant it usage on the schema and select on the relation."
            ):
                dbt.call("cutover._relation", "m", "legacy", "closed.orders")
    finally:
        dbt.execute("reset role")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        pytest.param(["d", "s", "t"], "d.s.t", id="plain"),
        pytest.param(["d", "My Schema", 'a"b'], 'd."My Schema"."a""b"', id="quotes where needed"),
        pytest.param([None, "s", "t1"], "s.t1", id="no database"),
        pytest.param(["d", "1s", "größe"], 'd."1s"."größe"', id="not a plain name"),
    ],
)
def test_relation_text(dbt, parts, text):
    database, schema, name = parts
    relation = dbt.render(
        "{{ cutover._relation_text(api.Relation.create(database=d, schema=s, identifier=i)) }}",
        d=database,
        s=schema,
        i=name,
    )

    assert relation == text
