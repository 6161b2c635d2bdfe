"""What is wrong with the set-up is told in one clear message, once."""

from __future__ import annotations

import pytest

USAGE_ERROR = pytest.ExitCode.USAGE_ERROR
WORKERS = [
    pytest.param([], id="one process"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.thorough),
]

WAYS = "--dbt-project-dir, the ini option dbt_project_dir or a fixture project_dir"

ONE_TEST = """
    def test_one(dbt):
        assert dbt.call("specimen.currency") == "EUR"
"""

PROFILES = """
specimen:
  target: dev
  outputs:
    dev: {type: duckdb, path: warehouse.duckdb, schema: live}
    ci: {type: duckdb, path: warehouse.duckdb, schema: live}
"""


def errors(result):
    return [line for line in result.errlines if line.strip()]


def project_at(folder, name):
    (folder / "macros").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(f"name: {name}\nversion: 1.0.0\n")
    (folder / "macros" / "own.sql").write_text("{% macro own() %}{{ return(project_name) }}{% endmacro %}")


# -- projects ---------------------------------------------------------------------------------------------------------


def test_no_project_is_said(pytester, run):
    pytester.makepyfile(ONE_TEST)
    result = run()
    here = pytester.path
    assert (result.ret, errors(result)) == (
        USAGE_ERROR,
        [f"ERROR: no dbt_project.yml in {here} or any folder above it, nor below {here}; {WAYS} says where it is"],
    )


def test_the_only_project_below_the_root_folder_is_found(pytester, run):
    project_at(pytester.path / "transform" / "shop", "shop")
    project_at(pytester.path / "transform" / "shop" / "integration_tests", "inner")
    project_at(pytester.path / "transform" / "shop" / "dbt_packages" / "parts", "parts")
    for hidden in (".cache", "target", "dbt_packages", "node_modules", "deep/er/and/deep/er"):
        project_at(pytester.path / hidden, "hidden")
    (pytester.path / "venv").mkdir()
    (pytester.path / "venv" / "pyvenv.cfg").touch()
    project_at(pytester.path / "venv" / "inside", "inside")
    pytester.mkdir("tests")
    (pytester.path / "tests" / "test_own.py").write_text("def test_own(dbt): assert dbt.call('own') == 'shop'")
    run("--rootdir", ".").assert_outcomes(passed=1)


def test_several_projects_to_choose_from_are_named(pytester, run):
    for name in ("west", "east"):
        project_at(pytester.path / name, name)
    pytester.makepyfile("def test_own(dbt): assert dbt.call('own') == 'west'")
    result = run("--rootdir", ".")
    here = pytester.path
    assert (result.ret, errors(result)) == (
        USAGE_ERROR,
        [
            f"ERROR: no dbt_project.yml in {here} or any folder above it, and below {here} there are 2: east, west; "
            f"{WAYS} says which one"
        ],
    )
    run("--dbt-project-dir", "west").assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", WORKERS)
def test_a_project_that_dbt_refuses_is_said_in_dbts_words_once(pytester, project, run, workers):
    (project / "macros" / "broken.sql").write_text("{% macro broken() %}{% if %}{% endmacro %}")
    pytester.makepyfile("import pytest\n@pytest.mark.parametrize('a', range(9))\ndef test_one(dbt, a): ...")
    result = run(*workers)
    said = result.stdout.str() + result.stderr.str()
    assert result.ret != pytest.ExitCode.OK
    assert said.count("Expected an expression, got 'end of statement block'") == 1
    assert f"dbt can't parse the project {project}:" in said
    assert "Traceback" not in said


def test_a_chosen_project_that_dbt_refuses_is_said_once_too(pytester, project, run):
    (project / "macros" / "broken.sql").write_text("{% macro broken() %}{% if %}{% endmacro %}")
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def project_dir():
            return {str(project)!r}

        @pytest.mark.parametrize("turn", range(5))
        def test_ours(dbt, turn): ...

        @pytest.mark.parametrize("macro_generator", ["macro.specimen.cents"] * 5, indirect=True)
        def test_peers(macro_generator): ...
        """
    )
    result = run("-p", "no:randomly")
    result.assert_outcomes(errors=10)
    said = result.stdout.str()
    # In the report of the first test, and in its line of the summary.
    assert said.count("Expected an expression, got 'end of statement block'") == 1
    assert said.count(f"\n{project}: see the first error of this project") == 9
    assert "Traceback" not in said
    assert "plugin.py" not in said


def test_packages_that_are_not_installed_are_said_in_dbts_words(pytester, project, run):
    (project / "packages.yml").write_text("packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n")
    pytester.makepyfile(ONE_TEST)
    result = run()
    assert result.ret == USAGE_ERROR
    said = " ".join(errors(result))
    assert "dbt found 1 package(s) specified in packages.yml, but only 0 package(s) installed" in said
    assert 'Run "dbt deps" to install package dependencies.' in said


def test_a_project_file_that_is_no_yaml_is_said(pytester, project, run):
    (project / "dbt_project.yml").write_text("name: [")
    pytester.makepyfile(ONE_TEST)
    result = run()
    assert result.ret == USAGE_ERROR
    assert errors(result)[0].startswith(f"ERROR: {project / 'dbt_project.yml'} can't be read: ")


@pytest.mark.parametrize(
    ("option", "ini", "file"),
    [
        pytest.param("--dbt-project-dir", "dbt_project_dir", "dbt_project.yml", id="project"),
        pytest.param("--profiles-dir", "dbt_profiles_dir", "profiles.yml", id="profiles"),
    ],
)
def test_a_folder_without_its_file_is_said(pytester, project, run, option, ini, file):
    pytester.makepyfile(ONE_TEST)
    missing = project / "macros" / file
    result = run(option, "macros")
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: {option}: there is no {missing}"])
    pytester.makeini(f"[pytest]\n{ini} = macros")
    result = run()
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: ini option {ini}: there is no {missing}"])


# -- profiles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profiles", "options", "message"),
    [
        pytest.param(
            PROFILES,
            ["--dbt-target", "dve"],
            "the profile 'specimen' in {path} has no target 'dve'; it has dev, ci. Did you mean 'dev'?",
            id="target",
        ),
        pytest.param(
            PROFILES.replace("specimen", "specimens") + "config: {}\n",
            [],
            "the project's profile 'specimen' is not in {path}, which has specimens. Did you mean 'specimens'?",
            id="profile",
        ),
        pytest.param(
            "specimen:\n  target: dev\n",
            [],
            "the profile 'specimen' in {path} has no outputs, or they are not mappings",
            id="no outputs",
        ),
        pytest.param("- specimen\n", [], "{path} is not a mapping", id="a list"),
    ],
)
def test_a_profile_that_does_not_fit_is_said(pytester, project, run, profiles, options, message):
    (project / "profiles.yml").write_text(profiles)
    pytester.makepyfile(ONE_TEST)
    result = run("--profiles-dir", ".", *options)
    path = project / "profiles.yml"
    assert (result.ret, errors(result)) == (USAGE_ERROR, [f"ERROR: {message.format(path=path)}"])


def test_a_profile_that_is_no_yaml_is_said(pytester, project, run):
    (project / "profiles.yml").write_text("specimen: [")
    pytester.makepyfile(ONE_TEST)
    result = run("--profiles-dir", ".")
    assert result.ret == USAGE_ERROR
    assert errors(result)[0] == f"ERROR: {project / 'profiles.yml'} can't be read: while parsing a flow node"


def test_a_variable_that_the_profile_wants_and_the_environment_lacks_is_said(pytester, project, run, monkeypatch):
    monkeypatch.delenv("SPECIMEN_THREADS", raising=False)
    threads = "threads: \"{{ env_var('SPECIMEN_THREADS') | int }}\", type:"
    (project / "profiles.yml").write_text(PROFILES.replace("type:", threads, 1))
    pytester.makepyfile(ONE_TEST)
    result = run("--profiles-dir", ".")
    assert result.ret == USAGE_ERROR
    assert "Env var required but not provided: 'SPECIMEN_THREADS'" in " ".join(errors(result))
    monkeypatch.setenv("SPECIMEN_THREADS", "1")
    run("--profiles-dir", ".").assert_outcomes(passed=1)


def test_an_adapter_that_the_profile_names_and_nobody_has_installed_is_said(pytester, project, run):
    (project / "profiles.yml").write_text(PROFILES.replace("type: duckdb", "type: oracle"))
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("macro_generator", ["macro.specimen.cents"], indirect=True)
        def test_peers(macro_generator): ...
        """
    )
    result = run("--profiles-dir", ".")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"dbt can't parse the project {project}:", "*Could not find adapter type oracle!*"])
    assert "plugin.py" not in result.stdout.str()


# -- macros -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            "dbt.call('specimen.cent', 'a')",
            "there is no macro 'specimen.cent' in the project specimen. Did you mean 'specimen.cents'?",
            id="near",
        ),
        pytest.param(
            "dbt.call('cent', 'a')",
            "there is no macro 'cent' in the project specimen. Did you mean 'specimen.cents'?",
            id="near, without its package",
        ),
        pytest.param(
            "dbt.call('specimne.cents', 'a')",
            "there is no package 'specimne' in the project specimen. Did you mean 'specimen.cents'?",
            id="another package",
        ),
        pytest.param(
            "dbt.call('specimne.cent', 'a')",
            "there is no package 'specimne' in the project specimen. Did you mean 'specimen.cents'?",
            id="another package and near",
        ),
        pytest.param(
            "dbt.run_test('specimen.abov', dbt.table('t', [{'a': 1}]), column_name='a')",
            "there is no macro 'specimen.abov' in the project specimen. Did you mean 'specimen.above'?",
            id="a generic test",
        ),
        pytest.param(
            "dbt.call('specimen.run_query', 'a')",
            "there is no macro 'specimen.run_query' in the project specimen. Did you mean 'dbt.run_query'?",
            id="of another package",
        ),
        pytest.param("dbt.call('specimen.zzz')", "there is no macro 'specimen.zzz' in the project specimen.", id="far"),
        pytest.param(
            "dbt.call('specimen.cents', 'a', precison=2)",
            "macro 'cents' takes no keyword argument 'precison'; its arguments are (column, precision=2)",
            id="wrong argument",
        ),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_call_that_can_not_be_made_is_said(pytester, run, call, message):
    pytester.makepyfile(f"def test_one(dbt):\n    {call}")
    result = run("-p", "no:randomly")
    result.assert_outcomes(failed=1)
    said = [line.removeprefix("E").strip() for line in result.outlines if line.startswith("E ")]
    assert said[0] == message
