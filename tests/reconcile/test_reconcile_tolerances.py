"""How far numbers may lie apart, at the very edges."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

LOW, HIGH = -(2**63), 2**63 - 1
D = Decimal


@pytest.mark.parametrize(
    ("type_", "legacy", "migrated", "tolerance", "equal"),
    [
        pytest.param("decimal(10, 2)", D("1.00"), D("1.01"), {"absolute": 0.01}, True, id="at the absolute edge"),
        pytest.param("decimal(10, 2)", D("1.00"), D("1.02"), {"absolute": 0.01}, False, id="beyond the absolute edge"),
        pytest.param("decimal(10, 2)", D("99999999.98"), D("99999999.99"), {"absolute": 0.01}, True, id="ten digits"),
        pytest.param("decimal(38, 2)", D(10**35), D(10**35 + 1), {"absolute": 1}, True, id="38 digits"),
        pytest.param("decimal(38, 2)", D(10**35), -D(10**35), {"absolute": 1}, False, id="38 digits that overflow"),
        pytest.param(
            "decimal(38, 0)",
            D(10**38 - 1),
            D(1 - 10**38),
            {"relative": 0.5},
            False,
            id="38 digits that overflow, relative",
        ),
        pytest.param("decimal(10, 2)", D("1.00"), D("1.01"), {"absolute": 0}, False, id="zero is exact"),
        pytest.param(
            "decimal(10, 2)", D("1.00"), D("1.01"), {"absolute": 0.00001}, False, id="a tolerance in exponent form"
        ),
        pytest.param("integer", 100, 101, {"absolute": 1}, True, id="integers"),
        pytest.param("integer", 100, 102, {"absolute": 1.5}, False, id="integers, a fraction"),
        pytest.param("bigint", LOW, HIGH, {"absolute": 1}, False, id="the whole range of integers"),
        pytest.param("bigint", LOW, HIGH, {"absolute": 2**64 - 1}, True, id="the whole range, a tolerance as wide"),
        pytest.param(
            "bigint", LOW, HIGH, {"absolute": 2**64 - 2}, False, id="the whole range, a tolerance too narrow by one"
        ),
        pytest.param("bigint", LOW, LOW + 1, {"relative": 0.001}, True, id="the lowest integer has a size"),
        pytest.param("double precision", 0.5, 0.75, {"absolute": 0.25}, True, id="doubles"),
        pytest.param("double precision", 0.5, 0.7500001, {"absolute": 0.25}, False, id="doubles beyond"),
        # Guard: sizes are taken as doubles. DuckDB's own `float` has 32 bits, and refuses these.
        pytest.param("double precision", 1e300, 1.1e300, {"relative": 0.5}, True, id="doubles beyond 32 bits"),
        pytest.param(
            "bigint", 2**24 + 1, 2**24 + 3, {"relative": 2**-24 * 1.9}, False, id="integers beyond 24 bits, relative"
        ),
        pytest.param("double precision", 1e308, -1e308, {"absolute": 1}, False, id="doubles that overflow"),
        pytest.param("double precision", 1e308, -1e308, {"relative": 0.5}, False, id="doubles that overflow, relative"),
        # Guard: the bound of finite numbers in _within. Both engines say that NaN <= NaN, and Infinity <= Infinity.
        pytest.param("double precision", math.nan, 5.0, {"relative": 0.5}, False, id="nan, relative"),
        pytest.param("double precision", math.nan, 5.0, {"absolute": 1e300}, False, id="nan, absolute"),
        pytest.param("double precision", math.inf, 5.0, {"relative": 0.5}, False, id="infinity, relative"),
        pytest.param("double precision", math.inf, -math.inf, {"relative": 0.5}, False, id="infinities, relative"),
        pytest.param("double precision", math.inf, 0.0, {"relative": 0}, False, id="infinity and no tolerance"),
        pytest.param(
            "double precision", math.nan, math.inf, {"relative": 1, "absolute": 1}, False, id="nan and infinity"
        ),
        pytest.param("decimal(10, 2)", None, D("0.00"), {"absolute": 1}, False, id="null and zero"),
        pytest.param("decimal(10, 2)", D("0.00"), None, {"relative": 1}, False, id="zero and null"),
        pytest.param("decimal(10, 2)", None, None, {"absolute": 1}, True, id="null and null"),
        pytest.param("decimal(10, 2)", D(100), D(110), {"relative": 0.1}, True, id="relative to the larger"),
        pytest.param(
            "decimal(10, 2)", D(110), D(100), {"relative": 0.1}, True, id="relative to the larger, on the other side"
        ),
        pytest.param("decimal(10, 2)", D(100), D(112), {"relative": 0.1}, False, id="beyond relative"),
        pytest.param("decimal(10, 2)", D(-100), D(-110), {"relative": 0.1}, True, id="relative, both negative"),
        pytest.param("decimal(10, 2)", D(-100), D(100), {"relative": 1}, False, id="relative, another sign"),
        pytest.param("decimal(10, 2)", D(0), D("0.01"), {"relative": 0.5}, False, id="nothing is relatively near zero"),
        pytest.param(
            "decimal(10, 2)",
            D(100),
            D(101),
            {"absolute": 0.01, "relative": 0.1},
            True,
            id="within the relative one of two",
        ),
        pytest.param(
            "decimal(10, 2)",
            D(0),
            D("0.01"),
            {"absolute": 0.01, "relative": 0.1},
            True,
            id="within the absolute one of two",
        ),
    ],
)
def test_one_pair(pair, reconcile, type_, legacy, migrated, tolerance, equal):
    pair([{"id": 1, "v": legacy}], [{"id": 1, "v": migrated}], types={"id": "integer", "v": type_})

    outcome = reconcile(tolerances={"v": tolerance})

    rows = outcome.json["levels"]["rows"]
    assert (rows["match"], rows["mismatch"]) == ((1, 0) if equal else (0, 1))
    assert outcome.json["verdict"] == ("match" if equal else "mismatch")
    assert outcome.json["tolerated"] == ([{"column": "v", "rows": 1}] if equal and legacy != migrated else [])


TWO = [{"id": 1, "a": D("1.00"), "b": 10, "c": "x"}], [{"id": 1, "a": D("1.01"), "b": 11, "c": "x"}]


@pytest.mark.parametrize(
    ("tolerances", "mismatched", "tolerated"),
    [
        pytest.param({}, ["a", "b"], [], id="none"),
        pytest.param({"a": {"absolute": 0.01}}, ["b"], ["a"], id="a column"),
        pytest.param({"A": {"absolute": 0.01}}, ["b"], ["a"], id="a column in other letters"),
        pytest.param({"*": {"absolute": 1}}, [], ["a", "b"], id="all numbers"),
        pytest.param(
            {"*": {"absolute": 1}, "b": {"absolute": 0.5}}, ["b"], ["a"], id="a column's own comes before that of all"
        ),
    ],
)
def test_whose_tolerance(pair, reconcile, tolerances, mismatched, tolerated):
    pair(*TWO)

    outcome = reconcile(tolerances=tolerances)

    assert [
        column["column"] for column in outcome.json["levels"]["columns"]["columns"] if column["mismatches"]
    ] == mismatched
    assert outcome.json["tolerated"] == [{"column": name, "rows": 1} for name in tolerated]


def test_rows_that_are_equal_only_by_a_tolerance_are_told(pair, reconcile):
    pair(*TWO)

    outcome = reconcile(tolerances={"*": {"absolute": 1}}, output="table")

    assert outcome.exit_code == 0
    assert "  within tolerance: 1 rows, a" in outcome.logged
    assert "  within tolerance: 1 rows, b" in outcome.logged


@pytest.mark.parametrize(
    ("legacy", "migrated", "match"),
    [
        # Sorted and paired in order: 0-1, 2-3.
        pytest.param([0, 2], [3, 1], 2, id="in the order of their values"),
        pytest.param([0, 10], [10, 1], 2, id="exactly equal first"),
        pytest.param([0, 0, 5], [1, 5, 9], 2, id="what is left over differs"),
        pytest.param([None, 1], [2, None], 2, id="beside null"),
    ],
)
def test_repeated_keys_pair_off(pair, reconcile, legacy, migrated, match):
    pair(
        [{"id": 1, "v": value} for value in legacy],
        [{"id": 1, "v": value} for value in migrated],
        types={"id": "integer", "v": "integer"},
    )

    assert reconcile(tolerances={"v": {"absolute": 1}}).json["levels"]["rows"]["match"] == match
