"""Where a node's schema goes, by policy, target and colour. No macro of it asks the database."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.properties import examples

from dbt_cutover.testing import MacroError

POLICIES = ["prefixed", "environment", "target_only"]
PRODUCTION = {"name": "prod", "schema": "analytics"}
DEVELOPMENT = {"name": "dev", "schema": "dbt_ann"}
NODE = {"unique_id": "model.shop.orders"}


def schema_name(dbt, target, vars_, custom, node=NODE):
    with dbt.target(**target), dbt.vars(vars_):
        return dbt.call("cutover.schema_name", custom, node)


@pytest.mark.parametrize(
    ("policy", "target", "custom", "schema"),
    [
        pytest.param("prefixed", DEVELOPMENT, "marts", "dbt_ann_marts", id="prefixed, development"),
        pytest.param("prefixed", PRODUCTION, "marts", "analytics_marts", id="prefixed, production"),
        pytest.param("prefixed", DEVELOPMENT, None, "dbt_ann", id="prefixed, no custom schema"),
        pytest.param("environment", DEVELOPMENT, "marts", "marts_dev", id="environment, development"),
        pytest.param("environment", PRODUCTION, "marts", "marts", id="environment, production"),
        pytest.param("environment", DEVELOPMENT, None, "dbt_ann", id="environment, development, no custom schema"),
        pytest.param("environment", PRODUCTION, None, "analytics", id="environment, production, no custom schema"),
        pytest.param("target_only", DEVELOPMENT, "marts", "dbt_ann", id="target_only, development"),
        pytest.param("target_only", PRODUCTION, "marts", "analytics", id="target_only, production"),
        pytest.param("target_only", DEVELOPMENT, None, "dbt_ann", id="target_only, no custom schema"),
        pytest.param("prefixed", DEVELOPMENT, "", "dbt_ann", id="an empty text is no custom schema"),
        pytest.param("prefixed", DEVELOPMENT, " \n", "dbt_ann", id="nothing but spaces is no custom schema"),
        pytest.param("environment", PRODUCTION, "\n  marts ", "marts", id="spaces that Jinja left don't count"),
        pytest.param("environment", PRODUCTION, "select", "select", id="a reserved word"),
        pytest.param("environment", PRODUCTION, "My Märts; --", "My Märts; --", id="any name"),
        pytest.param("environment", PRODUCTION, "{{ x }}", "{{ x }}", id="Jinja that dbt did not render"),
    ],
)
def test_policies(dbt, policy, target, custom, schema):
    assert schema_name(dbt, target, {"cutover_schema_policy": policy}, custom) == schema
    assert dbt.statements == []


def test_policy_is_prefixed_unless_set(dbt):
    assert schema_name(dbt, DEVELOPMENT, {}, "marts") == "dbt_ann_marts"


@pytest.mark.parametrize(
    ("targets", "schema"),
    [
        pytest.param(["prod"], "marts", id="a list"),
        pytest.param("prod", "marts", id="one as a text"),
        pytest.param(["live", "prod"], "marts", id="one of several"),
        pytest.param(["live"], "marts_prod", id="others"),
        pytest.param([], "marts_prod", id="none"),
        pytest.param(["production"], "marts_prod", id="a longer name"),
        pytest.param(["PROD"], "marts_prod", id="another case"),
    ],
)
def test_production_targets(dbt, targets, schema):
    vars_ = {"cutover_schema_policy": "environment", "cutover_production_targets": targets}

    assert schema_name(dbt, PRODUCTION, vars_, "marts") == schema


COLOURED = {"cutover_blue_green_schemas": ["gold"], "cutover_schema_policy": "environment", "cutover_colour": "green"}


@pytest.mark.parametrize(
    ("changed", "target", "custom", "schema"),
    [
        pytest.param({}, PRODUCTION, "gold", "gold__green", id="green"),
        pytest.param({"cutover_colour": "blue"}, PRODUCTION, "gold", "gold__blue", id="blue"),
        pytest.param({"cutover_colour": None}, PRODUCTION, "gold", "gold", id="no colour"),
        pytest.param({}, PRODUCTION, "silver", "silver", id="a schema that does not take part"),
        pytest.param({}, PRODUCTION, "Gold", "Gold", id="a schema that differs by case"),
        pytest.param({}, DEVELOPMENT, "gold", "gold_dev", id="a target that does not publish"),
        pytest.param({"cutover_blue_green_schemas": []}, PRODUCTION, "gold", "gold", id="no schema takes part"),
        pytest.param(
            {"cutover_blue_green_schemas": "gold"}, PRODUCTION, "gold", "gold__green", id="one schema as a text"
        ),
        pytest.param(
            {"cutover_blue_green_schemas": ["analytics"]}, PRODUCTION, None, "analytics__green", id="the target schema"
        ),
        pytest.param(
            {"cutover_schema_policy": "prefixed", "cutover_blue_green_schemas": ["analytics_gold"]},
            PRODUCTION,
            "gold",
            "analytics_gold__green",
            id="the live name counts",
        ),
        pytest.param({"cutover_blue_green_targets": ["live"]}, PRODUCTION, "gold", "gold", id="other targets publish"),
        pytest.param(
            {"cutover_blue_green_targets": "staging", "cutover_blue_green_schemas": ["gold_staging"]},
            {"name": "staging", "schema": "stage"},
            "gold",
            "gold_staging__green",
            id="a target that publishes and is not production",
        ),
    ],
)
def test_colour(dbt, changed, target, custom, schema):
    assert schema_name(dbt, target, {**COLOURED, **changed}, custom) == schema


@pytest.mark.parametrize(
    ("vars_", "target", "custom", "error"),
    [
        pytest.param(
            {"cutover_schema_policy": "prefix"},
            DEVELOPMENT,
            "marts",
            "`cutover_schema_policy` must be one of prefixed, environment, target_only; got 'prefix'. "
            "Did you mean 'prefixed'?",
            id="unknown policy",
        ),
        pytest.param(
            {"cutover_schema_policy": None},
            DEVELOPMENT,
            None,
            "`cutover_schema_policy` must be one of prefixed, environment, target_only; got nothing.",
            id="no policy",
        ),
        pytest.param(
            {**COLOURED, "cutover_colour": "gren"},
            PRODUCTION,
            "gold",
            "`cutover_colour` must be one of blue, green; got 'gren'. Did you mean 'green'?",
            id="unknown colour",
        ),
        pytest.param(
            {"cutover_colour": "red"},
            DEVELOPMENT,
            None,
            "`cutover_colour` must be one of blue, green; got 'red'.",
            id="unknown colour, on a target without",
        ),
        pytest.param(
            {},
            DEVELOPMENT,
            2024,
            "`custom_schema_name` must be a text or none; got 2024. Example: +schema: marts.",
            id="year",
        ),
        pytest.param(
            {},
            DEVELOPMENT,
            ["marts"],
            "`custom_schema_name` must be a text or none; got ['marts']. Example: +schema: marts.",
            id="a list",
        ),
        pytest.param(
            {"cutover_production_targets": {"prod": True}, "cutover_schema_policy": "environment"},
            DEVELOPMENT,
            "marts",
            "`cutover_production_targets` must be a list; got {prod: true}. "
            "Example: cutover_production_targets: ['marts'].",
            id="targets that are no list",
        ),
        pytest.param(
            {"cutover_schema_policy": "environment"},
            PRODUCTION,
            "Analytics",
            "`+schema: Analytics` and no custom schema at all would share the schema 'Analytics' "
            "(policy environment, target prod). Give the target another schema, or leave `+schema` out.",
            id="the target's own schema",
        ),
        pytest.param(
            {**COLOURED, "cutover_colour": None},
            PRODUCTION,
            "GOLD__blue",
            "the schema name 'GOLD__blue' belongs to blue/green publishing of gold. Choose another `+schema`.",
            id="a colour of a schema that is published by colour",
        ),
    ],
)
def test_refusals(dbt, vars_, target, custom, error):
    with dbt.raises(f"cutover.schema_name: {error}"):
        schema_name(dbt, target, vars_, custom)

    assert dbt.statements == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(
            "custom_schema='marts'",
            "unknown argument 'custom_schema'. Known: custom_schema_name, node.",
            id="an argument that it lacks",
        ),
        pytest.param(
            "'marts', none, 1", "takes at most 2 arguments (custom_schema_name, node); got 1 more: [1].", id="too many"
        ),
    ],
)
def test_unknown_arguments(dbt, arguments, error):
    with dbt.raises(f"cutover.schema_name: {error}"):
        dbt.render("{{ cutover.schema_name(" + arguments + ") }}")


def test_without_arguments_it_is_the_target_schema(dbt):
    assert dbt.render("{{ cutover.schema_name() }}") == dbt.schema


@pytest.mark.parametrize(
    "letter", [pytest.param("x", id="one byte"), pytest.param("ä", id="two bytes"), pytest.param("🎉", id="four bytes")]
)
def test_longest_name_that_the_engine_keeps(dbt, letter):
    limit = dbt.call("cutover.dialect_max_identifier_length")
    length = len(letter.encode())
    custom = letter * ((limit - len("dbt_ann_")) // length)
    one_more = custom + letter
    size = len("dbt_ann_") + len(one_more) * length

    name = schema_name(dbt, DEVELOPMENT, {}, custom)
    assert name == f"dbt_ann_{custom}"
    # It is really kept: what dbt would make is found again under its name.
    dbt.table("t", [{"a": 1}], schema=name)
    assert dbt.query(f'select a from "{name}".t') == [{"a": 1}]
    shown = f"'dbt_ann_{one_more}'"
    if len(shown) > 122:
        shown = shown[:118] + "...'"
    with dbt.raises(
        f"cutover.schema_name: the schema name {shown} of model.shop.orders has {size} bytes, and this engine keeps "
        f"{limit}: it would be cut, and could meet another one. "
        "Shorten `+schema`, the target schema or the target name."
    ):
        schema_name(dbt, DEVELOPMENT, {}, one_more)


def test_length_counts_the_colour(dbt):
    limit = dbt.call("cutover.dialect_max_identifier_length")
    custom = "g" * (limit - 6)
    vars_ = {**COLOURED, "cutover_blue_green_schemas": [custom]}

    assert schema_name(dbt, PRODUCTION, {**vars_, "cutover_colour": "blue"}, custom) == custom + "__blue"
    shown = custom + "__green"
    shown = shown if len(shown) <= 120 else shown[:117] + "..."
    with dbt.raises(
        f"cutover.schema_name: the schema name '{shown}' has {limit + 1} bytes, and this engine keeps {limit}: "
        "it would be cut, and could meet another one. Shorten `+schema`, the target schema or the target name."
    ):
        schema_name(dbt, PRODUCTION, vars_, custom, node=None)


NAMES = st.text(alphabet="ab_ ", max_size=6)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "target", [pytest.param(DEVELOPMENT, id="development"), pytest.param(PRODUCTION, id="production")]
)
@given(names=st.lists(NAMES, min_size=2, max_size=4), published=st.lists(NAMES.map(str.strip), max_size=2, unique=True))
@examples(15)
def test_two_custom_schemas_never_meet(dbt, policy, target, names, published):
    # Policy and colours may refuse a name, but never send two names to one schema.
    vars_ = {
        "cutover_schema_policy": policy,
        "cutover_blue_green_schemas": [name for name in published if name],
        "cutover_colour": "blue",
    }
    found = {}
    for name in [*names, None, "ab__blue", target["schema"], "_" + target["schema"]]:
        with suppress(MacroError):
            found[(name or "").strip()] = schema_name(dbt, target, vars_, name)

    assert found
    distinct = len(set(found.values()))
    assert distinct == (1 if policy == "target_only" else len(found))
