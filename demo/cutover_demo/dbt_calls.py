"""dbt in this process: the same command lines that a user types, their JSON documents, and progress while they run."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner


class DbtError(RuntimeError):
    """A dbt command ended in another way than the demo's story has it; the message is dbt's own."""


@dataclass(frozen=True)
class Operation:
    """What a ``dbt run-operation`` came to.

    Attributes
    ----------
    name : str
        The macro.
    exit_code : int
        As the command line would have it: 0, or 1 when the verdict was bad.
    document : dict
        The JSON document on standard output.
    printed : str
        What it logged for people to read; empty with ``output: json``.
    started, ended : float
        Seconds of :func:`time.perf_counter`.
    """

    name: str
    exit_code: int
    document: dict[str, Any]
    printed: str
    started: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took, dbt's own start included."""
        return self.ended - self.started


@dataclass(frozen=True)
class Build:
    """What a ``dbt build`` came to.

    Attributes
    ----------
    statuses : dict of str to str
        Node to status, such as success or pass.
    seconds : float
        How long it took.
    """

    statuses: dict[str, str]
    seconds: float


class Dbt:
    """Runs dbt on one project.

    The project is parsed once for each set of vars: the colour of a build decides where models land while dbt parses.

    Parameters
    ----------
    project : Path
        The folder of ``dbt_project.yml`` and ``profiles.yml``.
    results : Path
        Where the JSON documents of operations are kept.
    """

    def __init__(self, project: Path, results: Path) -> None:
        self._flags = ["--project-dir", str(project), "--profiles-dir", str(project)]
        self._results = results
        self._manifests: dict[str, Any] = {}
        self._operations = 0

    def deps(self) -> None:
        """Link the package, which is the checkout that the demo lies in."""
        self._invoke(dbtRunner(), ["deps"], [])

    def build(self, dbt_vars: dict[str, str], on_node: Callable[[int, int, str], None]) -> Build:
        """Build and test the whole project.

        Parameters
        ----------
        dbt_vars : dict of str to str
            Colour and build id.
        on_node : callable
            Called with (done, total, name) each time that a node ends.

        Returns
        -------
        Build
            Every node's status.

        Raises
        ------
        DbtError
            When a model or a test failed.
        """

        def listen(event: Any) -> None:
            # dbt's own line at the end of a node, of whatever kind it is.
            if event.info.name in ("LogModelResult", "LogTestResult"):
                total = event.data.total if event.info.name == "LogModelResult" else event.data.num_models
                on_node(event.data.index, total, event.data.node_info.node_name)

        started = time.perf_counter()
        result, _ = self._invoke(self._runner(dbt_vars, [listen]), ["build"], self._vars(dbt_vars))
        return Build(
            {node.node.unique_id: str(node.status) for node in result.result.results}, time.perf_counter() - started
        )

    def operation(
        self,
        name: str,
        args: dict[str, Any] | None = None,
        dbt_vars: dict[str, str] | None = None,
        may_fail: bool = False,
    ) -> Operation:
        """Run a macro of the package.

        Parameters
        ----------
        name : str
            Its name, without ``cutover.``.
        args : dict, optional
            Its arguments; ``output`` is ``json`` unless it is among them.
        dbt_vars : dict of str to str, optional
            Colour and build id.
        may_fail : bool, default False
            Whether exit code 1 is an answer that the story is prepared for.

        Returns
        -------
        Operation
            Exit code, document, print-out and time. The document is kept in the folder of results, too.

        Raises
        ------
        DbtError
            When the operation failed and may not, or printed no document.
        """
        given = {"output": "json", **(args or {})}
        printed: list[str] = []

        def listen(event: Any) -> None:
            if event.info.name == "JinjaLogInfo":
                printed.append(event.data.msg)

        runner = self._runner(dbt_vars or {}, [listen])
        quiet = ["--quiet"] if given["output"] == "json" else []
        command = [*quiet, "run-operation", f"cutover.{name}", "--args", json.dumps(given)]
        started = time.perf_counter()
        result, stdout = self._invoke(runner, command, self._vars(dbt_vars or {}), may_fail)
        ended = time.perf_counter()
        document = {}
        if given["output"] == "json":
            # The document is one line; when the verdict is bad, dbt says below it, --quiet or not, why it ends with 1.
            line = stdout.partition("\n")[0]
            try:
                document = json.loads(line)
            except json.JSONDecodeError as error:
                raise DbtError(f"{name} did not print a JSON document but: {stdout!r}") from error
            self._keep(name, document)
        return Operation(name, 0 if result.success else 1, document, "\n".join(printed), started, ended)

    def _keep(self, name: str, document: dict[str, Any]) -> None:
        self._operations += 1
        self._results.mkdir(parents=True, exist_ok=True)
        path = self._results / f"{self._operations:02d}_{name}.json"
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _runner(self, dbt_vars: dict[str, str], callbacks: list[Callable[[Any], None]]) -> dbtRunner:
        key = json.dumps(dbt_vars, sort_keys=True)
        if key not in self._manifests:
            result, _ = self._invoke(dbtRunner(), ["parse"], self._vars(dbt_vars))
            self._manifests[key] = result.result
        return dbtRunner(manifest=self._manifests[key], callbacks=callbacks)

    @staticmethod
    def _vars(dbt_vars: dict[str, str]) -> list[str]:
        return ["--vars", json.dumps(dbt_vars)] if dbt_vars else []

    def _invoke(
        self, runner: dbtRunner, command: list[str], more: list[str], may_fail: bool = False
    ) -> tuple[Any, str]:
        errors: list[str] = []

        def listen(event: Any) -> None:
            if event.info.level == "error":
                errors.append(event.info.msg)

        runner.callbacks.append(listen)
        stdout = io.StringIO()
        with redirect_stdout(stdout):
            result = runner.invoke(["--no-use-colors", *command, *self._flags, *more])
        if not result.success and not (may_fail and result.exception is None):
            cause = "\n".join(errors) or str(result.exception) or stdout.getvalue()
            raise DbtError(f"dbt {' '.join([*command, *more])}\n{cause}")
        return result, stdout.getvalue()
