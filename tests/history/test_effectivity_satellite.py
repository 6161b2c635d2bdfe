"""Effectivity satellites over sequences of loads, against which customer an order has at each moment."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples
from vault import Target, as_of, digest, load, scans

TYPES = {
    "order_id": "integer",
    "customer_id": "integer",
    "seq": "integer",
    "load_date": "date",
    "record_source": "text",
}
HELD = {"link_hk": "text", "order_hk": "text", "load_date": "date", "is_active": "boolean", "record_source": "text"}
ORDERS = {
    "hash_key": "link_hk",
    "foreign_keys": {"customer_hk": ["customer_id"], "order_hk": ["order_id"]},
    "driving_keys": ["order_hk"],
    "order_by": ["seq"],
}
LINKS = {digest(customer, order): (order, customer) for customer in range(1, 5) for order in range(1, 5)}


def day(number):
    return date(2024, 1, number)


def rows_of(facts):
    """Rows from (order, day, customer), in the order that they came."""
    return [
        {"order_id": order, "customer_id": customer, "seq": n, "load_date": day(moment), "record_source": "shop"}
        for n, (order, moment, customer) in enumerate(facts)
    ]


def told(rows):
    """(order, customer, day, active) of each row; no link has two rows of one day."""
    found = sorted((*LINKS[row["link_hk"]], row["load_date"].day, row["is_active"]) for row in rows)
    assert len({row[:3] for row in found}) == len(found)
    return found


def customers_by_order(found, order):
    """The order's customer by day: the link that is active, or none where links are only closed."""
    days = {moment: None for one, _, moment, _ in found if one == order}
    return days | {moment: customer for one, customer, moment, active in found if one == order and active}


def active_customers(found, order, moment):
    """The same question asked of each link by itself: is its last row up to then an active one?"""
    active = set()
    for customer in {row[1] for row in found if row[0] == order}:
        if as_of({row[2]: row[3] for row in found if row[:2] == (order, customer)}, moment):
            active.add(customer)
    return active


def test_columns_and_hashes(dbt):
    rows = load(dbt, "effectivity_satellite", rows_of([(1, 1, 2)]), TYPES, **ORDERS)
    assert rows.columns == list(HELD)
    assert [tuple(row.values()) for row in rows] == [(digest(2, 1), digest(1), day(1), True, "shop")]


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        pytest.param([[], [(1, 1, 1)]], [(1, 1, 1, True)], id="an empty target"),
        pytest.param([[(1, 1, 1)]] * 3, [(1, 1, 1, True)], id="the same load again"),
        pytest.param([[(1, 1, 1), (1, 2, 1)], [(1, 3, 1)]], [(1, 1, 1, True)], id="repeats collapse"),
        pytest.param(
            [[(1, 1, 1)], [(1, 2, 2)]], [(1, 1, 1, True), (1, 1, 2, False), (1, 2, 2, True)], id="another customer"
        ),
        pytest.param(
            [[(1, 1, 1), (1, 2, 2), (1, 3, 1)]],
            [(1, 1, 1, True), (1, 1, 2, False), (1, 1, 3, True), (1, 2, 2, True), (1, 2, 3, False)],
            id="there and back in one load",
        ),
        pytest.param(
            [[(1, 1, 1)], [(1, 2, None)], [(1, 2, None)], [(1, 3, 1)]],
            [(1, 1, 1, True), (1, 1, 2, False), (1, 1, 3, True)],
            id="no customer for a while",
        ),
        pytest.param(
            [[(1, 1, 1), (1, 5, 3)], [(1, 3, 2)]],
            [(1, 1, 1, True), (1, 1, 3, False), (1, 1, 5, False), (1, 2, 3, True), (1, 2, 5, False), (1, 3, 5, True)],
            id="a late change is opened and closed",
        ),
        pytest.param([[(1, 1, 1), (1, 1, 2)]], [(1, 2, 1, True)], id="of one moment the last counts"),
        pytest.param([[(1, 1, 1)], [(1, 1, 2)]], [(1, 1, 1, True)], id="a moment stays as it is"),
        pytest.param([[(None, 1, 1), (1, 1, None)]], [], id="no order, or none but no customer"),
    ],
)
def test_loads(dbt, loads, expected):
    for facts in loads:
        rows = load(dbt, "effectivity_satellite", rows_of(facts), TYPES, **ORDERS)
    assert told(rows) == expected


FACTS = st.dictionaries(
    st.tuples(st.integers(1, 2), st.integers(1, 7)), st.sampled_from([None, 1, 2, 3]), min_size=1, max_size=12
)


@given(truth=FACTS, cuts=st.lists(st.integers(0, 12), max_size=3), seed=st.randoms(use_true_random=False))
@examples(30)
def test_a_source_that_keeps_its_rows_gives_the_whole_truth_in_any_order(dbt, truth, cuts, seed):
    """At every moment the customer is the source's, asked by order or link by link; a second run adds nothing."""
    facts = [(order, moment, customer) for (order, moment), customer in truth.items()]
    seed.shuffle(facts)
    table = Target(dbt, "effectivity_satellite", TYPES, HELD)
    for cut in [*sorted(cuts), len(facts)]:
        found = told(table.load(rows_of(facts[:cut]), **ORDERS))
        assert told(table.load(rows_of(facts[:cut]), **ORDERS)) == found
        for order in (1, 2):
            days = {moment: customer for one, moment, customer in facts[:cut] if one == order}
            for moment in range(9):
                customer = as_of(days, moment)
                assert as_of(customers_by_order(found, order), moment) == customer
                assert active_customers(found, order, moment) == ({customer} if customer else set())


@given(truth=FACTS, size=st.integers(1, 4))
@examples(20)
def test_loads_that_come_in_order_need_no_earlier_rows(dbt, truth, size):
    facts = sorted(((order, moment, customer) for (order, moment), customer in truth.items()), key=lambda fact: fact[1])
    table = Target(dbt, "effectivity_satellite", TYPES, HELD)
    for start in range(0, len(facts), size):
        found = told(table.load(rows_of(facts[start : start + size]), **ORDERS))
    for order in (1, 2):
        days = {moment: customer for one, moment, customer in facts if one == order}
        for moment in range(9):
            assert as_of(customers_by_order(found, order), moment) == as_of(days, moment)
            assert active_customers(found, order, moment) == {as_of(days, moment)} - {None}


@given(loads=st.lists(FACTS, min_size=2, max_size=4))
@examples(20)
def test_any_loads_leave_one_answer(dbt, loads):
    """Late rows of a source that keeps nothing: what was repeated is forgotten, but order and links never disagree."""
    table = Target(dbt, "effectivity_satellite", TYPES, HELD)
    for truth in loads:
        found = told(table.load(rows_of([(*fact, customer) for fact, customer in truth.items()]), **ORDERS))
        for order in (1, 2):
            for moment in range(9):
                customer = as_of(customers_by_order(found, order), moment)
                assert active_customers(found, order, moment) == ({customer} if customer else set())


def test_source_and_target_are_read_once(dbt):
    Target(dbt, "effectivity_satellite", TYPES, HELD).load(rows_of([(1, 1, 1)]), **ORDERS)
    assert scans(dbt, "effectivity_satellite", ORDERS) == ["news", "vault"]


NAME = "the name of one column, in quotes where SQL wants them"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"relation": ""},
            "`relation` must be a text that is not empty; got ''. Example: ref('stg_customers').",
            id="no relation",
        ),
        pytest.param(
            {"hash_key": "a b"}, f"`hash_key` must be {NAME}; got 'a b'. Example: order_customer_hk.", id="two words"
        ),
        pytest.param(
            {"foreign_keys": {"order_hk": ["order_id"]}},
            "`foreign_keys` must be a mapping of 2 or more hash keys to their business keys; got {order_hk: "
            "['order_id']}. "
            "Example: {customer_hk: ['customer_id'], product_hk: ['product_id']}.",
            id="one hub",
        ),
        pytest.param(
            {"driving_keys": []},
            "`driving_keys` must be a list with at least one item; got []. Example: ['order_hk'].",
            id="no driving key",
        ),
        pytest.param(
            {"driving_keys": ["order_hks"]},
            "`driving_keys` must be names of hash keys in `foreign_keys`; got 'order_hks'. Did you mean 'order_hk'?",
            id="a key that isn't there",
        ),
        pytest.param(
            {"driving_keys": ["customer_hk", "order_hk"]},
            "`driving_keys` must be only some of the hash keys in `foreign_keys`; got ['customer_hk', 'order_hk']. "
            "Example: ['order_hk'].",
            id="all keys drive",
        ),
        pytest.param(
            {"active": "is active"}, f"`active` must be {NAME}; got 'is active'. Example: active.", id="no name"
        ),
        pytest.param(
            {"load_date": ""}, "`load_date` must be a text that is not empty; got ''. Example: load_date.", id="no date"
        ),
        pytest.param(
            {"record_source": None},
            "`record_source` must be a text that is not empty; got nothing. Example: record_source.",
            id="no source",
        ),
        pytest.param(
            {"order_by": "seq"}, "`order_by` must be a list; got 'seq'. Example: ['updated_at'].", id="no list"
        ),
        pytest.param(
            {"active": "order_hk"},
            "the column order_hk would be there twice: give each of link_hk, customer_hk, order_hk, load_date, "
            "order_hk, "
            "record_source a name of its own.",
            id="one name twice",
        ),
        pytest.param(
            {"compatible_with": ""}, "`compatible_with` must be one of dbt_utils; got ''.", id="no package's name"
        ),
        pytest.param(
            {"src_dfk": []},
            "unknown argument 'src_dfk'. Known: relation, hash_key, foreign_keys, driving_keys, load_date, "
            "record_source, "
            "active, order_by, compatible_with.",
            id="an argument of another package",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.effectivity_satellite: {message}"):
        dbt.call("cutover.effectivity_satellite", **{"relation": "news"} | ORDERS | given_)
    assert dbt.statements == []
