"""The package keeps its own shape: one test for each macro or file and rule, so that a failure names the culprit."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import check_sql_style
import dbt_cutover
import package_shape as shape

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = shape.Package(ROOT)
REPOSITORY = shape.repository_files(ROOT)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def holds(faults: list[str] | list[tuple[int, str]]) -> None:
    assert not faults, "; ".join(str(fault) for fault in faults)


each_public_macro = pytest.mark.parametrize("macro", PACKAGE.public, ids=str)
each_macro = pytest.mark.parametrize("macro", PACKAGE.macros, ids=str)
each_file = pytest.mark.parametrize("path", REPOSITORY, ids=relative)


@pytest.mark.parametrize("path", PACKAGE.files, ids=relative)
def test_a_macro_file_can_be_read(path):
    holds(shape.syntax_faults(path))


@each_public_macro
def test_a_public_macro_is_documented_as_it_is(macro):
    holds(shape.documentation_faults(PACKAGE, macro))


@pytest.mark.parametrize("name", list(PACKAGE.documentation))
def test_what_is_documented_is_there(name):
    holds(shape.entry_faults(PACKAGE, name))


@each_public_macro
def test_a_macro_that_refuses_unknown_arguments_knows_its_own(macro):
    holds(shape.known_argument_faults(macro))


@pytest.mark.parametrize("macro", [macro for macro in PACKAGE.macros if "__" in macro.name], ids=str)
def test_an_engine_s_answer_keeps_the_contract(macro):
    holds(shape.override_faults(PACKAGE, macro))


@pytest.mark.parametrize("macro", [macro for macro in PACKAGE.public if macro.room == "dialect"], ids=str)
def test_a_macro_of_the_contract_has_a_default(macro):
    holds(shape.contract_faults(PACKAGE, macro))


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in ("macros", "models")
        for path in sorted((ROOT / folder).rglob("*.sql"))
        if path.relative_to(ROOT).parts[:2] != ("macros", "dialect")
    ],
    ids=relative,
)
def test_only_the_dialect_knows_an_engine(path):
    holds(shape.engine_faults(path))


@pytest.mark.parametrize(
    "path",
    [path for path in PACKAGE.files if PACKAGE.room(path) not in ("dialect", "support")],
    ids=relative,
)
def test_a_file_is_named_after_its_public_macro(path):
    holds(list(check_sql_style.naming_faults(path, path.read_text(encoding="utf-8"))))


@each_macro
def test_a_macro_can_be_read_at_a_glance(macro):
    holds(shape.size_faults(macro))


@each_macro
def test_dependencies_between_rooms_point_one_way(macro):
    holds(shape.dependency_faults(PACKAGE, macro))


@each_public_macro
def test_a_public_macro_is_named_by_a_test(macro):
    holds(shape.reach_faults(PACKAGE, macro))


@pytest.mark.parametrize("macro", [macro for macro in PACKAGE.public if macro.room != "dialect"], ids=str)
def test_a_public_macro_is_used_by_the_integration_project(macro):
    holds(shape.use_faults(PACKAGE, macro))


def test_the_project_file_sets_no_vars():
    holds(shape.vars_faults(ROOT))


def test_the_distribution_has_the_package_s_version():
    assert version("dbt-cutover") == dbt_cutover.__version__ == shape.package_version(ROOT)


@pytest.mark.parametrize("path", [path for path in REPOSITORY if path != ROOT / "dbt_project.yml"], ids=relative)
def test_the_version_is_said_once(path):
    holds(shape.version_faults(path, shape.package_version(ROOT)))


@each_file
def test_a_file_holds_on_any_machine(path):
    holds(shape.place_faults(path))


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", *(path for path in REPOSITORY if path.suffix == ".md" and path != ROOT / "README.md")],
    ids=relative,
)
def test_links_lead_somewhere(path):
    holds(shape.link_faults(path))


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=relative)
def test_what_is_installed_is_pinned(path):
    holds(shape.pin_faults(path))


def test_the_oldest_dbt_is_the_oldest_that_is_tested():
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    oldest = project["require-dbt-version"][0].removeprefix(">=")

    assert f"dbt-core=={oldest}" in (ROOT / "requirements" / "dbt-1.10.txt").read_text(encoding="utf-8").splitlines()
