"""Random pairs of tables: every number equals the oracle's, which counts rows in Python."""

from __future__ import annotations

import math
import os
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Expected, compare

# `too_slow` looks at the first examples alone, which pay for the engine's start.
EXAMPLES = settings(
    max_examples=400 if os.environ.get("CUTOVER_MORE_EXAMPLES") else 12,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Each column's type in legacy, in migrated, and its values: few, so that equal rows, equal keys and near misses are
# frequent.
COLUMNS = {
    "n": ("integer", "bigint", [None, 0, -1, 1, 2**31 - 1]),
    "kind": (
        "text",
        "varchar(40)",
        [None, "", " ", "a", "A", "a ", "null", "<null>", "it's", "a|b", "é", "e\u0301", "\\", '";--'],
    ),
    "amount": (
        "decimal(10, 2)",
        "decimal(14, 4)",
        [None, Decimal("0"), Decimal("1.1"), Decimal("-1.10"), Decimal("1.11"), Decimal("99999999.99")],
    ),
    "whole": ("bigint", "decimal(20, 1)", [None, 0, 10**15, -1]),
    "score": ("double precision", "real", [None, 0.0, -0.0, 0.5, math.nan, math.inf, -math.inf]),
    "day": ("date", "date", [None, date(2024, 2, 29), date(2024, 3, 1), date(1, 1, 1)]),
    "at": ("timestamp", "timestamp(3)", [None, datetime(2024, 2, 29), datetime(2024, 2, 29, 0, 0, 0, 1000)]),
    "moment": (
        "timestamp with time zone",
        "timestamp with time zone",
        [None, datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 2, 29, 0, 0, 0, 1, UTC)],
    ),
    "flag": ("boolean", "boolean", [None, True, False]),
}
LEGACY = {name: column[0] for name, column in COLUMNS.items()}
MIGRATED = {name: column[1] for name, column in COLUMNS.items()}


@st.composite
def pairs(draw):
    """Two tables, their keys and their columns: rows of either side are mostly drawn from the same few."""
    keys = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=3, unique=True))
    others = [name for name in COLUMNS if name not in keys]
    columns = draw(st.lists(st.sampled_from(others), min_size=1, max_size=4, unique=True))
    row = st.fixed_dictionaries({name: st.sampled_from(COLUMNS[name][2]) for name in [*keys, *columns]})
    pool = draw(st.lists(row, min_size=1, max_size=10))
    rows = st.lists(st.one_of(st.sampled_from(pool), st.sampled_from(pool), row), max_size=25)
    return keys, columns, draw(rows), draw(rows)


def numbers(document):
    """What the document counts, in the oracle's form."""
    rows, keys = document["levels"]["rows"], document["levels"]["keys"]
    return Expected(
        match=rows["match"],
        mismatch=rows["mismatch"],
        only_in_legacy=rows["only_in_legacy"],
        only_in_migrated=rows["only_in_migrated"],
        keys_only_in_legacy=keys["only_in_legacy"],
        keys_only_in_migrated=keys["only_in_migrated"],
        duplicated_in_legacy=keys["duplicated_in_legacy"],
        duplicated_in_migrated=keys["duplicated_in_migrated"],
        mismatches={column["column"]: column["mismatches"] for column in document["levels"]["columns"]["columns"]},
    )


@EXAMPLES
@given(pairs())
def test_equals_the_oracle(pair, reconcile, drawn):
    keys, columns, legacy, migrated = drawn
    names = [*keys, *columns]
    pair(
        legacy,
        migrated,
        legacy_types={name: LEGACY[name] for name in names},
        migrated_types={name: MIGRATED[name] for name in names},
    )
    expected = compare(legacy, migrated, keys, columns)

    outcome = reconcile(keys=keys, require_unique_keys=True)

    found = numbers(outcome.json)
    if expected.duplicated_in_legacy or expected.duplicated_in_migrated:
        # How unequal rows of one key are paired is free; a column differs in no more rows than are unequal.
        assert all(number <= found.mismatch for number in found.mismatches.values())
        assert sum(found.mismatches.values()) >= found.mismatch
        found.mismatches = expected.mismatches
    assert found == expected
    assert outcome.json["levels"]["counts"] == {
        "verdict": "match" if len(legacy) == len(migrated) else "mismatch",
        "legacy": len(legacy),
        "migrated": len(migrated),
    }
    duplicated = expected.duplicated_in_legacy + expected.duplicated_in_migrated
    equal = expected.match == len(legacy) == len(migrated) and not duplicated
    assert (outcome.json["verdict"], outcome.exit_code) == (("match", 0) if equal else ("mismatch", 1))


@EXAMPLES
@given(pairs(), st.randoms(use_true_random=False))
def test_the_same_rows_in_another_order_match(pair, reconcile, drawn, random):
    keys, columns, legacy, _ = drawn
    migrated = random.sample(legacy, len(legacy))
    names = [*keys, *columns]
    pair(
        legacy,
        migrated,
        legacy_types={name: LEGACY[name] for name in names},
        migrated_types={name: MIGRATED[name] for name in names},
    )

    outcome = reconcile(keys=keys)

    assert (outcome.json["verdict"], outcome.exit_code) == ("match", 0)
    assert outcome.json["levels"]["rows"]["match"] == len(legacy)
    assert not [sql for sql in outcome.statements if "phase two" in sql]


# Binary fractions, so that floating point is exact too. Limits of the types among them.
NUMBERS = {
    "n": ("bigint", [None, 0, 1, 2, 3, 100, -(2**63), 2**63 - 1, 2**53, 2**53 + 1]),
    "amount": (
        "decimal(12, 2)",
        [None, Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal("1"), Decimal("9999999999.75")],
    ),
    "score": (
        "double precision",
        [None, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0**60, 1e308, -1e308, math.nan, math.inf, -math.inf],
    ),
}

TOLERANCES = st.sampled_from(
    [
        {"absolute": 0},
        {"absolute": 0.25},
        {"absolute": 1},
        {"relative": 0.5},
        {"relative": 0.25},
        {"absolute": 0.25, "relative": 0.5},
    ]
)


@EXAMPLES
@given(
    rows=st.tuples(
        *[
            st.lists(
                st.fixed_dictionaries(
                    {"id": st.sampled_from([None, *range(8)])}
                    | {name: st.sampled_from(column[1]) for name, column in NUMBERS.items()}
                ),
                max_size=12,
            )
            for _ in range(2)
        ]
    ),
    compared=st.lists(st.sampled_from(list(NUMBERS)), min_size=1, unique=True),
    tolerances=st.dictionaries(st.sampled_from([*NUMBERS, "*"]), TOLERANCES),
)
def test_a_tolerance_never_calls_equal_what_cannot_be_paired(pair, reconcile, rows, compared, tolerances):
    tolerances = {name: tolerance for name, tolerance in tolerances.items() if name in [*compared, "*"]}
    pair(*rows, types={"id": "integer"} | {name: column[0] for name, column in NUMBERS.items()})
    by_column = {name: tolerances.get(name, tolerances.get("*")) for name in compared}
    best = compare(*rows, ["id"], compared, by_column)
    exact = compare(*rows, ["id"], compared)

    outcome = reconcile(columns=compared, tolerances=tolerances, require_unique_keys=True)

    found = numbers(outcome.json)
    if best.duplicated_in_legacy + best.duplicated_in_migrated == 0:
        assert found == best
    assert exact.match <= found.match <= best.match
    assert found.match + found.mismatch + found.only_in_legacy == len(rows[0])
    assert found.match + found.mismatch + found.only_in_migrated == len(rows[1])
    assert (found.only_in_legacy, found.only_in_migrated) == (best.only_in_legacy, best.only_in_migrated)
    tolerated = sum(one["rows"] for one in outcome.json["tolerated"])
    assert (tolerated > 0) >= (found.match > exact.match)
