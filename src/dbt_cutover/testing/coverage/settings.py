"""What was asked for, on the command line or else in pytest's configuration file, and the switch that turns it on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from dbt_cutover.testing.errors import did_you_mean

if TYPE_CHECKING:
    from dbt_cutover.testing._dbt_compat import ParsedProject

__all__ = ["Output", "Settings", "add_options", "read", "register", "watch"]

_PLUGIN = "dbt_cutover_coverage"
_WORDS: Literal["args"] = "args"

_DEFAULT_PATHS = {"term": None, "html": "macro_coverage", "json": "macro_coverage.json"}
"""The reports, and where each is written."""


@dataclass(frozen=True)
class Output:
    """A report that is asked for, and the file or folder that it is written to; the terminal has none."""

    report: str
    path: Path | None


@dataclass(frozen=True)
class Settings:
    """All that was asked for.

    Attributes
    ----------
    outputs : tuple of Output
        At least one.
    packages : tuple of str
        The packages whose macros count; none for those of the projects themselves.
    fail_under : float or None
        The least percentage of lines and branches with which the session passes.
    """

    outputs: tuple[Output, ...]
    packages: tuple[str, ...]
    fail_under: float | None


def add_options(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    """Add the options, and a setting of the same name for each."""
    group.addoption(
        "--macro-coverage",
        nargs="?",
        const="term",
        action="append",
        metavar="REPORT",
        help="report which macros, lines and branches no test reached: term (default), html[:FOLDER] or json[:FILE]; "
        "may be given more than once",
    )
    group.addoption(
        "--macro-coverage-fail-under",
        metavar="PERCENT",
        help="fail when less of the lines and branches was reached",
    )
    group.addoption(
        "--macro-coverage-package",
        action="append",
        metavar="NAME",
        help="package whose macros count, instead of the project's own; may be given more than once",
    )
    parser.addini("macro_coverage", "reports of --macro-coverage, such as: term html", type=_WORDS)
    parser.addini("macro_coverage_fail_under", "as --macro-coverage-fail-under, whenever coverage is on")
    parser.addini("macro_coverage_packages", "names for --macro-coverage-package", type=_WORDS)


def register(config: pytest.Config) -> None:
    """Measure macro coverage in this session, if that was asked for: else nothing of it is even imported.

    Raises
    ------
    pytest.UsageError
        It was asked for in a way that can't be.
    """
    settings = read(config)
    if settings is not None:
        from dbt_cutover.testing.coverage.plugin import MacroCoverage  # noqa: PLC0415

        config.pluginmanager.register(MacroCoverage(config, settings), _PLUGIN)


def watch(config: pytest.Config, project: ParsedProject) -> None:
    """Count the macros of a project, parsed just now, if coverage is measured."""
    plugin = config.pluginmanager.get_plugin(_PLUGIN)
    if plugin is not None:
        plugin.recorder.watch(project)


def read(config: pytest.Config) -> Settings | None:
    """Return what was asked for; None when coverage wasn't.

    Raises
    ------
    pytest.UsageError
        An unknown report, a percentage that is none, or an option that needs ``--macro-coverage``.
    """
    given = config.getoption("--macro-coverage")
    if given is not None:
        outputs = [_output(text, "--macro-coverage", config.invocation_params.dir) for text in given]
    else:
        outputs = [_output(text, "macro_coverage", config.rootpath) for text in config.getini("macro_coverage")]
    if not outputs:
        for option in ("--macro-coverage-fail-under", "--macro-coverage-package"):
            if config.getoption(option) is not None:
                raise pytest.UsageError(f"{option} needs --macro-coverage")
        return None
    packages = config.getoption("--macro-coverage-package")
    if packages is None:
        packages = config.getini("macro_coverage_packages")
    return Settings(tuple(dict.fromkeys(outputs)), tuple(packages), _fail_under(config))


def _output(text: str, option: str, base: Path) -> Output:
    report, _, where = text.partition(":")
    if report not in _DEFAULT_PATHS:
        raise pytest.UsageError(
            f"{option}: unknown report {text!r}; known: term, html, html:FOLDER, json, json:FILE."
            f"{did_you_mean(report, _DEFAULT_PATHS)}"
        )
    default = _DEFAULT_PATHS[report]
    if default is None:
        if where:
            raise pytest.UsageError(f"{option}: the report term is written nowhere; got {text!r}")
        return Output(report, None)
    path = base / (where or default)
    if path.is_dir() if report == "json" else path.is_file():
        kind = "file" if report == "json" else "folder"
        raise pytest.UsageError(f"{option}: {report} is written to a {kind}, and {path} is none")
    return Output(report, path)


def _fail_under(config: pytest.Config) -> float | None:
    text, option = config.getoption("--macro-coverage-fail-under"), "--macro-coverage-fail-under"
    if text is None:
        text, option = config.getini("macro_coverage_fail_under"), "macro_coverage_fail_under"
    if not text and option == "macro_coverage_fail_under":
        return None
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:  # a NaN isn't either
        raise pytest.UsageError(f"{option} must be a percentage from 0 to 100; got {text!r}")
    return percent
