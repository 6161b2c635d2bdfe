"""The SQL style check finds what it says it finds, and no more."""

from __future__ import annotations

import pytest

import check_sql_style

GOOD = """\
{#- SELECT in a comment, and it's fine. -#}
{% macro greet(name, mark='%') -%}
    {%- set hint = "OR this" -%}
(
    select 'FROM ' || {{ name }} as "TABLE" -- don't CREATE
)
{%- endmacro %}
"""


@pytest.fixture
def faults(tmp_path):
    """Write one file into a package and tell what is wrong with it."""

    def check(text, name="macros/naming/greet.sql"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8", newline="")
        return check_sql_style.faults(path, tmp_path)

    return check


def test_a_file_in_good_style(faults):
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param("    select", "\tselect", (5, "a tab; indent by four spaces"), id="tab"),
        pytest.param("(\n", "( \n", (4, "a space at the end of the line"), id="space at the end"),
        pytest.param("(\n", "(" + " " * 159 + "1\n", (4, "161 characters; at most 160"), id="long line"),
        pytest.param(
            "{%- endmacro %}\n", "{%- endmacro %}", (7, "the file must end with one newline"), id="no newline"
        ),
        pytest.param("endmacro %}\n", "endmacro %}\n\n", (9, "the file must end with one newline"), id="two newlines"),
        pytest.param(
            '"OR this"',
            "'[a-z]+\\\\Z'",
            (3, r"Fusion's regular expressions have no \Z: the end, line ends counted, is (?!\n)$"),
            id="an end that Fusion has not",
        ),
        pytest.param("    select", "    SELECT", (5, "the keyword SELECT in upper case"), id="keyword"),
        pytest.param(") -%}", ") %}", (2, "the head of macro greet must end with -%}"), id="head"),
        pytest.param("{%- endmacro", "{% endmacro", (7, "a macro's end must begin with {%-"), id="end"),
        pytest.param(
            "macro greet", "macro wave", (2, "wave belongs to a file of its own, wave.sql"), id="another name"
        ),
    ],
)
def test_one_fault(faults, old, new, fault):
    assert old in GOOD
    assert fault in faults(GOOD.replace(old, new))


def test_a_file_without_the_macro_it_is_named_after(faults):
    text = GOOD.replace("macro greet", "macro _greet")

    assert faults(text) == [(1, "the file must define the macro that it is named after, greet")]


def test_a_public_macro_among_private_ones(faults):
    assert faults(GOOD, "macros/naming/_words.sql") == [
        (2, "greet is public, and this file is for private macros: it belongs to greet.sql")
    ]


@pytest.mark.parametrize("name", ["macros/support/_words.sql", "macros/dialect/default.sql", "models/x.sql"])
def test_rooms_and_folders_with_names_of_their_own(faults, name):
    assert faults(GOOD, name) == []


def test_a_generic_test_stands_bare(faults):
    assert faults("{% test quiet(model) %}\nselect 1\n{% endtest %}\n", "macros/generic_tests/quiet.sql") == []


def test_what_is_built_is_left_out(tmp_path):
    for name in ("macros/a.sql", "demo/target/b.sql", ".venv/c.sql", "integration_tests/dbt_packages/d.sql"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()

    assert check_sql_style.sql_files(tmp_path) == [tmp_path / "macros" / "a.sql"]
