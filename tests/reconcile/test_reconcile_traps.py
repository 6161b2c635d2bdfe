"""The pairs of tables that comparers get wrong, each with its right answer, worked out by hand.

Counts are (match, mismatch, only in legacy, only in migrated).
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal

import pytest

SAME, CHANGED = (1, 0, 0, 0), (0, 1, 0, 0)


def values(legacy, migrated, expected, id, types=None, migrated_types=None):  # noqa: A002 - pytest's name
    """One row on each side, with the key 1."""
    return pytest.param(
        [{"id": 1, "v": legacy}],
        [{"id": 1, "v": migrated}],
        types or {},
        migrated_types or types or {},
        expected,
        id=id,
    )


DOUBLE = {"v": "double precision"}
TEXT = {"v": "text"}


@pytest.mark.parametrize(
    ("legacy", "migrated", "types", "migrated_types", "expected"),
    [
        values(None, None, SAME, "null is null", TEXT),
        values(None, "y", CHANGED, "null against a text", TEXT),
        values(None, "", CHANGED, "null against the empty text", TEXT),
        values(None, "<null>", CHANGED, "null against what others write for it", TEXT),
        values(None, "null", CHANGED, "null against the word null", TEXT),
        values("", "null", CHANGED, "the empty text against the word null", TEXT),
        values(None, 0, CHANGED, "null against zero", {"v": "integer"}),
        # Guard: the other seed and the NULLs' places in PostgreSQL's row hash, where seed 0 hashes both alike.
        values(None, 0.0, CHANGED, "null against zero, floating", DOUBLE),
        values(None, math.nan, CHANGED, "null against nan", DOUBLE),
        values(None, False, CHANGED, "null against false", {"v": "boolean"}),
        values(math.nan, math.nan, SAME, "nan is nan", DOUBLE),
        values(math.nan, math.inf, CHANGED, "nan against infinity", DOUBLE),
        values(math.inf, -math.inf, CHANGED, "infinity against minus infinity", DOUBLE),
        values(-0.0, 0.0, SAME, "minus zero is zero", DOUBLE),
        values("a", "a ", CHANGED, "a trailing space", TEXT),
        values("a", "A", CHANGED, "letter case", TEXT),
        values("é", "e\u0301", CHANGED, "one character or two that look the same", TEXT),
        values("a\u00a0b", "a b", CHANGED, "a no-break space", TEXT),
        values(0.1 + 0.2, 0.3, CHANGED, "the last bit of a double", DOUBLE),
        values(1.00001, 1.00002, CHANGED, "the fifth decimal place", DOUBLE),
        values(1e-15, 2e-15, CHANGED, "tiny numbers", DOUBLE),
        values(datetime(2024, 1, 1, 0, 0, 0, 1), datetime(2024, 1, 1), CHANGED, "a microsecond", {"v": "timestamp"}),
        values(
            datetime(2024, 1, 1, tzinfo=UTC),
            datetime.fromisoformat("2024-01-01T02:00:00+02:00"),
            SAME,
            "one moment in two zones",
            {"v": "timestamp with time zone"},
        ),
        values(
            Decimal("1.10"),
            Decimal("1.1"),
            SAME,
            "decimals of another scale",
            {"v": "decimal(10, 2)"},
            {"v": "decimal(10, 1)"},
        ),
        values(
            Decimal("-1.10"),
            Decimal("-1.1"),
            SAME,
            "negative decimals of another scale",
            {"v": "decimal(4, 2)"},
            {"v": "decimal(18, 1)"},
        ),
        values(
            Decimal("1.16"),
            Decimal("1.2"),
            CHANGED,
            "a decimal rounded to the other's scale",
            {"v": "decimal(10, 2)"},
            {"v": "decimal(10, 1)"},
        ),
        values(
            Decimal("123456789012345678.12"),
            Decimal("123456789012345678.13"),
            CHANGED,
            "the last cent of twenty digits",
            {"v": "decimal(38, 2)"},
        ),
        values(2**53 + 1, 2**53, CHANGED, "integers that a double can't tell apart", {"v": "bigint"}),
        values(5, 5, SAME, "integer and bigint", {"v": "integer"}, {"v": "bigint"}),
        values(-5, -5, SAME, "negative integer and bigint", {"v": "integer"}, {"v": "bigint"}),
        values(-5, Decimal("-5.00"), SAME, "integer and decimal", {"v": "integer"}, {"v": "decimal(10, 2)"}),
        values(0.5, 0.5, SAME, "real and double", {"v": "real"}, DOUBLE),
        values(0.1, 0.1, CHANGED, "real and double, of a number that both round", {"v": "real"}, DOUBLE),
        values("a", "a", SAME, "varchar and text", {"v": "varchar(10)"}, TEXT),
        values(b"\x00a", b"\x00b", CHANGED, "bytes behind a zero", {}),
    ],
)
def test_two_values(pair, counts, legacy, migrated, types, migrated_types, expected):
    pair(legacy, migrated, legacy_types=types, migrated_types=migrated_types)

    assert counts() == expected


KEYED = [(1, 10), (2, 20)]


def rows(*items):
    return [{"id": key, "v": value} for key, value in items]


@pytest.mark.parametrize(
    ("legacy", "migrated", "expected"),
    [
        pytest.param([(1, 10), (1, 10)], [(1, 10)], (1, 0, 1, 0), id="a copy more in legacy"),
        pytest.param([(1, 10)], [(1, 10), (1, 10)], (1, 0, 0, 1), id="a copy more in migrated"),
        pytest.param(
            [(1, 10), (1, 10), (2, 20)],
            [(1, 10), (2, 20), (2, 20)],
            (2, 0, 1, 1),
            id="copies of another row on each side",
        ),
        pytest.param([(1, 10), (1, 20)], [(1, 20), (1, 10)], (2, 0, 0, 0), id="a repeated key in another order"),
        pytest.param([(1, 10), (1, 20)], [(1, 20), (1, 30)], (1, 1, 0, 0), id="a repeated key, one row of it changed"),
        pytest.param(
            [(1, 10), (1, 10), (1, 20)],
            [(1, 10), (1, 20), (1, 20)],
            (2, 1, 0, 0),
            id="one copy turned into the other row",
        ),
        pytest.param([(1, None), (1, None)], [(1, None)], (1, 0, 1, 0), id="copies of null"),
        pytest.param([(None, 10), (1, 20)], [(1, 20), (None, 10)], (2, 0, 0, 0), id="a null key"),
        pytest.param([(None, 10)], [(None, 11)], (0, 1, 0, 0), id="a null key, changed"),
        pytest.param([(None, 10)], [(0, 10)], (0, 0, 1, 1), id="a null key is no zero"),
        pytest.param([(None, 10), (None, 20)], [(None, 20)], (1, 0, 1, 0), id="two null keys"),
        pytest.param([], [], (0, 0, 0, 0), id="both empty"),
        pytest.param(KEYED, [], (0, 0, 2, 0), id="migrated empty"),
        pytest.param([], KEYED, (0, 0, 0, 2), id="legacy empty"),
        # Guard: the second hash of a row. PostgreSQL's record hash is linear: without it two rows in three that swap
        # keep their sum.
        pytest.param([(1, 10), (2, 20)], [(1, 20), (2, 10)], (0, 2, 0, 0), id="values swapped between two keys"),
        pytest.param(
            [(1, 10), (1, 10)],
            [(1, 30), (1, 30)],
            (0, 2, 0, 0),
            id="pairs of equal rows, which an xor of hashes can't see",
        ),
        pytest.param(
            [(1, 1), (1, 1), (1, 5)], [(1, 7), (1, 7), (1, 5)], (1, 2, 0, 0), id="pairs of equal rows beside a third"
        ),
    ],
)
def test_rows(pair, counts, legacy, migrated, expected):
    pair(rows(*legacy), rows(*migrated), types={"id": "integer", "v": "integer"})

    assert counts() == expected


@pytest.mark.parametrize(
    ("legacy", "migrated", "expected"),
    [
        pytest.param(("a|b", "c"), ("a", "b|c"), (0, 0, 1, 1), id="a bar"),
        pytest.param(("a-b", "c"), ("a", "b-c"), (0, 0, 1, 1), id="a dash"),
        pytest.param(("ab", "c"), ("a", "bc"), (0, 0, 1, 1), id="nothing between"),
        pytest.param((None, "a"), ("a", None), (0, 0, 1, 1), id="null first or last"),
        pytest.param(("", None), (None, ""), (0, 0, 1, 1), id="null and the empty text"),
        pytest.param((None, None), (None, None), (1, 0, 0, 0), id="nulls only"),
        pytest.param(("a", "b"), ("b", "a"), (0, 0, 1, 1), id="swapped"),
        pytest.param(("a", "b"), ("a", "b"), (1, 0, 0, 0), id="the same"),
    ],
)
@pytest.mark.parametrize("as_key", [True, False], ids=["key", "value"])
def test_two_texts(pair, counts, legacy, migrated, expected, as_key):
    if not as_key:
        expected = {(0, 0, 1, 1): CHANGED}.get(expected, expected)
    types = {"id": "integer", "x": "text", "y": "text"}
    pair([{"id": 1, "x": legacy[0], "y": legacy[1]}], [{"id": 1, "x": migrated[0], "y": migrated[1]}], types)

    assert counts(keys=["x", "y"] if as_key else ["id"]) == expected


def test_a_few_texts_among_many_rows(pair, counts):
    # A comparer that hashes blocks of joined text calls these equal only where they are few: NULL against what stands
    # for it, and a shifted separator.
    legacy = [{"id": number, "x": "a|b", "y": "c"} for number in range(1000)]
    migrated = [dict(row) for row in legacy]
    migrated[500]["x"], migrated[500]["y"] = "a", "b|c"
    legacy[700]["x"], migrated[700]["x"] = None, "<null>"
    legacy[701]["x"], migrated[701]["x"] = None, ""

    pair(legacy, migrated)

    assert counts() == (997, 3, 0, 0)


@pytest.mark.parametrize("key", [1, 76305, 142964, 143210, 160716])
@pytest.mark.parametrize("swapped", ["u", "v"])
def test_values_swapped_between_two_rows_of_a_key(pair, counts, key, swapped):
    # Both rows are in one bucket, whose sum of hashes must still tell the swap. Guard: each row is hashed twice. Hashed
    # once, PostgreSQL keeps
    # the sum in two swaps of three, and DuckDB for these keys when the last column is swapped.
    other = "u" if swapped == "v" else "v"

    def table(first, second):
        return [
            {"id": key, "u": 0, "v": 0} | {other: 7, swapped: first},
            {"id": key, "u": 0, "v": 0} | {other: 8, swapped: second},
        ]

    pair(table(214, 331), table(331, 214))

    assert counts() == (0, 2, 0, 0)


def test_a_null_that_moves_to_the_next_column(pair, counts):
    types = {"id": "integer", "u": "integer", "v": "integer"}
    pair([{"id": 1, "u": None, "v": 1}], [{"id": 1, "u": 1, "v": None}], types)

    assert counts() == CHANGED


def test_columns_in_another_order(pair, counts):
    legacy = [{"id": 1, "u": 1, "v": 2}, {"id": 2, "u": 3, "v": 4}]
    migrated = [{"v": 2, "u": 1, "id": 1}, {"v": 3, "u": 4, "id": 2}]
    pair(legacy, migrated)

    assert counts() == (1, 1, 0, 0)


IGNORING_CASE = [{"id": "a", "v": "x"}, {"id": "b", "v": "y"}], [{"id": "A", "v": "x"}, {"id": "b", "v": "Y"}]


@pytest.mark.engines("duckdb")
def test_columns_that_ignore_letter_case(pair, counts):
    # Guard: the binary collation of dialect_comparable. Without it 'a' joins 'A' as a key, and equals it as a value,
    # while their hashes differ.
    pair(*IGNORING_CASE, types={"id": "varchar collate nocase", "v": "varchar collate nocase"})

    assert counts() == (0, 1, 1, 1)


@pytest.mark.engines("postgres")
def test_a_collation_that_ignores_letter_case(dbt, pair, counts):
    # Guard: collate "C" of dialect_comparable.
    dbt.execute("create collation ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    pair(*IGNORING_CASE, types={"id": "text collate ignoring_case", "v": "text collate ignoring_case"})

    assert counts() == (0, 1, 1, 1)


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(
    ("legacy", "migrated"),
    [("NaN", "Infinity"), ("Infinity", "-Infinity"), ("-Infinity", "NaN"), ("NaN", "0"), ("Infinity", None)],
    ids=str,
)
def test_decimals_that_are_no_number(dbt, counts, legacy, migrated):
    # Guard: the two flags in PostgreSQL's row hash; its own hash is one for all three. Made in SQL, for the driver
    # writes NaN for an infinity.
    for name, value in (("legacy", legacy), ("migrated", migrated)):
        literal = "null" if value is None else f"'{value}'"
        dbt.execute(f"create table test.{name} as select 1 as id, cast({literal} as numeric) as v")

    assert counts() == CHANGED
    assert counts(migrated="test.legacy") == SAME


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(
    ("type_", "legacy", "migrated"),
    [
        pytest.param("varchar[]", "[]", "null", id="an empty list and null"),
        pytest.param("varchar[]", "[null]", "[]", id="a list of null and an empty one"),
        pytest.param("varchar[]", "[null]", "['null']", id="a list of null and of the word"),
        pytest.param("varchar[]", "['a, b']", "['a', 'b']", id="a comma inside and between"),
        pytest.param("double[]", "['nan']", "['inf']", id="lists of nan and infinity"),
        pytest.param(
            "decimal(38, 2)[]", "[123456789012345678.12]", "[123456789012345678.13]", id="the last cent inside a list"
        ),
        pytest.param("struct(a integer)", "{'a': null}", "null", id="a struct of null and null"),
        pytest.param("map(varchar, integer)", "map {'a': null}", "map {}", id="a map of null and an empty one"),
        pytest.param("blob[]", "['\\x00'::blob]", "['\\x01'::blob]", id="bytes in a list"),
        pytest.param("timestamp_ns", "'2024-01-01 00:00:00.000000001'", "'2024-01-01 00:00:00'", id="a nanosecond"),
        pytest.param(
            "uuid", "'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'", id="uuids"
        ),
        pytest.param("interval", "'1 month'", "'31 days'", id="intervals"),
        pytest.param("json", "'{\"a\": 1}'", "'{\"a\": 2}'", id="json"),
        pytest.param(
            "hugeint",
            "170141183460469231731687303715884105727",
            "170141183460469231731687303715884105726",
            id="39 digits",
        ),
    ],
)
def test_values_of_other_types(dbt, counts, type_, legacy, migrated):
    # Guard: nested values are compared as JSON; DuckDB's hash calls the first three, and a struct of null, alike.
    for name, sql in (("legacy", legacy), ("migrated", migrated)):
        dbt.execute(f"create table test.{name} as select 1 as id, cast({sql} as {type_}) as v")

    assert counts() == CHANGED
    assert counts(migrated="test.legacy") == SAME


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(
    ("type_", "legacy", "migrated"),
    [
        pytest.param("text[]", "'{}'", "null", id="an empty array and null"),
        pytest.param("text[]", "'{NULL}'", "'{\"NULL\"}'", id="an array of null and of the word"),
        pytest.param("double precision[]", "'{0}'", "'{NULL}'", id="arrays of zero and null"),
        pytest.param("integer[]", "'{1,2}'", "array[array[1, 2]]", id="an array in an array"),
        pytest.param("jsonb", "'{}'", "'[]'", id="an empty object and an empty array"),
        pytest.param("json", "'{\"a\": 1}'", "'{\"a\": 2}'", id="json, which has no hash"),
        pytest.param("interval", "'1 month'", "'30 days'", id="intervals"),
        pytest.param(
            "uuid", "'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'", id="uuids"
        ),
        pytest.param("bit(3)", "B'101'", "B'100'", id="bits, which have no hash"),
        pytest.param("numeric", "1e100", "1e100 + 1", id="a hundred digits"),
        pytest.param("char(3)", "'a'", "'b'", id="padded text"),
    ],
)
def test_values_of_the_servers_types(dbt, counts, type_, legacy, migrated):
    for name, sql in (("legacy", legacy), ("migrated", migrated)):
        dbt.execute(f"create table test.{name} as select 1 as id, cast({sql} as {type_}) as v")

    assert counts() == CHANGED
    assert counts(migrated="test.legacy") == SAME
