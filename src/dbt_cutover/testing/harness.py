"""The object behind the ``dbt`` fixture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from dbt_cutover.testing import models, stand_ins, tables
from dbt_cutover.testing._dbt_compat import Logged, ParsedProject, error_message, macro_error, run_result
from dbt_cutover.testing.engines import Engine
from dbt_cutover.testing.errors import DatabaseError, HarnessError, did_you_mean
from dbt_cutover.testing.generic_tests import FailingRows, find_singular, run_generic, run_singular
from dbt_cutover.testing.models import ModelRows
from dbt_cutover.testing.names import unknown_macro
from dbt_cutover.testing.operation import Operation
from dbt_cutover.testing.raising import Raised, expecting
from dbt_cutover.testing.rows import Rows
from dbt_cutover.testing.surroundings import Surroundings, context_names

__all__ = ["Dbt", "Raised", "Rendered"]

_CONTEXT_NAMES = frozenset(
    {"this", "model", "execute", "graph", "config", "results", "sql", "compiled_code", "pre_hooks", "post_hooks"}
    | {"schemas", "database_schemas", "selected_resources", "flags", "invocation_id"}
)
"""Values of :meth:`Dbt.render` that are no plain variables: macros see them as they do inside a model or a hook."""


@dataclass(frozen=True)
class Rendered:
    """What :meth:`Dbt.render` and all that renders made last: the Jinja, and the text that came of it."""

    source: str
    text: str


class Dbt(Surroundings):
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
    last : Rendered or None
        The Jinja that was rendered last, and its text.
    """

    def __init__(self, project: ParsedProject, engine: Engine, logged: Logged) -> None:
        super().__init__(project)
        self.engine = engine
        self._logged = logged
        self.statements: list[str] = []
        self.last: Rendered | None = None
        self.logs = logged.logs
        self.printed = logged.printed

    # -- one test ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.project.activate(self._logged)
        self.logs.clear()
        self.printed.clear()
        self.engine.enter(self.project)
        self.project.nodes.enter(self.database)
        self._cleanup.callback(self.engine.leave)
        self._cleanup.callback(self.project.reset)
        self._cleanup.callback(self.project.release)
        self._cleanup.enter_context(self.project.recorded(self.statements.append, self.engine.notice))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def __repr__(self) -> str:
        return f"<dbt of {self.project.root} on {self.engine.name}>"

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
        MacroError
            A macro refused, or the Jinja is wrong; :meth:`raises` expects it.
        """
        context = {name: value for name, value in values.items() if name in _CONTEXT_NAMES}
        plain = {name: value for name, value in values.items() if name not in _CONTEXT_NAMES}
        with self.project.context(context_names(context)), self._transaction():
            self.last = Rendered(source, self.project.render(source, plain))
        return self.last.text

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

    def run_test(
        self, name: str, relation: Any = None, /, config: Mapping[str, Any] | None = None, **arguments: Any
    ) -> FailingRows:
        """Run a test as dbt does and return the failing rows.

        Parameters
        ----------
        name : str
            ``package.test`` without the ``test_`` that dbt puts before it; a singular test's name.
        relation : Relation
            A generic test's `model`; a singular test has none.
        config : mapping, optional
            `where`, `limit`, `fail_calc`, `error_if`, `warn_if`, `severity`, as in YAML: they win over what the test's
            block says. `store_failures` stores nothing.
        **arguments
            A generic test's other arguments, `column_name` among them.
        """
        package, _, test = name.rpartition(".")
        macro = f"{package}.test_{test}" if package else f"test_{test}"
        if relation is not None:
            return run_generic(self, name, self._macro(macro, shown=name), relation, config or {}, arguments)
        node = find_singular(self.project.nodes, name, generic=self._knows(macro))
        if config or arguments:
            raise HarnessError(f"{name} is a singular test, which takes no config and no arguments")
        return run_singular(self, node)

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

    # -- nodes ------------------------------------------------------------------------------------------------------

    def ref(self, *names_and_rows: Any, types: Mapping[str, str] | None = None, version: Any = None) -> Any:
        """Give a model, a seed or a snapshot that isn't built its rows, and return its relation.

        To the end of the test ``ref`` gives that relation: in macros and operations, in models, ephemeral ones among
        them, and in other packages. Without rows and types, the relation is what ``ref`` gives by then; a seed is
        loaded from its file, as ``dbt seed`` does.

        Parameters
        ----------
        *names_and_rows
            ``"name"``; ``"name", rows``; or ``"package", "name", rows``. The rows are those of :meth:`table`, or a
            relation.
        types : mapping, optional
            As for :meth:`table`, which is made where the node has its place: its schema and its alias, in the test's
            database.
        version : int or str, optional
            A model's version; the latest by default.

        Raises
        ------
        HarnessError
            There is no such node.
        """
        if not 1 <= len(names_and_rows) <= 3:
            raise HarnessError("dbt.ref takes a name, a name and rows, or a package, a name and rows")
        package, name, rows = {
            1: (None, *names_and_rows, None),
            2: (None, *names_and_rows),
            3: names_and_rows,
        }[len(names_and_rows)]
        return stand_ins.give(self, self.project.nodes.find(name, package, version), rows, types)

    def source(self, source: str, table: str, rows: Any = None, types: Mapping[str, str] | None = None) -> Any:
        """Give a table of a source its rows, and return its relation.

        Parameters
        ----------
        source, table : str
            What ``source`` is called with.
        rows, types
            As for :meth:`ref`.

        Raises
        ------
        HarnessError
            There is no such source.
        """
        return stand_ins.give(self, self.project.nodes.find_source(source, table), rows, types)

    def model(
        self,
        name: str,
        this: Any = None,
        *,
        refs: Mapping[str | tuple[str, ...], Any] | None = None,
        sources: Mapping[tuple[str, ...], Any] | None = None,
        version: Any = None,
    ) -> ModelRows:
        """Return the rows that a model's query gives over given inputs, compiled by dbt.

        Its inputs are what :meth:`ref`, :meth:`source` and :meth:`table` gave before; ephemeral models become part of
        the query, as in a run. Hooks aren't run.

        Parameters
        ----------
        name : str
            The model, or ``package.model``.
        this : rows or relation, optional
            What the model's own table holds by then: an incremental model's run is an incremental one, its rows are
            those that it adds. The table stays to the end of the test.
        refs, sources : mapping, optional
            Name, ``(package, name)`` or ``(source, table)`` to rows: short for :meth:`ref` and :meth:`source`.
        version : int or str, optional
            The model's version; the latest by default.

        Raises
        ------
        HarnessError
            There is no such model, it isn't one in SQL, or what it reads isn't there.
        """
        node = models.find(self.project.nodes, name, version)
        stand_ins.give_all(self, refs, sources)
        if this is not None:
            stand_ins.give(self, node, this, None)
        return models.rows_of(self, node)

    def incremental_this(
        self, name: str, rows: Any = (), types: Mapping[str, str] | None = None, **config: Any
    ) -> stand_ins.Incremental:
        """Make a table that macros see as ``this``, within a model that is materialized as incremental.

        Parameters
        ----------
        name, rows, types
            As for :meth:`table`.
        **config
            The model's other config: `unique_key`, `on_schema_change` ...
        """
        relation = self.table(name, rows, types)
        model = {"name": name, "alias": name, "config": {"materialized": "incremental", **config}}
        override = stand_ins.Incremental(
            relation, self.project.context(context_names({"this": relation, "model": model}))
        )
        self._cleanup.callback(override.end)
        return override

    def materialize(self, materialization: str, sql: str, identifier: str = "model", **config: Any) -> list[Any]:
        """Run a materialization for a query as dbt does for a model, and return the relations that it made.

        Run twice with the same identifier, the second run finds what the first one made.

        Parameters
        ----------
        materialization : str
            One of the project, of a package or of dbt itself: ``table``, ``view``, ``incremental`` ...
        sql : str
            The model's query, with or without Jinja.
        identifier : str
            The model's name.
        **config
            The model's config: `schema`, `alias`, `pre_hook`, `unique_key` ... The project's defaults hold too.

        Raises
        ------
        HarnessError
            There is no such materialization.
        """
        return models.materialize(self, materialization, sql, identifier, config)

    def result(
        self,
        name: str,
        status: str | None = None,
        *,
        execution_time: float = 0.0,
        failures: int | None = None,
        message: str | None = None,
        adapter_response: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what dbt tells of a node after it ran: one of the ``results`` that an on-run-end hook sees.

        Parameters
        ----------
        name : str
            The node's unique id, or its name when only one has it.
        status : str, optional
            ``success`` by default, ``pass`` for a test.
        execution_time : float
            Seconds.
        failures : int, optional
            A test's.
        message : str, optional
            What dbt would print.
        adapter_response : mapping, optional
            What the adapter says, such as ``rows_affected``.

        Raises
        ------
        HarnessError
            There is no such node, or it can't have that status.
        """
        return run_result(
            self.project.nodes.find_by_name(name),
            status,
            execution_time=execution_time,
            failures=failures,
            message=message,
            adapter_response=dict(adapter_response or {}),
        )

    def _rendered(self, source: str, text: str) -> None:
        self.last = Rendered(source, text)

    @contextmanager
    def _silence(self) -> Iterator[None]:
        """Keep out of the records what macros do while the block runs: dbt, and not the test, calls them."""
        records: tuple[list[str], ...] = (self.statements, self.logs, self.printed)
        before = [len(record) for record in records]
        try:
            yield
        finally:
            for record, length in zip(records, before, strict=True):
                del record[length:]

    def _make_schema(self, schema: str) -> None:
        if schema != self.schema:
            ddl = f"create schema if not exists {self.engine.quote(schema)}"
            with self._cursor(ddl) as cursor:
                cursor.execute(ddl)

    def _knows(self, name: str) -> bool:
        package, _, macro = name.rpartition(".")
        packages = (package,) if package else (self.project.root, "dbt")
        return any(macro in self.project.macro_names(candidate) for candidate in packages)

    def _macro(self, name: str, shown: str | None = None) -> Callable[..., Any]:
        package, _, macro = name.rpartition(".")
        for candidate in (package,) if package else (self.project.root, "dbt"):
            if macro in self.project.macro_names(candidate):
                return self.project.macro(candidate, macro)
        packages = self.project.packages
        if shown is not None:  # a generic test, which is known without the `test_` that dbt puts before it
            packages = {
                package: {macro.removeprefix("test_") for macro in macros if macro.startswith("test_")}
                for package, macros in packages.items()
            }
        raise unknown_macro(shown or name, self.project.root, packages)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Leave no transaction open between two calls of a test: commit, or roll back after an error."""
        self.project.fresh_results()
        self.project.acquire()
        sent = self.project.sent
        try:
            yield
        except BaseException as error:
            self._end_transaction(commit=False)
            if not isinstance(error, Exception) or isinstance(error, HarnessError | AssertionError):
                raise
            # Without the error's long way through dbt and Jinja: what is in it stands in ours.
            raise macro_error(error, self.project.config) from None
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
        rows: tables.Source = (),
        types: Mapping[str, str] | None = None,
        schema: str | None = None,
    ) -> Any:
        """Make a table of exactly these rows and types, replacing what has its name, and return its relation.

        Parameters
        ----------
        name : str
            The table's name, taken letter by letter.
        rows : iterable of mappings, CSV or frame
            Mappings of column to value, one per row and all with the same columns, whose order is that of the first
            row, else of `types`. Or CSV: its text, or the Path of a file (:func:`dbt_cutover.testing.csv_text.read`
            says what it may hold). Or a frame: of pandas, where what pandas calls missing becomes NULL; of polars;
            a Table, RecordBatch or RecordBatchReader of Arrow; a relation of DuckDB.
        types : mapping, optional
            SQL type by column. A column without one gets the engine's type for its Python values or its Arrow type.
        schema : str, optional
            Made when it isn't there; the target schema by default.

        Raises
        ------
        HarnessError
            The rows make no table, or the engine lacks a type.
        DatabaseError
            A column's type doesn't hold a value.
        """
        schema = self.schema if schema is None else schema
        where = ".".join(self.engine.quote(part) for part in (schema, name))
        content = tables.content(rows, types or {}, self.engine)
        columns = [f"{self.engine.quote(column)} {type_}" for column, type_ in content.types.items()]
        ddl = self.engine.create_table(where, ", ".join(columns))

        def make(cursor: Any) -> None:
            cursor.execute(ddl)
            content.insert(self.engine, cursor, where)

        try:
            self._replace(ddl, make, schema, f"drop view if exists {where}")
        except DatabaseError as error:
            self._explain_type(content.types, error)
            raise
        return self._relation(name, schema, "table")

    def _replace(self, ddl: str, make: Callable[[Any], None], schema: str, drop: str) -> None:
        """Make a table or a view; if that is refused, again with its schema there and what has its name dropped.

        To look beforehand would cost every small table half of its time again.
        """
        try:
            with self._cursor(ddl) as cursor:
                make(cursor)
        except DatabaseError as error:
            refused = error
        else:
            return
        # In a transaction: what was dropped comes back when the rest is refused too.
        room = f"begin; create schema if not exists {self.engine.quote(schema)}; {drop}"
        in_the_way = False
        try:
            with self._cursor(f"{room}; {ddl}") as cursor:
                cursor.execute(room)
                in_the_way = True
                make(cursor)
        except DatabaseError as error:
            raise (error if in_the_way else refused) from None

    def _explain_type(self, types: Mapping[str, str], error: DatabaseError) -> None:
        """Raise an error that names the column if the engine refuses the type of one."""
        probe = self.engine.quote("cutover_probe")
        for column, type_ in types.items():
            ddl = f"create temporary table {probe} ({self.engine.quote(column)} {type_}); drop table {probe}"
            try:
                with self._cursor(ddl) as cursor:
                    cursor.execute(ddl)
            except DatabaseError as refused:
                reason = refused.message.splitlines()[0].rstrip("!.")
                raise HarnessError(
                    f"column {column!r}: {self.engine.name} refuses the type {type_!r}: {reason}.{self._near(type_)}"
                ) from error

    def _near(self, type_: str) -> str:
        if self.engine.type_names is None:
            return ""
        names = [name.lower() for row in self._fetch(self.engine.type_names) for name in row.values()]
        asked = re.split(r"[\[(]", type_.strip().lower())[0].strip()
        return "" if asked in names else did_you_mean(asked, names)

    def view(self, name: str, sql: str, schema: str | None = None) -> Any:
        """Make a view over a query (SQL, with or without Jinja), replacing what has its name; return its relation."""
        schema = self.schema if schema is None else schema
        where = ".".join(self.engine.quote(part) for part in (schema, name))
        query = self.render(sql)
        ddl = f"drop view if exists {where}; create view {where} as {query}"

        self._replace(ddl, lambda cursor: cursor.execute(ddl), schema, f"drop table if exists {where}")
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
            return self.engine.result(cursor)

    @contextmanager
    def _cursor(self, sql: str) -> Iterator[Any]:
        with self._transaction():
            self.project.sent += 1
            self.engine.notice(sql)
            try:
                yield self.project.handle().cursor()
            except Exception as error:
                if self.engine.is_database_error(error):
                    raise DatabaseError(str(error), sql) from error
                raise

    def raises(self, expected: str | re.Pattern[str], /) -> AbstractContextManager[Raised]:
        """Expect an error of a macro with exactly this message, or one that a compiled pattern is found in.

        Parameters
        ----------
        expected : str or compiled pattern
            The macro's own message: dbt's heading ("Compilation Error in ...") and list of macros don't count.

        Raises
        ------
        AssertionError
            Nothing was raised, or another message.
        """
        return expecting(expected)
