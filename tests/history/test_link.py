"""Links over sequences of loads, against a vault in plain Python."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples
from vault import Target, digest, first_seen, is_known, load, scans

TYPES = {"region": "text", "customer_id": "integer", "order_id": "integer", "line": "integer"}
TYPES |= {"load_date": "date", "record_source": "text"}
KEYS = {"customer_hk": ["region", "customer_id"], "order_hk": ["order_id"]}
PLAIN = {"hash_key": "link_hk", "foreign_keys": KEYS}
LINES = PLAIN | {"child_keys": ["line"]}


def day(number):
    return date(2024, 1, number)


def rows_of(keys):
    """Rows from (region, customer, order, line, day, source)."""
    rows = [dict(zip(TYPES, key, strict=True)) for key in keys]
    return [row | {"load_date": day(row["load_date"])} for row in rows]


def held_as(row, children):
    """A row of the link: all keys hashed in the order given, then each hub's, then the children."""
    region, customer, order = row["region"], row["customer_id"], row["order_id"]
    values = [row[name] for name in children]
    keys = (digest(region, customer, order, *values), digest(region, customer), digest(order))
    return (*keys, *values, row["load_date"], row["record_source"])


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        pytest.param(PLAIN, ["link_hk", "customer_hk", "order_hk", "load_date", "record_source"], id="plain"),
        pytest.param(LINES, ["link_hk", "customer_hk", "order_hk", "line", "load_date", "record_source"], id="lines"),
    ],
)
def test_columns_hashes_and_repeats(dbt, arguments, columns):
    """The second line is of the same order: another row only where lines are part of the link."""
    lines = rows_of([("eu", 1, 7, 1, 1, "shop"), ("eu", 1, 7, 2, 2, "shop"), ("eu", 1, 7, 1, 3, "shop")])
    children = arguments.get("child_keys", [])
    for _ in range(2):
        rows = load(dbt, "link", lines, TYPES, **arguments)
        assert rows.columns == columns
        expected = [held_as(row, children) for row in lines[: 1 + len(children)]]
        assert sorted(tuple(row.values()) for row in rows) == sorted(expected)


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        pytest.param((None, None, 7), 0, id="no customer"),
        pytest.param(("eu", 1, None), 0, id="no order"),
        pytest.param((None, 1, 7), 1, id="a part of the customer's key"),
    ],
)
def test_a_key_that_names_nothing_makes_no_link(dbt, keys, rows):
    assert len(load(dbt, "link", rows_of([(*keys, 1, 1, "shop")]), TYPES, **PLAIN)) == rows


def test_keys_of_dbt_utils(dbt):
    [row] = load(dbt, "link", rows_of([("eu", 1, 7, 1, 1, "shop")]), TYPES, compatible_with="dbt_utils", **PLAIN)
    expected = [hashlib.md5(text).hexdigest() for text in (b"eu-1-7", b"eu-1", b"7")]
    assert [row["link_hk"], row["customer_hk"], row["order_hk"]] == expected


ROWS = st.tuples(
    st.sampled_from([None, "eu", "us"]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 7, 8]),
    st.sampled_from([None, 1, 2]),
    st.integers(1, 5),
    st.sampled_from(["crm", "shop"]),
)


@pytest.mark.parametrize("arguments", [pytest.param(PLAIN, id="plain"), pytest.param(LINES, id="lines")])
@given(loads=st.lists(st.lists(ROWS, max_size=8), min_size=1, max_size=3))
@examples(20)
def test_any_loads(dbt, loads, arguments):
    children, held = arguments.get("child_keys", []), {}
    names = ["link_hk", "customer_hk", "order_hk", *children]
    columns = {name: TYPES.get(name, "text") for name in [*names, "load_date", "record_source"]}
    table = Target(dbt, "link", TYPES, columns)
    for states in loads:
        rows = rows_of(states)
        known = [row for row in rows if all(is_known(row, keys) for keys in KEYS.values())]
        first_seen(held, known, ["region", "customer_id", "order_id", *children])
        expected = [held_as(row, children) for row in held.values()]
        for _ in range(2):
            found = [tuple(row.values()) for row in table.load(rows, **arguments)]
            assert sorted(found, key=str) == sorted(expected, key=str)


def test_source_and_target_are_read_once(dbt):
    names = ["link_hk", "customer_hk", "order_hk", "load_date", "record_source"]
    Target(dbt, "link", TYPES, {name: TYPES.get(name, "text") for name in names}).load([], **PLAIN)
    assert scans(dbt, "link", PLAIN) == ["news", "vault"]


EXAMPLE = "Example: {customer_hk: ['customer_id'], product_hk: ['product_id']}."


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"relation": ""},
            "`relation` must be a text that is not empty; got ''. Example: ref('stg_customers').",
            id="no relation",
        ),
        pytest.param(
            {"foreign_keys": ["customer_hk"]},
            f"`foreign_keys` must be a mapping; got ['customer_hk']. {EXAMPLE}",
            id="no mapping",
        ),
        pytest.param(
            {"foreign_keys": {}},
            f"`foreign_keys` must be a mapping of 1 or more hash keys to their business keys; got {{}}. {EXAMPLE}",
            id="no hub",
        ),
        pytest.param(
            {"foreign_keys": {"customer_hk": []}},
            "`foreign_keys[customer_hk]` must be a list with at least one item; got []. Example: ['customer_id'].",
            id="no business key",
        ),
        pytest.param(
            {"foreign_keys": {"customer hk": ["a"]}},
            "`foreign_keys` must be the name of one column, in quotes where SQL wants them; "
            f"got 'customer hk'. {EXAMPLE}",
            id="no name",
        ),
        pytest.param(
            {"child_keys": ["order_hk"]},
            "the column order_hk would be there twice: give each of link_hk, customer_hk, order_hk, order_hk, "
            "load_date, "
            "record_source a name of its own.",
            id="one name twice",
        ),
        pytest.param(
            {"hash_key": 1},
            "`hash_key` must be a text that is not empty; got 1. Example: order_product_hk.",
            id="a number",
        ),
        pytest.param(
            {"load_date": "now()"},
            "`load_date` must be the name of one column, in quotes where SQL wants them; got 'now()'. Example: "
            "load_date.",
            id="an expression",
        ),
        pytest.param(
            {"record_source": ""},
            "`record_source` must be a text that is not empty; got ''. Example: record_source.",
            id="no source",
        ),
        pytest.param(
            {"compatible_with": True},
            "`compatible_with` must be one of dbt_utils; got true.",
            id="no name of a package",
        ),
        pytest.param(
            {"src_fk": []},
            "unknown argument 'src_fk'. Known: relation, hash_key, foreign_keys, child_keys, load_date, record_source, "
            "compatible_with.",
            id="an argument of another package",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.link: {message}"):
        dbt.call("cutover.link", **{"relation": "news"} | PLAIN | given_)
    assert dbt.statements == []
