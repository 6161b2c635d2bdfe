"""Macro coverage: what is counted, in macros worked out by hand, and how a session of pytest reports it."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients.jinja import TemplateCache, get_environment, get_template
from dbt_common.exceptions.macros import MacroReturn

from dbt_cutover.testing.coverage.figures import figures
from dbt_cutover.testing.coverage.probes import compile_probed
from dbt_cutover.testing.coverage.record import MacroFile, MacroRecord, Record, line_of

USAGE_ERROR = pytest.ExitCode.USAGE_ERROR
WORKERS = [
    pytest.param([], id="one process"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.thorough),
]


# -- what is counted --------------------------------------------------------------------------------------------------


def give_back(value):
    raise MacroReturn(value)


def with_body(caller):
    return f"<{caller()}>"


def without_body(caller):
    del caller
    return "<>"


CONTEXT = {"return": give_back, "with_body": with_body, "without_body": without_body}


def call(template, name, arguments):
    macro = template.make_module(CONTEXT, shared=False).__dict__[f"dbt_macro__{name}"]
    try:
        return macro(*arguments)
    except MacroReturn as returned:
        return returned.value


def measure(text, calls, name="m"):
    """Call the macro that is the text, with dbt's own template beside ours; return the figures of ours."""
    template, probes, hits = compile_probed(get_environment(), text)
    plain = get_template(text, {})
    for arguments in calls:
        assert call(template, name, arguments) == call(plain, name, arguments)
    macro = MacroRecord(name, 1, probes.points, probes.scopes, bytes(hits))
    [file] = figures(Record({"m.sql": MacroFile("m.sql", "p", text, {name: macro})})).files
    return file


def lines(file):
    return {line.line: line.reached for line in file.lines}


def branches(file):
    return {f"{branch.line}->{branch.to}": branch.reached for branch in file.branches}


IF = """\
{% macro m(a) %}
{% if a %}
yes
{% endif %}
{% endmacro %}"""

CHAIN = """\
{% macro m(a) %}
{% if a == 1 %}
{{ 'one' }}
{% elif a == 2 %}
two
{% else %}
{{ a }}
{% endif %}
{% endmacro %}"""

FOR = """\
{% macro m(a) %}
{% for i in a %}
{{ i }}
{% endfor %}
{% endmacro %}"""

FOR_ELSE = """\
{% macro m(a) %}
{% for i in a %}
{{ i }}
{% else %}
{{ 'none' }}
{% endfor %}
{% endmacro %}"""

NESTED_FOR = """\
{% macro m(a) %}
{% for row in a %}
{% for i in row %}
{{ i }}
{% endfor %}
{% endfor %}
{% endmacro %}"""

INLINE = """\
{% macro m(a) %}
{% set x = [
    1 if a else 2,
    3,
] %}
{{ x }}
{% endmacro %}"""

SHORT_CUTS = """\
{% macro m(a, b=none, c=none) %}
{{ a and b or c }}
{% endmacro %}"""

CALL = """\
{% macro m(a) %}
{% call a() %}
body {{ 1 }}
{% endcall %}
{% endmacro %}"""

RETURN = """\
{% macro m(a) %}
{% if a %}{{ return(1) }}{% endif %}
text {{
    a }}
{{ return(2) }}
{{ 3 }} {{ 4 }}
{% endmacro %}"""

SETS = """\
{% macro m(a) %}
{% set x %}
{% set y = a %}
{% if y %}
{{ y }}
{% endif %}
{% endset %}
{% do a.append(
    x
) %}
{% endmacro %}"""

BLOCKS = """\
{% macro m(a) %}
{% filter upper %}
{{ a }}
{% endfilter %}
{% with b = a if a else 'x' %}
{{ b }}
{% endwith %}
{% raw %}{% if %}{{ x }}{% endraw %}
{# {% if a %} {{ a }} #}
{% endmacro %}"""


@pytest.mark.parametrize(
    ("text", "calls", "reached", "taken"),
    [
        pytest.param("{% macro m() %}\nselect 1\n{% endmacro %}", [], {1: False}, {}, id="never called"),
        pytest.param("{% macro m() %}\nselect 1\n{% endmacro %}", [()], {1: True}, {}, id="called, text alone"),
        pytest.param(IF, [(1,)], {1: True, 2: True}, {"2->then": True, "2->else": False}, id="if that held"),
        pytest.param(IF, [(0,)], {1: True, 2: True}, {"2->then": False, "2->else": True}, id="if that did not hold"),
        pytest.param(IF, [(0,), (1,)], {1: True, 2: True}, {"2->then": True, "2->else": True}, id="if, both"),
        pytest.param(
            CHAIN,
            [(1,)],
            {1: True, 2: True, 3: True, 4: False, 7: False},
            {"2->then": True, "4->then": False, "4->else": False},
            id="chain, its if",
        ),
        pytest.param(
            CHAIN,
            [(2,)],
            {1: True, 2: True, 3: False, 4: True, 7: False},
            {"2->then": False, "4->then": True, "4->else": False},
            id="chain, its elif",
        ),
        pytest.param(
            CHAIN,
            [(5,)],
            {1: True, 2: True, 3: False, 4: True, 7: True},
            {"2->then": False, "4->then": False, "4->else": True},
            id="chain, its else",
        ),
        pytest.param(
            FOR, [([],)], {1: True, 2: True, 3: False}, {"2->loop": False, "2->empty": True}, id="for over nothing"
        ),
        pytest.param(
            FOR, [([1],)], {1: True, 2: True, 3: True}, {"2->loop": True, "2->empty": False}, id="for over something"
        ),
        pytest.param(
            FOR_ELSE,
            [([],)],
            {1: True, 2: True, 3: False, 5: True},
            {"2->loop": False, "2->else": True},
            id="for with else, over nothing",
        ),
        pytest.param(
            FOR_ELSE,
            [([1],)],
            {1: True, 2: True, 3: True, 5: False},
            {"2->loop": True, "2->else": False},
            id="for with else, over something",
        ),
        pytest.param(
            NESTED_FOR,
            [([[], [1]],)],
            {1: True, 2: True, 3: True, 4: True},
            {"2->loop": True, "2->empty": False, "3->loop": True, "3->empty": True},
            id="for in for, once empty",
        ),
        pytest.param(
            FOR.replace("{{ i }}", "{% break %}"),
            [([1],)],
            {1: True, 2: True, 3: True},
            {"2->loop": True, "2->empty": False},
            id="for left at once",
        ),
        pytest.param(
            FOR.replace("{{ i }}", "{% continue %}"),
            [([1],)],
            {1: True, 2: True, 3: True},
            {"2->loop": True, "2->empty": False},
            id="for that only continues",
        ),
        pytest.param(
            FOR.replace("in a", "in a if i > 5"),
            [([1],)],
            {1: True, 2: True, 3: False},
            {"2->loop": False, "2->empty": True},
            id="for that filters all",
        ),
        pytest.param(
            FOR.replace("in a", "in a recursive").replace("{{ i }}", "{{ i.v }}{{ loop(i.of) }}"),
            [([{"v": 1, "of": [{"v": 2, "of": []}]}],)],
            {1: True, 2: True, 3: True},
            {"2->loop": True},
            id="for that recurses has no empty",
        ),
        pytest.param(
            INLINE,
            [(1,)],
            {1: True, 2: True, 6: True},
            {"3->inline then": True, "3->inline else": False},
            id="inline if in a statement of several lines",
        ),
        pytest.param(
            INLINE,
            [(0,)],
            {1: True, 2: True, 6: True},
            {"3->inline then": False, "3->inline else": True},
            id="inline if that did not hold",
        ),
        pytest.param(
            "{% macro m(a) %}{{ 'x' if a }}{% endmacro %}",
            [(0,)],
            {1: True},
            {"1->inline then": False, "1->inline else": True},
            id="inline if without else",
        ),
        pytest.param(
            "{% macro m(a) %}{{ 'x' if a == 1 else 'y' if a == 2 else 'z' }}{% endmacro %}",
            [(2,)],
            {1: True},
            {
                "1->inline then": False,
                "1->inline else": True,
                "1->inline then (2)": True,
                "1->inline else (2)": False,
            },
            id="inline if in an inline if",
        ),
        pytest.param(
            "{% macro m(a=1 if true else 2) %}{{ a }}{{ 'b' if 1 > 2 else 'c' }}{% endmacro %}",
            [()],
            {1: True},
            {},
            id="what is decided before it runs is no branch",
        ),
        pytest.param(
            "{% macro m(a, b=a if a else 2) %}\n{{ b }}{% endmacro %}",
            [(1, 1), (0,)],
            {1: True, 2: True},
            {"1->inline then": False, "1->inline else": True},
            id="inline if as an argument's default",
        ),
        pytest.param(
            SHORT_CUTS,
            [(1, 1)],
            {1: True, 2: True},
            {"2->and left": False, "2->and right": True, "2->or left": True, "2->or right": False},
            id="and decided at its right, or at its left",
        ),
        pytest.param(
            SHORT_CUTS,
            [("", 1, 7)],
            {1: True, 2: True},
            {"2->and left": True, "2->and right": False, "2->or left": False, "2->or right": True},
            id="and decided at its left, or at its right",
        ),
        pytest.param(
            CALL, [(with_body,)], {1: True, 2: True, 3: True}, {"2->call": True}, id="call whose body is used"
        ),
        pytest.param(
            CALL, [(without_body,)], {1: True, 2: True, 3: False}, {"2->call": False}, id="call whose body is not used"
        ),
        pytest.param(
            RETURN,
            [(1,)],
            {1: True, 2: True, 3: False, 5: False, 6: False},
            {"2->then": True, "2->else": False},
            id="nothing behind an early return",
        ),
        pytest.param(
            RETURN,
            [(0,)],
            {1: True, 2: True, 3: True, 5: True, 6: False},
            {"2->then": False, "2->else": True},
            id="nothing printed behind a return",
        ),
        pytest.param(
            SETS,
            [([],)],
            {1: True, 2: True, 3: True, 4: True, 5: False, 8: True},
            {"4->then": False, "4->else": True},
            id="set blocks and do",
        ),
        pytest.param(
            BLOCKS,
            [("a",)],
            {1: True, 2: True, 3: True, 5: True, 6: True},
            {"5->inline then": True, "5->inline else": False},
            id="filter, with, raw and comment",
        ),
    ],
)
def test_lines_and_branches_are_those_worked_out_by_hand(text, calls, reached, taken):
    file = measure(text, calls)

    assert (lines(file), branches(file)) == (reached, taken)
    assert file.macro_count.reached == (1 if calls else 0)


def test_line_ends_of_another_system_count_the_same():
    file = measure(CHAIN.replace("\n", "\r\n"), [(2,)])
    assert lines(file) == {1: True, 2: True, 3: False, 4: True, 7: False}


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        pytest.param("{% test t(model, a) %}\n{{ a }}\n{% endtest %}", "test_t", ("m", 1), id="test"),
        pytest.param(
            "{% materialization t, default %}\n{{ 1 }}\n{% endmaterialization %}",
            "materialization_t_default",
            (),
            id="materialization",
        ),
    ],
)
def test_what_dbt_makes_a_macro_of_is_one(text, name, arguments):
    assert lines(measure(text, [], name)) == {1: False, 2: False}
    assert lines(measure(text, [arguments], name)) == {1: True, 2: True}


PRAGMA = "{# pragma: no cover #}"


@pytest.mark.parametrize(
    ("text", "at", "reached", "taken", "excluded"),
    [
        pytest.param(CHAIN, 1, {}, {}, [1, 2, 3, 4, 5, 6, 7, 8, 9], id="macro"),
        pytest.param(
            CHAIN,
            2,
            {1: False, 4: False, 7: False},
            {"4->then": False, "4->else": False},
            [2, 3],
            id="if: what is done then",
        ),
        pytest.param(CHAIN, 3, {1: False, 2: False, 4: False, 7: False}, None, [3], id="expression"),
        pytest.param(CHAIN, 4, {1: False, 2: False, 3: False, 7: False}, {"2->then": False}, [4, 5], id="elif"),
        pytest.param(
            CHAIN,
            6,
            {1: False, 2: False, 3: False, 4: False},
            {"2->then": False, "4->then": False},
            [6, 7, 8],
            id="else, and the branch to it",
        ),
        pytest.param(FOR_ELSE, 2, {1: False, 5: False}, {}, [2, 3], id="for: its body"),
        pytest.param(FOR_ELSE, 4, {1: False, 2: False, 3: False}, {"2->loop": False}, [4, 5, 6], id="for: its else"),
        pytest.param(INLINE, 5, {1: False, 6: False}, {}, [2, 3, 4, 5], id="last line of a statement of several"),
        pytest.param(SETS, 2, {1: False, 8: False}, {}, [2, 3, 4, 5, 6, 7], id="set block"),
        pytest.param(SETS, 3, {1: False, 2: False, 4: False, 5: False, 8: False}, None, [3], id="set in a set block"),
        pytest.param(CALL, 2, {1: False}, {}, [2, 3, 4], id="call block"),
        pytest.param(IF, 3, {1: False, 2: False}, {"2->then": False, "2->else": False}, [], id="text: nothing"),
    ],
)
def test_a_pragma_leaves_out_its_tag_and_what_that_governs(text, at, reached, taken, excluded):
    marked = text.split("\n")
    marked[at - 1] += PRAGMA
    file = measure("\n".join(marked), [])

    assert (lines(file), file.excluded) == (reached, excluded)
    assert taken is None or branches(file) == taken


def test_a_macro_is_found_behind_a_copy_in_a_comment():
    text = "{#\n" + FOR + "\n#}\n{% set x = '{#' %}\n" + FOR.replace("m(a)", "n(a)") + "\n" + FOR
    assert line_of(FOR.replace("m(a)", "n(a)"), text, "x.sql") == 9
    assert line_of(FOR, "{#\n" + FOR + "\n#}\n" + FOR, "x.sql") == 8


# -- a session's reports ----------------------------------------------------------------------------------------------

# Reached of prices.sql, by hand: lines 3, 4, 8, 9, 10, 11, 14, 17, 18, 20 of these and 12, 25, 26; branches 9->then,
# 11->and left, 11->else, 17->loop of these and 11->and right, 11->then, 17->empty, 26->inline then, 26->inline else;
# 30 to 32 are left out.
TESTS = """
    def test_text(dbt):
        assert dbt.render("{{ shop.cents('a') }}") == "round(a / 100.0, 2)"

    def test_nothing(dbt):
        assert dbt.call("shop.discount", "none") == 0

    def test_best(dbt):
        assert dbt.call("shop.discount", "best", [5]) == 5
"""
TABLE = """\
File                Macros  Lines  Branches  Cover  Missing
-----------------------------------------------------------
macros/hostile.sql     0/1     0%        0%     0%  1-2
macros/names.sql       0/1     0%        0%     0%  2-3
macros/prices.sql      2/3    76%       44%    63%  11->and right, 11->then, 12, 17->empty, 25-26
-----------------------------------------------------------
TOTAL                  2/5    58%       30%    46%""".splitlines()
TOTALS = {
    "macros": {"reached": 2, "total": 5},
    "lines": {"reached": 10, "total": 17},
    "branches": {"reached": 4, "total": 13},
    "percent": 46.6667,  # 14 of 30
}
PRICES = {
    "path": "macros/prices.sql",
    "package": "shop",
    "macros": {"reached": 2, "total": 3},
    "lines": {"reached": 10, "total": 13},
    "branches": {"reached": 4, "total": 9},
    "percent": 63.6364,  # 14 of 22
    "macro_list": [
        {"name": "cents", "line": 3, "reached": True},
        {"name": "discount", "line": 8, "reached": True},
        {"name": "unused", "line": 25, "reached": False},
    ],
    "missing_lines": [12, 25, 26],
    "excluded_lines": [30, 31, 32],
    "missing_branches": [
        {"line": 11, "to": "and right"},
        {"line": 11, "to": "then"},
        {"line": 17, "to": "empty"},
        {"line": 26, "to": "inline then"},
        {"line": 26, "to": "inline else"},
    ],
}


@pytest.fixture
def shop(pytester):
    shutil.copytree(Path(__file__).parent / "coverage_specimen", pytester.path, dirs_exist_ok=True)
    return pytester.path


def report(result):
    """Return the lines below the heading, without what pytest says after them."""
    [start] = [n for n, line in enumerate(result.outlines) if re.fullmatch(r"=+ macro coverage =+", line)]
    below = result.outlines[start + 1 :]
    return [line for line in below[: next(n for n, line in enumerate(below) if line.startswith("="))] if line]


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.usefixtures("shop")
def test_the_terminal_shows_a_line_per_file(pytester, run, workers):
    pytester.makepyfile(TESTS)
    result = run("--macro-coverage", *workers)
    result.assert_outcomes(passed=3)
    assert report(result) == TABLE


@pytest.mark.parametrize("workers", WORKERS)
def test_json_has_every_figure(pytester, run, shop, workers):
    pytester.makepyfile(TESTS)
    result = run("--macro-coverage=json", *workers)
    document = read_json(shop / "macro_coverage.json")
    assert (document["format"], document["totals"], document["files"][2]) == (1, TOTALS, PRICES)
    assert report(result) == [f"json: {shop / 'macro_coverage.json'}"]


class Page(HTMLParser):
    """Reads the rows of a page's source: number, class, text and note."""

    def __init__(self, path):
        super().__init__()
        self.rows, self.tags, self.links, self._cell = [], set(), [], False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attrs = dict(attrs)
        if tag == "tr" and "id" in attrs:
            self.rows.append([int(attrs["id"]), attrs["class"]])
        self._cell = tag == "td"
        if self._cell and self.rows:
            self.rows[-1].append("")
        self.links.extend(attrs[name] for name in ("href", "src") if name in attrs)

    def handle_endtag(self, tag):
        self._cell = self._cell and tag != "td"

    def handle_data(self, data):
        if self._cell and self.rows:
            self.rows[-1][-1] += data


def test_html_shows_each_line_with_what_became_of_it(pytester, run, shop):
    pytester.makepyfile(TESTS)
    run("--macro-coverage=html:out/cover")
    source = (shop / "macros/prices.sql").read_text(encoding="utf-8").split("\n")
    page = Page(shop / "out/cover/macros/prices.sql.html")

    assert [(row[0], row[3]) for row in page.rows] == list(enumerate(source, start=1))
    assert {row[0]: row[1] for row in page.rows if row[1]} == {
        **dict.fromkeys([3, 4, 8, 9, 10, 14, 15, 16, 18, 20], "hit"),
        **dict.fromkeys([12, 25, 26], "miss"),
        **dict.fromkeys([11, 17], "partial"),
        **dict.fromkeys([30, 31, 32], "excluded"),
    }
    assert {row[0]: row[4] for row in page.rows if row[4]} == {
        11: "never taken: and right, then",
        17: "never taken: empty",
    }


def test_html_takes_the_text_of_macros_as_text(pytester, run, shop):
    pytester.makepyfile(TESTS)
    run("--macro-coverage=html")
    source = (shop / "macros/hostile.sql").read_text(encoding="utf-8").split("\n")
    page = Page(shop / "macro_coverage/macros/hostile.sql.html")

    assert [row[3] for row in page.rows] == source
    assert "script" not in page.tags


def test_html_needs_no_other_file_and_its_links_lead_somewhere(pytester, run, shop):
    pytester.makepyfile(TESTS)
    run("--macro-coverage=html")
    folder = shop / "macro_coverage"
    pages = sorted(folder.rglob("*.html"))

    assert [str(page.relative_to(folder)) for page in pages] == [
        "index.html",
        "macros/hostile.sql.html",
        "macros/names.sql.html",
        "macros/prices.sql.html",
    ]
    for path in pages:
        page = Page(path)
        assert not page.tags & {"link", "script", "img", "iframe"}
        for link in page.links:
            where, _, anchor = link.partition("#")
            assert not where or (path.parent / where).is_file()
            assert not anchor or int(anchor) in [row[0] for row in page.rows]
    assert (folder / ".gitignore").read_text(encoding="utf-8").endswith("\n*\n")


def test_several_reports_in_one_session(pytester, run, shop):
    pytester.makepyfile(TESTS)
    result = run("--macro-coverage=json:a.json", "--macro-coverage", "--macro-coverage=html:h")
    assert report(result) == [f"json: {shop / 'a.json'}", *TABLE, f"html: {shop / 'h'}"]
    assert (shop / "h/index.html").is_file()


def test_nothing_is_measured_unless_asked_for(pytester, run, shop):
    pytester.makepyfile(
        """
        from dbt_common.clients.jinja import TemplateCache

        def test_template(dbt, pytestconfig):
            dbt.call("shop.discount", "none")
            assert TemplateCache.get_node_template.__module__ == TemplateCache.__module__
            assert not pytestconfig.pluginmanager.has_plugin("dbt_cutover_coverage")
        """
    )
    result = run()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*macro coverage*")
    assert not list(shop.glob("macro_coverage*"))


def test_dbt_has_its_own_templates_again_afterwards(pytester, run, shop):
    before = TemplateCache.get_node_template, ManifestLoader.load
    pytester.makepyfile(TESTS)
    run("--macro-coverage").assert_outcomes(passed=3)
    (shop / "dbt_project.yml").write_text("name: [", encoding="utf-8")
    assert run("--macro-coverage").ret != 0
    assert (TemplateCache.get_node_template, ManifestLoader.load) == before


# -- who calls --------------------------------------------------------------------------------------------------------


def missing_of(path, name):
    [file] = [file for file in read_json(path)["files"] if file["path"] == f"macros/{name}.sql"]
    return file["missing_lines"]


def test_whoever_calls_a_macro_it_counts(pytester, run, shop):
    (shop / "macros/kinds.sql").write_text(
        """\
{% macro duckdb__get_columns_in_relation(relation) %}
{{ return(['of the adapter']) }}
{% endmacro %}
{% macro acts() %}
{{ return('operated') }}
{% endmacro %}
{% test positive(model, column_name) %}
select * from {{ model }} where {{ column_name }} <= 0
{% endtest %}
{% macro generated() %}
{{ return(shop.inner()) }}
{% endmacro %}
{% macro inner() %}
{{ return('inner') }}
{% endmacro %}
{% materialization nothing, default %}
{{ return({'relations': []}) }}
{% endmaterialization %}
{% macro described() %}
{{ return(adapter.dispatch('described', 'shop')()) }}
{% endmacro %}
{% macro default__described() %}
{{ return('dispatched') }}
{% endmacro %}
{% macro left_alone() %}
{{ return('nobody') }}
{% endmacro %}
""",
        encoding="utf-8",
    )
    pytester.makepyfile(
        """
        import pytest

        def test_adapter(dbt):
            assert dbt.project.adapter.get_columns_in_relation(None) == ["of the adapter"]

        def test_operation(dbt):
            assert dbt.operation("shop.acts").value == "operated"

        def test_generic(dbt):
            assert dbt.run_test("shop.positive", dbt.table("t", [{"a": 1}]), column_name="a") == []

        @pytest.mark.parametrize("macro_generator", ["macro.shop.generated"], indirect=True)
        def test_generator(macro_generator):
            assert macro_generator() == "inner"

        def test_materialization(dbt):
            assert dbt.call("shop.materialization_nothing_default") == {"relations": []}

        def test_dispatch(dbt):
            assert dbt.call("shop.described") == "dispatched"
        """
    )
    run("--macro-coverage=json").assert_outcomes(passed=6)
    assert missing_of(shop / "macro_coverage.json", "kinds") == [25, 26]


CALLED_WHILE_PARSING = """
    def test_one(dbt, request):
        # The parse of this very session has called it: the model's schema is what it gave.
        [node] = [node for node in dbt.project.manifest.nodes.values() if node.name == "orders"]
        assert node.schema == "sales"
"""


@pytest.mark.usefixtures("shop")
def test_what_dbt_calls_while_it_parses_does_not_count(pytester, run, monkeypatch, tmp_path):
    # Two engines: the second project is parsed when coverage is on already.
    calls = []
    load = ManifestLoader.load
    monkeypatch.setattr(ManifestLoader, "load", lambda loader: calls.append(loader) or load(loader))
    pytester.makepyfile(CALLED_WHILE_PARSING)
    engines = ["--dbt-engine", "duckdb", "--dbt-engine", "postgres"]
    result = run("--macro-coverage=json", "-o", f"cache_dir={tmp_path}", *engines)
    result.assert_outcomes(passed=2)
    assert len(calls) == 2
    assert missing_of(pytester.path / "macro_coverage.json", "names") == [2, 3]


@pytest.mark.usefixtures("shop")
def test_what_a_test_calls_counts_though_parsing_called_it_too(pytester, run):
    pytester.makepyfile(
        "def test_one(dbt): assert dbt.call('shop.generate_schema_name', 'a', none) == 'a'\nnone = None"
    )
    run("--macro-coverage=json")
    assert missing_of(pytester.path / "macro_coverage.json", "names") == []


@pytest.mark.usefixtures("project")
def test_engines_add_up_and_a_file_is_there_once(pytester, run):
    pytester.makepyfile(
        """
        def test_one(dbt, dbt_engine):
            assert dbt.call("specimen.describes") == dbt_engine.name
        """
    )
    run("--macro-coverage=json", "--dbt-engine", "duckdb", "--dbt-engine", "postgres").assert_outcomes(passed=2)
    files = read_json(pytester.path / "macro_coverage.json")["files"]
    [returning] = [file for file in files if file["path"] == "macros/returning.sql"]
    described = {macro["name"]: macro["reached"] for macro in returning["macro_list"] if "described" in macro["name"]}
    assert described == {"default__described": False, "duckdb__described": True, "postgres__described": True}
    assert len({file["path"] for file in files}) == len(files)


# -- packages ---------------------------------------------------------------------------------------------------------

TWIN = "{% macro twin() -%}\n    {{ return(1) }}\n{%- endmacro %}\n"


@pytest.fixture
def packages(shop):
    """A package that has a macro of the same name and text as the project."""
    (shop / "macros/twin.sql").write_text(TWIN, encoding="utf-8")
    macros = shop / "dbt_packages/other/macros"
    macros.mkdir(parents=True)
    (macros / "twin.sql").write_text("\n\n" + TWIN, encoding="utf-8")
    (macros.parent / "dbt_project.yml").write_text("name: other\nversion: 1.0.0\nconfig-version: 2\n", encoding="utf-8")
    return shop


def test_macros_of_equal_text_are_told_apart(pytester, run, packages):
    pytester.makepyfile("def test_one(dbt): assert dbt.call('shop.twin') == 1")
    run("--macro-coverage=json", "--macro-coverage-package=shop", "--macro-coverage-package=other")
    files = {file["path"]: file for file in read_json(packages / "macro_coverage.json")["files"]}
    assert files["macros/twin.sql"]["missing_lines"] == []
    assert files["dbt_packages/other/macros/twin.sql"]["missing_lines"] == [3, 4]


def test_a_package_counts_instead_of_the_project(pytester, run, packages):
    pytester.makepyfile("def test_one(dbt): assert dbt.call('other.twin') == dbt.call('shop.twin') == 1")
    run("--macro-coverage=json", "--macro-coverage-package", "other")
    [file] = read_json(packages / "macro_coverage.json")["files"]
    assert (file["path"], file["package"], file["missing_lines"]) == ("dbt_packages/other/macros/twin.sql", "other", [])


def test_a_package_that_lies_elsewhere_is_shown_by_its_name(pytester, run, shop):
    pytester.makepyfile("def test_one(dbt): dbt.call('dbt.type_string')")
    run("--macro-coverage=json", "--macro-coverage-package", "dbt")
    files = {file["path"]: file for file in read_json(shop / "macro_coverage.json")["files"]}
    types = files["dbt/macros/utils/data_types.sql"]
    reached = [macro["name"] for macro in types["macro_list"] if macro["reached"]]
    assert reached == ["type_string", "default__type_string"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("workers", WORKERS)
def test_an_unknown_package_is_refused(pytester, run, workers):
    pytester.makepyfile(TESTS)
    result = run("--macro-coverage", "--macro-coverage-package", "shpo", *workers)
    assert result.ret != 0
    said = [line for line in result.errlines + result.outlines if "shpo" in line]
    assert said
    assert all(
        "--macro-coverage-package: there is no package 'shpo'; known: dbt, dbt_duckdb, shop. Did you mean 'shop'?"
        in line
        for line in said
    )


# -- the bar ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bar", "code", "said"),
    [
        pytest.param("46.6", 0, [], id="above"),
        pytest.param(
            "46.7",
            1,
            ["ERROR: macro coverage: 46.6% of the lines and branches were reached; 46.7% is required"],
            id="below",
        ),
        pytest.param("0", 0, [], id="none"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_the_bar_decides_the_exit_code(pytester, run, bar, code, said):
    pytester.makepyfile(TESTS)
    result = run("--macro-coverage", f"--macro-coverage-fail-under={bar}")
    assert (result.ret, report(result)) == (code, TABLE + said)


@pytest.mark.thorough
@pytest.mark.usefixtures("shop")
def test_the_bar_decides_under_xdist_too(pytester, run):
    pytester.makepyfile(TESTS)
    result = run("--macro-coverage", "--macro-coverage-fail-under=47", "-n", "2")
    assert (result.ret, report(result)[:-1]) == (1, TABLE)


@pytest.mark.usefixtures("shop")
def test_another_reason_to_fail_keeps_its_exit_code(pytester, run):
    pytester.makepyfile("import pytest\ndef test_one(dbt): pytest.exit('enough', returncode=9)")
    assert run("--macro-coverage", "--macro-coverage-fail-under=99").ret == 9


@pytest.mark.usefixtures("shop")
def test_without_macros_a_bar_is_not_reached(pytester, run):
    pytester.makepyfile("def test_one(): ...")
    result = run("--macro-coverage", "--macro-coverage-fail-under=1")
    assert (result.ret, report(result)) == (
        1,
        [
            "No macros to count: no test used a project that has any.",
            "ERROR: macro coverage: there were no macros to count; 1% is required",
        ],
    )


@pytest.mark.thorough
@pytest.mark.usefixtures("shop")
def test_a_lost_worker_is_told_and_fails(pytester, run):
    pytester.makepyfile(TESTS + "\n    def test_die(dbt):\n        import os\n        os._exit(3)\n")
    result = run("--macro-coverage", "-n", "1", "--max-worker-restart", "0")
    assert result.ret != 0
    assert "ERROR: macro coverage: the worker gw0 was lost, and what it reached isn't counted" in report(result)


# -- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            ["--macro-coverage=htlm"],
            "--macro-coverage: unknown report 'htlm'; known: term, html, html:FOLDER, json, json:FILE. "
            "Did you mean 'html'?",
            id="report",
        ),
        pytest.param(
            ["--macro-coverage", "."],
            "--macro-coverage: unknown report '.'; known: term, html, html:FOLDER, json, json:FILE.",
            id="path taken for a report",
        ),
        pytest.param(
            ["--macro-coverage=term:x"],
            "--macro-coverage: the report term is written nowhere; got 'term:x'",
            id="place of a report that has none",
        ),
        pytest.param(
            ["--macro-coverage", "--macro-coverage-fail-under=101"],
            "--macro-coverage-fail-under must be a percentage from 0 to 100; got '101'",
            id="bar too high",
        ),
        pytest.param(
            ["--macro-coverage", "--macro-coverage-fail-under=-1"],
            "--macro-coverage-fail-under must be a percentage from 0 to 100; got '-1'",
            id="bar too low",
        ),
        pytest.param(
            ["--macro-coverage", "--macro-coverage-fail-under=nan"],
            "--macro-coverage-fail-under must be a percentage from 0 to 100; got 'nan'",
            id="bar that is none",
        ),
        pytest.param(
            ["--macro-coverage", "--macro-coverage-fail-under="],
            "--macro-coverage-fail-under must be a percentage from 0 to 100; got ''",
            id="bar left empty",
        ),
        pytest.param(
            ["-o", "macro_coverage=term", "-o", "macro_coverage_fail_under=all"],
            "macro_coverage_fail_under must be a percentage from 0 to 100; got 'all'",
            id="bar of the configuration file",
        ),
        pytest.param(
            ["-o", "macro_coverage=xml"],
            "macro_coverage: unknown report 'xml'; known: term, html, html:FOLDER, json, json:FILE.",
            id="report of the configuration file",
        ),
        pytest.param(
            ["--macro-coverage-fail-under=80"], "--macro-coverage-fail-under needs --macro-coverage", id="bar alone"
        ),
        pytest.param(
            ["--macro-coverage-package=x"], "--macro-coverage-package needs --macro-coverage", id="package alone"
        ),
    ],
)
def test_a_bad_option_is_refused(pytester, run, options, message):
    pytester.makepyfile("def test_one(): ...")
    result = run(*options)
    assert (result.ret, [line for line in result.errlines if line.strip()]) == (USAGE_ERROR, [f"ERROR: {message}"])


@pytest.mark.parametrize(
    ("option", "message"),
    [
        pytest.param("json:here", "--macro-coverage: json is written to a file, and {} is none", id="json"),
        pytest.param("html:file", "--macro-coverage: html is written to a folder, and {} is none", id="html"),
    ],
)
def test_a_place_of_the_other_kind_is_refused(pytester, run, option, message):
    (pytester.path / "here").mkdir()
    (pytester.path / "file").touch()
    pytester.makepyfile("def test_one(): ...")
    result = run(f"--macro-coverage={option}")
    where = message.format(pytester.path / option.partition(":")[2])
    assert (result.ret, [line for line in result.errlines if line.strip()]) == (USAGE_ERROR, [f"ERROR: {where}"])


def test_the_configuration_file_asks_too_and_the_command_line_wins(pytester, run, packages):
    (packages / "pytest.ini").write_text(
        "[pytest]\nmacro_coverage = json:ini.json term\nmacro_coverage_fail_under = 100\n"
        "macro_coverage_packages = other\n",
        encoding="utf-8",
    )
    pytester.makepyfile("def test_one(dbt): assert dbt.call('other.twin') == 1")
    assert run().ret == 0
    [file] = read_json(packages / "ini.json")["files"]
    assert file["path"] == "dbt_packages/other/macros/twin.sql"

    assert run("--macro-coverage-package", "shop").ret == 1
    assert run("--macro-coverage-package", "shop", "--macro-coverage-fail-under", "0").ret == 0

    (packages / "ini.json").unlink()
    assert report(run("--macro-coverage=json:cli.json")) == [f"json: {packages / 'cli.json'}"]
    assert not (packages / "ini.json").exists()

    run("-o", "macro_coverage=").stdout.no_fnmatch_line("*macro coverage*")


def test_records_that_travelled_add_up():
    text = CHAIN + "\n"
    records = []
    for arguments in [(1,), (2,)]:
        template, probes, hits = compile_probed(get_environment(), CHAIN)
        call(template, "m", arguments)
        macro = MacroRecord("m", 1, probes.points, probes.scopes, bytes(hits))
        records.append(Record({"m.sql": MacroFile("m.sql", "p", text, {"m": macro})}, {"p"}))
    first, second = (Record.from_json(record.to_json()) for record in records)
    first.merge(second)
    [file] = figures(first).files
    assert lines(file) == {1: True, 2: True, 3: True, 4: True, 7: False}
