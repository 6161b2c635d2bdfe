"""The package's vars: read alike in the four places where they are read, and refused where they would not be."""

import json
import re
import subprocess
import sys

import pytest

KNOWN = (
    "cutover_schema_policy, cutover_production_targets, cutover_blue_green_schemas, cutover_blue_green_targets, "
    "cutover_colour, cutover_build, cutover_database, cutover_schema, cutover_monitoring_models, "
    "cutover_dim_dates, cutover_hash_algorithm"
)
SCOPED = (
    "cutover.reconcile: the vars cutover_schema are scoped under `vars: cutover:`, where models of the project do not "
    "see them. Write them at the top level of `vars:`. Example: vars: {cutover_schema: ...}."
)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        pytest.param("cutover_schema_policy", "prefixed", id="schema policy"),
        pytest.param("cutover_production_targets", ["prod"], id="production targets"),
        pytest.param("cutover_blue_green_schemas", [], id="blue/green schemas"),
        pytest.param("cutover_blue_green_targets", None, id="blue/green targets"),
        pytest.param("cutover_colour", None, id="colour"),
        pytest.param("cutover_build", None, id="build"),
        pytest.param("cutover_database", None, id="database of the state"),
        pytest.param("cutover_schema", "cutover", id="schema of the state"),
        pytest.param("cutover_monitoring_models", False, id="monitoring models"),
        pytest.param("cutover_dim_dates", None, id="date dimension"),
        pytest.param("cutover_hash_algorithm", "md5", id="hash algorithm"),
    ],
)
def test_var_has_its_default_until_it_is_set(dbt, name, default):
    assert dbt.call("cutover._var", name) == default
    with dbt.vars({name: "set"}):
        assert dbt.call("cutover._var", name) == "set"


def test_every_var_is_in_the_table_above(dbt):
    assert list(dbt.call("cutover._var_defaults")) == KNOWN.split(", ")


def test_unknown_var_is_refused(dbt):
    with dbt.raises(f"cutover._var: unknown var 'cutover_color'. Did you mean 'cutover_colour'? Known: {KNOWN}."):
        dbt.call("cutover._var", "cutover_color")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({}, None, id="none"),
        pytest.param(
            {"cutover_colour": "blue", "start_date": 1, "cutover": None}, None, id="ours and the project's own"
        ),
        pytest.param(
            {"cutover_color": "blue"},
            f"cutover.reconcile: unknown var 'cutover_color'. Did you mean 'cutover_colour'? Known: {KNOWN}.",
            id="mistyped",
        ),
        pytest.param(
            {"cutover_whatever_this_is": 1},
            f"cutover.reconcile: unknown var 'cutover_whatever_this_is'. Known: {KNOWN}.",
            id="nothing near",
        ),
        pytest.param({"cutover": {"cutover_schema": "audit"}}, SCOPED, id="scoped"),
        pytest.param(
            {"cutover": {"schema": "audit", "cutover_colour": "blue"}},
            "cutover.reconcile: the vars schema, cutover_colour are scoped under `vars: cutover:`, where models of the "
            "project do not see them. Write them at the top level of `vars:`. Example: vars: {cutover_schema: ...}.",
            id="scoped, without the prefix",
        ),
    ],
)
def test_vars_of_the_command_line_are_checked(dbt, given, error):
    with dbt.vars(given):
        operation = dbt.operation("cutover._require_known_vars", origin="reconcile")

    assert operation.error == error
    assert operation.statements == []


@pytest.mark.parametrize(
    ("value", "names"),
    [
        pytest.param("gold", ["gold"], id="one text"),
        pytest.param(["gold", "silver"], ["gold", "silver"], id="a list"),
        pytest.param([], [], id="an empty list"),
    ],
)
def test_var_of_names(dbt, value, names):
    with dbt.vars({"cutover_blue_green_schemas": value}):
        assert dbt.call("cutover._var_names", "schema_name", "cutover_blue_green_schemas") == names


@pytest.mark.parametrize(
    ("value", "error"),
    [
        pytest.param(
            {"gold": True},
            "`cutover_blue_green_schemas` must be a list; got {gold: true}. Example: {example}.",
            id="mapping",
        ),
        pytest.param(
            None, "`cutover_blue_green_schemas` must be a list; got nothing. Example: {example}.", id="nothing"
        ),
        pytest.param(
            ["gold", "gold"],
            "`cutover_blue_green_schemas` must be a list that names each once; got ['gold', 'gold'].",
            id="one twice",
        ),
        pytest.param(
            ["gold", 1],
            "`cutover_blue_green_schemas[1]` must be a text that is not empty; got 1. Example: {example}.",
            id="no text",
        ),
        pytest.param(
            " ",
            "`cutover_blue_green_schemas[0]` must be a text that is not empty; got ' '. Example: {example}.",
            id="blank",
        ),
    ],
)
def test_var_of_names_that_is_none(dbt, value, error):
    example = "cutover_blue_green_schemas: ['marts']"
    with (
        dbt.vars({"cutover_blue_green_schemas": value}),
        dbt.raises("cutover.schema_name: " + error.replace("{example}", example)),
    ):
        dbt.call("cutover._var_names", "schema_name", "cutover_blue_green_schemas")


SEEN = "{{ cutover._var('cutover_schema') }}"
MODEL = f"select '{SEEN}' as seen"
HOOK = "{% do log('seen by a hook of ' ~ '%s: ' ~ cutover._var('cutover_schema'), info=true) %}"
CHECK = "{% do cutover._require_known_vars('reconcile') %}"

# Projects by name, each with the `vars:` of its dbt_project.yml, and what is run on which.
PROJECTS = {"top": {"cutover_schema": "audit"}, "scoped": {"cutover": {"cutover_schema": "audit"}}}
STATE = ["run-operation", "cutover._ensure_state", "--args", "{tables: [failed_rows]}"]
COMMANDS = [
    ("top", STATE),
    ("top", ["run"]),
    ("top", [*STATE, "--vars", "{cutover_schema: other}"]),
    ("top", ["run", "--vars", "{cutover_schema: other}"]),
    ("scoped", ["run-operation", "cutover._require_known_vars", "--args", "{origin: reconcile}"]),
    ("scoped", ["run-operation", "checked"]),
    ("top", ["run-operation", "checked", "--vars", "{cutover_colur: blue}"]),
]

# All in one process: starting dbt takes longer than any of them.
RUNNER = """
import json, sys
import duckdb
from dbt.cli.main import dbtRunner

outcomes = []
for project, command in json.load(sys.stdin):
    messages = []
    def keep(event):
        messages.append(event.info.msg)
    result = dbtRunner(callbacks=[keep]).invoke(
        ["--no-send-anonymous-usage-stats", *command, "--project-dir", project, "--profiles-dir", project]
    )
    with duckdb.connect(f"{project}/shop.duckdb") as connection:
        views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        seen = {name: connection.execute(f"select seen from {name}").fetchone()[0] for (name,) in views}
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
    schemas = [name for (name,) in schemas]
    outcomes.append({"success": result.success, "messages": messages, "models": seen, "schemas": schemas})
json.dump(outcomes, open("outcomes.json", "w"))
"""


@pytest.fixture(scope="module")
def outcomes(shop_folder, tmp_path_factory):
    """Run the commands on small projects, and return for each what it said and what it left behind."""
    folder = tmp_path_factory.mktemp("vars")
    for name, vars_ in PROJECTS.items():
        write_project(folder / name, vars_, shop_folder / "dbt_packages" / "cutover")
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps([(str(folder / name), command) for name, command in COMMANDS]),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "outcomes.json").read_text(encoding="utf-8"))


def write_project(folder, vars_, package):
    hooks = {name: [HOOK.replace("%s", name)] for name in ("shop", "parts")}
    output = {"type": "duckdb", "path": str(folder / "shop.duckdb")}
    files = {
        "dbt_project.yml": {"name": "shop", "profile": "shop", "vars": vars_, "on-run-start": hooks["shop"]},
        "profiles.yml": {"shop": {"target": "dev", "outputs": {"dev": output}}},
        "dbt_packages/parts/dbt_project.yml": {"name": "parts", "profile": "shop", "on-run-start": hooks["parts"]},
        "models/root_model.sql": MODEL,
        "dbt_packages/parts/models/part_model.sql": MODEL,
        "macros/checked.sql": "{% macro checked() %}" + CHECK + "{% endmacro %}",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # JSON is YAML.
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    (folder / "dbt_packages" / "cutover").symlink_to(package)


@pytest.mark.parametrize(
    ("operation", "run", "value"),
    [
        pytest.param(0, 1, "audit", id="in dbt_project.yml"),
        pytest.param(2, 3, "other", id="on the command line"),
    ],
)
def test_var_is_the_same_in_models_packages_hooks_and_operations(outcomes, operation, run, value):
    hooks = dict(re.findall(r"seen by a hook of (\w+): (\w+)", "\n".join(outcomes[run]["messages"])))

    assert (outcomes[operation]["success"], outcomes[run]["success"]) == (True, True), outcomes[run]["messages"]
    assert outcomes[run]["models"] == {"root_model": value, "part_model": value}
    assert hooks == {"shop": value, "parts": value}
    assert value in outcomes[operation]["schemas"]
    assert "cutover" not in outcomes[operation]["schemas"]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        pytest.param(4, SCOPED, id="scoped in dbt_project.yml, the package's operation"),
        pytest.param(5, SCOPED, id="scoped in dbt_project.yml, the project's operation"),
        pytest.param(
            6,
            f"cutover.reconcile: unknown var 'cutover_colur'. Did you mean 'cutover_colour'? Known: {KNOWN}.",
            id="mistyped on the command line",
        ),
    ],
)
def test_var_that_would_not_be_read_is_refused(outcomes, number, error):
    assert not outcomes[number]["success"]
    assert any(error in message for message in outcomes[number]["messages"]), outcomes[number]["messages"]
