"""Hubs over sequences of loads, against a vault in plain Python."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples
from vault import Target, digest, first_seen, is_known, load, scans

TYPES = {"region": "text", "customer_id": "integer", "load_date": "date", "record_source": "text", "name": "text"}
ONE = {"hash_key": "customer_hk", "business_keys": ["customer_id"]}
TWO = ONE | {"business_keys": ["region", "customer_id"]}


def day(number):
    return None if number is None else date(2024, 1, number)


def rows_of(keys):
    """Rows from (region, customer, day, source)."""
    names = ["region", "customer_id", "load_date", "record_source"]
    rows = [dict(zip(names, key, strict=True)) for key in keys]
    return [row | {"load_date": day(row["load_date"]), "name": "n"} for row in rows]


def target(dbt, arguments):
    columns = {"customer_hk": "text"} | {name: TYPES[name] for name in arguments["business_keys"]}
    return Target(dbt, "hub", TYPES, columns | {"load_date": "date", "record_source": "text"})


def test_columns_and_hashes(dbt):
    rows = load(dbt, "hub", rows_of([("eu", 1, 1, "crm")]), TYPES, **TWO)
    assert rows.columns == ["customer_hk", "region", "customer_id", "load_date", "record_source"]
    assert [tuple(row.values()) for row in rows] == [(digest("eu", 1), "eu", 1, day(1), "crm")]


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        pytest.param([[]], [], id="nothing to load"),
        pytest.param([[], [("eu", 1, 1, "crm")]], [(1, 1, "crm")], id="an empty target"),
        pytest.param([[("eu", 1, 1, "crm")]] * 3, [(1, 1, "crm")], id="the same load again"),
        pytest.param([[("eu", 1, 2, "crm"), ("us", 1, 1, "shop")]], [(1, 1, "shop")], id="the earliest of a load"),
        pytest.param(
            [[("eu", 1, 1, "shop"), ("eu", 1, 1, "crm")]], [(1, 1, "crm")], id="of one moment, the first source"
        ),
        pytest.param([[("eu", 1, 2, "crm")], [("eu", 1, 1, "crm")]], [(1, 2, "crm")], id="a late row changes nothing"),
        pytest.param([[("eu", None, 1, "crm"), ("eu", 2, 1, "crm")]], [(2, 1, "crm")], id="no key, no row"),
        pytest.param([[("eu", 1, None, "crm"), ("eu", 1, 9, "crm")]], [(1, 9, "crm")], id="a date before none"),
        pytest.param([[("eu", 1, None, None)]] * 2, [(1, None, None)], id="neither date nor source"),
    ],
)
def test_loads(dbt, loads, expected):
    for states in loads:
        rows = load(dbt, "hub", rows_of(states), TYPES, **ONE)
    expected = [(digest(key), key, day(moment), source) for key, moment, source in expected]
    assert [tuple(row.values()) for row in rows] == expected


def test_a_full_refresh_starts_anew(dbt):
    load(dbt, "hub", rows_of([("eu", 1, 1, "crm")]), TYPES, **ONE)
    with dbt.flags(full_refresh=True):
        assert load(dbt, "hub", rows_of([("eu", 2, 1, "crm")]), TYPES, **ONE).column("customer_id") == [2]


def test_several_sources_fill_one_hub(dbt):
    crm = dbt.table("crm", rows_of([("eu", 1, 2, "crm"), ("eu", 2, 2, "crm")]), types=TYPES)
    dbt.table("shop", [{"cust_no": 1}, {"cust_no": 3}])
    columns = "cust_no as customer_id, cast('2024-01-01' as date) as load_date, 'shop' as record_source"
    shop = f"(select {columns} from test.shop)"
    rows = dbt.query(
        "select * from {{ cutover.hub([crm, shop], 'customer_hk', ['customer_id']) }} as body", crm=crm, shop=shop
    )
    found = sorted((row["customer_id"], row["load_date"], row["record_source"]) for row in rows)
    assert found == [(1, day(1), "shop"), (2, day(2), "crm"), (3, day(1), "shop")]


KEYS = st.tuples(
    st.sampled_from([None, "eu", "us", ""]),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(1, 5),
    st.sampled_from(["crm", "shop"]),
)


@pytest.mark.parametrize("arguments", [pytest.param(ONE, id="one column"), pytest.param(TWO, id="two columns")])
@given(loads=st.lists(st.lists(KEYS, max_size=8), min_size=1, max_size=3))
@examples(20)
def test_any_loads(dbt, loads, arguments):
    names, held, table = arguments["business_keys"], {}, target(dbt, arguments)
    for states in loads:
        rows = rows_of(states)
        first_seen(held, [row for row in rows if is_known(row, names)], names)
        expected = [(digest(*key), *key, row["load_date"], row["record_source"]) for key, row in held.items()]
        for _ in range(2):
            found = [tuple(row.values()) for row in table.load(rows, **arguments)]
            assert sorted(found) == sorted(expected)


def test_source_and_target_are_read_once(dbt):
    target(dbt, ONE).load(rows_of([("eu", 1, 1, "crm")]), **ONE)
    assert scans(dbt, "hub", ONE) == ["news", "vault"]


def test_names_that_need_quotes(dbt):
    names = {
        "hash_key": '"Order"',
        "business_keys": ['"select"'],
        "load_date": '"Load date"',
        "record_source": '"From"',
    }
    types = {"select": "integer", "Load date": "date", "From": "text"}
    for _ in range(2):
        rows = load(dbt, "hub", [{"select": 1, "Load date": day(1), "From": "crm"}], types, **names)
        assert rows == [{"Order": digest(1), "select": 1, "Load date": day(1), "From": "crm"}]


def test_outside_of_a_model_there_is_nothing_to_go_on_from(dbt):
    with dbt.incremental_this("vault", types={"customer_hk": "text"}) as this:
        body = dbt.call("cutover.hub", "test.news", **ONE)
        assert str(this) in body
    assert dbt.call("cutover.hub", "test.news", **ONE) == body[: body.index("        and not exists")].rstrip() + "\n)"


NAME = "the name of one column, in quotes where SQL wants them"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"relation": None},
            "`relation` must be a text that is not empty; got nothing. Example: ref('stg_customers').",
            id="no relation",
        ),
        pytest.param(
            {"relation": []},
            "`relation` must be a list with at least one item; got []. Example: [ref('stg_crm'), ref('stg_shop')].",
            id="no relations",
        ),
        pytest.param(
            {"relation": ["a", "b; drop table c"]},
            "`relation[1]` must be one SQL expression, with its parentheses paired, its comments closed and no "
            "semicolon; "
            "got 'b; drop table c'. Example: ref('stg_customers').",
            id="a statement",
        ),
        pytest.param(
            {"hash_key": "customer hk"},
            f"`hash_key` must be {NAME}; got 'customer hk'. Example: customer_hk.",
            id="two words",
        ),
        pytest.param(
            {"business_keys": "customer_id"},
            "`business_keys` must be a list with at least one item; got 'customer_id'. Example: ['customer_id'].",
            id="no list",
        ),
        pytest.param(
            {"business_keys": ["lower(email)"]},
            f"`business_keys[0]` must be {NAME}; got 'lower(email)'. Example: ['customer_id'].",
            id="an expression",
        ),
        pytest.param(
            {"load_date": None},
            "`load_date` must be a text that is not empty; got nothing. Example: load_date.",
            id="no load date",
        ),
        pytest.param(
            {"record_source": "'crm'"},
            f"`record_source` must be {NAME}; got '\\'crm\\''. Example: record_source.",
            id="a text",
        ),
        pytest.param(
            {"hash_key": "Customer_ID"},
            "the column customer_id would be there twice: give each of Customer_ID, customer_id, load_date, "
            "record_source "
            "a name of its own.",
            id="one name twice",
        ),
        pytest.param(
            {"compatible_with": "dbt_util"},
            "`compatible_with` must be one of dbt_utils; got 'dbt_util'. Did you mean 'dbt_utils'?",
            id="another package",
        ),
        pytest.param(
            {"src_pk": "customer_hk"},
            "unknown argument 'src_pk'. Known: relation, hash_key, business_keys, load_date, record_source, "
            "compatible_with.",
            id="an argument of another package",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.hub: {message}"):
        dbt.call("cutover.hub", **{"relation": "news"} | ONE | given_)
    assert dbt.statements == []
