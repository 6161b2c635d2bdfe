"""What each type of an engine is, and when two values of it are the same.

Every engine has types of its own: a test that names them is for that engine.
"""

import pytest


def whole(precision):
    return {"family": "integer", "precision": precision, "scale": 0}


def decimal(precision=None, scale=None):
    return {"family": "decimal", "precision": precision, "scale": scale}


def other(name):
    return {"family": "other", "type": name}


FLOAT, TEXT, BOOLEAN, DATE = ({"family": family} for family in ("float", "text", "boolean", "date"))
TIME, TIMESTAMP, TIMESTAMPTZ = ({"family": family} for family in ("time", "timestamp", "timestamptz"))

DUCKDB_TYPES = {
    "tinyint": whole(3),
    "utinyint": whole(3),
    "smallint": whole(5),
    "usmallint": whole(5),
    "integer": whole(10),
    "uinteger": whole(10),
    "bigint": whole(19),
    "ubigint": whole(20),
    "hugeint": whole(39),
    "uhugeint": other("UHUGEINT"),
    "decimal(4, 2)": decimal(4, 2),
    "decimal(38, 10)": decimal(38, 10),
    "numeric": decimal(18, 3),
    "float": FLOAT,
    "double": FLOAT,
    "varchar": TEXT,
    "varchar(10)": TEXT,
    "varchar collate nocase": TEXT,
    "enum('a', 'b[', 'c]')": other("ENUM('A', 'B[', 'C]')"),
    "enum('a', 'b')": TEXT,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "time with time zone": other("TIME WITH TIME ZONE"),
    "timestamp": TIMESTAMP,
    "timestamp_s": TIMESTAMP,
    "timestamp_ms": TIMESTAMP,
    "timestamp_ns": other("TIMESTAMP_NS"),
    "timestamptz": TIMESTAMPTZ,
    "interval": other("INTERVAL"),
    "uuid": other("UUID"),
    "json": other("JSON"),
    "blob": other("BLOB"),
    "bit": other("BIT"),
    "integer[]": other("INTEGER[]"),
    "decimal(4, 2)[]": other("DECIMAL(4,2)[]"),
    "enum('a')[]": other("ENUM('A')[]"),
    "struct(a integer, b varchar)": other("STRUCT(A INTEGER, B VARCHAR)"),
    "map(varchar, integer)": other("MAP(VARCHAR, INTEGER)"),
    "union(n integer, s varchar)": other("UNION(N INTEGER, S VARCHAR)"),
}

POSTGRES_TYPES = {
    "smallint": whole(5),
    "integer": whole(10),
    "bigint": whole(19),
    "numeric": decimal(),
    "numeric(10, 2)": decimal(),
    "numeric(3, -2)": decimal(),
    "real": FLOAT,
    "double precision": FLOAT,
    "text": TEXT,
    "varchar": TEXT,
    "varchar(10)": TEXT,
    "char(3)": TEXT,
    "bpchar": TEXT,
    "name": TEXT,
    '"char"': other('"char"'),
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "time(3)": TIME,
    "timetz": other("time with time zone"),
    "timestamp": TIMESTAMP,
    "timestamp(3)": TIMESTAMP,
    "timestamptz": TIMESTAMPTZ,
    "timestamptz(0)": TIMESTAMPTZ,
    "interval": other("interval"),
    "uuid": other("uuid"),
    "json": other("json"),
    "jsonb": other("jsonb"),
    "xml": other("xml"),
    "bytea": other("bytea"),
    "money": other("money"),
    "inet": other("inet"),
    "bit(3)": other("bit(3)"),
    "point": other("point"),
    "integer[]": other("integer[]"),
    "numeric(10, 2)[]": other("numeric(10,2)[]"),
    "timestamp(3)[]": other("timestamp(3) without time zone[]"),
    "int4range": other("int4range"),
}


def facts_of(dbt, type_):
    dbt.execute(f"create table test.typed (a {type_})")
    column = dbt.call("cutover._relation", "m", "a", "test.typed")["columns"][0]
    return dbt.call("cutover.dialect_type_facts", column["type"])


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(("type_", "facts"), DUCKDB_TYPES.items())
def test_duckdb_type(dbt, type_, facts):
    assert facts_of(dbt, type_) == facts


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(("type_", "facts"), POSTGRES_TYPES.items())
def test_postgres_type(dbt, type_, facts):
    assert facts_of(dbt, type_) == facts


@pytest.mark.engines("postgres")
def test_domain_is_what_it_is_made_of(dbt):
    dbt.execute("create domain test.amount as numeric(10, 2)")

    assert facts_of(dbt, "test.amount") == decimal()


@pytest.mark.engines("postgres")
def test_enum_is_text_for_comparison(dbt):
    dbt.execute("create type test.mood as enum ('sad', 'glad')")

    # It is compared and hashed as text: its own hash is another one after the type was made again.
    assert facts_of(dbt, "test.mood") == other("mood")


@pytest.mark.parametrize(
    "type_",
    [
        "integer",
        "bigint",
        "numeric(10, 2)",
        "real",
        "double precision",
        "text",
        "boolean",
        "date",
        "time",
        "timestamp",
        "timestamptz",
    ],
)
def test_type_of_an_expression_is_as_in_the_catalog(dbt, type_):
    facts = facts_of(dbt, type_)
    dbt.execute("insert into test.typed select null")
    spelled = dbt.query("select {{ cutover.dialect_typeof('a') }} as t from test.typed")[0]["t"]

    assert dbt.call("cutover.dialect_type_facts", spelled)["family"] == facts["family"]


# type, one value, another, whether they are the same value to a reader of the data
DUCKDB_PAIRS = [
    ("varchar collate nocase", "'a'", "'A'", False),
    ("varchar collate nocase", "'a'", "'a'", True),
    ("varchar collate noaccent", "'a'", "'ä'", False),
    ("varchar", "'a'", "'a '", False),
    ("varchar", "''", "null", False),
    ("double", "cast('-0.0' as double)", "cast('0.0' as double)", True),
    ("double", "cast('nan' as double)", "-cast('nan' as double)", True),
    ("double", "cast('nan' as double)", "null", False),
    ("double", "cast('inf' as double)", "cast('nan' as double)", False),
    ("float", "cast('-0.0' as float)", "cast('0.0' as float)", True),
    ("decimal(10, 3)", "1.10", "1.1", True),
    ("decimal(38, 10)", "1234567890123456789012345678.0000000001", "1234567890123456789012345678.0000000002", False),
    ("hugeint", "170141183460469231731687303715884105727", "170141183460469231731687303715884105726", False),
    ("integer[]", "[]", "null", False),
    ("integer[]", "[null]", "[]", False),
    ("varchar[]", "[null]", "['NULL']", False),
    ("varchar[]", "['a', 'b']", "['a, b']", False),
    ("integer[]", "[1, 2]", "[2, 1]", False),
    ("integer[][]", "[[1], [2]]", "[[1, 2]]", False),
    ("struct(a integer)", "{'a': null}", "null", False),
    ("struct(a varchar)", "{'a': null}", "{'a': 'NULL'}", False),
    ("struct(a decimal(38, 19))", "{'a': 0.1234567890123456789}", "{'a': 0.1234567890123456788}", False),
    ("map(varchar, integer)", "map {'a': 1}", "map {'a': null}", False),
    ("union(n integer, s varchar)", "union_value(n := 1)", "cast('1' as union(n integer, s varchar))", False),
    ("blob", "'\\xFF'::blob", "'\\xFE'::blob", False),
    ("blob", "''::blob", "null", False),
    ("enum('x', 'y')", "'x'", "'y'", False),
    ("json", "'{\"a\": 1}'", "'{\"a\": 2}'", False),
    ("uuid", "'00000000-0000-0000-0000-00000000000a'", "'00000000-0000-0000-0000-00000000000A'", True),
    ("timestamp_ns", "'2024-01-01 00:00:00.000000001'", "'2024-01-01 00:00:00.000000002'", False),
    ("timestamptz", "'2024-01-01 00:00:00+00'", "'2024-01-01 05:00:00+05'", True),
    ("bit", "'01'::bit", "'1'::bit", False),
]

POSTGRES_PAIRS = [
    ("text", "'a'", "'A'", False),
    ("text", "'a'", "'a '", False),
    ("text", "''", "null", False),
    ("char(3)", "'a'", "'a  '", True),
    ("double precision", "'-0'", "'0'", True),
    ("double precision", "'nan'", "'nan'", True),
    ("double precision", "'infinity'", "'nan'", False),
    ("double precision", "'nan'", "null", False),
    ("real", "'-0'", "'0'", True),
    ("numeric", "1.10", "1.1", True),
    ("numeric", "'nan'", "'infinity'", False),
    ("numeric", "1e60", "1e60 + 1", False),
    ("integer[]", "'{}'", "null", False),
    ("integer[]", "'{}'", "'{NULL}'", False),
    ("text[]", "'{NULL}'", "'{\"NULL\"}'", False),
    ("text[]", "'{a,b}'", "'{\"a,b\"}'", False),
    ("integer[]", "array[1, 2]", "array[[1, 2]]", False),
    ("jsonb", '\'{"a": 1, "b": 2}\'', '\'{"b":2,"a":1}\'', True),
    ("jsonb", "'{}'", "'[]'", False),
    ("json", "'{\"a\": 1}'", "'{\"a\": 2}'", False),
    ("xml", "'<a/>'", "'<b/>'", False),
    ("bytea", "'\\x00'", "'\\x'", False),
    ("bytea", "'\\x'", "null", False),
    ("money", "'1.00'", "'1.01'", False),
    ("bit(3)", "'001'", "'010'", False),
    ("point", "'(1,2)'", "'(2,1)'", False),
    ("interval", "'1 day'", "'2 days'", False),
    ("timestamptz", "'2024-01-01 00:00:00+00'", "'2024-01-01 05:00:00+05'", True),
    ("inet", "'10.0.0.1'", "'10.0.0.1/32'", True),
    ("tsvector", "'a'", "'b'", False),
]


def check_pair(dbt, values, type_, one, another, same):
    dbt.execute(f"create table test.pair (a {type_}); insert into test.pair values ({one})")
    dbt.execute(f"create table test.other (a {type_}); insert into test.other values ({another})")
    value = values("test.pair")
    sql = value[0]["sql"]
    row_hash = dbt.call("cutover.dialect_row_hash", value)
    rows = dbt.query(
        f"select x.v is not distinct from y.v as compared, x.h = y.h as hashed, x.n as one, y.n as another from "
        f"(select {sql} as v, {row_hash} as h, a is null as n from test.pair) as x, "
        f"(select {sql} as v, {row_hash} as h, a is null as n from test.other) as y"
    )

    # Hash and comparison have to agree, or a difference is found in one phase and lost in the other.
    assert rows == [{"compared": same, "hashed": same, "one": one == "null", "another": another == "null"}]


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(("type_", "one", "another", "same"), DUCKDB_PAIRS, ids=str)
def test_duckdb_values_are_the_same_or_not(dbt, values, type_, one, another, same):
    check_pair(dbt, values, type_, one, another, same)


@pytest.mark.engines("postgres")
@pytest.mark.parametrize(("type_", "one", "another", "same"), POSTGRES_PAIRS, ids=str)
def test_postgres_values_are_the_same_or_not(dbt, values, type_, one, another, same):
    check_pair(dbt, values, type_, one, another, same)


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("type_", DUCKDB_TYPES)
def test_duckdb_null_stays_null(dbt, values, type_):
    dbt.execute(f"create table test.t (a {type_}); insert into test.t values (null)")

    assert dbt.query(f"select {values('test.t')[0]['sql']} is null as a from test.t") == [{"a": True}]


@pytest.mark.engines("postgres")
@pytest.mark.parametrize("type_", POSTGRES_TYPES)
def test_postgres_null_stays_null(dbt, values, type_):
    dbt.execute(f"create table test.t (a {type_}); insert into test.t values (null)")

    assert dbt.query(f"select {values('test.t')[0]['sql']} is null as a from test.t") == [{"a": True}]


# Hashes and comparisons of an engine may take them for one by themselves; their texts differ.
@pytest.mark.parametrize("type_", ["real", "double precision"])
def test_zero_has_one_text(dbt, values, type_):
    dbt.execute(f"create table test.t (a {type_}); insert into test.t values (cast('-0.0' as {type_})), (0)")

    assert dbt.query(f"select count(distinct cast({values('test.t')[0]['sql']} as varchar(9))) as n from test.t") == [
        {"n": 1}
    ]


@pytest.mark.parametrize("type_", ["real", "double precision"])
def test_compared_float_can_stand_in_any_expression(dbt, values, type_):
    dbt.execute(f"create table test.t (a {type_}); insert into test.t values (1.5)")

    assert dbt.query(f"select 10 - {values('test.t')[0]['sql']} * 2 as a from test.t") == [{"a": 7.0}]


@pytest.mark.parametrize(
    ("type_", "left", "right", "difference"),
    [
        ("bigint", 2**63 - 1, -(2**63), 2**64 - 1),
        ("integer", -5, 7, 12),
        ("integer", None, 7, None),
        ("double precision", 1.5, -1.0, 2.5),
        ("numeric(10, 2)", "1.10", "1.25", "0.15"),
        ("numeric(10, 2)", "-1.10", "1.25", "2.35"),
    ],
    ids=["the whole range", "integers", "nothing", "floats", "decimals", "decimals of both signs"],
)
def test_difference(dbt, values, type_, left, right, difference):
    pair = {"a": left, "b": right}
    dbt.table("t", [pair], types=dict.fromkeys(pair, type_))
    a, b = (value["sql"] for value in values("test.t"))
    facts = dbt.call(
        "cutover.dialect_type_facts", dbt.call("cutover._relation", "m", "a", "test.t")["columns"][0]["type"]
    )
    found = dbt.query(f"select {dbt.call('cutover.dialect_difference', a, b, facts)} as d from test.t")[0]["d"]

    assert (None if found is None else str(found)) == (None if difference is None else str(difference))


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(
    ("type_", "left", "right", "difference"),
    [
        # Red without `try`: "Overflow in subtraction of INT128", and the whole comparison ends.
        ("hugeint", 2**127 - 1, -(2**127 - 1), 2.0**128),
        ("decimal(38, 0)", 10**38 - 1, -(10**38 - 1), 2e38),
        ("decimal(38, 10)", "0.3", "0.1", 0.2),
        ("hugeint", None, 1, None),
    ],
    ids=["whole numbers", "decimals", "a small difference stays exact", "nothing"],
)
def test_difference_of_the_widest_types(dbt, values, type_, left, right, difference):
    test_difference(dbt, values, type_, left, right, difference)


def test_a_decimal_type_has_its_digits(dbt):
    type_ = dbt.call("cutover.dialect_decimal_type", 5, 2)
    assert str(dbt.query(f"select cast('123.456' as {type_}) as d")[0]["d"]) == "123.46"
