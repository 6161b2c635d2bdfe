"""Histories from logs of states, against a walk over the same states in Python."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

from dbt_cutover.testing import DatabaseError

TYPES = {
    "customer_id": "integer",
    "email": "text",
    "city": "text",
    "gone": "boolean",
    "line": "integer",
    "changed": "date",
}
VERSIONS = """
    select *
    from {{ cutover.scd2(log, ['customer_id'], 'changed', **given) }} as versions
    order by customer_id, effective_date
"""


def day(number):
    return date(2024, 1, 1) + timedelta(days=number)


def state(customer_id, number, email, city=None, gone=None, line=None):
    return {
        "customer_id": customer_id,
        "email": email,
        "city": city,
        "gone": gone,
        "line": line,
        "changed": None if number is None else day(number),
    }


def versions(dbt, rows, tracked_columns=("email",), **given_):
    log = dbt.table("log", rows, types=TYPES)
    return dbt.query(VERSIONS, log=log, given={"tracked_columns": list(tracked_columns), **given_})


def found(rows, *columns):
    return [tuple(row[column] for column in columns) for row in rows]


INTERVAL = ("customer_id", "email", "effective_date", "expiry_date", "is_current")


def test_repeats_collapse_and_a_change_back_is_a_version(dbt):
    rows = versions(
        dbt,
        [
            state(1, 5, "a"),
            state(1, 0, "a"),
            state(1, 1, "a"),
            state(1, 3, "b"),
            state(2, 2, None),
            state(2, 4, None),
            state(2, 6, "c"),
        ],
    )
    assert rows.columns == list(INTERVAL)
    assert found(rows, *INTERVAL) == [
        (1, "a", day(0), day(3), False),
        (1, "b", day(3), day(5), False),
        (1, "a", day(5), None, True),
        (2, None, day(2), day(6), False),
        (2, "c", day(6), None, True),
    ]


def test_no_states_no_versions(dbt):
    assert versions(dbt, []) == []


def test_a_deletion_closes_a_version_and_a_return_opens_one_after_a_gap(dbt):
    rows = [
        state(1, 0, "a", gone=False),
        state(1, 2, None, gone=True),
        state(1, 3, "x", gone=True),
        state(1, 5, "a"),
        state(2, 0, "b", gone=True),
        state(2, 1, "b"),
        state(3, 0, "c"),
        state(3, 1, "c", gone=True),
    ]
    history = [
        (1, "a", day(0), day(2), False),
        (1, "a", day(5), None, True),
        (2, "b", day(1), None, True),
        (3, "c", day(0), day(1), False),
    ]
    assert found(versions(dbt, rows, deleted="gone"), *INTERVAL) == history
    assert found(versions(dbt, rows, deleted="gone = true or 1 = 2 -- gone"), *INTERVAL) == history


def test_deletions_are_versions_on_request(dbt):
    rows = [state(1, 0, "a"), state(1, 2, "a", gone=True), state(1, 3, None, gone=True), state(1, 5, None)]
    kept = versions(dbt, rows, deleted="gone", deleted_column="is_deleted")
    assert kept.columns == ["customer_id", "email", "is_deleted", "effective_date", "expiry_date", "is_current"]
    assert found(kept, "email", "is_deleted", "effective_date", "expiry_date") == [
        ("a", False, day(0), day(2)),
        ("a", True, day(2), day(3)),
        (None, True, day(3), day(5)),
        (None, False, day(5), None),
    ]


def test_only_deletions_can_be_followed(dbt):
    rows = [state(1, 0, "a"), state(1, 1, "b"), state(1, 2, "b", gone=True), state(1, 3, "c")]
    spans = versions(dbt, rows, tracked_columns=[], deleted="gone")
    assert found(spans, "effective_date", "expiry_date") == [(day(0), day(2)), (day(3), None)]


def test_other_columns_are_those_of_the_first_row(dbt):
    rows = [state(1, 0, "a", "Rome"), state(1, 1, "a", "Bern"), state(1, 2, "b", "Oslo"), state(1, 2, "b", "Bern")]
    assert found(versions(dbt, [*rows, state(1, 2, "b")], other_columns=["city"]), "email", "city") == [
        ("a", "Rome"),
        ("b", "Bern"),
    ]


# -- ties -------------------------------------------------------------------------------------------------------------

TIE = (
    "cutover.scd2: two states of one moment differ. Name columns that tell the later one in tie_breakers, "
    "or leave one out: customer_id = 1, updated_at = 2024-01-02"
)


def test_the_tutorials_recipe_takes_a_tie_as_it_falls_and_repeats_as_versions(dbt):
    """What the well-known recipe gives, beside what scd2 does with the same log."""
    rows = [state(1, 0, "a"), state(1, 1, "b"), state(1, 1, "c"), state(1, 2, "c")]
    log = dbt.table("log", rows, types=TYPES)
    recipe = dbt.query(
        """
        select
            changed as effective_date,
            lead(changed) over (partition by customer_id order by changed) as expiry_date
        from {{ log }}
        order by 1, 2
        """,
        log=log,
    )
    # A version that ends when it begins, and one for a state in which nothing changed.
    assert [tuple(row.values()) for row in recipe] == [
        (day(0), day(1)),
        (day(1), day(1)),
        (day(1), day(2)),
        (day(2), None),
    ]
    with pytest.raises(DatabaseError) as refused:
        versions(dbt, rows)
    assert TIE in str(refused.value)


def test_equal_rows_of_one_moment_are_no_tie(dbt):
    rows = [state(1, 1, "b"), state(1, 1, "b"), state(1, 1, "b"), state(2, 1, None), state(2, 1, None)]
    assert found(versions(dbt, rows), "customer_id", "effective_date", "expiry_date") == [
        (1, day(1), None),
        (2, day(1), None),
    ]


def test_two_deletions_at_one_moment_are_no_tie_unless_they_are_kept(dbt):
    rows = [state(1, 0, "a"), state(1, 1, "b", gone=True), state(1, 1, "c", gone=True)]
    assert found(versions(dbt, rows, deleted="gone"), "effective_date", "expiry_date") == [(day(0), day(1))]
    with pytest.raises(DatabaseError) as refused:
        versions(dbt, rows, deleted="gone", deleted_column="is_deleted")
    assert TIE in str(refused.value)


def test_a_deletion_and_a_state_at_one_moment_are_a_tie(dbt):
    with pytest.raises(DatabaseError) as refused:
        versions(dbt, [state(1, 1, "a"), state(1, 1, "a", gone=True)], deleted="gone")
    assert TIE in str(refused.value)


def test_the_largest_tie_breaker_tells_the_later_state(dbt):
    rows = [
        state(1, 0, "a", line=1),
        state(1, 1, "c", line=3),
        state(1, 1, "b", line=2),
        state(1, 1, "n", line=None),
        state(1, 2, "d", "z", line=5),
        state(1, 2, "e", "y", line=5),
    ]
    history = versions(dbt, rows, tie_breakers=["line", "city"])
    assert found(history, "email", "effective_date") == [("a", day(0)), ("c", day(1)), ("d", day(2))]
    with pytest.raises(DatabaseError) as refused:
        versions(dbt, rows, tie_breakers=["line"])
    assert TIE.replace("2024-01-02", "2024-01-03") in str(refused.value)


def test_a_state_that_loses_a_tie_is_no_version(dbt):
    rows = [state(1, 0, "a", line=1), state(1, 1, "b", line=1), state(1, 1, "a", line=2)]
    assert found(versions(dbt, rows, tie_breakers=["line"]), "email", "effective_date") == [("a", day(0))]


@pytest.mark.parametrize("given_", [{}, {"tie_breakers": ["line"]}], ids=["plain", "with tie breakers"])
@pytest.mark.parametrize("rows", [[state(7, None, "a")], [state(7, 0, "a"), state(7, None, "a")]], ids=["alone", "two"])
def test_a_state_without_a_moment_ends_the_query(dbt, rows, given_):
    with pytest.raises(DatabaseError) as refused:
        versions(dbt, rows, **given_)
    assert (
        "cutover.scd2: a state has no moment (updated_at is null). Leave such rows out, or give them one: "
        "customer_id = 7"
    ) in str(refused.value)


def test_a_tie_ends_the_query_whatever_is_read_of_it(dbt):
    log = dbt.table("log", [state(1, 1, "b"), state(1, 1, "c")], types=TYPES)
    with pytest.raises(DatabaseError) as refused:
        dbt.query(
            "select count(*) as n from {{ cutover.scd2(log, ['customer_id'], 'changed', ['email']) }} as v", log=log
        )
    assert TIE in str(refused.value)


def test_a_key_that_is_null_is_told_too(dbt):
    with pytest.raises(DatabaseError) as refused:
        versions(dbt, [state(None, 1, "b"), state(None, 1, "c")])
    assert "customer_id = null, updated_at = 2024-01-02" in str(refused.value)


# -- columns and names ------------------------------------------------------------------------------------------------


def test_all_columns_but_the_named_are_tracked(dbt):
    rows = [
        state(1, 0, "a", "Rome", line=1),
        state(1, 1, "a", "Oslo", line=2),
        state(1, 2, "a", "Rome", line=4),
        state(1, 2, "b", "Bern", line=5),
        state(1, 3, "b", "Bern", gone=True, line=6),
    ]
    log = dbt.table("log", rows, types=TYPES)
    given_ = {"tie_breakers": ["LINE"], "deleted": "gone", "other_columns": ["city"]}
    history = dbt.query(VERSIONS, log=log, given=given_)
    assert history.columns == ["customer_id", "email", "city", "effective_date", "expiry_date", "is_current"]
    assert found(history, "email", "city", "effective_date", "expiry_date") == [
        ("a", "Rome", day(0), day(2)),
        ("b", "Bern", day(2), day(3)),
    ]
    assert len(dbt.statements) == 1
    every = dbt.query(VERSIONS, log=log, given={"tie_breakers": ["line"]})
    assert every.columns[1:4] == ["email", "city", "gone"]
    assert len(every) == 4


def test_the_catalog_is_asked_only_for_what_to_track(dbt):
    versions(dbt, [state(1, 0, "a")])
    assert dbt.statements == []


def test_while_parsing_nothing_is_asked(dbt):
    log = dbt.table("log", types=TYPES)
    sql = dbt.render("{{ cutover.scd2(log, ['customer_id'], 'changed', deleted='gone') }}", log=log, execute=False)
    assert dbt.statements == []
    assert dbt.query(f"select * from {sql} as versions") == []


HOSTILE = {"Order": "integer", "select": "text", 'a"b': "text", "Valid From": "timestamp"}


@pytest.mark.parametrize("tracked", [None, ['"select"', '"a""b"']], ids=["from the catalog", "as given"])
def test_names_of_any_kind(dbt, tracked):
    noon, one = datetime(2024, 1, 1, 12), datetime(2024, 1, 1, 13)
    rows = [dict(zip(HOSTILE, values, strict=True)) for values in [(1, "it's", "x", noon), (1, "it's", "y", one)]]
    log = dbt.table("Log of it", rows, types=HOSTILE)
    history = dbt.query(
        """
        select * from {{ cutover.scd2(log, ['"Order"'], '"Valid From"', tracked, effective_date='"from"',
                                      expiry_date='"To"', is_current='"end"') }} as versions
        order by "from"
        """,
        log=log,
        tracked=tracked,
    )
    assert history.columns == ["Order", "select", 'a"b', "from", "To", "end"]
    assert [tuple(row.values()) for row in history] == [
        (1, "it's", "x", noon, one, False),
        (1, "it's", "y", one, None, True),
    ]


def test_several_keys_an_expression_for_the_moment_and_a_select_for_the_relation(dbt):
    rows = [state(1, 0, "a", "Rome"), state(1, 1, "b", "Bern"), state(1, 2, "b", "Rome"), state(None, 2, "b", "Rome")]
    log = dbt.table("log", rows, types=TYPES)
    history = dbt.query(
        """
        select * from {{ cutover.scd2('(select * from ' ~ log ~ ') as log', ['customer_id', 'city'],
                                      'cast(changed as timestamp) -- a day', ['email']) }} as versions
        """,
        log=log,
    )
    assert sorted(found(history, "city", "email", "effective_date", "expiry_date"), key=str) == [
        ("Bern", "b", datetime(2024, 1, 2), None),
        ("Rome", "a", datetime(2024, 1, 1), datetime(2024, 1, 3)),
        ("Rome", "b", datetime(2024, 1, 3), None),
        ("Rome", "b", datetime(2024, 1, 3), None),
    ]


@pytest.mark.parametrize("materialization", ["table", "view"])
def test_a_history_is_a_whole_model(dbt, materialization):
    dbt.table("log", [state(1, 0, "a"), state(1, 1, "b", gone=True)], types=TYPES)
    sql = "{{ cutover.scd2(target.schema ~ '.log', ['customer_id'], 'changed', ['email'], deleted='gone') }}"
    (relation,) = dbt.materialize(materialization, sql)
    assert dbt.query(f"select * from {relation}").column("expiry_date") == [day(1)]


@pytest.mark.parametrize(
    "last",
    ["9999-12-31", date(9999, 12, 31), "date '9999-12-31'", " (select cast('9999-12-31' as date)) -- far"],
    ids=["text", "date", "sql", "a query"],
)
def test_an_expiry_date_for_what_has_not_ended(dbt, last):
    rows = versions(dbt, [state(1, 0, "a"), state(1, 1, "b")], expiry_of_current=last)
    assert found(rows, "expiry_date", "is_current") == [(day(1), False), (date(9999, 12, 31), True)]


def test_an_expiry_moment_for_what_has_not_ended(dbt):
    noon = datetime(2024, 1, 1, 12)
    log = dbt.table("log", [{"k": 1, "v": "a", "moment": noon}])
    for last in ("9999-12-31", "9999-12-31T00:00:00", "9999-12-31 00:00"):
        row = dbt.query(
            "select * from {{ cutover.scd2(log, ['k'], 'moment', ['v'], expiry_of_current=last) }} as v",
            log=log,
            last=last,
        )
        assert found(row, "effective_date", "expiry_date") == [(noon, datetime(9999, 12, 31))]


def test_each_version_has_a_key_of_its_own(dbt):
    rows = [state(1, 0, "a"), state(1, 1, "b"), state(1, 2, "a"), state(2, 0, "a")]
    history = versions(dbt, rows, surrogate_key="customer_sk")
    again = versions(dbt, rows[:3], surrogate_key="customer_sk")
    assert history.columns[0] == "customer_sk"
    assert len(set(history.column("customer_sk"))) == 4
    assert again.column("customer_sk") == history.column("customer_sk")[:3]
    expected = dbt.query("select {{ cutover.generate_surrogate_key(['2', 'cast(\\'2024-01-01\\' as date)']) }} as k")
    assert history.column("customer_sk")[3:] == expected.column("k")


# -- any log ----------------------------------------------------------------------------------------------------------


def walk(rows, deleted, breakers):
    """The versions by a walk from moment to moment; None where a tie can't be told."""
    history = []
    for key in {row["customer_id"] for row in rows}:
        mine = [row for row in rows if row["customer_id"] == key]
        previous = None
        for moment in sorted({row["changed"] for row in mine}):
            at_once = [row for row in mine if row["changed"] == moment]
            if breakers:
                top = max(row["line"] or 0 for row in at_once)
                at_once = [row for row in at_once if (row["line"] or 0) == top]
            states = {None if deleted and row["gone"] else (row["email"], row["city"]) for row in at_once}
            if len(states) > 1:
                return None
            (current,) = states
            if current == previous:
                continue
            if previous is not None:
                history[-1][-1] = moment
            if current is not None:
                history.append([key, *current, moment, None])
            previous = current
    return sorted((key, email or "", city or "", begin, end) for key, email, city, begin, end in history)


@given(
    rows=st.lists(
        st.builds(
            state,
            customer_id=st.integers(1, 2),
            number=st.integers(0, 6),
            email=st.none() | st.sampled_from("ab"),
            city=st.none() | st.just("Rome"),
            gone=st.sampled_from([None, False, False, True]),
            line=st.integers(1, 9),
        ),
        max_size=14,
    ),
    deleted=st.booleans(),
    breakers=st.booleans(),
)
@examples(60)
def test_any_history_is_that_of_a_walk_over_the_log(dbt, rows, deleted, breakers):
    expected = walk(rows, deleted, breakers)
    asked = {
        "tracked_columns": ("email", "city"),
        "deleted": "gone" if deleted else None,
        "tie_breakers": ["line"] if breakers else [],
    }
    if expected is None:
        with pytest.raises(DatabaseError) as refused:
            versions(dbt, rows, **asked)
        assert "two states of one moment differ" in str(refused.value)
        return
    history = versions(dbt, rows, **asked)
    assert (
        sorted(
            (row["customer_id"], row["email"] or "", row["city"] or "", row["effective_date"], row["expiry_date"])
            for row in history
        )
        == expected
    )
    assert all(row["is_current"] is (row["expiry_date"] is None) for row in history)


# -- refusals ---------------------------------------------------------------------------------------------------------

KNOWN = (
    "relation, keys, updated_at, tracked_columns, other_columns, tie_breakers, deleted, deleted_column, "
    "effective_date, expiry_date, is_current, surrogate_key, expiry_of_current"
)
SQL = "one SQL expression, with its parentheses paired, its comments closed and no semicolon"
ONE = "must be a list with at least one item; got"
TEXT = "must be a text that is not empty; got"
MOMENT = "a day as YYYY-MM-DD, with a time as HH:MM:SS if need be, or a SQL expression"
TWICE = "would be there twice: by"


def refused(why, message, **given_):
    return pytest.param(given_, message, id=why)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        refused("no keys", f"`keys` {ONE} []. Example: ['customer_id'].", keys=[]),
        refused("keys as text", f"`keys` {ONE} 'k'. Example: ['customer_id'].", keys="k"),
        refused("a key twice", "`keys` must be a list that names each once; got ['k', 'k'].", keys=["k", "k"]),
        refused("no moment", f"`updated_at` {TEXT} nothing. Example: updated_at.", updated_at=None),
        refused("moment", f"`updated_at` must be {SQL}; got 'at;'. Example: updated_at.", updated_at="at;"),
        refused("nothing tracked", f"`tracked_columns` {ONE} []. Example: ['email', 'address'].", tracked_columns=[]),
        refused("others", "`other_columns` must be a list; got 'v'. Example: ['loaded_at'].", other_columns="v"),
        refused("breakers", f"`tie_breakers[0]` {TEXT} 1. Example: ['log_sequence'].", tie_breakers=[1]),
        refused("deleted", f"`deleted` must be {SQL}; got 'a)'. Example: is_deleted.", deleted="a)"),
        refused("flag", f"`deleted` {TEXT} true. Example: is_deleted.", deleted=True),
        refused(
            "a column of deletions without any",
            "`deleted_column` names the deletions that `deleted` tells: give both, or neither.",
            deleted_column="is_deleted",
        ),
        refused("name", f"`effective_date` {TEXT} ''. Example: effective_date.", effective_date=""),
        refused("flag's name", f"`is_current` {TEXT} false. Example: is_current.", is_current=False),
        refused(
            "end",
            f"`expiry_of_current` must be {MOMENT}; got '9999-12-32'. Example: '2024-12-31'.",
            expiry_of_current="9999-12-32",
        ),
        refused(
            "month",
            f"`expiry_of_current` must be {MOMENT}; got '9999-31-12'. Example: '2024-12-31'.",
            expiry_of_current="9999-31-12",
        ),
        refused(
            "a key that is tracked", f"the column K {TWICE} `keys` and by `tracked_columns`.", tracked_columns=["K"]
        ),
        refused(
            "tracked and not",
            f'the column "v" {TWICE} `tracked_columns` and by `other_columns`.',
            other_columns=['"v"'],
        ),
        refused(
            "a name that is taken",
            f"the column V {TWICE} `tracked_columns` and by `is_current`. Give another name in `is_current`.",
            is_current="V",
        ),
        refused(
            "two names",
            f"the column expiry_date {TWICE} `expiry_date` and by `surrogate_key`. "
            "Give another name in `surrogate_key`.",
            surrogate_key="expiry_date",
        ),
        refused(
            "near", f"unknown argument 'tie_breaker'. Did you mean 'tie_breakers'? Known: {KNOWN}.", tie_breaker="a"
        ),
        refused("the tutorial's habit", f"unknown argument 'unique_key'. Known: {KNOWN}.", unique_key="a"),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.scd2: {message}"):
        dbt.call(
            "cutover.scd2", **{"relation": "log", "keys": ["k"], "updated_at": "at", "tracked_columns": ["v"]} | given_
        )
    assert dbt.statements == []


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        refused(
            "a condition",
            "`deleted` must be a column of testdb.test.log (k, v, changed); got 'v is null'.",
            deleted="v is null",
        ),
        refused(
            "a key",
            "`keys[1]` must be a column of testdb.test.log (k, v, changed); got 'kk'. Did you mean 'k'?",
            keys=["k", "kk"],
        ),
        refused(
            "nothing left",
            "there is nothing to track: testdb.test.log has no columns but those that are named.",
            other_columns=["v"],
        ),
        refused(
            "a name that is taken",
            f"the column V {TWICE} `tracked_columns` and by `effective_date`. Give another name in `effective_date`.",
            effective_date="V",
        ),
    ],
)
def test_refusals_by_the_catalog(dbt, given_, message):
    log = dbt.table("log", types={"k": "integer", "v": "text", "changed": "date"})
    with dbt.raises(f"cutover.scd2: {message}"):
        dbt.call("cutover.scd2", **{"relation": log, "keys": ["k"], "updated_at": "changed"} | given_)
    assert len(dbt.statements) == 1
