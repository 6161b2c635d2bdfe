"""Satellites over sequences of loads, against a vault in plain Python."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples
from vault import Satellite, Target, as_of, digest, load, scans

TYPES = {
    "customer_id": "integer",
    "kind": "text",
    "name": "text",
    "city": "text",
    "seq": "integer",
    "load_date": "date",
    "record_source": "text",
}
PLAIN = {"hash_key": "customer_hk", "business_keys": ["customer_id"], "columns": ["name", "city"], "order_by": ["seq"]}
SETS = PLAIN | {"columns": ["name"], "child_keys": ["kind"]}


def day(number):
    return date(2024, 1, number)


def rows_of(states):
    """Rows from (customer, day, name, city), and a kind if need be, in the order that they came."""
    columns = ["customer_id", "load_date", "name", "city", "kind"]
    rows = [dict(zip(columns, (*state, None, None, None)[:5], strict=True)) for state in states]
    return [row | {"load_date": day(row["load_date"]), "seq": n, "record_source": "crm"} for n, row in enumerate(rows)]


def run(dbt, *loads, **arguments):
    """Load one batch after the other, the first as a full refresh; return what the satellite holds at the end."""
    with dbt.flags(full_refresh=True):
        rows = load(dbt, "satellite", rows_of(loads[0]), TYPES, **(PLAIN | arguments))
    for states in loads[1:]:
        rows = load(dbt, "satellite", rows_of(states), TYPES, **(PLAIN | arguments))
    names = {digest(number): number for number in range(10)}
    return sorted(
        ((names[row["customer_hk"]], row["load_date"].day, row["name"], row["city"]) for row in rows), key=str
    )


def test_columns_and_hashes(dbt):
    rows = load(dbt, "satellite", rows_of([(1, 1, "Ann", None)]), TYPES, **PLAIN)
    assert rows.columns == ["customer_hk", "name", "city", "hash_diff", "load_date", "record_source"]
    assert rows == [
        {
            "customer_hk": digest(1),
            "name": "Ann",
            "city": None,
            "hash_diff": digest("Ann", None),
            "load_date": day(1),
            "record_source": "crm",
        }
    ]


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        pytest.param([[]], [], id="nothing to load"),
        pytest.param([[], [(1, 1, "a", "x")]], [(1, 1, "a", "x")], id="an empty target"),
        pytest.param([[(1, 1, "a", "x")], []], [(1, 1, "a", "x")], id="a run without news"),
        pytest.param([[(1, 1, "a", "x")]] * 3, [(1, 1, "a", "x")], id="the same load again"),
        pytest.param(
            [[(1, 1, "a", "x")], [(1, 2, "b", "x")], [(1, 3, "a", "x")]],
            [(1, 1, "a", "x"), (1, 2, "b", "x"), (1, 3, "a", "x")],
            id="back to an earlier value",
        ),
        pytest.param(
            [[(1, 3, "a", "x"), (1, 1, "a", "x"), (1, 2, "b", "x")]],
            [(1, 1, "a", "x"), (1, 2, "b", "x"), (1, 3, "a", "x")],
            id="several changes in one load",
        ),
        pytest.param(
            [[(1, 1, "a", "x"), (1, 2, "a", "x")], [(1, 3, "a", "x")]], [(1, 1, "a", "x")], id="repeats collapse"
        ),
        pytest.param([[(1, 1, "a", "x"), (1, 1, "a", "x")]], [(1, 1, "a", "x")], id="duplicates in a load"),
        pytest.param([[(1, 1, "a", "x"), (1, 1, "b", "x")]], [(1, 1, "b", "x")], id="of one moment the last counts"),
        pytest.param(
            [[(1, 1, "a", "x")], [(1, 1, "b", "x"), (1, 2, "a", "x")]], [(1, 1, "a", "x")], id="a moment stays as it is"
        ),
        pytest.param(
            [[(1, 1, "a", "x"), (1, 5, "c", "x")], [(1, 3, "b", "x")]],
            [(1, 1, "a", "x"), (1, 3, "b", "x"), (1, 5, "c", "x")],
            id="a late change takes its place",
        ),
        pytest.param(
            [[(1, 1, "a", "x"), (1, 5, "c", "x")], [(1, 3, "a", "x")]],
            [(1, 1, "a", "x"), (1, 5, "c", "x")],
            id="a late repeat changes nothing",
        ),
        pytest.param(
            [[(1, 3, "a", "x")], [(1, 1, "a", "x")]], [(1, 1, "a", "x"), (1, 3, "a", "x")], id="before all others"
        ),
        pytest.param(
            [[(None, 1, "a", "x"), (2, 1, None, None)], [(2, 2, "", None)]],
            [(2, 1, None, None), (2, 2, "", None)],
            id="no key, no row; NULL is not the empty text",
        ),
    ],
)
def test_loads(dbt, loads, expected):
    assert run(dbt, *loads) == sorted(expected, key=str)


def test_a_full_refresh_starts_anew(dbt):
    load(dbt, "satellite", rows_of([(1, 1, "a", "x")]), TYPES, **PLAIN)
    with dbt.flags(full_refresh=True):
        rows = load(dbt, "satellite", rows_of([(1, 2, "b", "x")]), TYPES, **PLAIN)
    assert rows.column("name") == ["b"]


def test_ties_without_an_order_are_settled_alike_in_every_run(dbt):
    states = [(1, 1, "a", "x"), (1, 1, "b", "x"), (1, 1, "c", "x")]
    found = [run(dbt, order, order_by=[]) for order in (states, states[::-1])]
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_a_row_without_a_load_date_is_the_oldest_and_loaded_once(dbt):
    rows = [row | {"load_date": None} for row in rows_of([(1, 1, "a", "x")])] + rows_of(
        [(1, 2, "a", "x"), (1, 3, "b", "x")]
    )
    for _ in range(2):
        found = load(dbt, "satellite", rows, TYPES, **PLAIN)
        assert {row["load_date"] for row in found} == {None, day(3)}
        assert len(found) == 2


def test_a_row_without_a_load_date_may_come_late(dbt):
    load(dbt, "satellite", rows_of([(1, 2, "b", "x")]), TYPES, **PLAIN)
    late = [row | {"load_date": None} for row in rows_of([(1, 1, "a", "x")])]
    for _ in range(2):
        found = load(dbt, "satellite", late, TYPES, **PLAIN)
        assert sorted(row["name"] for row in found) == ["a", "b"]


def test_steps_count_for_the_comparison_alone(dbt):
    loads = [(1, 1, " Ann", "x")], [(1, 2, "ann", "x")]
    assert run(dbt, *loads, normalise={"name": ["trim", "lower"]}) == [(1, 1, " Ann", "x")]


def test_a_vault_with_keys_of_dbt_utils_goes_on(dbt):
    rows = load(dbt, "satellite", rows_of([(1, 1, "a", "x")]), TYPES, compatible_with="dbt_utils", **PLAIN)
    expected = [hashlib.md5(text).hexdigest() for text in (b"1", b"a-x")]
    assert [(row["customer_hk"], row["hash_diff"]) for row in rows] == [tuple(expected)]


CHANGES = st.lists(
    st.tuples(
        st.sampled_from([None, 1, 2]),
        st.integers(1, 6),
        st.sampled_from(["a", "b", None]),
        st.just("x"),
        st.sampled_from(["home", "work", None]),
    ),
    max_size=8,
)


HELD = {"customer_hk": "text", "kind": "text", "name": "text", "city": "text", "hash_diff": "text"}
HELD |= {"load_date": "date", "record_source": "text"}


def target(dbt, arguments):
    names = ["customer_hk", *arguments.get("child_keys", []), *arguments["columns"]]
    names += ["hash_diff", "load_date", "record_source"]
    return Target(dbt, "satellite", TYPES, {name: HELD[name] for name in names})


@pytest.mark.parametrize("arguments", [pytest.param(PLAIN, id="plain"), pytest.param(SETS, id="multi-active")])
@given(loads=st.lists(CHANGES, min_size=1, max_size=3))
@examples(25)
def test_any_loads(dbt, loads, arguments):
    """Late, repeated and tied ones among them, each load run twice."""
    columns = arguments["columns"]
    model, table = Satellite("customer_id", columns, arguments.get("child_keys", [])), target(dbt, arguments)
    for states in loads:
        rows = rows_of(states)
        model.load(rows)
        expected = {(digest(key), *rest) for key, *rest in model.rows()}
        for _ in range(2):
            found = table.load(rows, **arguments)
            names = ["customer_hk", "load_date", *arguments.get("child_keys", []), *columns]
            assert sorted((tuple(row[name] for name in names) for row in found), key=str) == sorted(expected, key=str)


@given(
    truth=st.dictionaries(st.tuples(st.integers(1, 2), st.integers(1, 9)), st.sampled_from("abc"), max_size=12),
    cuts=st.lists(st.integers(0, 12), max_size=3),
    seed=st.randoms(use_true_random=False),
)
@examples(20)
def test_a_source_that_keeps_its_rows_gives_the_whole_truth_in_any_order(dbt, truth, cuts, seed):
    """Whatever came late: at every moment the satellite says what the source says."""
    facts = [(key, moment, value, "x") for (key, moment), value in truth.items()]
    seed.shuffle(facts)
    table = target(dbt, PLAIN)
    for cut in [*sorted(cuts), len(facts)]:
        found = table.load(rows_of(facts[:cut]), **PLAIN)
    for key in (1, 2):
        told = {row["load_date"].day: row["name"] for row in found if row["customer_hk"] == digest(key)}
        known = {moment: value for (one, moment), value in truth.items() if one == key}
        assert [as_of(told, moment) for moment in range(10)] == [as_of(known, moment) for moment in range(10)]


def test_several_sources_are_one_line_of_states(dbt):
    """Given as a list; of each moment the last by sequence counts, whichever source has it."""
    crm = dbt.table("crm", rows_of([(1, 1, "a", "x"), (1, 3, "a", "x")]), types=TYPES)
    shop = dbt.table("shop", rows_of([(2, 1, "c", "x"), (1, 2, "b", "x"), (1, 3, "b", "x")]), types=TYPES)
    body = dbt.call("cutover.satellite", [crm, shop], **PLAIN)
    found = dbt.query(f"select * from {body} as body")
    assert sorted((row["load_date"].day, row["name"]) for row in found if row["customer_hk"] == digest(1)) == [
        (1, "a"),
        (2, "b"),
    ]


SET_DIFFERS = [
    pytest.param([("home", "1"), ("work", "2")], id="one more"),
    pytest.param([("home", "2")], id="another value"),
    pytest.param([("work", "1")], id="another child"),
    pytest.param([(None, "1")], id="a child without a name"),
]


@pytest.mark.parametrize("second", SET_DIFFERS)
def test_a_set_is_loaded_as_a_whole_whenever_it_differs(dbt, second):
    """Forth, back to a part of it, and the part again in another order of rows."""
    first = [("home", "1")]
    table = target(dbt, SETS)
    for moment, phones in enumerate([first, second, first, first[::-1]], start=1):
        found = table.load(rows_of([(1, moment, number, None, kind) for kind, number in phones]), **SETS)
    sets = {n: sorted((row["kind"], row["name"]) for row in found if row["load_date"] == day(n)) for n in range(1, 5)}
    assert sets == {1: first, 2: sorted(second, key=str), 3: first, 4: []}
    assert len({row["hash_diff"] for row in found}) == 2
    assert len({row["hash_diff"] for row in found if row["load_date"] == day(2)}) == 1


@pytest.mark.parametrize("arguments", [pytest.param(PLAIN, id="plain"), pytest.param(SETS, id="multi-active")])
def test_source_and_target_are_read_once(dbt, arguments):
    table = target(dbt, arguments)
    table.load(rows_of([(1, 1, "a", "x")]), **arguments)
    assert scans(dbt, "satellite", arguments) == ["news", "vault"]


NAME = "the name of one column, in quotes where SQL wants them"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"relation": 1},
            "`relation` must be a text that is not empty; got 1. Example: ref('stg_customers').",
            id="no relation",
        ),
        pytest.param(
            {"hash_key": ""},
            "`hash_key` must be a text that is not empty; got ''. Example: customer_hk.",
            id="no hash key",
        ),
        pytest.param(
            {"business_keys": []},
            "`business_keys` must be a list with at least one item; got []. Example: ['customer_id'].",
            id="no business key",
        ),
        pytest.param(
            {"columns": []},
            "`columns` must be a list with at least one item; got []. Example: ['name', 'email'].",
            id="no column",
        ),
        pytest.param(
            {"columns": ["*"]}, f"`columns[0]` must be {NAME}; got '*'. Example: ['name', 'email'].", id="all columns"
        ),
        pytest.param(
            {"child_keys": "kind"}, "`child_keys` must be a list; got 'kind'. Example: ['phone_type'].", id="no list"
        ),
        pytest.param(
            {"hash_diff": "hash-diff"},
            f"`hash_diff` must be {NAME}; got 'hash-diff'. Example: hash_diff.",
            id="a hyphen",
        ),
        pytest.param(
            {"load_date": 3}, "`load_date` must be a text that is not empty; got 3. Example: load_date.", id="a number"
        ),
        pytest.param(
            {"record_source": "'crm'"},
            f"`record_source` must be {NAME}; got '\\'crm\\''. Example: record_source.",
            id="a literal",
        ),
        pytest.param(
            {"order_by": ["seq desc"]},
            f"`order_by[0]` must be {NAME}; got 'seq desc'. Example: ['updated_at'].",
            id="desc",
        ),
        pytest.param(
            {"child_keys": ["name"]},
            "the column name would be there twice: give each of customer_hk, name, name, city, hash_diff, load_date, "
            "record_source a name of its own.",
            id="one name twice",
        ),
        pytest.param(
            {"normalise": {"city": []}},
            "`normalise[city]` must be a list with at least one item; got []. "
            "Example: [trim, lower, {null_as: unknown}].",
            id="no step",
        ),
        pytest.param(
            {"compatible_with": 1}, "`compatible_with` must be one of dbt_utils; got 1.", id="no name of a package"
        ),
        pytest.param(
            {"src_payload": []},
            "unknown argument 'src_payload'. Known: relation, hash_key, business_keys, columns, child_keys, hash_diff, "
            "load_date, record_source, order_by, normalise, compatible_with.",
            id="an argument of another package",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.satellite: {message}"):
        dbt.call("cutover.satellite", **{"relation": "news"} | PLAIN | given_)
    assert dbt.statements == []
