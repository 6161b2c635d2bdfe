"""The switch between two relations, by what a project file, a shell and YAML make of a flag."""

import pytest

SWITCH = "{{ cutover.source_switch(legacy, migrated) }}"


@pytest.fixture
def sides(dbt):
    return {"legacy": dbt.table("old", [{"n": 1}]), "migrated": dbt.table("new", [{"n": 2}])}


@pytest.mark.parametrize(
    ("given", "n"),
    [
        (True, 2),
        (False, 1),
        ("true", 2),
        ("True", 2),
        ("FALSE", 1),
        ("false", 1),
    ],
)
def test_the_flag_chooses(dbt, sides, given, n):
    dbt.vars({"use_new_warehouse": given})
    assert dbt.query(f"select n from {SWITCH}", **sides) == [{"n": n}]


def test_without_the_flag_it_is_the_legacy_one(dbt, sides):
    relation = dbt.call("cutover.source_switch", **sides)
    assert (relation.identifier, dbt.statements) == ("old", [])


def test_each_switch_may_have_its_own_flag(dbt, sides):
    dbt.vars({"use_new_warehouse": False, "orders_moved": True})
    assert dbt.call("cutover.source_switch", **sides, flag="orders_moved").identifier == "new"


@pytest.mark.parametrize(
    ("given", "shown"),
    [(1, "1"), ("yes", "'yes'"), ("", "''"), (None, "nothing"), (["true"], "['true']")],
    ids=["number", "word", "empty", "null", "list"],
)
def test_a_flag_that_is_no_boolean_says_how_to_set_it(dbt, sides, given, shown):
    dbt.vars({"use_new_warehouse": given})
    message = (
        f"cutover.source_switch: the var `use_new_warehouse` must be true or false; got {shown}. "
        "Set it in dbt_project.yml under `vars:`, or by --vars '{use_new_warehouse: true}'."
    )
    with dbt.raises(message):
        dbt.call("cutover.source_switch", **sides)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (
            {"legacy": "raw.orders"},
            "`legacy` must be a relation, as ref(), source() and this give it; got 'raw.orders'. "
            "Example: ref('orders').",
        ),
        (
            {"migrated": None},
            "`migrated` must be a relation, as ref(), source() and this give it; got nothing. Example: ref('orders').",
        ),
        ({"flag": ""}, "`flag` must be a text that is not empty; got ''. Example: use_new_warehouse."),
        ({"flags": "x"}, "unknown argument 'flags'. Did you mean 'flag'? Known: legacy, migrated, flag."),
    ],
    ids=["a text leaves the lineage", "nothing", "no flag", "unknown"],
)
def test_refusals(dbt, sides, given_, message):
    with dbt.raises(f"cutover.source_switch: {message}"):
        dbt.call("cutover.source_switch", **sides | given_)
