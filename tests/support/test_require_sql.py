"""A user's SQL stays inside the parentheses that it is put into."""

from __future__ import annotations

import pytest

REFUSED = "one SQL expression, with its parentheses paired, its comments closed and no semicolon"


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("amount > 0", id="plain"),
        pytest.param("a = 1 or (b = 2 and (c = 3))", id="nested"),
        pytest.param("name = 'it''s ; ) -- (' and \"odd;)\" = 1", id="signs inside quotes"),
        pytest.param("a = 1 -- only ; and ) here\n and b = 2", id="signs inside a comment of a line"),
        pytest.param("a = 1 /* ; ) */", id="signs inside a comment"),
        pytest.param("name = '/*'", id="the start of a comment inside quotes"),
        pytest.param("name = 'ünï{{ '", id="unicode and Jinja"),
    ],
)
def test_accepts(dbt, sql):
    assert dbt.call("cutover._require_sql", "reconcile", "legacy_where", sql, "a = 1") == ""


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        pytest.param("true); drop table x; select (1", "'true); drop table x; select (1'", id="a way out"),
        pytest.param("1 = 1) or (1 = 1", "'1 = 1) or (1 = 1'", id="pairs that are not"),
        pytest.param("(a = 1", "'(a = 1'", id="open"),
        pytest.param("a = 1;", "'a = 1;'", id="semicolon"),
        pytest.param("a = 1 /* never closed", "'a = 1 /* never closed'", id="open comment"),
    ],
)
def test_refuses(dbt, sql, shown):
    with dbt.raises(f"cutover.reconcile: `legacy_where` must be {REFUSED}; got {shown}. Example: a = 1."):
        dbt.call("cutover._require_sql", "reconcile", "legacy_where", sql, "a = 1")
    assert dbt.statements == []
