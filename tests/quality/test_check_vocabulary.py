"""Kinds of checks that the random lists don't hold: ages, addresses, patterns; and what the messages say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest


@pytest.fixture
def result(run_checks):
    """Run one check on test.t and return its result."""

    def run(check):
        (found,) = run_checks(check, table_name="test.t").json["relations"][0]["checks"]
        return found

    return run


NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    ("type_", "newest"),
    [
        pytest.param("timestamp", (NOW - timedelta(hours=5)).replace(tzinfo=None), id="timestamp, in UTC"),
        pytest.param("timestamptz", NOW - timedelta(hours=5), id="moment"),
    ],
)
def test_freshness_is_the_age_of_the_newest_value(dbt, result, type_, newest):
    rows = [{"v": newest}, {"v": newest - timedelta(days=400)}, {"v": None}]
    dbt.table("t", rows, types={"v": type_})
    assert result({"check": "freshness", "column": "v", "within": "6 hours"})["status"] == "pass"
    stale = result({"check": "freshness", "column": "v", "within": "4 hours"})
    assert (stale["status"], stale["failures"], stale["rows"]) == ("fail", 1, 3)
    seen = newest.astimezone(UTC).replace(tzinfo=None) if newest.tzinfo else newest
    assert stale["message"] == f"{seen} is the newest v, older than 4 hours"


def test_freshness_of_days(dbt, result):
    dbt.table("t", [{"v": NOW.date() - timedelta(days=2)}, {"v": date(2000, 1, 1)}])
    assert result({"check": "freshness", "column": "v", "within": "3 days"})["status"] == "pass"
    assert result({"check": "freshness", "column": "v", "within": "1 day"})["status"] == "fail"
    of_the_past = {"check": "freshness", "column": "v", "within": "1 month", "where": "v < date '2001-01-01'"}
    assert result(of_the_past)["message"] == "2000-01-01 00:00:00 is the newest v, older than 1 month"


def test_nothing_is_not_fresh(dbt, result):
    dbt.table("t", [{"v": None}], types={"v": "date"})
    found = result({"check": "freshness", "column": "v", "within": "99 years"})
    assert (found["status"], found["message"]) == ("fail", "no value is the newest v, older than 99 years")


GOOD_ADDRESSES = [
    "a@b.co",
    "first.last+tag@sub.example.com",
    "o'neill@example.org",
    "x_y-z@x-y.example",
    "a|b@example.com",
    "!#$%&*/=?^`{}~@example.com",
    "jörg@müller.de",
    "用户@例子.广告",
    "a@xn--80ak6aa92e.xn--p1ai",
    f"{'a' * 64}@example.com",
    f"a@{'b' * 63}.com",
]
BAD_ADDRESSES = [
    "",
    "plain",
    "@b.co",
    "a@",
    "a@b",
    "a@b.c",
    "a@b.123",
    "a b@c.de",
    " a@b.co",
    "a@b.co\n",
    "a@b.co\nx",
    "a@@b.co",
    "a@b@c.de",
    ".a@b.co",
    "a.@b.co",
    "a..b@c.de",
    "a@b..co",
    "a@.b.co",
    "a@-b.co",
    "a@b-.co",
    "a@b_c.de",
    "a@b.c|m",  # what [A-Z|a-z] lets through
    "a@b.||",
    "a,b@c.de",
    "<a@b.co>",
    "mailto:a@b.co",
    '"a b"@c.de',
    "a@[127.0.0.1]",
    f"{'a' * 65}@example.com",
    f"a@{'b' * 64}.com",
    f"{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 63}.com",
]


def test_addresses(dbt, run_checks):
    rows = [{"v": value} for value in [*GOOD_ADDRESSES, *BAD_ADDRESSES, None]]
    dbt.table("t", rows)
    document = run_checks({"check": "valid_email", "column": "v"}, table_name="test.t", sample_size=100).json
    found = [row["row"]["v"] for row in document["relations"][0]["failed_rows"]]
    assert sorted(found) == sorted(BAD_ADDRESSES)


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        pytest.param("^[A-Z]{2}[0-9]+$", {"AB12": True, "AB12\n": False, "aB12": False, "AB": False}, id="anchored"),
        pytest.param("b.d", {"abcde": True, "b\nd": True, "bd": False}, id="anywhere, a dot is a line end too"),
        pytest.param(
            r"^\d{3}-\d{4}$",
            {"555-0100": True, "\u0665\u0665\u0665-\u0660\u0661\u0660\u0660": False, "5550100": False},
            id="digits of ASCII",
        ),
        pytest.param(r"^\w+$", {"a_1": True, "é": False}, id="letters of ASCII"),
        pytest.param("^(?:it|is)'?s$", {"it's": True, "iss": True, "it''s": False}, id="a quote"),
        pytest.param(r"^a\\b\.c$", {"a\\b.c": True, "a\\bxc": False}, id="escapes"),
        pytest.param("^[]a^-]+$", {"]a-^": True, "b": False}, id="a bracket in a class"),
        pytest.param("^[[:alpha:]]+$", {"abc": True, "a1": False}, id="a named class"),
        pytest.param("^a{2,3}?b??$", {"aa": True, "aaab": True, "aaaa": False}, id="lazy"),
        pytest.param("^$", {"": True, " ": False}, id="empty"),
        pytest.param("^x{2}[{}]$", {"xx{": True, "xx": False}, id="braces in a class"),
    ],
)
def test_patterns_mean_the_same_everywhere(dbt, result, run_checks, regex, texts):
    dbt.table("t", [{"v": text} for text in texts])
    check = {"check": "matches_regex", "column": "v", "regex": regex}
    assert result(check)["failures"] == list(texts.values()).count(False)
    found = run_checks(check, table_name="test.t").json["relations"][0]["failed_rows"]
    assert {row["row"]["v"] for row in found} == {text for text, good in texts.items() if not good}


@pytest.mark.parametrize(
    ("regex", "allowed"),
    [
        ("a(b", "a regular expression with its brackets and parentheses paired"),
        ("a)b(", "a regular expression with its brackets and parentheses paired"),
        ("[a-z", "a regular expression with its brackets and parentheses paired"),
        ("[]", "a regular expression with its brackets and parentheses paired"),
        ("*a", "a regular expression whose * + ? {m,n} each repeat one thing"),
        ("a|+b", "a regular expression whose * + ? {m,n} each repeat one thing"),
        ("a**", "a regular expression whose * + ? {m,n} each repeat one thing"),
        ("a{,3}", "a regular expression whose * + ? {m,n} each repeat one thing"),
        ("a{x}", "a regular expression whose * + ? {m,n} each repeat one thing"),
        ("a{3,2}", "a regular expression whose {m,n} has m up to n"),
        ("(?=a)", "a regular expression that every engine reads alike; (?= is not"),
        ("(?i)a", "a regular expression that every engine reads alike; (?i is not"),
        (r"(a)\1", r"a regular expression that every engine reads alike; \1 is not"),
        (r"\bword", r"a regular expression that every engine reads alike; \b is not"),
        ("a\\", "a regular expression that every engine reads alike; \\ is not"),
    ],
)
@pytest.mark.usefixtures("orders")
def test_patterns_that_are_refused(run_checks, regex, allowed):
    refused = run_checks({"check": "matches_regex", "column": "status", "regex": regex})
    shown = repr(regex)
    assert refused.error == f"cutover.run_quality_checks: `checks[0].regex` must be {allowed}; got {shown}."
    assert refused.statements == []


@pytest.mark.usefixtures("orders")
def test_what_the_messages_say(run_checks):
    checks = [
        {"check": "not_null", "column": "id", "mostly": 0.8},
        {"check": "expression", "expression": "amount < 20 and 'a' = 'a'", "name": "small"},
        {"check": "null_fraction", "column": "amount", "max": 0.1},
        {"check": "distinct_count", "column": "status", "min": 3},
        {"check": "sum_between", "column": "amount", "max": 35, "where": "id is not null"},
        {"check": "length_between", "column": "status", "max": 3, "severity": "warn", "max_failures": 4},
        {"check": "monotonic", "column": "amount", "sort_column": "id", "max_failures": 1},
    ]
    document = run_checks(*checks).json
    told = [(result["status"], result["message"]) for result in document["relations"][0]["checks"]]
    assert told == [
        ("pass", "1 of 5 rows: id is null"),
        ("fail", "1 of 5 rows: not 'amount < 20 and \\'a\\' = \\'a\\''"),
        ("fail", "0.200000 of amount null, above 0.1"),
        ("pass", "3 distinct status, not below 3"),
        ("pass", "35 is the sum of amount, not above 35"),
        ("pass", "4 of 5 rows: status has a length above 3"),
        ("fail", "2 of 5 rows: amount is below the one before"),
    ]
