"""What tells one state of a row from another; digests worked out by hashlib over texts normalised in Python."""

import hashlib

import pytest


def digest(*values, algorithm="md5"):
    text = "".join("-" if value is None else f"{len(value)}:{value}" for value in values)
    return hashlib.new(algorithm, text.encode()).hexdigest()


def diffs(dbt, rows, columns, types=None, **arguments):
    table = dbt.table("states", [{"id": number} | row for number, row in enumerate(rows)], types=types)
    sql = "select {{ cutover.hash_diff(columns, **arguments) }} as d from {{ t }} order by id"
    return dbt.query(sql, t=table, columns=columns, arguments=arguments).column("d")


ROWS = [{"name": " Ann ", "city": "Ulm"}, {"name": "ann", "city": "ULM"}, {"name": None, "city": ""}]


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_columns_count_in_the_order_given(dbt, algorithm):
    dbt.vars({"cutover_hash_algorithm": algorithm})
    rows = [(row["name"], row["city"]) for row in ROWS]
    assert diffs(dbt, ROWS, ["name", "city"]) == [digest(*row, algorithm=algorithm) for row in rows]
    assert diffs(dbt, ROWS, ["city", "name"]) == [digest(*row[::-1], algorithm=algorithm) for row in rows]


def test_it_is_the_surrogate_key_of_the_same_columns(dbt):
    columns = ["name", "city || 'x'"]
    assert dbt.call("cutover.hash_diff", columns) == dbt.call("cutover.generate_surrogate_key", columns)


def test_steps_of_one_column(dbt):
    found = diffs(dbt, ROWS, ["name", "city"], normalise={"name": ["trim", "lower"]})
    assert found == [digest("ann", "Ulm"), digest("ann", "ULM"), digest(None, "")]


def test_steps_of_all_columns_that_have_none_of_their_own(dbt):
    normalise = {"*": ["upper"], "name": ["trim", {"null_as": "?"}]}
    found = diffs(dbt, ROWS, ["name", "city"], normalise=normalise)
    assert found == [digest("Ann", "ULM"), digest("ann", "ULM"), digest("?", "")]


def test_a_float_has_one_text_once_it_is_rounded(dbt):
    rows = [{"price": 1.0}, {"price": 0.1 + 0.2}, {"price": None}]
    found = diffs(dbt, rows, ["price"], {"price": "double precision"}, normalise={"price": [{"round": 2}]})
    assert found == [digest("1.00"), digest("0.30"), digest(None)]


def test_values_of_dbt_utils(dbt):
    null = "_dbt_utils_surrogate_key_null_"
    texts = [" Ann -Ulm", "ann-ULM", f"{null}-"]
    found = diffs(dbt, ROWS, ["name", "city"], compatible_with="dbt_utils")
    assert found == [hashlib.md5(text.encode()).hexdigest() for text in texts]


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"columns": []},
            "`columns` must be a list with at least one item; got []. Example: ['order_id', 'line_number'].",
            id="no column",
        ),
        pytest.param(
            {"normalise": ["trim"]},
            "`normalise` must be a mapping; got ['trim']. Example: {email: [trim, lower], '*': [trim]}.",
            id="steps alone",
        ),
        pytest.param(
            {"normalise": {"names": ["trim"]}},
            "`normalise` must be a mapping of the given columns, or '*', to steps; got 'names'. Did you mean 'name'?",
            id="a column that isn't there",
        ),
        pytest.param(
            {"normalise": {"name": ["trims"]}},
            "`normalise[name][0]` must be one of trim, collapse_spaces, upper, lower, digits_only, empty_as_null, "
            "null_as, "
            "map, round, date, timestamp; got 'trims'. Did you mean 'trim'?",
            id="a step that isn't there",
        ),
        pytest.param(
            {"compatible_with": "dbtvault"},
            "`compatible_with` must be one of dbt_utils; got 'dbtvault'.",
            id="another package",
        ),
        pytest.param(
            {"exclude": ["id"]},
            "unknown argument 'exclude'. Known: columns, normalise, compatible_with.",
            id="unknown argument",
        ),
    ],
)
def test_refusals(dbt, given_, message):
    with dbt.raises(f"cutover.hash_diff: {message}"):
        dbt.call("cutover.hash_diff", **{"columns": ["name"]} | given_)
    assert dbt.statements == []
