import pytest


def relations(dbt, *places):
    """Return relations of the database as macros have them, by schema and name, there or not."""
    found = []
    for schema, name in places:
        made = "{{ keep(api.Relation.create(database='testdb', schema=schema, identifier=name)) }}"
        dbt.render(made, schema=schema, name=name, keep=found.append)
    return found


def test_one_statement_answers_for_all(dbt):
    dbt.table("Orders", [{"id": 1, "Amount": 2.5}], schema="Sales")
    dbt.view("v", "select 1 as x")
    dbt.statements.clear()
    rows = dbt.call("cutover.dialect_catalog", relations(dbt, ("Sales", "Orders"), ("nowhere", "t"), ("TEST", "V")))

    assert [
        (row["asked"], row["database"], row["schema"], row["name"], row["column"], row["readable"]) for row in rows
    ] == [
        (0, "testdb", "Sales", "Orders", "id", True),
        (0, "testdb", "Sales", "Orders", "Amount", True),
        (2, "testdb", "test", "v", "x", True),
    ]
    assert len(dbt.statements) == 1


def test_columns_stand_in_the_table_s_order(dbt):
    names = [f"c{number}" for number in (9, 1, 5, 10, 2)]
    dbt.table("t", [dict.fromkeys(names, 1)])

    assert [row["column"] for row in dbt.call("cutover.dialect_catalog", relations(dbt, ("test", "t")))] == names


@pytest.mark.parametrize(
    "name", [pytest.param("null", id="null"), pytest.param("1", id="a digit"), pytest.param("it's", id="a quote")]
)
def test_names_come_back_exactly(dbt, name):
    dbt.table(name, [{name: 1}], schema=name)
    row = dbt.call("cutover.dialect_catalog", relations(dbt, (name, name)))[0]

    assert (row["schema"], row["name"], row["column"]) == (name, name, name)


def test_portable_answer_agrees_with_the_engine_s_own(dbt):
    dbt.table("orders", [{"id": 1, "Amount": 2.5}], schema="sales")
    asked = relations(dbt, ("sales", "orders"), ("sales", "nothing"))
    own = dbt.call("cutover.dialect_catalog", asked)
    portable = dbt.call("cutover.default__dialect_catalog", asked)

    keys = ("asked", "database", "schema", "name", "readable", "column")
    assert [[row[key] for key in keys] for row in portable] == [[row[key] for key in keys] for row in own]


def test_relation_names_of_a_database(dbt):
    dbt.table("b", [{"x": 1}], schema="Sales")
    dbt.view("a", "select 1 as x", schema="Sales")
    rows = dbt.call("cutover.dialect_relation_names", "TESTDB")

    assert [row["name"] for row in rows if row["schema"] == "Sales"] == ["a", "b"]
    # A schema without relations is there all the same.
    assert [row["name"] for row in rows if row["schema"] == "test"] == [None]


@pytest.mark.parametrize(
    "database", [pytest.param("nowhere", id="unknown"), pytest.param("x' or 'a' = 'a", id="hostile")]
)
def test_relation_names_of_no_database(dbt, database):
    assert dbt.call("cutover.dialect_relation_names", database) == []


def test_objects(dbt):
    dbt.table("null", [{"a": 1}], schema="Sales")
    dbt.view("v", "select 1 as x", schema="Sales")
    dbt.table("t", [{"a": 1}])
    found = dbt.call("cutover.dialect_objects", "testdb", ["sales"])

    assert [(row["schema"], row["name"], row["kind"]) for row in found] == [
        ("Sales", "null", "table"),
        ("Sales", "v", "view"),
    ]
    assert found[0]["definition"] is None
    assert "SELECT 1 AS x" in " ".join(found[1]["definition"].replace("(", "").split())
    assert len(dbt.call("cutover.dialect_objects", "testdb")) == 3
