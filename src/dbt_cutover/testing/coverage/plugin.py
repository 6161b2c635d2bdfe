"""Macro coverage in a pytest session: there only when it was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from dbt_cutover.testing.coverage import report_html, report_json, report_term
from dbt_cutover.testing.coverage.figures import Figures, figures
from dbt_cutover.testing.coverage.record import Record, Recorder
from dbt_cutover.testing.coverage.settings import Settings
from dbt_cutover.testing.errors import did_you_mean

__all__ = ["MacroCoverage"]

_SENT = "dbt_cutover_coverage"
"""The name under which a worker of xdist sends what it reached."""


class MacroCoverage:
    """Records in this process, or adds up what the workers of xdist send; reports at the end."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._settings = settings
        self._reached = Record()
        self._lost: list[str] = []
        self._figures: Figures | None = None
        self._faults: list[str] = []
        self.recorder = Recorder(config.rootpath, settings.packages)

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Refuse a package that no project has, once the projects are parsed.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_runtestloop
        """
        fault = self._unknown_package(self.recorder.packages) if self.recorder.packages else None
        if fault is None:
            return
        if not hasattr(session.config, "workerinput"):
            raise pytest.UsageError(fault)
        session.shouldstop = fault

    def _unknown_package(self, known: set[str]) -> str | None:
        for name in self._settings.packages:
            if name not in known:
                shown = ", ".join(sorted(known))
                near = did_you_mean(name, known)
                return f"--macro-coverage-package: there is no package {name!r}; known: {shown}.{near}"
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker reached.

        See https://pytest-xdist.readthedocs.io/en/stable/ (``xdist.newhooks``)
        """
        del error
        sent = getattr(node, "workeroutput", {}).get(_SENT)
        if sent is None:
            self._lost.append(node.gateway.id)
        else:
            self._reached.merge(Record.from_json(sent))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what was reached, in a worker; else write the reports and fail the session that is below the bar.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_sessionfinish
        """
        config = session.config
        self.recorder.stop()
        self._reached.merge(self.recorder.record())
        if hasattr(config, "workeroutput"):
            config.workeroutput[_SENT] = self._reached.to_json()
            return
        if config.option.collectonly:
            return
        self._figures = figures(self._reached)
        for output in self._settings.outputs:
            if output.path is not None:
                writer = report_html if output.report == "html" else report_json
                writer.write(self._figures, output.path)
        self._faults = self._find_faults(self._figures)
        if self._faults and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _find_faults(self, found: Figures) -> list[str]:
        faults = [f"the worker {name} was lost, and what it reached isn't counted" for name in self._lost]
        unknown = self._unknown_package(self._reached.packages) if self._reached.packages else None
        if unknown is not None:
            faults.append(unknown)
        bar = self._settings.fail_under
        if bar and not found.files:
            faults.append(f"there were no macros to count; {bar:g}% is required")
        elif bar is not None and found.cover.percent < bar:
            faults.append(f"{found.cover.shown}% of the lines and branches were reached; {bar:g}% is required")
        return faults

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the report.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_terminal_summary
        """
        if self._figures is None:
            return
        terminalreporter.section("macro coverage")
        if not self._figures.files:
            terminalreporter.line("No macros to count: no test used a project that has any.")
        for output in self._settings.outputs:
            if output.path is not None:
                terminalreporter.line(f"{output.report}: {output.path}")
            elif self._figures.files:
                for line in report_term.table(self._figures):
                    terminalreporter.line(line)
        for fault in self._faults:
            terminalreporter.line(f"ERROR: macro coverage: {fault}", red=True)

    def pytest_unconfigure(self) -> None:
        """Give dbt its own templates again, also after a session that couldn't begin.

        See https://docs.pytest.org/en/stable/reference/reference.html#pytest.hookspec.pytest_unconfigure
        """
        self.recorder.stop()
