"""Patterns in texts, times in UTC, and counts of conditions, the same on every engine."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest


def test_dialect_regex_like_looks_anywhere_and_knows_no_answer_for_a_null(dbt):
    table = dbt.table("t", [{"v": "a\nb"}, {"v": "é"}, {"v": None}, {"v": "it's 5"}], types={"v": "text"})
    for regex, found in {"a.b": 1, r"^\w$": 0, "'s \\d": 1, "[^x]": 3}.items():
        sql = "select count(*) as n from {{ t }} where {{ cutover.dialect_regex_like('v', regex) }}"
        assert dbt.query(sql, t=table, regex=regex) == [{"n": found}]
        sql = "select count(*) as n from {{ t }} where ({{ cutover.dialect_regex_like('v', regex) }}) is null"
        assert dbt.query(sql, t=table, regex=regex) == [{"n": 1}]


@pytest.mark.parametrize(
    ("type_", "value", "utc"),
    [
        ("date", date(2024, 2, 29), datetime(2024, 2, 29)),
        ("timestamp", datetime(2024, 2, 29, 12, 30), datetime(2024, 2, 29, 12, 30)),
        (
            "timestamptz",
            datetime(2024, 2, 29, 1, 30, tzinfo=timezone(timedelta(hours=2))),
            datetime(2024, 2, 28, 23, 30),
        ),
        ("timestamptz", datetime(2024, 2, 29, 1, 30, tzinfo=UTC), datetime(2024, 2, 29, 1, 30)),
    ],
)
def test_dialect_utc_of_what_has_a_zone_and_what_has_none(dbt, type_, value, utc):
    table = dbt.table("t", [{"v": value}], types={"v": type_})
    sql = "select {{ cutover.dialect_utc('max(v)', {'family': family}) }} as v from {{ t }}"
    assert dbt.query(sql, t=table, family=type_) == [{"v": utc}]


def test_dialect_count_where_counts_what_is_true_and_no_row_is_zero(dbt):
    table = dbt.table("t", [{"v": 1}, {"v": 2}, {"v": None}, {"v": 2}])
    sql = (
        "select {{ cutover.dialect_count_where('v > 1') }} as n, {{ cutover.dialect_count_where('v is null') }} as m "
        "from {{ t }} where {{ kept }}"
    )
    assert [tuple(map(int, row.values())) for row in dbt.query(sql, t=table, kept="1 = 1")] == [(2, 1)]
    assert [tuple(map(int, row.values())) for row in dbt.query(sql, t=table, kept="1 = 0")] == [(0, 0)]
