import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples


def levenshtein(left: str, right: str) -> int:
    """Return the edit distance by its definition: memory over all pairs of prefixes."""
    distance = {(i, 0): i for i in range(len(left) + 1)} | {(0, j): j for j in range(len(right) + 1)}
    for i, a in enumerate(left, start=1):
        for j, b in enumerate(right, start=1):
            distance[i, j] = min(distance[i - 1, j] + 1, distance[i, j - 1] + 1, distance[i - 1, j - 1] + (a != b))
    return distance[len(left), len(right)]


# Few letters, so that words are near each other.
WORDS = st.text(alphabet="abcä_", max_size=8)


@given(left=WORDS, right=WORDS)
@examples(150)
def test_edit_distance_equals_levenshtein(dbt, left, right):
    assert dbt.call("cutover._edit_distance", left, right) == levenshtein(left, right)


@given(value=WORDS, candidates=st.lists(WORDS, max_size=5))
@examples(100)
def test_nearest_is_the_first_of_the_least_distance(dbt, value, candidates):
    allowed = max(len(value), 3) // 3
    ranked = sorted((levenshtein(value.lower(), name.lower()), index) for index, name in enumerate(candidates))
    expected = candidates[ranked[0][1]] if ranked and ranked[0][0] <= allowed else None

    assert dbt.call("cutover._nearest", value, candidates) == expected


@pytest.mark.parametrize(
    ("value", "candidates", "nearest"),
    [
        pytest.param("customer_id", ["customer_ids", "customer_no"], "customer_ids", id="a letter too few"),
        pytest.param("CUSTOMER_ID", ["customer_id"], "customer_id", id="another case"),
        pytest.param("summ", ["sum", "avg"], "sum", id="a letter too many"),
        pytest.param("abcdef", ["abxyef"], "abxyef", id="a third of the letters wrong"),
        pytest.param("abcdef", ["xbcxex"], None, id="more than a third wrong"),
        pytest.param("a", ["b"], "b", id="a short word may have one wrong"),
        pytest.param("sum", [], None, id="no candidates"),
        pytest.param("sum", [None, 7, "sums"], "sums", id="candidates that are no text"),
        pytest.param(None, ["none"], None, id="nothing"),
        pytest.param(7, ["7"], None, id="a number"),
        pytest.param("x" * 60, ["x" * 59], "x" * 59, id="as long as it may be"),
        pytest.param("x" * 61, ["x" * 60], None, id="a value too long to be a typing error"),
        pytest.param("x" * 60, ["x" * 61], None, id="a candidate too long"),
    ],
)
def test_nearest(dbt, value, candidates, nearest):
    assert dbt.call("cutover._nearest", value, candidates) == nearest


@pytest.mark.parametrize(
    ("value", "hint"),
    [pytest.param("ordrs", " Did you mean 'orders'?", id="near"), pytest.param("products", "", id="not near")],
)
def test_hint_is_a_sentence_or_nothing(dbt, value, hint):
    assert dbt.call("cutover._hint", value, ["orders"]) == hint
