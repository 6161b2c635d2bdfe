"""The contract of default.sql: what an engine must answer, and that what it lacks is refused and never guessed."""

from datetime import UTC, datetime, timedelta

import pytest


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("dialect_utc_now()", id="utc_now"),
        pytest.param("dialect_type_facts('integer')", id="type_facts"),
        pytest.param("dialect_typeof('a')", id="typeof"),
        pytest.param("dialect_comparable('a', {'family': 'text'})", id="comparable"),
        pytest.param("dialect_row_hash([])", id="row_hash"),
        pytest.param("dialect_bucket([])", id="bucket"),
        pytest.param("dialect_begin_snapshot()", id="begin_snapshot"),
        pytest.param("dialect_objects('testdb')", id="objects"),
        pytest.param("dialect_steps('(select 1 as a)', 'b', 'a')", id="steps"),
    ],
)
def test_engine_that_lacks_an_answer_is_refused(dbt, call):
    name = call.split("(")[0]
    with dbt.raises(f"cutover: {name} is not implemented for {dbt.engine.name}."):
        dbt.render("{{ cutover.default__" + call + " }}")

    assert dbt.statements == []


def test_approximate_profile_is_refused_by_its_name(dbt):
    with dbt.raises(f"cutover: profile with approximate: true is not implemented for {dbt.engine.name}."):
        dbt.call("cutover.default__dialect_approx_distinct", "a")


def test_backslash_needs_the_engine_s_own_answer(dbt):
    assert dbt.call("cutover.default__dialect_text_literal", "it's") == "'it''s'"
    with dbt.raises(f"cutover: a text literal with a backslash is not implemented for {dbt.engine.name}."):
        dbt.call("cutover.default__dialect_text_literal", "a\\b")


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        pytest.param("default__dialect_capability('pointer_views')", "False", id="capability"),
        pytest.param("default__dialect_max_identifier_length()", "127", id="max_identifier_length"),
        pytest.param("default__dialect_decimal_type(28, 6)", "decimal(28, 6)", id="decimal_type"),
        pytest.param("default__dialect_fence()", "", id="fence"),
        pytest.param("default__dialect_quoted('a\"b')", '"a""b"', id="quoted"),
        pytest.param("default__dialect_difference('a', 'b', {})", "abs(a - b)", id="difference"),
        pytest.param(
            "default__dialect_null_safe_match('x', 'y', ['a', 'b'])",
            "x.a is not distinct from y.a\n        and x.b is not distinct from y.b",
            id="null_safe_match",
        ),
        pytest.param(
            "default__dialect_temp_table('t', 'select 1')", "create temporary table t as\nselect 1", id="temp_table"
        ),
    ],
)
def test_portable_answers(dbt, call, answer):
    assert dbt.render("{{ cutover." + call + " }}") == answer


def test_unknown_capability_is_refused(dbt):
    with dbt.raises(
        "cutover.dialect_capability: `name` must be one of cross_database, transactional_ddl, pointer_views; "
        "got 'pointer_view'. Did you mean 'pointer_views'?"
    ):
        dbt.call("cutover.dialect_capability", "pointer_view")


def test_capabilities_are_what_the_harness_knows_of_the_engine(dbt):
    answers = {
        name: dbt.call("cutover.dialect_capability", name)
        for name in ("cross_database", "transactional_ddl", "pointer_views")
    }

    assert answers["transactional_ddl"] is dbt.engine.transactional_ddl
    assert set(map(type, answers.values())) == {bool}


def test_longest_identifier_is_what_the_engine_keeps(dbt):
    assert dbt.call("cutover.dialect_max_identifier_length") == (dbt.engine.max_identifier_length or 255)


def test_utc_now_is_naive_and_now(dbt):
    now = dbt.query("select {{ cutover.dialect_utc_now() }} as a")[0]["a"]

    assert now.tzinfo is None
    assert abs(datetime.now(UTC).replace(tzinfo=None) - now) < timedelta(minutes=1)


def test_utc_now_is_utc_in_any_zone(dbt):
    dbt.execute("set time zone 'Asia/Kathmandu'")
    try:
        now = dbt.query("select {{ cutover.dialect_utc_now() }} as a")[0]["a"]
    finally:
        dbt.execute("set time zone 'UTC'")

    assert abs(datetime.now(UTC).replace(tzinfo=None) - now) < timedelta(minutes=1)


def test_snapshot_reads_one_moment(dbt):
    dbt.table("t", [{"a": 1}])

    def write():
        other = dbt.connection()
        other.cursor().execute("insert into test.t values (2)")
        other.commit()
        return ""

    count = "{% set n = run_query('select count(*) as n from test.t').rows[0][0] %}{{ n }}"
    seen = dbt.render(
        "{% do run_query(cutover.dialect_begin_snapshot()) %}"
        + count
        + "{{ write() }}"
        + count
        + "{% do run_query('commit') %}"
        + count,
        write=write,
    )

    assert seen == "112"


def test_temp_table_holds_the_rows_and_is_in_no_schema(dbt):
    seen = dbt.render(
        "{% do run_query(cutover.dialect_temp_table('cutover_x', 'select 1 as a union all select 2')) %}"
        "{{ run_query('select sum(a) as s from cutover_x').rows[0][0] }}"
    )

    assert seen == "3"
    assert "cutover_x" not in {
        row["name"] for row in dbt.call("cutover.dialect_relation_names", dbt.database) if row["schema"] == dbt.schema
    }


@pytest.mark.parametrize(
    "schema", [pytest.param("plain", id="plain"), pytest.param("Mixed it's; select", id="hostile")]
)
def test_create_schema_twice(dbt, schema):
    for _ in range(2):
        dbt.execute(
            "{{ cutover.dialect_create_schema(api.Relation.create(database='testdb', schema=s, identifier='t')) }}",
            s=schema,
        )
    dbt.table("t", [{"a": 1}], schema=schema)

    assert dbt.query(f'select a from "{schema}".t') == [{"a": 1}]


@pytest.mark.engines("duckdb")
def test_approximate_distinct_counts(dbt):
    dbt.table("t", [{"a": number % 100} for number in range(1000)])
    found = dbt.query("select {{ cutover.dialect_approx_distinct('a') }} as n from test.t")[0]["n"]

    assert 80 <= found <= 120


@pytest.mark.engines("postgres")
def test_approximate_distinct_is_refused_where_the_engine_has_none(dbt):
    with dbt.raises("cutover: profile with approximate: true is not implemented for postgres."):
        dbt.call("cutover.dialect_approx_distinct", "a")


@pytest.mark.parametrize(
    "name",
    [pytest.param("id", id="plain"), pytest.param('a"b', id="a quote"), pytest.param("it's; --", id="hostile")],
)
def test_quoted_is_an_identifier_and_a_literal_is_data(dbt, name):
    quoted = dbt.call("cutover.dialect_quoted", name)
    literal = dbt.call("cutover.dialect_text_literal", name)

    assert dbt.query("select {{ literal }} as {{ quoted }}", literal=literal, quoted=quoted) == [{name: name}]
