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
from quality_oracle import extremes, failing, kept, row_count_fails

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


def bounds(column):
    """Bounds as YAML gives them for a column; floats for decimals, of few enough digits to be exact."""
    numbers = [float(value) if isinstance(value, Decimal) else value for value in VALUES[column] if value is not None]
    return st.sampled_from([value for value in numbers if not (isinstance(value, float) and math.isnan(value))])


def as_compared(column, value):
    """The bound as the oracle compares it: a decimal's exactly."""
    return Decimal(str(value)) if column == "amount" else value


@st.composite
def checks(draw):
    kind = draw(st.sampled_from(["not_null", "unique", "in_range", "accepted_values", "relationship", "row_count"]))
    check = {
        "check": kind,
        "where": draw(st.sampled_from(list(WHERES))),
        "severity": draw(st.sampled_from(["error", "warn"])),
    }
    if kind == "row_count":
        low, high = sorted(draw(st.lists(st.integers(0, 14), min_size=2, max_size=2)))
        return check | draw(st.sampled_from([{"min": low}, {"max": high}, {"min": low, "max": high}]))
    if kind == "unique":
        return check | {"columns": draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=3, unique=True))}
    if kind == "relationship":
        column = draw(st.sampled_from(["Id", "kind"]))
        return check | {"column": column, "to": "test.parents", "field": column}
    column = draw(st.sampled_from([column for column in VALUES if column != "on" or kind != "in_range"]))
    if kind == "in_range":
        pair = sorted(draw(st.lists(bounds(column), min_size=2, max_size=2)))
        shape = draw(st.sampled_from(["min", "max", "both"]))
        check |= (
            {"min": pair[0]}
            if shape == "min"
            else {"max": pair[1]}
            if shape == "max"
            else {"min": pair[0], "max": pair[1]}
        )
        check["inclusive"] = draw(st.booleans())
    elif kind == "accepted_values":
        check["values"] = draw(st.lists(bounds(column), min_size=1, max_size=3))
    return check | {"column": column}


TABLES = st.lists(
    st.fixed_dictionaries({column: st.sampled_from(values) for column, values in VALUES.items()}), max_size=12
)


def for_oracle(check):
    column = check.get("column")
    exact = {key: as_compared(column, check[key]) for key in ("min", "max") if key in check}
    return (
        check
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
    dbt.table("facts", rows, types=TYPES)
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
        if check["check"] == "row_count":
            wrong, count = [], int(row_count_fails(check, len(places)))
        else:
            wrong = failing(for_oracle(check), rows, places, parents)
            count = len(wrong)
        assert (result["failures"], result["rows"]) == (count, len(places)), check
        assert result["status"] == ("pass" if count == 0 else {"error": "fail", "warn": "warn"}[check["severity"]])
        check_samples(
            [row["row"] for row in relation["failed_rows"] if row["check"] == result["name"]], rows, wrong, size
        )
        check_observed(check, result, [rows[place] for place in places])
        statuses.add(result["status"])
        sampled += bool(wrong) and size > 0
    worst = next(status for status in ("fail", "warn", "pass") if status in statuses)
    assert (outcome.json["verdict"], outcome.exit_code) == (worst, int(worst == "fail"))
    # The look-up, the one scan, and a small query for each check that failed and can say which rows.
    assert len(outcome.statements) == 2 + sampled


def check_samples(samples, rows, wrong, size):
    """Samples are rows that fail, each once, as many as there are up to the size, with their values as text."""
    places = [int(sample["n"]) for sample in samples]
    assert len(places) == min(size, len(wrong))
    assert not Counter(places) - Counter(wrong)
    for place, sample in zip(places, samples, strict=True):
        for column in ("Id", "kind", "amount", "day"):
            value = rows[place][column]
            assert sample[column] == (None if value is None else str(value))


def check_observed(check, result, rows):
    if check["check"] == "row_count":
        assert result["observed"] == len(rows)
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
