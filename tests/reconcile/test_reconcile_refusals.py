"""What reconcile refuses: in one wording, before any SQL but the catalog's look-up, with nothing written."""

from __future__ import annotations

import math

import pytest

HOSTILE = [
    pytest.param("it's", "'it\\'s'", id="a quote"),
    pytest.param("a; drop table x", "'a; drop table x'", id="a semicolon"),
    pytest.param("a\nb", "'a\\nb'", id="a line end"),
    pytest.param("{{ 1 / 0 }}", "'{{ 1 / 0 }}'", id="braces"),
    pytest.param("größe", "'größe'", id="unicode"),
]
ODD = [
    pytest.param(3, "3", id="a number"),
    pytest.param(None, "nothing", id="nothing"),
    pytest.param(["a"], "['a']", id="a list"),
    pytest.param({"a": 1}, "{a: 1}", id="a mapping"),
    pytest.param(True, "true", id="a boolean"),
]

ARGUMENTS = (
    "legacy, migrated, keys, columns, exclude, column_map, expressions, normalise, tolerances, legacy_where, "
    "migrated_where, levels, count_tolerance, "
    "aggregates, accepted_differences, sample_size, redact, partition_by, max_differences, "
    "require_unique_keys, exact, allow_partial, name, record, dry_run, output"
)
RELATION = "a relation: ref('orders'), source('shop', 'orders'), schema.table or database.schema.table"
LEGACY = "a column of testdb.test.legacy (id, amount, status, old)"
MIGRATED = "a column of testdb.test.migrated (id, amount, status, new)"
LEVELS = "schema, counts, aggregates, keys, columns, rows"
ACCEPTED = (
    " Example: [{status: only_in_migrated, where: 'migrated.tailnum is null', "
    "reason: 'legacy dropped them', until: 2027-01-31}]."
)
TOLERANCES = " Example: {amount: {absolute: 0.01}, '*': {relative: 0.0001}}."
EXPRESSIONS = " Example: {amount: {legacy: 'cents / 100.0'}}."


@pytest.fixture
def refused(dbt, has_schema):
    """Run what must be refused with the whole message; it may send `look_ups` statements, none to a user's table."""
    dbt.table("legacy", [{"id": 1, "amount": 10, "status": "open", "old": 1}])
    dbt.table("migrated", [{"id": 1, "amount": 10, "status": "open", "new": 1}])

    def run(message, /, look_ups=1, **arguments):
        message = f"cutover.reconcile: {message}"
        outcome = dbt.operation(
            "cutover.reconcile",
            **{"legacy": "test.legacy", "migrated": "test.migrated", "keys": ["id"], "output": "json"} | arguments,
        )
        assert outcome.error == message
        assert outcome.exit_code == 1
        assert len(outcome.statements) == look_ups, outcome.statements
        assert not [sql for sql in outcome.statements if "/* cutover." in sql or 'from "testdb"' in sql]
        assert outcome.json == {"operation": "reconcile", "verdict": "error", "error": message}
        assert outcome.logged == []
        assert not has_schema("cutover")

    return run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {"key": ["id"]},
            f"unknown argument 'key'. Did you mean 'keys'? Known: {ARGUMENTS}.",
            id="an unknown argument",
        ),
        pytest.param({"normalise": {"a": ["trim"]}}, "`normalise` arrives in 0.2.", id="normalise"),
        pytest.param({"count_tolerance": {"absolute": 1}}, "`count_tolerance` arrives in 0.2.", id="count_tolerance"),
        pytest.param({"aggregates": {"a": ["sum"]}}, "`aggregates` arrives in 0.2.", id="aggregates"),
        pytest.param({"partition_by": "day"}, "`partition_by` arrives in 0.2.", id="partition_by"),
        pytest.param({"max_differences": 5}, "`max_differences` arrives in 0.2.", id="max_differences"),
        pytest.param({"exact": True}, "`exact` arrives in 0.2.", id="exact"),
        pytest.param(
            {"levels": []},
            "`levels` must be a list with at least one item; got []. Example: [counts, keys].",
            id="no levels",
        ),
        pytest.param(
            {"levels": "rows"},
            "`levels` must be a list with at least one item; got 'rows'. Example: [counts, keys].",
            id="levels as text",
        ),
        pytest.param(
            {"levels": None},
            "`levels` must be a list with at least one item; got nothing. Example: [counts, keys].",
            id="levels missing",
        ),
        pytest.param(
            {"levels": ["rows", "row"]},
            f"`levels[1]` must be one of {LEVELS}; got 'row'. Did you mean 'rows'?",
            id="an unknown level",
        ),
        pytest.param({"levels": [1]}, f"`levels[0]` must be one of {LEVELS}; got 1.", id="a level as a number"),
        pytest.param({"levels": ["schema"]}, "level `schema` arrives in 0.2.", id="level schema"),
        pytest.param({"levels": ["aggregates"]}, "level `aggregates` arrives in 0.2.", id="level aggregates"),
        pytest.param(
            {"sample_size": -1},
            "`sample_size` must be a whole number from 0 to 10000; got -1.",
            id="sample_size below zero",
        ),
        pytest.param(
            {"sample_size": 10001},
            "`sample_size` must be a whole number from 0 to 10000; got 10001.",
            id="sample_size too large",
        ),
        pytest.param(
            {"sample_size": "5"},
            "`sample_size` must be a whole number from 0 to 10000; got '5'.",
            id="sample_size as text",
        ),
        pytest.param(
            {"sample_size": None},
            "`sample_size` must be a whole number from 0 to 10000; got nothing.",
            id="sample_size missing",
        ),
        pytest.param(
            {"require_unique_keys": "yes"},
            "`require_unique_keys` must be true or false; got 'yes'.",
            id="require_unique_keys",
        ),
        pytest.param({"allow_partial": 1}, "`allow_partial` must be true or false; got 1.", id="allow_partial"),
        pytest.param({"record": None}, "`record` must be true or false; got nothing.", id="record"),
        pytest.param({"dry_run": "no"}, "`dry_run` must be true or false; got 'no'.", id="dry_run"),
        pytest.param(
            {"legacy_where": ""},
            "`legacy_where` must be a text that is not empty; got ''. Example: status <> 'test'.",
            id="legacy_where empty",
        ),
        pytest.param(
            {"migrated_where": "id = 1; drop table test.legacy"},
            "`migrated_where` must be one SQL expression, with its parentheses paired, its comments closed and no "
            "semicolon; got 'id = 1; drop table test.legacy'. Example: status <> 'test'.",
            id="a second statement in migrated_where",
        ),
        pytest.param(
            {"migrated_where": ["a"]},
            "`migrated_where` must be a text that is not empty; got ['a']. Example: status <> 'test'.",
            id="migrated_where as a list",
        ),
        pytest.param({"name": 7}, "`name` must be a text that is not empty; got 7.", id="name as a number"),
        pytest.param({"name": " "}, "`name` must be a text that is not empty; got ' '.", id="name empty"),
    ],
)
def test_without_any_sql(refused, arguments, message):
    refused(message, look_ups=0, **arguments)


@pytest.mark.parametrize(
    ("value", "shown"), [("csv", "'csv'."), (None, "nothing."), ("JSON", "'JSON'. Did you mean 'json'?")], ids=str
)
def test_an_unknown_output(dbt, value, shown):
    outcome = dbt.operation("cutover.reconcile", legacy="a.b", migrated="a.c", output=value)

    assert outcome.error == f"cutover.reconcile: `output` must be one of table, json; got {shown}"
    assert (outcome.exit_code, outcome.statements, outcome.printed) == (1, [], "")


def test_too_many_arguments(dbt):
    with dbt.raises(f"cutover.reconcile: takes at most 26 arguments ({ARGUMENTS}); got 1 more: ['more']."):
        dbt.call("cutover.reconcile", *["x"] * 24, False, "table", "more")
    assert dbt.statements == []


@pytest.mark.parametrize(("value", "shown"), [*HOSTILE, *ODD])
@pytest.mark.parametrize("side", ["legacy", "migrated"])
def test_what_is_no_relation(refused, side, value, shown):
    allowed = f"{RELATION}, each part in double quotes where needed" if isinstance(value, str) else RELATION
    refused(f"`{side}` must be {allowed}; got {shown}.", 0, **{side: value})


@pytest.mark.parametrize("side", ["legacy", "migrated"])
def test_a_relation_that_is_not_there(refused, side):
    # The second statement asks the catalog for a name nearby.
    message = (
        f"`{side}` testdb.test.{side}s is not there: looked in schema test of database testdb, "
        f"which holds 2 relations. Did you mean '{side}'?"
    )
    refused(message, 2, **{side: f"test.{side}s"})


def test_relations_without_a_column_in_common(dbt, refused):
    dbt.table("other", [{"x": 1}])
    refused("`keys[0]` must be a column of testdb.test.other (x); got 'id'.", migrated="test.other")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"keys": []}, "comparing without `keys` (rows as multisets) arrives in 0.2.", id="no keys"),
        pytest.param({"keys": "id"}, "`keys` must be a list; got 'id'. Example: [order_id].", id="keys as text"),
        pytest.param({"keys": None}, "`keys` must be a list; got nothing. Example: [order_id].", id="keys missing"),
        pytest.param(
            {"keys": [1]},
            "`keys[0]` must be a text that is not empty; got 1. Example: [order_id].",
            id="a key as a number",
        ),
        pytest.param(
            {"keys": ["id", "id"]}, "`keys` must be a list that names each once; got ['id', 'id'].", id="a key twice"
        ),
        pytest.param(
            {"keys": ["id", "ID"]},
            "`keys` must be a list that names each column once; got ['id', 'ID'].",
            id="a key twice, in other letters",
        ),
        pytest.param(
            {"keys": ["idd"]},
            f"`keys[0]` must be {LEGACY}; got 'idd'. Did you mean 'id'?",
            id="a key that is no column",
        ),
        pytest.param({"keys": ["id", "new"]}, f"`keys[1]` must be {LEGACY}; got 'new'.", id="a key of migrated alone"),
        pytest.param({"keys": ["old"]}, f"`keys[0]` must be {MIGRATED}; got 'old'.", id="a key of legacy alone"),
        pytest.param(
            {"columns": []},
            "`columns` must be a list with at least one item; got []. Example: [amount, status].",
            id="columns empty",
        ),
        pytest.param(
            {"columns": "amount"},
            "`columns` must be a list with at least one item; got 'amount'. Example: [amount, status].",
            id="columns as text",
        ),
        pytest.param(
            {"columns": ["amount", "AMOUNT"]},
            "`columns` must be a list that names each column once; got ['amount', 'AMOUNT'].",
            id="a column twice, in other letters",
        ),
        pytest.param(
            {"columns": ["status", "amont"]},
            f"`columns[1]` must be {LEGACY}; got 'amont'. Did you mean 'amount'?",
            id="columns hold no column",
        ),
        pytest.param(
            {"columns": ["old"]}, f"`columns[0]` must be {MIGRATED}; got 'old'.", id="a column of legacy alone"
        ),
        pytest.param(
            {"columns": ["status", "amount"], "exclude": ["Amount"]},
            "`columns[1]` amount is in `exclude` too.",
            id="a column both asked for and excluded",
        ),
        pytest.param(
            {"exclude": "old"}, "`exclude` must be a list; got 'old'. Example: [loaded_at].", id="exclude as text"
        ),
        pytest.param(
            {"exclude": [None]},
            "`exclude[0]` must be a text that is not empty; got nothing. Example: [loaded_at].",
            id="exclude nothing",
        ),
        pytest.param(
            {"exclude": ["new", "odl"]},
            "`exclude[1]` must be a column of testdb.test.legacy or testdb.test.migrated; got 'odl'.",
            id="exclude no column",
        ),
        pytest.param({"exclude": ["ID"]}, "`exclude[0]` ID is a key: the rows are paired by it.", id="exclude a key"),
        pytest.param(
            {"column_map": ["a"]},
            "`column_map` must be a mapping; got ['a']. Example: {cust_no: customer_id}.",
            id="column_map as a list",
        ),
        pytest.param(
            {"column_map": {"odl": "new"}}, f"`column_map` must be {LEGACY}; got 'odl'.", id="column_map of no column"
        ),
        pytest.param(
            {"column_map": {"old": "news"}},
            f"`column_map.old` must be {MIGRATED}; got 'news'. Did you mean 'new'?",
            id="column_map to no column",
        ),
        pytest.param(
            {"column_map": {"old": 5}},
            "`column_map.old` must be a text that is not empty; got 5.",
            id="column_map to a number",
        ),
        pytest.param(
            {"column_map": {"old": "new", "amount": "NEW"}},
            "`column_map.amount` must be a migrated column that no other legacy column is mapped to; got 'NEW'.",
            id="column_map twice to one column",
        ),
        pytest.param(
            {"expressions": "a"}, f"`expressions` must be a mapping; got 'a'.{EXPRESSIONS}", id="expressions as text"
        ),
        pytest.param(
            {"expressions": {"amount": "1"}},
            f"`expressions.amount` must be a mapping; got '1'.{EXPRESSIONS}",
            id="an expression without a side",
        ),
        pytest.param(
            {"expressions": {"amount": {"legcy": "1"}}},
            f"`expressions.amount` must be a mapping with the keys legacy, migrated; got 'legcy'. Did you mean "
            f"'legacy'?{EXPRESSIONS}",
            id="an expression of an unknown side",
        ),
        pytest.param(
            {"expressions": {"amount": {"legacy": 1}}},
            f"`expressions.amount.legacy` must be a text that is not empty; got 1.{EXPRESSIONS}",
            id="an expression as a number",
        ),
        pytest.param(
            {"expressions": {"total": {"legacy": "1"}}},
            f"`expressions.total.migrated` must be {MIGRATED}; got 'total'.",
            id="an expression whose other side isn't there",
        ),
        pytest.param(
            {"expressions": {"amount": {"legacy": "1"}, "AMOUNT": {"legacy": "2"}}},
            "`expressions.AMOUNT` gives the column amount a second time.",
            id="an expression twice",
        ),
        pytest.param(
            {"tolerances": 1}, f"`tolerances` must be a mapping; got 1.{TOLERANCES}", id="tolerances as a number"
        ),
        pytest.param(
            {"tolerances": {"amount": 1}},
            f"`tolerances.amount` must be a mapping; got 1.{TOLERANCES}",
            id="a tolerance as a number",
        ),
        pytest.param(
            {"tolerances": {"amount": {}}},
            f"`tolerances.amount` must be a mapping with absolute, relative or both; got {{}}.{TOLERANCES}",
            id="an empty tolerance",
        ),
        pytest.param(
            {"tolerances": {"amount": {"abs": 1}}},
            f"`tolerances.amount` must be a mapping with the keys absolute, relative; got 'abs'.{TOLERANCES}",
            id="an unknown kind of tolerance",
        ),
        pytest.param(
            {"tolerances": {"amount": {"absolute": -0.01}}},
            "`tolerances.amount.absolute` must be a number of at least 0; got -0.01.",
            id="a tolerance below zero",
        ),
        pytest.param(
            {"tolerances": {"*": {"relative": -1}}},
            "`tolerances.*.relative` must be a number of at least 0; got -1.",
            id="a tolerance of all below zero",
        ),
        pytest.param(
            {"tolerances": {"amount": {"absolute": "1"}}},
            "`tolerances.amount.absolute` must be a number of at least 0; got '1'.",
            id="a tolerance as text",
        ),
        pytest.param(
            {"tolerances": {"amount": {"absolute": None}}},
            "`tolerances.amount.absolute` must be a number of at least 0; got nothing.",
            id="a tolerance of nothing",
        ),
        pytest.param(
            {"tolerances": {"amount": {"absolute": math.nan}}},
            "`tolerances.amount.absolute` must be a number of at least 0; got nan.",
            id="a tolerance of nan",
        ),
        pytest.param(
            {"tolerances": {"amont": {"absolute": 1}}},
            "`tolerances.amont` must be a compared column or '*'; got 'amont'. Did you mean 'amount'?",
            id="a tolerance of no column",
        ),
        pytest.param(
            {"tolerances": {"ID": {"absolute": 1}}},
            "`tolerances.ID` is a key: keys pair the rows and are equal or not.",
            id="a tolerance of a key",
        ),
        pytest.param(
            {"tolerances": {"Status": {"absolute": 1}}},
            "`tolerances.Status` is text: a tolerance is for numbers.",
            id="a tolerance of text",
        ),
        pytest.param(
            {"tolerances": {"old": {"absolute": 1}}},
            "`tolerances.old` is not compared: only in legacy.",
            id="a tolerance of a column that is not compared",
        ),
        pytest.param(
            {"redact": "amount"}, "`redact` must be a list; got 'amount'. Example: [email].", id="redact as text"
        ),
        pytest.param(
            {"redact": ["amont"]},
            "`redact[0]` must be a key or a compared column; got 'amont'. Did you mean 'amount'?",
            id="redact no column",
        ),
        pytest.param(
            {"accepted_differences": {}},
            f"`accepted_differences` must be a list; got {{}}.{ACCEPTED}",
            id="accepted_differences as a mapping",
        ),
        pytest.param(
            {"accepted_differences": ["amount"]},
            f"`accepted_differences[0]` must be a mapping; got 'amount'.{ACCEPTED}",
            id="an accepted difference as text",
        ),
        pytest.param(
            {"accepted_differences": [{"reason": "r"}]},
            f"`accepted_differences[0]` must be a mapping with either `column` or `status`; got {{reason: "
            f"'r'}}.{ACCEPTED}",
            id="neither column nor status",
        ),
        pytest.param(
            {"accepted_differences": [{"column": "amount", "status": "mismatch", "reason": "r"}]},
            f"`accepted_differences[0]` must be a mapping with either `column` or `status`; got {{column: "
            f"'amount', status: 'mismatch', reason: 'r'}}.{ACCEPTED}",
            id="both column and status",
        ),
        pytest.param(
            {"accepted_differences": [{"column": "amount", "because": "r"}]},
            f"`accepted_differences[0]` must be a mapping with the keys column, status, where, reason, until; "
            f"got 'because'.{ACCEPTED}",
            id="an unknown key of an accepted difference",
        ),
        pytest.param(
            {"accepted_differences": [{"status": "match", "reason": "r"}]},
            "`accepted_differences[0].status` must be one of mismatch, only_in_legacy, only_in_migrated; got 'match'.",
            id="an unknown status",
        ),
        pytest.param(
            {"accepted_differences": [{"column": "amont", "reason": "r"}]},
            "`accepted_differences[0].column` must be a compared column (amount, status); got 'amont'. Did you "
            "mean 'amount'?",
            id="an accepted column that isn't there",
        ),
        pytest.param(
            {"accepted_differences": [{"column": 5, "reason": "r"}]},
            "`accepted_differences[0].column` must be a compared column (amount, status); got 5.",
            id="an accepted column as a number",
        ),
        pytest.param(
            {"accepted_differences": [{"column": "amount"}]},
            "`accepted_differences[0].reason` must be a text that is not empty; got nothing. Example: legacy "
            "counts cancelled flights as punctual.",
            id="no reason",
        ),
        pytest.param(
            {"accepted_differences": [{"column": "amount", "reason": "r", "where": 1}]},
            "`accepted_differences[0].where` must be a text that is not empty; got 1. Example: legacy.delay = "
            "0 and migrated.delay is null.",
            id="where as a number",
        ),
        *(
            pytest.param(
                {"accepted_differences": [{"column": "amount", "reason": "r", "until": until}]},
                f"`accepted_differences[0].until` must be a date; got {shown}. Example: 2027-01-31.",
                id=f"until {until}",
            )
            for until, shown in [
                ("soon", "'soon'"),
                ("2027-13-01", "'2027-13-01'"),
                ("2027-1-1", "'2027-1-1'"),
                ("2027-02-30", "'2027-02-30'"),
                ("2027-02-00", "'2027-02-00'"),
                (20270131, "20270131"),
                ("2027-01-31\n", "'2027-01-31\\n'"),
            ]
        ),
        pytest.param(
            {"require_unique_keys": True, "levels": ["rows"]},
            "`require_unique_keys` is judged by the level keys, which `levels` leaves out.",
            id="unique keys without their level",
        ),
        # Counting needs none of these, and checks them all the same.
        pytest.param(
            {"levels": ["counts"], "keys": ["idd"]},
            f"`keys[0]` must be {LEGACY}; got 'idd'. Did you mean 'id'?",
            id="a key beside counts",
        ),
        pytest.param(
            {"levels": ["keys"], "exclude": ["odl"]},
            "`exclude[0]` must be a column of testdb.test.legacy or testdb.test.migrated; got 'odl'.",
            id="exclude beside keys",
        ),
        pytest.param(
            {"levels": ["counts"], "keys": [], "redact": ["id"]},
            "comparing without `keys` (rows as multisets) arrives in 0.2.",
            id="redact beside counts, without keys",
        ),
    ],
)
def test_after_the_look_up(refused, arguments, message):
    refused(message, **arguments)


@pytest.mark.parametrize(("value", "shown"), HOSTILE)
@pytest.mark.parametrize("argument", ["keys", "columns", "exclude", "redact", "column_map", "tolerances"])
def test_a_hostile_name(refused, argument, value, shown):
    printed = shown.replace("\\n", "\n").replace("\\'", "'")[1:-1]
    message = {
        "keys": f"`keys[0]` must be {LEGACY}; got {shown}.",
        "columns": f"`columns[0]` must be {LEGACY}; got {shown}.",
        "exclude": f"`exclude[0]` must be a column of testdb.test.legacy or testdb.test.migrated; got {shown}.",
        "redact": f"`redact[0]` must be a key or a compared column; got {shown}.",
        "column_map": f"`column_map` must be {LEGACY}; got {shown}.",
        "tolerances": f"`tolerances.{printed}` must be a compared column or '*'; got {shown}.",
    }[argument]
    given = {"column_map": {value: "new"}, "tolerances": {value: {"absolute": 1}}}.get(argument, [value])

    refused(message, **{argument: given})


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"legacy_where": "no_such_column = 1"}, id="legacy_where"),
        pytest.param({"migrated_where": "id = = 1"}, id="migrated_where"),
        pytest.param(
            {"accepted_differences": [{"column": "amount", "where": "legacy.no_such_column = 1", "reason": "r"}]},
            id="where of an accepted difference",
        ),
        pytest.param({"expressions": {"amount": {"legacy": "no_such_column"}}}, id="an expression"),
    ],
)
def test_sql_that_the_engine_refuses_ends_badly(dbt, arguments):
    # What the engine says can't be caught: no verdict is told, no document says `match`, and both tables are as they
    # were.
    for name, amount in (("legacy", 10), ("migrated", 11)):
        dbt.table(name, [{"id": 1, "amount": amount}])

    outcome = dbt.operation(
        "cutover.reconcile",
        legacy="test.legacy",
        migrated="test.migrated",
        keys=["id"],
        output="json",
        record=False,
        **arguments,
    )

    assert (outcome.exit_code, outcome.printed) == (1, "")
    assert [len(dbt.query(f"select * from test.{name}")) for name in ("legacy", "migrated")] == [1, 1]


def test_values_given_are_left_as_they_are(dbt):
    # A caller's list or mapping is never changed.
    dbt.table("legacy", [{"id": 1, "amount": 10}])
    arguments = {
        "keys": ["ID"],
        "exclude": [],
        "column_map": {"AMOUNT": "Amount"},
        "expressions": {"x": {"legacy": "1", "migrated": "1"}},
        "levels": ["rows", "counts"],
        "tolerances": {"amount": {"absolute": 1}},
        "redact": ["amount"],
        "accepted_differences": [{"column": "x", "reason": "r", "until": "2999-01-01"}],
    }
    before = repr(arguments)

    dbt.operation("cutover.reconcile", legacy="test.legacy", migrated="test.legacy", record=False, **arguments)

    assert repr(arguments) == before
