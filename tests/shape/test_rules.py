"""Each rule of the shape finds what it is there to find: it is held against small packages that break it."""

from __future__ import annotations

import subprocess

import pytest

import package_shape as shape

CONTRACT = """\
{% macro dialect_shout(text, times=2) -%}
    {{ return(adapter.dispatch('dialect_shout', 'cutover')(text, times)) }}
{%- endmacro %}

{% macro default__dialect_shout(text, times=2) -%}
    {{ return('upper(' ~ text ~ ')') }}
{%- endmacro %}
"""
GREET = """\
{% macro greet(name, loudly=false) -%}
    {{ cutover._greeting(name) }}
{%- endmacro %}

{#- A {% macro commented_out() %} is none. -#}
{% macro _greeting(name) -%}
    'Hello ' || {{ cutover.dialect_shout(name) }}
{%- endmacro %}
"""
GREET_DOCS = """\
macros:
  - name: greet
    description: Says hello.
    arguments:
      - {name: name, type: string, description: Whom.}
      - {name: loudly, type: boolean, description: Whether in capitals.}
"""


@pytest.fixture
def package(tmp_path):
    """Make a package of the files given, beside a contract and a macro that break no rule."""

    def make(**files):
        files = {"dialect/default.sql": CONTRACT, "naming/greet.sql": GREET, "naming/_naming.yml": GREET_DOCS} | files
        for name, text in files.items():
            path = tmp_path / "macros" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return shape.Package(tmp_path)

    return make


def test_macros_are_read_with_their_places_and_arguments(package):
    found = {macro.name: macro for macro in package().macros}

    assert list(found) == ["dialect_shout", "default__dialect_shout", "greet", "_greeting"]
    assert (found["greet"].first_line, found["greet"].last_line, found["_greeting"].first_line) == (1, 3, 6)
    assert found["greet"].argument_names == ["name", "loudly"]
    assert [macro.name for macro in package().public] == ["dialect_shout", "greet"]


def test_a_generic_test_is_read_as_a_macro(package):
    files = {"generic_tests/quiet.sql": "{% test quiet(model, column_name) %}\nselect 1\n{% endtest %}\n"}

    (quiet,) = [macro for macro in package(**files).public if macro.kind == "test"]

    assert (quiet.name, quiet.documented_name, quiet.argument_names) == (
        "quiet",
        "test_quiet",
        ["model", "column_name"],
    )


def test_a_file_that_is_no_jinja_is_told(package):
    bad = package(**{"naming/broken.sql": "{% macro broken() %}\n{{ oops\n{% endmacro %}\n"})

    assert {path.name: len(shape.syntax_faults(path)) for path in bad.files} == {
        "default.sql": 0,
        "broken.sql": 1,
        "greet.sql": 0,
    }
    assert [macro.name for macro in bad.macros if macro.room == "naming"] == ["greet", "_greeting"]


@pytest.mark.parametrize(
    ("docs", "faults"),
    [
        pytest.param(GREET_DOCS, [], id="as it should be"),
        pytest.param("macros: []", ["greet has no entry in macros/naming/_naming.yml"], id="no entry"),
        pytest.param(GREET_DOCS.replace("Says hello.", "' '"), ["greet has no description"], id="no description"),
        pytest.param(
            GREET_DOCS.replace("type: string, ", ""),
            ["greet: the argument name has no type"],
            id="argument without type",
        ),
        pytest.param(
            GREET_DOCS.replace(", description: Whom.", ""),
            ["greet: the argument name has no description"],
            id="argument without description",
        ),
        pytest.param(
            GREET_DOCS.replace("name: loudly", "name: loud"),
            ["greet takes ['name', 'loudly'], and its entry says ['name', 'loud']"],
            id="argument by another name",
        ),
        pytest.param(
            "macros: [{name: greet, description: x, arguments: ["
            "{name: loudly, type: x, description: x}, {name: name, type: x, description: x}]}]",
            ["greet takes ['name', 'loudly'], and its entry says ['loudly', 'name']"],
            id="another order",
        ),
    ],
)
def test_documentation(package, docs, faults):
    made = package(**{"naming/_naming.yml": docs})

    assert shape.documentation_faults(made, made.by_name["greet"]) == faults


def test_documentation_in_another_file_than_the_room_s(package):
    made = package(**{"naming/_naming.yml": "macros: []", "naming/other.yml": GREET_DOCS})

    assert shape.documentation_faults(made, made.by_name["greet"]) == ["greet belongs to _naming.yml, not other.yml"]


def test_documentation_of_what_is_not_there(package):
    made = package(**{"naming/_naming.yml": GREET_DOCS + "  - {name: wave, description: Waves.}\n"})

    assert shape.entry_faults(made, "greet") == []
    assert shape.entry_faults(made, "wave") == ["wave is documented, and no macro has that name"]


def test_documentation_that_stands_twice(package):
    made = package(**{"naming/other.yml": GREET_DOCS})

    with pytest.raises(ValueError, match="greet is documented twice"):
        _ = made.documentation


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        pytest.param("{%- do cutover._operation('ask', ['what', 'output'], kwargs, varargs) -%}", [], id="the same"),
        pytest.param(
            "{%- set known = ['what', 'output'] -%}{%- do cutover._operation('ask', known, kwargs, varargs) -%}",
            [],
            id="the same, under a name",
        ),
        pytest.param(
            "{%- do cutover._operation('ask', ['what'], kwargs, varargs) -%}",
            ["ask takes ['what', 'output'], and lets through ['what']"],
            id="one too few",
        ),
        pytest.param(
            "{%- do cutover._require_known_arguments('ask', kwargs, varargs, ['what', 'out']) -%}",
            ["ask takes ['what', 'output'], and lets through ['what', 'out']"],
            id="another name",
        ),
        pytest.param(
            "{%- do cutover._operation('ask', names(), kwargs, varargs) -%}",
            ["ask: the names that it gives to _operation can't be read from its source"],
            id="made up as it runs",
        ),
    ],
)
def test_known_arguments(package, body, faults):
    made = package(**{"naming/ask.sql": f"{{% macro ask(what, output='table') -%}}\n    {body}\n{{%- endmacro %}}\n"})

    assert shape.known_argument_faults(made.by_name["ask"]) == faults


@pytest.mark.parametrize(
    ("file", "head", "faults"),
    [
        pytest.param("duckdb", "duckdb__dialect_shout(text, times=2)", [], id="as it should be"),
        pytest.param(
            "duckdb",
            "postgres__dialect_shout(text, times=2)",
            ["postgres__dialect_shout belongs to postgres.sql, not duckdb.sql"],
            id="in another engine's file",
        ),
        pytest.param(
            "duckdb",
            "duckdb__dialect_shout(text)",
            [
                "duckdb__dialect_shout(text) differs from dialect_shout(text, times=Const(value=2))",
                "duckdb__dialect_shout(text) differs from default__dialect_shout(text, times=Const(value=2))",
            ],
            id="an argument less",
        ),
        pytest.param(
            "duckdb",
            "duckdb__dialect_shout(text, times=3)",
            [
                f"duckdb__dialect_shout(text, times=Const(value=3)) differs from {name}(text, times=Const(value=2))"
                for name in ("dialect_shout", "default__dialect_shout")
            ],
            id="another default value",
        ),
        pytest.param(
            "duckdb",
            "duckdb__dialect_whisper(text)",
            [
                "duckdb__dialect_whisper answers dialect_whisper, which default.sql doesn't have",
                "duckdb__dialect_whisper answers default__dialect_whisper, which default.sql doesn't have",
            ],
            id="not in the contract",
        ),
    ],
)
def test_overrides(package, file, head, faults):
    made = package(**{f"dialect/{file}.sql": f"{{% macro {head} -%}}\n1\n{{%- endmacro %}}\n"})
    name = head.partition("(")[0]

    assert shape.override_faults(made, made.by_name[name]) == faults


@pytest.mark.parametrize(
    ("contract", "name", "faults"),
    [
        pytest.param(CONTRACT, "dialect_shout", [], id="as it should be"),
        pytest.param(
            CONTRACT.replace("default__dialect_shout", "default__dialect_yell"),
            "dialect_shout",
            ["dialect_shout has no default__dialect_shout"],
            id="no default",
        ),
        pytest.param(
            CONTRACT.replace("'dialect_shout'", "'dialect_yell'"),
            "dialect_shout",
            [
                "dialect_shout must dispatch itself once, in the package cutover; "
                "it dispatches [['dialect_yell', 'cutover']]"
            ],
            id="dispatches another",
        ),
        pytest.param(
            CONTRACT.replace("dialect_shout", "shout"),
            "shout",
            ["shout of default.sql is neither a dialect_* macro of default.sql nor an engine's answer"],
            id="another name",
        ),
    ],
)
def test_the_contract(package, contract, name, faults):
    made = package(**{"dialect/default.sql": contract})

    assert shape.contract_faults(made, made.by_name[name]) == faults


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        pytest.param("select 1 -- DuckDB is fine here\n", [], id="SQL comment"),
        pytest.param(
            "{#- Postgres cuts\nnames -#}\nselect 1 /* as Spark\ndoes */\n", [], id="Jinja comment, block comment"
        ),
        pytest.param("select sparkle, trinomial\n", [], id="part of a word"),
        pytest.param(
            "\n{% if adapter.type() == 'x' %}", ["line 2: adapter.type outside the dialect"], id="adapter.type"
        ),
        pytest.param("{{ target.type }}", ["line 1: target.type outside the dialect"], id="target.type"),
        pytest.param("{{ 'DuckDB' }}", ["line 1: DuckDB outside the dialect"], id="in a text"),
        pytest.param(
            "{{ cutover.duckdb__x() }}", ["line 1: duckdb outside the dialect"], id="an engine's answer by name"
        ),
    ],
)
def test_engines(tmp_path, code, faults):
    (tmp_path / "x.sql").write_text(code, encoding="utf-8")

    assert shape.engine_faults(tmp_path / "x.sql") == faults


@pytest.mark.parametrize(("lines", "faults"), [(60, []), (61, ["long has 61 lines; at most 60"])])
def test_size(package, lines, faults):
    text = "{% macro long() -%}\n" + "select 1\n" * (lines - 2) + "{%- endmacro %}\n"
    made = package(**{"naming/long.sql": text})

    assert shape.size_faults(made.by_name["long"]) == faults


@pytest.mark.parametrize(
    ("room", "calls", "faults"),
    [
        pytest.param("naming", "dialect_shout", [], id="a room calls the dialect"),
        pytest.param("publish", "greet", [], id="publish calls naming"),
        pytest.param(
            "reconcile",
            "greet",
            ["ask (reconcile) calls greet (naming): dependencies point the other way"],
            id="reconcile calls naming",
        ),
        pytest.param(
            "support", "greet", ["ask (support) calls greet (naming): dependencies point the other way"], id="upwards"
        ),
        pytest.param("publish", "_score", ["ask (publish) calls _score, an inside of quality"], id="an inside"),
        pytest.param("publish", "score", [], id="a result"),
        pytest.param("naming", "grete", ["ask calls grete, which is not there"], id="nobody"),
        pytest.param(
            "attic", "greet", ["the room attic is not known: say in MAY_CALL what it may call"], id="a new room"
        ),
    ],
)
def test_dependencies(package, room, calls, faults):
    made = package(
        **{
            "quality/score.sql": "{% macro score() -%}1{%- endmacro %}\n{% macro _score() -%}1{%- endmacro %}\n",
            f"{room}/ask.sql": f"{{% macro ask() -%}}\n    {{{{ cutover.{calls}('x') }}}}\n{{%- endmacro %}}\n",
        }
    )

    assert shape.dependency_faults(made, made.by_name["ask"]) == faults


@pytest.mark.parametrize(
    ("file", "text", "reached", "used"),
    [
        pytest.param("tests/naming/test_x.py", "cutover.greet", True, False, id="a test"),
        pytest.param("tests/shape/test_x.py", "cutover.greet", False, False, id="a test of the shape"),
        pytest.param("tests/naming/test_x.py", "cutover.greet_all", False, False, id="a test of a longer name"),
        pytest.param("integration_tests/models/x.sql", "{{ cutover.greet('x') }}", False, True, id="a model"),
        pytest.param("integration_tests/target/x.sql", "{{ cutover.greet('x') }}", False, False, id="a built file"),
        pytest.param("integration_tests/dbt_packages/x.sql", "greet", False, False, id="an installed file"),
    ],
)
def test_reach(package, tmp_path, file, text, reached, used):
    made = package()
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(text, encoding="utf-8")

    assert shape.reach_faults(made, made.by_name["greet"]) == ([] if reached else ["no test names greet"])
    assert shape.use_faults(made, made.by_name["greet"]) == ([] if used else ["integration_tests/ doesn't use greet"])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        pytest.param("see ./work/x, https://example.org/home/us/x, {x}/tmp/x\n", [], id="relative, or of the web"),
        pytest.param("\npath: /" + "root/.venv", ["line 2: /" + "root/.venv"], id="a home"),
        pytest.param("'/" + "home/jo/x'", ["line 1: /" + "home/jo/x"], id="another home"),
        pytest.param("at /" + "Users/jo/x", ["line 1: /" + "Users/jo/x"], id="a home on a Mac"),
        pytest.param("in /" + "work/main", ["line 1: /" + "work/main"], id="a work folder"),
        pytest.param("https://" + "pypi." + "org/simple", ["line 1: " + "pypi." + "org"], id="a registry"),
        pytest.param(
            "https://files.python" + "hosted." + "org", ["line 1: files.python" + "hosted." + "org"], id="files"
        ),
    ],
)
def test_places(tmp_path, text, faults):
    (tmp_path / "x.md").write_text(text, encoding="utf-8")

    assert shape.place_faults(tmp_path / "x.md") == faults


def test_places_in_a_file_that_is_no_text(tmp_path):
    (tmp_path / "x.png").write_bytes(b"\x89PNG\xff\xfe")

    assert shape.place_faults(tmp_path / "x.png") == []


def test_links(tmp_path):
    (tmp_path / "there.md").touch()
    page = tmp_path / "README.md"
    page.write_text(
        "[a](there.md#part) [b](https://example.org) [c](#below)\n"
        "[d](gone.md) ![e](gone.svg) [![f](no.svg)](there.md)\n",
        encoding="utf-8",
    )

    assert shape.link_faults(page) == [
        f"the link to {name} leads nowhere" for name in ("gone.md", "gone.svg", "no.svg")
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param("version: 1.2.3", "version: 1.2.3", id="YAML"),
        pytest.param('__version__ = "1.2.3"', '__version__ = "1.2.3', id="Python"),
        pytest.param('"version": "1.2.3"', '"version": "1.2.3', id="JSON"),
        pytest.param("## [1.2.3] - unreleased", None, id="a change log's heading"),
        pytest.param("version: 1.2.30", None, id="a longer version"),
        pytest.param('version: [">=1.2.3", "<2.0.0"]', None, id="a range"),
    ],
)
def test_versions(tmp_path, line, fault):
    (tmp_path / "x").write_text(f"\n{line}\n", encoding="utf-8")

    found = shape.version_faults(tmp_path / "x", "1.2.3")

    assert found == ([f"line 2: {fault.removeprefix(chr(34)).removeprefix('__')}"] if fault else [])


@pytest.mark.parametrize(
    ("project", "count"), [("name: cutover\n# vars: none\n", 0), ("name: cutover\nvars:\n  cutover_schema: x\n", 1)]
)
def test_vars(tmp_path, project, count):
    (tmp_path / "dbt_project.yml").write_text(project, encoding="utf-8")

    assert len(shape.vars_faults(tmp_path)) == count


def test_pins(tmp_path):
    (tmp_path / "pins.txt").write_text(
        "# a heading\nduckdb==2.0.0\n    # via us\nnumpy==2.5.5 ; python_full_version >= '3.12'\npandas>=3\nrich\n",
        encoding="utf-8",
    )

    assert shape.pin_faults(tmp_path / "pins.txt") == ["pandas>=3 is not pinned", "rich is not pinned"]


def test_the_repository_s_files_are_those_of_git(tmp_path):
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for name, text in {".gitignore": "made/\n", "kept.txt": "", "made/junk.txt": "", "with space/ö.txt": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    names = [path.relative_to(tmp_path).as_posix() for path in shape.repository_files(tmp_path)]

    assert names == [".gitignore", "kept.txt", "with space/ö.txt"]
