"""Snapshots of SQL: one ``.sql`` file per snapshot and engine, kept by syrupy. Needs the extra ``snapshots``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.data import SnapshotCollection
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation

from dbt_cutover.testing.errors import HarnessError, did_you_mean

__all__ = ["SqlFiles", "SqlSnapshot", "formatted", "sql_snapshot"]

_DIALECTS = pytest.StashKey[Mapping[str, str]]()


def sql_snapshot(request: pytest.FixtureRequest, dialects: Mapping[str, str]) -> SqlSnapshot:
    """Return the snapshots of a test.

    Parameters
    ----------
    request : FixtureRequest
        The test's; it has the parameter `dbt_engine`.
    dialects : mapping
        sqlglot's dialect by name, for all engines of the session: snapshots of other engines are neither read nor
        reported as unused.

    Raises
    ------
    pytest.UsageError
        syrupy's plugin is switched off.
    """
    __tracebackhide__ = True
    if not request.config.pluginmanager.hasplugin("syrupy"):
        raise pytest.UsageError("sql_snapshot needs syrupy's plugin, which is switched off (-p no:syrupy)")
    request.config.stash[_DIALECTS] = dialects
    return SqlSnapshot(
        session=request.config._syrupy,  # type: ignore[attr-defined]  # syrupy's own fixture takes it there
        extension_class=SqlFiles,
        test_location=PyTestLocation(request.node),
        update_snapshots=request.config.option.update_snapshots,
        update_new_snapshots_only=request.config.option.update_new_snapshots_only,
    )


class SqlSnapshot(SnapshotAssertion):  # noqa: PLW1641 - as little hashable as syrupy's
    """What ``assert sql == sql_snapshot`` compares with: syrupy's assertion, for SQL."""

    def __call__(self, *, pretty: bool = False, dialect: str | None = None, **options: Any) -> SqlSnapshot:
        """Return the snapshot with options for the next comparison.

        Parameters
        ----------
        pretty : bool
            Format the SQL by sqlglot first, so that only what it says counts, not how it is laid out.
        dialect : str, optional
            sqlglot's name of the SQL's dialect; formats too. The engine's own by default.
        **options
            syrupy's own, such as `name`.
        """
        if pretty or dialect is not None:
            item: Any = self.test_location.item
            own = item.config.stash[_DIALECTS][item.callspec.params["dbt_engine"]]
            options["matcher"] = partial(_formatted_match, dialect=own if dialect is None else dialect)
        super().__call__(**options)
        return self

    def __eq__(self, other: object) -> bool:
        """Compare a text with the snapshot, or write it when pytest runs with ``--snapshot-update``."""
        __tracebackhide__ = True
        equal = super().__eq__(other)
        error = self.executions[self.num_executions - 1].exception
        if isinstance(error, HarnessError):  # syrupy would show it as a difference, with its traceback
            raise error.with_traceback(None)
        return equal


def _formatted_match(data: Any, path: Any, *, dialect: str) -> str:
    del path
    return formatted(_text(data), dialect)


class SqlFiles(SingleFileSnapshotExtension):
    """One file per snapshot: the text as it is, without spaces at the ends of lines and with one newline at its end.

    They lie in a folder of their own: in its common one, syrupy takes each file that nothing used for an unused one,
    and those of engines that aren't asked for are used by nothing.
    """

    file_extension = "sql"
    snapshot_dirname = "__sql_snapshots__"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Return the folder of a test file's snapshots."""
        return str(Path(test_location.filepath).parent / cls.snapshot_dirname / test_location.basename)

    def serialize(self, data: Any, *, exclude: Any = None, include: Any = None, matcher: Any = None) -> str:
        """Return the file's text."""
        del exclude, include
        lines = _text(data if matcher is None else matcher(data=data, path=())).split("\n")
        return "\n".join(line.rstrip(" \t\r") for line in lines).rstrip("\n") + "\n"

    def read_snapshot_data_from_location(
        self, *, snapshot_location: str, snapshot_name: str, session_id: str
    ) -> str | None:
        """Read the file, a carriage return inside of a line being no end of it."""
        del snapshot_name, session_id
        path = Path(snapshot_location)
        return path.read_bytes().decode().replace("\r\n", "\n") if path.exists() else None

    @classmethod
    def write_snapshot_collection(
        cls, *, snapshot_collection: SnapshotCollection, name_order: dict[str, int] | None = None
    ) -> None:
        """Write the file, byte for byte."""
        del name_order
        (snapshot,) = snapshot_collection
        Path(snapshot_collection.location).write_bytes(str(snapshot.data).encode())

    def owns_snapshot_collection(self, *, filepath: str, test_location: PyTestLocation) -> bool:
        """Whether a file may be unused: its engine is one of this session, its test file runs in it or is gone."""
        if not super().owns_snapshot_collection(filepath=filepath, test_location=test_location):
            return False
        item, file = test_location.item, Path(filepath)
        test = item.path.with_name(f"{file.parent.name}.py")
        if test.exists() and not any(other.path == test for other in item.session.items):
            return False
        parameters = file.name.partition("[")[2]
        return any(parameters.startswith((f"{engine}]", f"{engine}-")) for engine in item.config.stash[_DIALECTS])


def formatted(sql: str, dialect: str) -> str:
    """Return SQL as sqlglot lays it out, comments kept.

    Parameters
    ----------
    sql : str
        One or more statements.
    dialect : str
        sqlglot's name of the dialect.

    Raises
    ------
    HarnessError
        The dialect is unknown, sqlglot is missing, or it doesn't understand the SQL wholly.
    """
    try:
        import sqlglot  # noqa: PLC0415 - only formatting needs it
        from sqlglot import exp  # noqa: PLC0415
    except ModuleNotFoundError:
        raise HarnessError('formatting SQL needs sqlglot: pip install "dbt-cutover[snapshots]"') from None
    known = sorted(name.value for name in sqlglot.Dialects if name.value)
    if dialect not in known:
        near = did_you_mean(dialect, known)
        raise HarnessError(f"sqlglot has no dialect {dialect!r}; sql_snapshot(dialect=...) takes one of {known}.{near}")
    try:
        statements = [statement for statement in sqlglot.parse(sql, read=dialect) if statement is not None]
        unknown = next((s for s in statements if s.find(exp.Command) is not None), None)
        if unknown is not None:
            raise HarnessError(f"sqlglot knows no such statement in its dialect {dialect}:\n{unknown.sql(dialect)}")
        if not statements:
            raise HarnessError(f"there is no statement to format in:\n{sql}")
        raising = sqlglot.ErrorLevel.RAISE
        return ";\n\n".join(s.sql(dialect, pretty=True, unsupported_level=raising) for s in statements)
    except sqlglot.errors.SqlglotError as error:
        raise HarnessError(f"sqlglot can't format this as {dialect}: {_cause(error)}\n{sql}") from None


def _cause(error: Any) -> str:
    """Return sqlglot's message without the marks that it puts for terminals."""
    for found in getattr(error, "errors", ()):
        if isinstance(found, dict):
            return f"line {found['line']}, column {found['col']}: {found['description']}"
    return str(error)


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise HarnessError(f"sql_snapshot compares text, such as dbt.render gives; got {type(data).__name__}: {data!r}")
    return data
