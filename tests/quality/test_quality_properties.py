"""Random tables and random lists of checks: every number equals the oracle's, which counts rows in Python."""

from __future__ import annotations

import math
import os
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quality_oracle import extremes, failing, holds, kept, measured

EXAMPLES = settings(
    max_examples=400 if os.environ.get("CUTOVER_MORE_EXAMPLES") else 25,
    derandomize=True,
    database=None,
    deadline=None,
    # Each example replaces its two tables; nothing else is kept between examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TYPES = {
    "n": "integer",
    "Id": "bigint",
    "kind": "text",
    "amount": "decimal(12, 2)",
    "score": "double precision",
    "day": "date",
    "on": "boolean",
}

# Few values, so that duplicates, orphans and hits are frequent; hostile ones among them.
VALUES = {
    "Id": [None, 0, 1, 2, -(2**63), 2**63 - 1, 2**53, 2**53 + 1],
    "kind": [None, "", " ", "a", "A", "it's", "null", "é", "*/ --", "100%"],
    "amount": [None, Decimal("0.00"), Decimal("-0.01"), Decimal("0.10"), Decimal("9999999999.99"), Decimal("1.10")],
    "score": [None, 0.0, -0.0, 0.1, 1.5, math.nan, math.inf, -math.inf],
    "day": [None, date(2024, 2, 29), date(2024, 3, 1), date(1900, 1, 1), date(9999, 12, 31)],
    "on": [None, True, False],
}

WHERES = {
    None: None,
    "kind = 'a' or kind = 'A' -- either": lambda row: None if row["kind"] is None else row["kind"] in ("a", "A"),
    "amount > 0 or kind is null": lambda row: (row["amount"] is not None and row["amount"] > 0) or row["kind"] is None,
    'not ("Id" > 1)': lambda row: None if row["Id"] is None else not row["Id"] > 1,
    '"on"': lambda row: row["on"],
    "1 = 0": lambda row: False,  # noqa: ARG005
}


EXPRESSIONS = {
    '"Id" > 0 or kind is null': lambda row: or_(None if row["Id"] is None else row["Id"] > 0, row["kind"] is None),
    "amount >= 0 -- not below": lambda row: None if row["amount"] is None else row["amount"] >= 0,
    '"on"': lambda row: row["on"],
}
REGEXES = ["^[a-z]", r"\s$", r"^\w+$", "^.{1,2}$", "(it|nu)'?[sl]+", "^[^%*]*$"]


def or_(left, right):
    """SQL's `or`: what isn't known doesn't matter beside what is true."""
    return True if left or right else None if left is None or right is None else False


def bounds(column):
    """Bounds as YAML gives them for a column; floats for decimals, of few enough digits to be exact."""
    numbers = [float(value) if isinstance(value, Decimal) else value for value in VALUES[column] if value is not None]
    return st.sampled_from([value for value in numbers if not (isinstance(value, float) and math.isnan(value))])


def as_compared(column, value):
    """The bound as the oracle compares it: a decimal's exactly."""
    return Decimal(str(value)) if column == "amount" else value


@st.composite
def pairs(draw, values):
    """A lower bound, an upper one, or both."""
    low, high = sorted(draw(st.lists(values, min_size=2, max_size=2)))
    return draw(st.sampled_from([{"min": low}, {"max": high}, {"min": low, "max": high}]))


@st.composite
def own_keys(draw, kind):
    """What a kind of check takes beyond what all take."""
    column = draw(st.sampled_from([column for column in VALUES if column != "on" or kind != "in_range"]))
    columns = st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=3, unique=True)
    parent = draw(st.sampled_from(["Id", "kind"]))
    strategies = {
        "not_null": st.just({"column": column}),
        "not_empty_string": st.just({"column": "kind"}),
        "unique": st.fixed_dictionaries({"columns": columns}),
        "in_range": st.tuples(pairs(bounds(column)), st.booleans()).map(
            lambda drawn: {"column": column, **drawn[0], "inclusive": drawn[1]}
        ),
        "accepted_values": st.lists(bounds(column), min_size=1, max_size=3).map(
            lambda values: {"column": column, "values": values}
        ),
        "matches_regex": st.sampled_from(REGEXES).map(lambda regex: {"column": "kind", "regex": regex}),
        "length_between": pairs(st.integers(0, 5)).map(lambda pair: {"column": "kind", **pair}),
        "expression": st.sampled_from(list(EXPRESSIONS)).map(lambda sql: {"expression": sql}),
        "relationship": st.just({"column": parent, "to": "test.parents", "field": parent}),
        "monotonic": st.fixed_dictionaries(
            {
                "column": st.sampled_from(["amount", "n"]),
                "sort_column": st.sampled_from(["day", "Id"]),
                "direction": st.sampled_from(["increasing", "decreasing"]),
                "strictly": st.booleans(),
                "group_by": st.sampled_from([[], ["kind"], ["on", "kind"]]),
            }
        ),
        "row_count": pairs(st.integers(0, 14)),
        "null_fraction": st.sampled_from([0, 0.07, 0.25, 0.333333, 0.5, 1]).map(
            lambda share: {"column": column, "max": share}
        ),
        "distinct_count": pairs(st.integers(0, 6)).map(lambda pair: {"column": column, **pair}),
        "sum_between": pairs(bounds("amount")).map(lambda pair: {"column": "amount", **pair}),
    }
    return draw(strategies[kind])


ROW_KINDS = [
    "not_null",
    "not_empty_string",
    "in_range",
    "accepted_values",
    "matches_regex",
    "length_between",
    "expression",
]
PASS_KINDS = ["unique", "relationship", "monotonic"]
TABLE_KINDS = ["row_count", "null_fraction", "distinct_count", "sum_between"]


@st.composite
def checks(draw):
    kind = draw(st.sampled_from(ROW_KINDS + PASS_KINDS + TABLE_KINDS))
    check = {
        "check": kind,
        "where": draw(st.sampled_from(list(WHERES))),
        "severity": draw(st.sampled_from(["error", "warn"])),
        **draw(own_keys(kind)),
    }
    if kind in TABLE_KINDS:
        return check
    shares = st.sampled_from([{"mostly": share} for share in (0, 0.07, 0.5, 0.9, 0.666666, 1)])
    return check | draw(st.just({}) | shares | st.builds(lambda most: {"max_failures": most}, st.integers(0, 3)))


TABLES = st.lists(
    st.fixed_dictionaries({column: st.sampled_from(values) for column, values in VALUES.items()}), max_size=12
)


def for_oracle(check):
    column = check.get("column")
    counted = check["check"] in ("null_fraction", "distinct_count")
    exact = {key: as_compared(column, check[key]) for key in ("min", "max") if key in check and not counted}
    python = {"python": EXPRESSIONS[check["expression"]]} if "expression" in check else {}
    return (
        check
        | python
        | exact
        | ({"values": [as_compared(column, value) for value in check["values"]]} if "values" in check else {})
    )


@EXAMPLES
@given(
    rows=TABLES,
    parents=TABLES,
    asked=st.lists(checks(), min_size=1, max_size=6),
    where=st.sampled_from(list(WHERES)),
    size=st.integers(0, 4),
)
def test_equals_the_oracle(dbt, rows, parents, asked, where, size):
    rows = [{"n": place, **row} for place, row in enumerate(rows)]
    facts = dbt.table("facts", rows, types=TYPES)
    dbt.table("parents", parents, types={column: TYPES[column] for column in VALUES})

    outcome = dbt.operation(
        "cutover.run_quality_checks",
        table_name="test.facts", checks=asked, where=where, sample_size=size, record=False, output="json",
    )  # fmt: skip

    (relation,) = outcome.json["relations"]
    assert relation["rows"] == len(kept(rows, WHERES[where]))
    statuses = set()
    sampled = 0
    for check, result in zip(asked, relation["checks"], strict=True):
        places = kept(rows, WHERES[where], WHERES[check["where"]])
        if check["check"] in TABLE_KINDS:
            wrong, count = [], int(measured(for_oracle(check), [rows[place] for place in places])[1])
        else:
            wrong = failing(for_oracle(check), rows, places, parents)
            count = len(wrong)
        assert (result["failures"], result["rows"]) == (count, len(places)), check
        good = holds(check, count, len(places))
        assert result["status"] == ("pass" if good else {"error": "fail", "warn": "warn"}[check["severity"]])
        samples = [row["row"] for row in relation["failed_rows"] if row["check"] == result["name"]]
        check_samples(check, samples, rows, wrong, size)
        check_observed(check, result, [rows[place] for place in places])
        statuses.add(result["status"])
        sampled += bool(wrong) and size > 0
    worst = next(status for status in ("fail", "warn", "pass") if status in statuses)
    assert (outcome.json["verdict"], outcome.exit_code) == (worst, int(worst == "fail"))
    check_other_ways(dbt, facts, asked, where, relation["checks"], worst)
    # The look-up, the one scan, and a small query for each check with failing rows that can say which.
    assert len(outcome.statements) == 2 + sampled


def check_other_ways(dbt, relation, asked, where, results, worst):
    """The query and the generic test say the same of the same list."""
    told = dbt.query(
        "select * from {{ cutover.quality_check_results(relation, checks, where) }} as results order by check_number",
        relation=relation, checks=asked, where=where,
    )  # fmt: skip
    for row, result in zip(told, results, strict=True):
        assert {
            "name": row["check_name"], "check": row["check_type"], "column": row["column_name"],
            "severity": row["severity"], "status": row["status"], "rows": row["row_count"],
            "failures": row["failures"], "message": row["message"],
        } == {key: value for key, value in result.items() if key != "observed"}  # fmt: skip
    failing_rows = dbt.run_test("cutover.passes_checks", relation, checks=asked, row_condition=where)
    assert failing_rows.status == worst
    assert [row["check_name"] for row in failing_rows] == [r["name"] for r in results if r["status"] != "pass"]


def check_samples(check, samples, rows, wrong, size):
    """Samples are rows that fail, each once, as many as there are up to the size, with their values as text."""
    places = [int(sample["n"]) for sample in samples]
    assert len(places) == len(set(places)) == min(size, len(wrong))
    # Which of two rows with one value at one place of the order comes first, and which repeats it, is open.
    told_apart = [*check["group_by"], check["sort_column"], check["column"]] if check["check"] == "monotonic" else ["n"]
    found, due = (Counter(tuple(rows[n][column] for column in told_apart) for n in some) for some in (places, wrong))
    assert not found - due
    for place, sample in zip(places, samples, strict=True):
        for column in ("Id", "kind", "amount", "day"):
            value = rows[place][column]
            assert sample[column] == (None if value is None else str(value))


def check_observed(check, result, rows):
    if check["check"] in TABLE_KINDS:
        wanted = measured(for_oracle(check), rows)[0]
        if wanted is None:
            assert result["observed"] == "no value"
        else:
            assert float(result["observed"]) == pytest.approx(float(wanted), abs=1e-6)
    elif check["check"] != "in_range":
        assert result["observed"] is None
    else:
        found = extremes([row[check["column"]] for row in rows])
        if found is None:
            assert result["observed"] == "no value"
        elif check["column"] == "score":
            assert [float(text) for text in result["observed"].split(" .. ")] == pytest.approx(list(found), nan_ok=True)
        else:
            assert result["observed"] == f"{found[0]} .. {found[1]}"
