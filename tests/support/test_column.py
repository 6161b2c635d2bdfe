import pytest

from support.test_relation import HOSTILE_NAMES

ORDERS = {
    "text": "shop.orders",
    "columns": [{"name": name, "type": "text"} for name in ("id", "Amount", "STATUS", "status", "größe")],
}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("id", "id", id="exact"),
        pytest.param("ID", "id", id="another case"),
        pytest.param("amount", "Amount", id="lower case"),
        pytest.param("STATUS", "STATUS", id="exact among two"),
        pytest.param("status", "status", id="exact, the other one"),
        pytest.param("GRÖSSE".replace("SS", "ß"), "größe", id="not ASCII, another case"),
    ],
)
def test_column_is_found(dbt, name, found):
    assert dbt.call("cutover._column", "m", "keys", name, ORDERS) == {"name": found, "type": "text"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param(
            "Status",
            "`keys` must be one column of shop.orders, spelled exactly: STATUS or status; got 'Status'.",
            id="could be two",
        ),
        pytest.param(
            "amout",
            "`keys` must be a column of shop.orders (id, Amount, STATUS, status, größe); got 'amout'. "
            "Did you mean 'Amount'?",
            id="near",
        ),
        pytest.param(
            'x"; drop',
            "`keys` must be a column of shop.orders (id, Amount, STATUS, status, größe); got 'x\"; drop'.",
            id="hostile",
        ),
        pytest.param("", "`keys` must be a text that is not empty; got ''.", id="empty"),
        pytest.param(None, "`keys` must be a text that is not empty; got nothing.", id="missing"),
        pytest.param(["id"], "`keys` must be a text that is not empty; got ['id'].", id="a list"),
    ],
)
def test_column_that_is_not_there(dbt, name, message):
    with dbt.raises(f"cutover.reconcile: {message}"):
        dbt.call("cutover._column", "reconcile", "keys", name, ORDERS)

    assert dbt.statements == []


def test_many_columns_are_not_all_named(dbt):
    wide = {"text": "wide", "columns": [{"name": f"c{number}", "type": "text"} for number in range(23)]}
    names = ", ".join(f"c{number}" for number in range(20))
    with dbt.raises(f"cutover.m: `a` must be a column of wide ({names}, and 3 more); got 'xyz'."):
        dbt.call("cutover._column", "m", "a", "xyz", wide)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_quoted_name_is_that_column(dbt, name):
    dbt.table("t", [{"other": 0, name: 1}])
    rows = dbt.query(
        "select {{ cutover._quoted(name) }}, {{ cutover._quoted(name, 'x') }} as again from test.t as x", name=name
    )

    assert rows == [{name: 1, "again": 1}]


@pytest.mark.parametrize(
    ("name", "alias", "sql"),
    [
        pytest.param("id", None, '"id"', id="plain"),
        pytest.param("id", "a", 'a."id"', id="with an alias"),
        pytest.param('a"b', None, '"a""b"', id="a quote inside"),
    ],
)
def test_quoted(dbt, name, alias, sql):
    assert dbt.call("cutover._quoted", name, alias) == sql
