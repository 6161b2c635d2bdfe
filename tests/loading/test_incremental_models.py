"""Incremental models that run day after day: late, repeated and changed rows, and what the well-known recipes lose."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

TYPES = {"id": "integer", "status": "text", "day": "date"}
OURS = "{{ cutover.incremental_filter('day', '3 days') }}"
NEWER = "{% if is_incremental() %} day > (select max(day) from {{ this }}) {% else %} true {% endif %}"
LOOKING_BACK = NEWER.replace("max(day)", "max(day) - interval '3 days'")
EXECUTE = """
    {% if execute %} day >= coalesce((select max(day) from {{ this }}), cast('2020-01-01' as date))
    {% else %} true {% endif %}
"""
UPSERT = {"unique_key": "id", "incremental_strategy": "delete+insert"}


def jan(number):
    return date(2024, 1, number)


def row(id_, status, day):
    return {"id": id_, "status": status, "day": day and jan(day)}


def deliver(dbt, *rows):
    dbt.table("source", rows, types=TYPES)


def held(rows):
    return [(row["id"], row["status"], row["day"] and row["day"].day) for row in rows]


# What the source holds on three days: on the second, row 3 comes late and row 4 in the same instant as row 2; on the
# third, row 1 is changed, row 5 comes three days late and row 6 too late.
DAY_1 = [row(1, "new", 5), row(2, "new", 6)]
DAY_2 = [*DAY_1, row(3, "late", 4), row(4, "same", 6), row(7, "new", 8)]
DAY_3 = [row(1, "paid", 9), *DAY_2[1:], row(5, "late", 5), row(6, "too late", 1)]
ALL_IN_TIME = [(1, "paid", 9), (2, "new", 6), (3, "late", 4), (4, "same", 6), (5, "late", 5), (7, "new", 8)]


@pytest.mark.parametrize("watermark", ["subquery", "literal"])
@pytest.mark.parametrize(
    "config",
    [
        pytest.param(UPSERT, id="delete+insert"),
        pytest.param({"unique_key": "id", "incremental_strategy": "merge"}, id="merge"),
    ],
)
def test_late_repeated_and_changed_rows_arrive_once(dbt, load, config, watermark):
    filter_ = OURS.replace("'3 days'", f"'3 days', watermark='{watermark}'")
    for source in (DAY_1, DAY_2, DAY_3):
        deliver(dbt, *source)
        rows = load(filter_, **config)
        assert load(filter_, **config) == rows  # a run that is repeated changes nothing
    assert held(rows) == ALL_IN_TIME
    assert (6, "too late", 1) in held(load(filter_, full_refresh=True, **config))


def test_merge_changes_the_named_columns_alone(dbt, load):
    config = {"unique_key": "id", "incremental_strategy": "merge", "merge_update_columns": ["status"]}
    for source in (DAY_1, DAY_2, DAY_3):
        deliver(dbt, *source)
        rows = load(OURS, **config)
    assert held(rows) == [(1, "paid", 5), *ALL_IN_TIME[1:-1], (7, "new", 8)]


def test_append_takes_each_row_once_when_none_is_late(dbt, load):
    filter_ = "{{ cutover.incremental_filter('day', inclusive=false) }}"
    for number in range(1, 5):
        deliver(dbt, *(row(n, "new", n) for n in range(1, 2 * number)))
        for _ in range(2):
            rows = load(filter_, incremental_strategy="append")
    assert rows.column("id") == [1, 2, 3, 4, 5, 6, 7]


def test_append_repeats_what_passes_again(dbt, load):
    deliver(dbt, row(1, "new", 1), row(2, "new", 2))
    for _ in range(2):
        rows = load("{{ cutover.incremental_filter('day') }}", incremental_strategy="append")
    assert rows.column("id") == [1, 2, 2]


def test_rows_without_a_day_are_never_taken(dbt, load):
    deliver(dbt, row(1, "new", 1), row(2, "new", None))
    assert load(OURS, **UPSERT).column("id") == [1]
    deliver(dbt, row(1, "new", 1), row(2, "new", None), row(3, "new", None))
    assert load(OURS, **UPSERT).column("id") == [1]
    assert load(OURS, full_refresh=True, **UPSERT).column("id") == [1]


def test_a_table_that_was_emptied_is_filled_from_the_start(dbt, load):
    filter_ = "{{ cutover.incremental_filter('day', '3 days', '2024-01-02') }}"
    deliver(dbt, row(1, "new", 1), row(2, "new", 2), row(3, "new", 3))
    assert load(filter_, **UPSERT).column("id") == [2, 3]
    dbt.execute("delete from {{ target.schema }}.copy")
    assert load(filter_, **UPSERT).column("id") == [2, 3]


# -- what the guides' recipes lose ------------------------------------------------------------------------------------


def test_newer_than_the_newest_loses_late_and_same_instant_rows(dbt, load):
    for source in (DAY_1, DAY_2, DAY_3):
        deliver(dbt, *source)
        rows = load(NEWER, **UPSERT)
    assert held(rows) == [(1, "paid", 9), (2, "new", 6), (7, "new", 8)]


def test_newer_than_the_newest_never_fills_an_emptied_table(dbt, load):
    deliver(dbt, *DAY_1)
    load(NEWER, **UPSERT)
    dbt.execute("delete from {{ target.schema }}.copy")
    assert load(NEWER, **UPSERT) == []
    assert held(load(OURS, **UPSERT)) == [(1, "new", 5), (2, "new", 6)]


def test_with_days_taken_off_it_still_loses_the_rows_on_the_edge(dbt, load):
    for source in (DAY_1, DAY_2):
        deliver(dbt, *source)
        load(LOOKING_BACK, **UPSERT)
    deliver(dbt, *DAY_2, row(5, "late", 5))
    assert 5 not in load(LOOKING_BACK, **UPSERT).column("id")
    assert 5 in load(OURS, **UPSERT).column("id")


def test_if_execute_fails_on_the_first_run(dbt, load):
    deliver(dbt, *DAY_1)
    with pytest.raises(Exception, match=re.compile("copy.*does not exist", re.DOTALL)):
        load(EXECUTE, incremental_strategy="append")
    assert held(load(OURS, incremental_strategy="append")) == [(1, "new", 5), (2, "new", 6)]


def test_if_execute_makes_a_full_refresh_lose_all_but_the_newest(dbt, load):
    deliver(dbt, *DAY_1)
    load(OURS, **UPSERT)
    assert held(load(EXECUTE, full_refresh=True, **UPSERT)) == [(2, "new", 6)]
    deliver(dbt, *DAY_2)
    load(OURS, **UPSERT)
    assert len(load(OURS, full_refresh=True, **UPSERT)) == 5


def test_if_execute_loses_late_rows_and_repeats_the_others(dbt, load):
    """The guide's config says `unique_id`, which dbt doesn't know: the model appends."""
    deliver(dbt, *DAY_1)
    load(OURS, incremental_strategy="append")
    deliver(dbt, *DAY_2)
    rows = load(EXECUTE, incremental_strategy="append", unique_id="id")
    assert held(rows) == [(1, "new", 5), (2, "new", 6), (2, "new", 6), (4, "same", 6), (7, "new", 8)]


# -- any history of loads ---------------------------------------------------------------------------------------------


@st.composite
def histories(draw):
    """States of a source, load after load; what is new or changed in each is late by at most the lookback."""
    lookback = draw(st.integers(0, 4))
    newest, state, states = 100, {}, []
    for number in range(draw(st.integers(1, 4))):
        days = st.integers(newest - lookback, newest + 3) if states else st.integers(90, 100)
        for id_, day in draw(st.lists(st.tuples(st.integers(1, 6), days), max_size=5)):
            state[id_] = (number, day)
        for id_ in draw(st.sets(st.sampled_from([7, 8]))):
            state[id_] = (number, None)
        newest = max([newest, *(day for _, day in state.values() if day is not None)])
        states.append(dict(state))
    return lookback, states


@given(
    history=histories(),
    watermark=st.sampled_from(["subquery", "literal"]),
    strategy=st.sampled_from(["delete+insert", "merge"]),
)
@examples(20)
def test_any_history_within_the_lookback_is_held_as_a_full_refresh_would(dbt, load, history, watermark, strategy):
    lookback, states = history
    filter_ = f"{{{{ cutover.incremental_filter('day', '{lookback} days', watermark='{watermark}') }}}}"
    for number, state in enumerate(states):
        rows = [
            {"id": id_, "status": f"load {load_}", "day": days and date(2024, 1, 1) + timedelta(days)}
            for id_, (load_, days) in sorted(state.items())
        ]
        deliver(dbt, *rows)
        found = load(filter_, full_refresh=number == 0, unique_key="id", incremental_strategy=strategy)
        assert found == [row for row in rows if row["day"] is not None]
