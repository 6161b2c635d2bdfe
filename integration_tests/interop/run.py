"""Use dbt_utils, dbt_expectations and this package in one project, and see that none is in another's way.

The project is built twice: as it is, where every test has to pass, and with a fault planted for each of its tests,
where every one has to fail. The packages' names are held against each other, and what `dispatch` hands on.

Usage: ``python integration_tests/interop/run.py [--packages FOLDER] [--target duckdb|postgres] [--summary FILE]``.
``dbt deps`` takes both packages from the hub, or, with ``--packages``, from a folder with a copy of each (and of
dbt_date, which dbt_expectations needs). All that is made is in ``target/interop/``, or where ``--output`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent
ROOT = PROJECT.parents[1]
THEIRS = ("dbt_utils", "dbt_expectations", "dbt_date")

# The guides' names, and dbt_utils' where a macro does the same: called with a package before them, so never mixed up.
SHARED_MACROS = {"deduplicate", "generate_surrogate_key", "unpivot"}
# A test of the guides' name: with its package before it, as all of ours, each is itself.
SHARED_TESTS = {"test_not_empty_string"}
# dbt's materializations call theirs without a package; tests/indexes_of_dbt_are_made.sql holds that they get it.
SHARED_WITH_DBT = {"create_indexes"}

# A fault for each test: file, what stands there, what stands there instead.
FAULTS = [
    (
        "models/stg_orders.sql",
        "from {{ ref('raw_orders') }}\n",
        "from {{ ref('raw_orders') }}\n"
        "union all select 105, 3, 'Books', -5, cast('2024-06-01' as date), null\n"
        "union all select 120, 3, 'Books', 5, cast('2024-06-01' as date), null\n"
        "union all select null, 3, 'Books', 5, cast('2024-06-01' as date), null\n",
    ),
    ("models/_models.yml", "column_type_list: [timestamp, date]", "column_type_list: [timestamp]"),
    ("models/daily_orders.sql", "group by", "where days.date_day <> cast('2024-03-01' as date)\ngroup by"),
    (
        "models/dim_customers.sql",
        ") }} as versions\n",
        ") }} as versions\ncross join (select 1 as copy union all select 2) as copies\n",
    ),
    ("seeds/raw_customers.csv", "jose@example.com", "jose at example.com"),
    ("tests/spines_are_equal.sql", "end_inclusive=false", "end_inclusive=true"),
    ("tests/pivots_are_equal.sql", "('count', 'null')", "('count', 0)"),
    ("tests/surrogate_keys_are_equal.sql", "compatible_with='dbt_utils'", "compatible_with=none"),
    ("tests/unpivots_are_equal.sql", "remove=others", "remove=[]"),
    (
        "tests/deduplicated_rows_are_equal.sql",
        "cutover.deduplicate(ref('order_dates'), 'customer_id', 'order_date desc",
        "cutover.deduplicate(ref('order_dates'), 'customer_id', 'order_date",
    ),
    ("tests/values_are_equal.sql", "where='product_category is not null'", "where=none"),
    ("tests/indexes_of_dbt_are_made.sql", "<> 1", "<> 2"),
]

# The project answers for one package's macro; the nodes that may change are those that call it.
OVERRIDES = {
    "dbt_utils": (
        "{% macro default__generate_surrogate_key(field_list) -%}\n'overridden'\n{%- endmacro %}\n",
        {"surrogate_keys_are_equal"},
    ),
    "cutover": (
        "{% macro default__dialect_steps(relation, alias, last, every=1) -%}\noverridden\n{%- endmacro %}\n",
        {"daily_orders", "spines_are_equal"},
    ),
}


@dataclass
class Expectations:
    """What was expected and what came."""

    held: int = 0
    failed: list[str] = field(default_factory=list)

    def equal(self, what: str, got: object, want: object) -> None:
        """Expect one value."""
        if got == want:
            self.held += 1
        else:
            self.failed.append(f"{what}: expected {want!r}, got {got!r}")
            print(f"  FAILED {self.failed[-1]}", flush=True)


@dataclass(frozen=True)
class Outcome:
    """What one dbt command answered: the nodes by status, their compiled SQL, and the error of the whole."""

    succeeded: bool
    statuses: Mapping[str, str]
    compiled: Mapping[str, str]
    error: str


class Shop:
    """A copy of the project with its packages installed.

    Parameters
    ----------
    folder : Path
        Where the copy goes.
    packages : mapping of str to Path, optional
        The folders of the packages by name; without it `dbt deps` takes what packages.yml says from the hub.
    target : str
        The target of profiles.yml.
    """

    def __init__(self, folder: Path, packages: Mapping[str, Path] | None, target: str) -> None:
        from dbt.cli.main import dbtRunner

        self._runner = dbtRunner()
        self.folder = folder
        self._target = target
        shutil.copytree(
            PROJECT, folder, ignore=shutil.ignore_patterns("run.py", "target", "logs", "dbt_packages", "__pycache__")
        )
        wanted = yaml.safe_load((folder / "packages.yml").read_text(encoding="utf-8"))["packages"]
        if packages is None:
            listed = [{"local": str(ROOT)} if "local" in package else package for package in wanted]
        else:
            listed = [{"local": str(path)} for path in (*packages.values(), ROOT)]
        (folder / "packages.yml").write_text(yaml.safe_dump({"packages": listed}), encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Put one text in the place of another, which has to be there."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise LookupError(f"{name} has no {old!r}")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Write one more file, or more at the end of one that is there."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")

    def __call__(self, *command: str, variables: Mapping[str, object] | None = None) -> Outcome:
        """Run one command of dbt in the copy."""
        place = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder), "--target", self._target]
        given = ["--vars", json.dumps(variables)] if variables else []
        answer = self._runner.invoke(["--quiet", "--log-level", "none", *command, *place, *given])
        results = [result for result in getattr(answer.result, "results", []) if getattr(result, "node", None)]
        # A generic test is known by what it tests and how: its name says both.
        statuses = {result.node.name: str(result.status) for result in results}
        compiled = {
            result.node.name: result.node.compiled_code for result in results if hasattr(result.node, "compiled_code")
        }
        messages = [str(answer.exception or "")] + [
            str(result.message) for result in results if str(result.status) == "error"
        ]
        return Outcome(bool(answer.success), statuses, compiled, "\n".join(filter(None, messages)))

    def manifest(self) -> dict[str, Any]:
        """Read what dbt parsed."""
        path = Path(os.environ["DBT_TARGET_PATH"]) / "manifest.json"
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return manifest


def copies(packages: Path, to: Path) -> dict[str, Path]:
    """Copy the packages' folders, and let dbt_expectations find dbt_date beside it; the name is each project's own."""
    found = {}
    for project in sorted(packages.glob("*/dbt_project.yml")):
        name = yaml.safe_load(project.read_text(encoding="utf-8"))["name"]
        if name in THEIRS:
            found[name] = to / name
            shutil.copytree(
                project.parent, to / name, ignore=shutil.ignore_patterns(".git", "integration_tests", "packages.yml")
            )
    missing = [name for name in THEIRS if name not in found]
    if missing:
        raise SystemExit(f"{packages} has no copy of {', '.join(missing)}: a folder for each, with its dbt_project.yml")
    return found


def passes(shop: Shop, expect: Expectations) -> dict[str, str]:
    """Build the project as it is: every test passes. Give the compiled SQL of its nodes."""
    built = shop("build")
    if not built.statuses:
        raise SystemExit(f"The project can't be built: {built.error}")
    expect.equal(f"build ({built.error[:2000]})", built.succeeded, True)
    bad = {name: status for name, status in built.statuses.items() if status not in ("success", "pass")}
    expect.equal("nodes that don't build or pass", bad, {})
    tested = Counter(
        node["test_metadata"]["namespace"] or "dbt" if node.get("test_metadata") else "singular"
        for node in shop.manifest()["nodes"].values()
        if node["resource_type"] == "test"
    )
    used = {"cutover", "dbt", "dbt_utils", "dbt_expectations", "singular"}
    expect.equal("tests of each package", {*tested} & used, used)
    print(f"  {sum(tested.values())} tests: " + ", ".join(f"{n} of {name}" for name, n in sorted(tested.items())))

    as_empty = shop(
        "test", "--select", "surrogate_keys_are_equal", variables={"surrogate_key_treat_nulls_as_empty_strings": True}
    )
    expect.equal("keys with NULL as empty text", as_empty.statuses, {"surrogate_keys_are_equal": "pass"})
    return dict(shop("compile").compiled)


def names_differ(shop: Shop, expect: Expectations) -> None:
    """Hold the names of all packages against each other, as far as dbt looks one up in several of them."""
    macros: dict[str, set[str]] = {}
    for macro in shop.manifest()["macros"].values():
        macros.setdefault(macro["package_name"], set()).add(macro["name"])
    ours = {name for name in macros["cutover"] if not name.startswith("_")}
    theirs = set().union(*(macros[name] for name in THEIRS))
    dbts = set().union(
        *(names for package, names in macros.items() if package.startswith("dbt") and package not in THEIRS)
    )
    expect.equal("each package is there", {name for name in THEIRS if len(macros[name]) > 20}, set(THEIRS))

    # dbt looks an engine's answer up by its name, and while it parses a test without its package too, wherever it is.
    tests = {name for name in ours if name.startswith("test_")}
    expect.equal("names of generic tests that theirs have too", tests & theirs, SHARED_TESTS & tests)
    expect.equal("engines' answers that theirs have too", {name for name in ours if "__" in name} & theirs, set())
    # dbt calls its own macros by name, and takes a package's over its own in some places.
    expect.equal("names that dbt has too", macros["cutover"] & dbts, SHARED_WITH_DBT)
    called = {name for name in ours - tests if "__" not in name}
    expect.equal("names of macros that theirs have too", called & theirs, SHARED_MACROS)
    print(f"  {len(ours)} public macros and tests of ours, {len(theirs)} of theirs, {len(dbts)} of dbt's")

    for name in sorted(SHARED_MACROS):
        bare = shop("compile", "--inline", f"{{{{ {name}(['order_id']) }}}}")
        expect.equal(
            f"{name} without a package", (bare.succeeded, f"'{name}' is undefined" in bare.error), (False, True)
        )


def dispatch_holds(shop: Shop, expect: Expectations, before: Mapping[str, str]) -> None:
    """Let `dispatch` look into every package for any of them: nothing changes, for no package answers for another."""
    searched = {
        "dbt_utils": ["cutover_interop", "cutover", "dbt_expectations", "dbt_utils"],
        "dbt_expectations": ["cutover_interop", "cutover", "dbt_utils", "dbt_expectations"],
        "cutover": ["cutover_interop", "dbt_utils", "dbt_expectations", "cutover"],
    }
    orders = [{"macro_namespace": name, "search_order": order} for name, order in searched.items()]
    shop.add("dbt_project.yml", "\n" + yaml.safe_dump({"dispatch": orders}))
    after = shop("compile").compiled
    expect.equal("nodes compared", len(before) >= 25, True)
    expect.equal("nodes that change with dispatch", changed(before, after), set())

    for package, (macro, callers) in OVERRIDES.items():
        shop.add("macros/overrides.sql", macro)
        after = shop("compile").compiled
        expect.equal(f"nodes that change with an answer for {package}", changed(before, after), callers)
        before = after


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """Name the nodes whose SQL is another one."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def fails(shop: Shop, expect: Expectations) -> None:
    """Build the project with its faults: every test fails, and none by an error."""
    for fault in FAULTS:
        shop.change(*fault)
    for command in (("seed", "--full-refresh"), ("run",)):
        ran = shop(*command)
        expect.equal(f"{command[0]} with faults ({ran.error[:2000]})", ran.succeeded, True)
    tested = shop("test").statuses
    expect.equal(
        "tests that don't see their fault", {name for name, status in tested.items() if status != "fail"}, set()
    )
    expect.equal("tests that ran on faults", len(tested) >= 20, True)
    print(f"  {len(tested)} tests, each seen to fail")


def main(argv: Sequence[str] | None = None) -> int:
    """Run everything and sum up."""
    parser = argparse.ArgumentParser(description="Use the package beside dbt_utils and dbt_expectations.")
    parser.add_argument(
        "--packages", type=Path, help="a folder with copies of dbt_utils, dbt_expectations and dbt_date"
    )
    parser.add_argument("--target", choices=("duckdb", "postgres"), default="duckdb", help="the target of profiles.yml")
    parser.add_argument("--output", type=Path, default=ROOT / "target" / "interop", help="where everything goes")
    parser.add_argument("--summary", type=Path, help="write what happened to this file, as JSON")
    options = parser.parse_args(argv)

    output = options.output.resolve()
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    os.environ |= {
        "DBT_TARGET_PATH": str(output / "target"),
        "DBT_LOG_PATH": str(output / "target"),
        "DBT_PARTIAL_PARSE": "false",
        "DO_NOT_TRACK": "1",
    }
    (output / "target").mkdir()
    started = time.monotonic()
    expect = Expectations()
    packages = copies(options.packages.resolve(), output / "packages") if options.packages else None
    shops = [Shop(output / name, packages, options.target) for name in ("project", "dispatched", "faulty")]
    for shop in shops:
        installed = shop("deps")
        expect.equal(f"deps ({installed.error[:2000]})", installed.succeeded, True)

    project, dispatched, faulty = shops
    compiled = passes(project, expect)
    names_differ(project, expect)
    dispatch_holds(dispatched, expect, compiled)
    fails(faulty, expect)
    seconds = time.monotonic() - started
    print(f"{expect.held} expectations held, {len(expect.failed)} failed, in {seconds:.1f} s")
    if options.summary:
        options.summary.write_text(
            json.dumps({"held": expect.held, "failed": expect.failed, "seconds": round(seconds, 1)})
        )
    return 1 if expect.failed else 0


if __name__ == "__main__":
    sys.exit(main())
