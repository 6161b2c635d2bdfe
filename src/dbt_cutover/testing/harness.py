"""The object behind the ``dbt`` fixture."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

from dbt_cutover.testing import tables
from dbt_cutover.testing._dbt_compat import DbtError, Logged, ParsedProject, error_message
from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import DatabaseError, HarnessError, did_you_mean
from dbt_cutover.testing.operation import Operation
from dbt_cutover.testing.rows import Rows

__all__ = ["Dbt", "Raised"]

_CONTEXT_NAMES = frozenset(
    {"this", "model", "execute", "graph", "config", "results", "sql", "compiled_code", "pre_hooks", "post_hooks"}
    | {"schemas", "database_schemas", "selected_resources", "flags", "invocation_id"}
)
"""Values of :meth:`Dbt.render` that are no plain variables: macros see them as they do inside a model or a hook."""

_GRAPH_PARTS = ("nodes", "sources", "exposures", "metrics", "groups", "semantic_models", "saved_queries")


class Raised:
    """What :meth:`Dbt.raises` caught.

    Attributes
    ----------
    message : str
        The macro's own message, without dbt's heading and list of macros.
    error : BaseException or None
        The exception itself.
    """

    def __init__(self) -> None:
        self.message = ""
        self.error: BaseException | None = None


class Dbt:
    """Calls macros of a parsed project in a place that is clean for each test.

    Parameters
    ----------
    project : ParsedProject
        The project, parsed for the engine.
    engine : Engine
        Where the test runs; ``dbt.engine`` has its facts.
    logged : Logged
        Listens to dbt's events.

    Attributes
    ----------
    statements : list of str
        Every statement that macros sent through the adapter in this test, in order, without dbt's comment and without
        the transactions that dbt opens by itself. What the test itself sends (:meth:`table`, :meth:`query`,
        :meth:`execute`) is not in it.
    logs, printed : list of str
        What macros gave to ``log()`` and to ``print()`` in this test.
    """

    def __init__(self, project: ParsedProject, engine: Engine, logged: Logged) -> None:
        self.project = project
        self.engine = engine
        self._logged = logged
        self.statements: list[str] = []
        self.logs = logged.logs
        self.printed = logged.printed
        self._cleanup = ExitStack()

    # -- one test ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.project.activate(self._logged)
        self.logs.clear()
        self.printed.clear()
        self.engine.enter(self.project)
        self._cleanup.callback(self.engine.leave)
        self._cleanup.callback(self.project.reset)
        self._cleanup.callback(self.project.release)
        self._cleanup.enter_context(self.project.recorded(self.statements.append))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    @property
    def database(self) -> str:
        """The database that the test runs in."""
        return self.engine.database

    @property
    def schema(self) -> str:
        """The target schema, empty at the start of the test."""
        return self.engine.schema

    # -- macros -----------------------------------------------------------------------------------------------------

    def render(self, source: str, /, **values: Any) -> str:
        """Render Jinja as dbt would and return the text.

        Parameters
        ----------
        source : str
            Jinja, such as ``"{{ cutover.cents_to_dollars('amount') }}"``.
        **values
            Variables of that Jinja. `this`, `model`, `config`, `execute`, `graph`, `results` and a few more are seen by
            the macros themselves too, as inside a model: ``model={"config": {"materialized": "incremental"}}``.

        Raises
        ------
        dbt's exceptions
            As macros raise them; :meth:`raises` catches them.
        """
        context = {name: value for name, value in values.items() if name in _CONTEXT_NAMES}
        plain = {name: value for name, value in values.items() if name not in _CONTEXT_NAMES}
        with self.context(**context), self._transaction():
            return self.project.render(source, plain)

    def call(self, name: str, /, *arguments: Any, **named: Any) -> Any:
        """Call a macro and return what it returns: its ``return`` value, else its text.

        Parameters
        ----------
        name : str
            ``package.macro``, private macros too; without a package the project's own, then dbt's.
        *arguments, **named
            The macro's arguments, as Python values.
        """
        macro = self._macro(name)
        with self._transaction():
            return macro(*arguments, **named)

    def run_test(self, name: str, relation: Any, /, **arguments: Any) -> Rows:
        """Run a generic test on a relation and return the failing rows.

        Parameters
        ----------
        name : str
            ``package.test`` without the ``test_`` that dbt puts before it.
        relation : Relation
            The test's `model`.
        **arguments
            The test's other arguments, `column_name` among them.
        """
        package, _, test = name.rpartition(".")
        macro = self._macro(f"{package}.test_{test}" if package else f"test_{test}", shown=name)
        with self.context(config=_Config({})), self._transaction():
            sql = macro(model=relation, **arguments)
        self.statements.append(sql.strip())
        return self._fetch(sql)

    def operation(self, name: str, /, **arguments: Any) -> Operation:
        """Run a macro as ``dbt run-operation`` does: on a connection of its own, which is closed without a commit.

        An error of the macro or the database is told by the outcome and not raised.

        Parameters
        ----------
        name : str
            ``package.macro``.
        **arguments
            The operation's arguments, what YAML after ``--args`` would give.
        """
        self._macro(name)
        package, _, macro = name.rpartition(".")
        sent, logged, printed = len(self.statements), len(self.logs), len(self.printed)
        value, error = None, None
        try:
            value = self.project.run_operation(package or None, macro, arguments)
        except Exception as raised:  # dbt too turns any exception into exit code 1
            error = error_message(raised)
        finally:
            self.project.release()
            self.project.adapter.cache.clear()
        return Operation(
            value=value,
            exit_code=0 if error is None else 1,
            printed="\n".join(self.printed[printed:]),
            logged=self.logs[logged:],
            error=error,
            statements=self.statements[sent:],
        )

    def _macro(self, name: str, shown: str | None = None) -> Callable[..., Any]:
        package, _, macro = name.rpartition(".")
        for candidate in (package,) if package else (self.project.root, "dbt"):
            if macro in self.project.macro_names(candidate):
                return self.project.macro(candidate, macro)
        known = self.project.macro_names(package or self.project.root)
        if not known:
            raise HarnessError(f"there is no package {package!r} in the project {self.project.root}")
        nearest = did_you_mean(macro, known).replace("test_", "") if shown else did_you_mean(macro, known)
        raise HarnessError(f"there is no macro {shown or name!r} in the project {self.project.root}.{nearest}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Leave no transaction open between two calls of a test: commit, or roll back after an error."""
        self.project.fresh_results()
        self.project.acquire()
        sent = self.project.sent
        try:
            yield
        except BaseException:
            self._end_transaction(commit=False)
            raise
        if self.project.sent != sent:
            self._end_transaction(commit=True)

    def _end_transaction(self, *, commit: bool) -> None:
        handle = self.project.open_handle()
        if handle is None:
            return
        try:
            self.engine.end_transaction(handle, commit=commit)
        except Exception as error:
            self.project.release()  # a broken connection: the next call opens another
            if commit:
                raise DatabaseError(str(error), "commit") from error
        self.project.transaction_ended()

    # -- SQL --------------------------------------------------------------------------------------------------------

    def query(self, sql: str, /, **values: Any) -> Rows:
        """Render a query, run it on dbt's connection and return its rows.

        Parameters
        ----------
        sql : str
            SQL, with or without Jinja.
        **values
            As for :meth:`render`.

        Raises
        ------
        DatabaseError
            The database refused the statement.
        """
        return self._fetch(self.render(sql, **values))

    def execute(self, sql: str, /, **values: Any) -> None:
        """Render one or more statements, run them on dbt's connection and commit."""
        text = self.render(sql, **values)
        with self._cursor(text) as cursor:
            cursor.execute(text)
        self.project.adapter.cache.clear()

    def table(
        self,
        name: str,
        rows: Iterable[Mapping[str, Any]] = (),
        types: Mapping[str, str] | None = None,
        schema: str | None = None,
    ) -> Any:
        """Make a table of exactly these rows and types, replacing what has its name, and return its relation.

        Parameters
        ----------
        name : str
            The table's name, taken letter by letter.
        rows : iterable of mappings
            Column to value; every row has the same columns. Their order is that of the first row, else of `types`.
        types : mapping, optional
            SQL type by column. A column without one gets the engine's type for its Python values.
        schema : str, optional
            Made when it isn't there; the target schema by default.
        """
        schema = self.schema if schema is None else schema
        where = ".".join(self.engine.quote(part) for part in (schema, name))
        content = tables.content(rows, types or {}, self.engine)
        columns = ", ".join(f"{self.engine.quote(column)} {type_}" for column, type_ in content.types.items())
        ddl = "; ".join(
            [
                f"create schema if not exists {self.engine.quote(schema)}",
                f"drop table if exists {where}",
                f"create table {where} ({columns})",
            ]
        )
        with self._cursor(ddl) as cursor:
            cursor.execute(ddl)
            if content.rows:
                self.engine.insert(cursor, where, content.rows)
        return self._relation(name, schema, "table")

    def view(self, name: str, sql: str, schema: str | None = None) -> Any:
        """Make a view over a query (SQL, with or without Jinja) and return its relation."""
        schema = self.schema if schema is None else schema
        where = ".".join(self.engine.quote(part) for part in (schema, name))
        query = self.render(sql)
        ddl = f"create schema if not exists {self.engine.quote(schema)}; create view {where} as {query}"
        with self._cursor(ddl) as cursor:
            cursor.execute(ddl)
        return self._relation(name, schema, "view")

    def connection(self) -> Any:
        """Return a second DB-API connection to the same place, which macros don't use; closed after the test."""
        return self.engine.connect()

    def _relation(self, name: str, schema: str, kind: str) -> Any:
        # What dbt remembers of the schema is older than the table.
        self.project.adapter.cache.clear()
        return self.project.relation(self.database, schema, name, kind)

    def _fetch(self, sql: str) -> Rows:
        with self._cursor(sql) as cursor:
            cursor.execute(sql)
            if cursor.description is None:
                raise HarnessError(f"the statement gives no rows: use dbt.execute\n{sql}")
            columns = [column[0] for column in cursor.description]
            value = self.engine.value
            return Rows(columns, [[value(cell) for cell in row] for row in cursor.fetchall()])

    @contextmanager
    def _cursor(self, sql: str) -> Iterator[Any]:
        with self._transaction():
            self.project.sent += 1
            try:
                yield self.project.handle().cursor()
            except Exception as error:
                if self.engine.is_database_error(error):
                    raise DatabaseError(str(error), sql) from error
                raise

    # -- what macros see --------------------------------------------------------------------------------------------

    @contextmanager
    def vars(self, values: Mapping[str, Any], /) -> Iterator[None]:
        """Give vars as ``--vars`` would, without another parse: what was decided at parse time stays as it was."""
        with self.project.vars(values):
            yield

    @contextmanager
    def target(self, **values: Any) -> Iterator[None]:
        """Replace fields of ``target``: `name`, `schema`, `database`, `type` ... The connection stays the same."""
        target = {**self.project.names["target"], **values}
        if "name" in values:
            target["target_name"] = values["name"]
        names = {"target": target} | {name: values[name] for name in ("schema", "database") if name in values}
        with self.project.context(names, everywhere=True):
            yield

    @contextmanager
    def graph(self, values: Mapping[str, Any], /) -> Iterator[None]:
        """Replace ``graph``: `nodes`, `sources` and so on, each a dict by unique id; what isn't given is empty."""
        unknown = [part for part in values if part not in _GRAPH_PARTS]
        if unknown:
            raise HarnessError(f"graph has no {unknown[0]!r}.{did_you_mean(unknown[0], _GRAPH_PARTS)}")
        with self.project.context({"graph": {part: {} for part in _GRAPH_PARTS} | dict(values)}, everywhere=True):
            yield

    @contextmanager
    def env(self, values: Mapping[str, str | None], /) -> Iterator[None]:
        """Set environment variables for ``env_var``; None unsets one."""
        with self.project.env(values):
            yield

    @contextmanager
    def context(self, **values: Any) -> Iterator[None]:
        """Set names that macros see inside a model or a hook: `this`, `model`, `config`, `execute`, `results` ...

        For :meth:`call`, whose named arguments are the macro's own; :meth:`render` takes them directly. A `model` with
        a `config` gives macros that config too.
        """
        model = values.get("model")
        if isinstance(model, Mapping) and "config" in model and "config" not in values:
            values["config"] = model["config"]
        if isinstance(values.get("config"), Mapping):
            values["config"] = _Config(values["config"])
        with self.project.context(values):
            yield

    @contextmanager
    def raises(self, expected: str | re.Pattern[str], /) -> Iterator[Raised]:
        """Expect an error of dbt with exactly this message, or one that a compiled pattern is found in.

        Parameters
        ----------
        expected : str or compiled pattern
            The macro's own message: dbt's heading ("Compilation Error in ...") and list of macros don't count.

        Raises
        ------
        AssertionError
            Nothing was raised, or another message.
        """
        raised = Raised()
        try:
            yield raised
        except DbtError as error:
            raised.message, raised.error = error_message(error), error
        else:
            raise AssertionError(f"nothing was raised; expected: {_shown(expected)}")
        if isinstance(expected, str):
            if raised.message != expected.strip():
                difference = "\n".join(difflib.ndiff(expected.strip().splitlines(), raised.message.splitlines()))
                raise AssertionError(f"another message; expected (-), raised (+):\n{difference}") from raised.error
        elif not expected.search(raised.message):
            raise AssertionError(f"{_shown(expected)} is not found in:\n{raised.message}") from raised.error


class _Config:
    """Stands for ``config`` inside a model: called, it takes settings; asked, it gives them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __call__(self, *positional: Mapping[str, Any], **named: Any) -> str:
        for values in positional:
            self._values.update(values)
        self._values.update(named)
        return ""

    def get(self, name: str, default: Any = None, validator: Any = None) -> Any:
        del validator
        return self._values.get(name, default)

    def require(self, name: str, validator: Any = None) -> Any:
        del validator
        return self._values[name]


def _shown(expected: str | re.Pattern[str]) -> str:
    return expected if isinstance(expected, str) else f"the pattern {expected.pattern!r}"
