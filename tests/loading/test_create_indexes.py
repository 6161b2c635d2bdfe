"""Indexes: made once, told by what they are, and there after each build of the table."""

import shutil
from pathlib import Path

import pytest

ORDERS = [{"id": 1, "Customer": 7, 'a"b': 1, "select": 2}]


@pytest.fixture
def orders(dbt):
    return dbt.table("orders", ORDERS)


@pytest.fixture
def create(dbt, orders):  # noqa: ARG001 - the table to index
    """Call the operation on the table `orders` and return its outcome."""

    def run(columns, table="test.orders", **named):
        return dbt.operation("cutover.create_indexes", table_name=table, columns=columns, **named)

    return run


def indexes(dbt, table="orders"):
    """Read the names of a table's indexes from the catalog that both engines have."""
    sql = "select indexname as name from pg_catalog.pg_indexes where tablename = '{{ table }}' order by indexname"
    return dbt.query(sql, table=table).column("name")


def statuses(outcome):
    return [(index["columns"], index["status"]) for index in outcome.json["indexes"]]


def test_each_item_is_an_index_and_a_second_call_makes_none(dbt, orders, create):
    columns = ["id", ["Customer", 'a"b'], "select"]
    first, second = (create(columns, output="json") for _ in range(2))
    wanted = [["id"], ["Customer", 'a"b'], ["select"]]
    assert statuses(first) == [(names, "created") for names in wanted]
    assert statuses(second) == [(names, "present") for names in wanted]
    assert indexes(dbt) == sorted(index["name"] for index in first.json["indexes"])
    assert [sql.split("\n")[1].split(" on ")[1] for sql in first.statements[2:]] == [
        f'{orders} ("id")',
        f'{orders} ("Customer", "a""b")',
        f'{orders} ("select")',
    ]
    assert len(second.statements) == 2


def test_it_tells_what_it_did(create):
    outcome = create(["id"])
    assert outcome.logged[0] == "cutover.create_indexes: testdb.test.orders"
    assert outcome.logged[-1].split()[-2:] == ["id", "created"]
    document = create(["id"], output="json").json
    assert {key: document[key] for key in ("operation", "verdict", "table")} == {
        "operation": "create_indexes",
        "verdict": "done",
        "table": "testdb.test.orders",
    }


def test_names_are_found_in_any_case_and_written_as_the_table_has_them(create):
    assert statuses(create(["ID", "customer"], output="json")) == [(["id"], "created"), (["Customer"], "created")]
    assert statuses(create(["customer", "Id"], output="json")) == [(["Customer"], "present"), (["id"], "present")]


def test_an_index_of_another_name_counts(dbt, orders, create):
    dbt.execute('create index mine on {{ t }} ("Customer", id)', t=orders)
    assert statuses(create([["Customer", "id"]], output="json")) == [(["Customer", "id"], "present")]
    assert statuses(create([["id", "Customer"]], output="json")) == [(["id", "Customer"], "created")]


def test_an_index_that_is_unique_or_not_is_another(dbt, orders, create):
    create(["id"])
    assert statuses(create(["id"], unique=True, output="json")) == [(["id"], "created")]
    assert statuses(create(["id"], unique=True, output="json")) == [(["id"], "present")]
    assert len(indexes(dbt)) == 2
    with pytest.raises(Exception, match=r"(?i)duplicate|unique"):
        dbt.execute("insert into {{ t }} (id) values (1)", t=orders)


def test_an_index_of_another_table_does_not_count(dbt, create):
    dbt.table("more_orders", ORDERS)
    create(["id"], table="test.more_orders")
    assert statuses(create(["id"], output="json")) == [(["id"], "created")]


def test_an_index_of_an_expression_does_not_count(dbt, orders, create):
    dbt.execute("create index doubled on {{ t }} ((id * 2))", t=orders)
    assert statuses(create(["id"], output="json")) == [(["id"], "created")]
    assert statuses(create(["id"], output="json")) == [(["id"], "present")]


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("(note) where id > 5", id="partial"),
        pytest.param("(note) include (id)", id="with more columns"),
        pytest.param("(note desc)", id="another order"),
        pytest.param("(note text_pattern_ops)", id="another operator class"),
        pytest.param('(note collate "C")', id="another collation"),
        pytest.param("using hash (note)", id="another type"),
    ],
)
def test_an_index_that_serves_otherwise_does_not_count(dbt, create, definition):
    table = dbt.table("notes", [{"id": 1, "note": "a"}])
    dbt.execute(f"create index other on {table} {definition}")
    assert statuses(create(["note"], table="test.notes", output="json")) == [(["note"], "created")]
    assert statuses(create(["note"], table="test.notes", output="json")) == [(["note"], "present")]


@pytest.mark.engines("postgres")
def test_a_type_is_asked_for_and_told_apart(create):
    assert statuses(create(["id"], type="brin", output="json")) == [(["id"], "created")]
    assert statuses(create(["id"], type="brin", output="json")) == [(["id"], "present")]
    assert statuses(create(["id"], output="json")) == [(["id"], "created")]
    assert statuses(create(["id"], type="btree", output="json")) == [(["id"], "present")]


def test_names_are_the_same_everywhere_within_the_limit_and_never_shared(dbt):
    def name(table, columns, unique=False):
        return dbt.call("cutover._index_name", table, columns, "btree", unique)

    assert name("orders", ["customer_id"]).startswith("orders__customer_id__idx_")
    assert name("orders", ["customer_id"], unique=True).startswith("orders__customer_id__key_")
    limit = dbt.call("cutover.dialect_max_identifier_length")
    long = "x" * 300
    names = [
        name(*each)
        for each in [
            ("orders", ["a", "b"]),
            ("orders", ["a_b"]),
            ("orders__a", ["b"]),
            ("orders", ["A_b"]),
            (long, [long]),
            (long, [long + "x"]),
            ("größe", ["ü"]),
            ("große", ["ü"]),
        ]
    ]
    assert len(set(names)) == len(names)
    assert all(each.isascii() and len(each) <= limit for each in names)


# -- after each build -------------------------------------------------------------------------------------------------

HOOK = "{{ cutover.create_indexes(this, ['id', ['id', 'n']]) }}"


@pytest.mark.parametrize("name", ["model", "a" * 60])
def test_a_table_that_is_built_anew_has_its_indexes_under_the_same_names(dbt, name):
    found = []
    for _ in range(3):
        dbt.materialize("table", "select 1 as id, 2 as n", name, post_hook=HOOK)
        found.append(indexes(dbt, name))
    assert len(found[0]) == 2
    assert found[1:] == [found[0], found[0]]
    everywhere = dbt.query("select indexname from pg_catalog.pg_indexes where schemaname = '{{ target.schema }}'")
    assert sorted(everywhere.column("indexname")) == found[0]


def test_an_incremental_table_has_them_after_each_run_and_full_refresh(dbt):
    sql, config = "select 1 as id, 2 as n", {"unique_key": "id", "incremental_strategy": "delete+insert"}
    found = []
    for refresh in (False, False, True, False):
        with dbt.flags(full_refresh=refresh):
            dbt.materialize("incremental", sql, post_hook=HOOK, **config)
        found.append(indexes(dbt, "model"))
    assert len(found[0]) == 2
    assert found[1:] == [found[0]] * 3


def test_a_table_that_took_the_place_of_a_view_has_them(dbt):
    dbt.materialize("view", "select 1 as id, 2 as n")
    dbt.materialize("table", "select 1 as id, 2 as n", post_hook=HOOK)
    assert len(indexes(dbt, "model")) == 2


@pytest.mark.engines("postgres")
def test_create_if_not_exists_leaves_the_second_build_without_its_index(dbt):
    """What a post-hook as it is often written does there: the name is still taken by the table of the first build."""
    hook = "create index if not exists idx_model_id on {{ this }} (id)"
    found = []
    for _ in range(2):
        dbt.materialize("table", "select 1 as id", post_hook=hook)
        found.append(indexes(dbt, "model"))
    assert found == [["idx_model_id"], []]


def test_a_hook_after_the_commit_finds_the_old_table_gone(dbt):
    for _ in range(2):
        dbt.materialize("table", "select 1 as id, 2 as n", post_hook={"sql": HOOK, "transaction": False})
        assert len(indexes(dbt, "model")) == 2


def test_a_hook_with_a_column_that_is_not_there_fails_the_build_and_leaves_the_old_table(dbt):
    dbt.materialize("table", "select 1 as id, 2 as n", post_hook=HOOK)
    names = indexes(dbt, "model")
    with pytest.raises(Exception, match="`columns\\[1\\]` must be a column of"):
        dbt.materialize("table", "select 1 as id", post_hook=HOOK)
    assert dbt.query("select * from {{ target.schema }}.model") == [{"id": 1, "n": 2}]
    assert indexes(dbt, "model") == names


def test_a_hook_says_nothing(dbt):
    dbt.materialize("table", "select 1 as id, 2 as n", post_hook=HOOK)
    assert dbt.printed == []
    assert not any("create_indexes" in line for line in dbt.logs)


def test_dbts_own_macro_of_this_name_is_still_called_for_the_models_of_the_package(dbt):
    dbt.materialize("table", "select 1 as id", indexes=[{"columns": ["id"]}])
    assert len(indexes(dbt, "model")) == 1


# -- what it refuses --------------------------------------------------------------------------------------------------


def test_a_dry_run_shows_the_statements_and_makes_nothing(dbt, create):
    statements = create(["id"], dry_run=True, output="json").json["statements"]
    assert [statement["purpose"] for statement in statements] == ["index id of testdb.test.orders"]
    assert statements[0]["sql"].startswith('create index "orders__id__idx_')
    assert indexes(dbt) == []


def test_a_view_is_refused(dbt, orders, create):
    dbt.view("seen", f"select * from {orders}")
    assert create(["id"], table="test.seen").error == (
        "cutover.create_indexes: `table_name` testdb.test.seen is a view, and only tables have indexes. "
        "Materialize it as a table, or index the tables that it reads."
    )


def test_a_column_that_is_missing_is_refused_before_any_index_is_made(dbt, create):
    outcome = create(["id", ["select", "custmer"]])
    assert outcome.error == (
        'cutover.create_indexes: `columns[1]` must be a column of testdb.test.orders (id, Customer, a"b, select); '
        "got 'custmer'. Did you mean 'Customer'?"
    )
    assert indexes(dbt) == []


def test_a_name_that_another_index_has_is_refused(dbt, orders, create):
    name = create(["id"], dry_run=True, output="json").json["statements"][0]["sql"].split('"')[1]
    dbt.execute(f'create index "{name}" on {orders} ("select")')
    assert create(["id"]).error == (
        f"cutover.create_indexes: the index {name} is there on orders, and is not what was asked for. "
        "Drop it, or rename it."
    )


EXAMPLE = "Example: ['customer_id', ['country', 'city']]."
KNOWN = "table_name, columns, type, unique, if_unsupported, dry_run, output"


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param({"columns": []}, f"`columns` must be a list with at least one item; got []. {EXAMPLE}", id="none"),
        pytest.param(
            {"columns": "id"}, f"`columns` must be a list with at least one item; got 'id'. {EXAMPLE}", id="text"
        ),
        pytest.param(
            {"columns": [[]]}, f"`columns[0]` must be a list with at least one item; got []. {EXAMPLE}", id="empty one"
        ),
        pytest.param(
            {"columns": ["id", ["id", 5]]},
            f"`columns[1][1]` must be a text that is not empty; got 5. {EXAMPLE}",
            id="a number",
        ),
        pytest.param(
            {"columns": [["id", "id"]]},
            "`columns[0]` must be a list that names each once; got ['id', 'id'].",
            id="a column twice",
        ),
        pytest.param(
            {"columns": ["id", ["id"]]},
            "`columns` must be a list that names each index once; got ['id', ['id']].",
            id="an index twice",
        ),
        pytest.param({"unique": "yes"}, "`unique` must be true or false; got 'yes'.", id="unique"),
        pytest.param(
            {"if_unsupported": "ignore"}, "`if_unsupported` must be one of error, skip; got 'ignore'.", id="ignore"
        ),
        pytest.param(
            {"column": ["id"]}, f"unknown argument 'column'. Did you mean 'columns'? Known: {KNOWN}.", id="unknown"
        ),
    ],
)
def test_refusals(dbt, given_, message):
    given_ = {"table_name": "test.orders", "columns": ["id"]} | given_
    outcome = dbt.operation("cutover.create_indexes", **given_)
    assert (outcome.exit_code, outcome.error) == (1, f"cutover.create_indexes: {message}")
    assert outcome.statements == []


@pytest.mark.engines("postgres")
@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            {"type": "bree"},
            "`type` must be one of btree, hash, gin, gist, spgist, brin; got 'bree'. Did you mean 'btree'?",
            id="unknown",
        ),
        pytest.param({"type": "hash", "unique": True}, "an index of the type hash can not be unique.", id="unique"),
        pytest.param(
            {"type": "hash", "columns": [["id", "select"]]},
            "an index of the type hash has one column; got ['id', 'select'].",
            id="composite",
        ),
    ],
)
def test_a_type_that_can_not_do_it_is_refused(dbt, given_, message):
    outcome = dbt.operation("cutover.create_indexes", **{"table_name": "test.orders", "columns": ["id"]} | given_)
    assert (outcome.error, outcome.statements) == (f"cutover.create_indexes: {message}", [])


@pytest.mark.engines("duckdb")
def test_the_one_type_of_the_engine(create):
    assert create(["id"], type="hash").error == "cutover.create_indexes: `type` must be one of art; got 'hash'."
    assert statuses(create(["id"], type="art", output="json")) == [(["id"], "created")]
    assert statuses(create(["id"], output="json")) == [(["id"], "present")]


ON_TRINO = """
import pytest

MESSAGE = (
    "cutover.create_indexes: this engine has no indexes. Trino has partitions of the connector's tables: "
    "set the config properties, partitioning in it. "
    "Say if_unsupported: skip where a project also runs on an engine that has them."
)

@pytest.mark.engines("trino")
def test_it_names_what_there_is_instead(dbt):
    with dbt.raises(MESSAGE):
        dbt.call("cutover.create_indexes", "shop.orders", ["id"])
    dbt.call("cutover.create_indexes", "shop.orders", ["id"], if_unsupported="skip")
    assert dbt.logs == ["cutover.create_indexes: skipped, for this engine has no indexes"]
    with dbt.context(this="orders", model={"resource_type": "model", "package_name": "shop"}):
        assert dbt.call("cutover.create_indexes", "shop.orders", ["id"], if_unsupported="skip") == ""
    assert len(dbt.logs) == 1
    assert dbt.call("cutover.dialect_index_types") == {}
"""


def test_an_engine_without_indexes_names_what_it_has_instead(pytester):
    root = Path(__file__).parents[2]
    shutil.copy(root / "dbt_project.yml", pytester.path)
    shutil.copytree(root / "macros", pytester.path / "macros")
    pytester.makepyfile(ON_TRINO)
    pytester.runpytest_subprocess("--dbt-engine", "trino").assert_outcomes(passed=1)


def test_each_engine_without_indexes_has_a_sentence(dbt):
    assert dbt.call("cutover.dialect_instead_of_indexes") == "Look for its clustering, partitioning or sort keys."


def test_the_catalog_tells_what_indexes_are(dbt, orders):
    place = {"database": "testdb", "schema": "test", "identifier": "orders"}
    (bare,) = dbt.call("cutover.dialect_indexes", place, ["none"])
    assert (bare["owner"], bare["kind"], bare["name"], bare["columns"]) == ("orders", "table", None, [])
    dbt.execute('create unique index "It\'s" on {{ t }} ("select", "a""b", "Customer", id)', t=orders)
    (row,) = dbt.call("cutover.dialect_indexes", place, ["none"])
    assert (row["name"], row["columns"]) == ("It's", ["select", 'a"b', "Customer", "id"])
    assert (row["unique"], row["plain"]) == (True, True)


def test_while_parsing_it_does_nothing(dbt, orders):
    with dbt.context(execute=False):
        assert dbt.call("cutover.create_indexes", orders, ["id"]) == ""
    assert dbt.statements == []
