"""Where in the macros' files an error was raised: dbt tells the macros' names only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from dbt.clients.jinja import MacroGenerator
from dbt_common.clients.jinja import get_environment
from jinja2.nodes import Call, Getattr, Name
from jinja2.runtime import Macro as JinjaMacro

from dbt_cutover.testing._dbt_compat._errors import error_message
from dbt_cutover.testing.errors import MacroError, MacroFrame

__all__ = ["called_macros", "macro_error", "macro_trace"]

_REFUSED_ARGUMENTS = re.compile(r"^macro 'dbt_macro__(\w+)' (takes |was invoked )")
"""How Jinja begins when the arguments don't fit the macro's."""

_SIGNATURE = re.compile(r"{%-?\s*(?:macro|test)\s+\w+\s*(\(.*?\))\s*[-+]?%}", re.DOTALL)


def macro_error(error: BaseException, config: Any) -> MacroError:
    """Return dbt's error as one that says, after its own message, which macro raised it and which called that one.

    Parameters
    ----------
    error
        What was raised by a macro that a test rendered or called.
    config
        The project's runtime config, which knows the folders of packages.
    """
    message = error_message(error)
    refused = _REFUSED_ARGUMENTS.match(message)
    called = _last_macro(error) if refused else None
    if refused and called is not None:
        signature = _SIGNATURE.search(called.macro_sql)
        message = message.replace(f"dbt_macro__{refused[1]}", refused[1], 1)
        if signature is not None:
            message += f"; its arguments are {' '.join(signature[1].split())}"
    return MacroError(message, macro_trace(error, config), error)


def macro_trace(error: BaseException, config: Any) -> list[MacroFrame]:
    """Return the macros that an error went through, the first called first and the one that raised it last.

    The line is that on which the statement begins. A macro whose body wasn't reached, because its arguments don't fit,
    is there with the line where it begins itself.

    Parameters
    ----------
    error
        An error with its traceback.
    config
        The project's runtime config, which knows the folders of packages.
    """
    return [_located(macro, line, config) for macro, line in _steps(error)]


def called_macros(source: str, names: Mapping[str, Any], config: Any) -> list[MacroFrame]:
    """Return where the macros begin that some Jinja calls, in the order of the calls.

    Parameters
    ----------
    source : str
        The Jinja.
    names : mapping
        What can be called in it, packages of macros among it.
    config
        The project's runtime config.
    """
    found: dict[str, MacroFrame] = {}
    for call in get_environment(None).parse(source).find_all(Call):
        called: Any = call.node
        if isinstance(called, Getattr) and isinstance(called.node, Name):
            package = names.get(called.node.name)
            macro = package.get(called.attr) if isinstance(package, dict) else None
        else:
            macro = names.get(called.name) if isinstance(called, Name) else None
        if isinstance(macro, MacroGenerator):
            place = _located(macro.macro, _first_line(macro.macro), config)
            found.setdefault(place.unique_id, place)
    return list(found.values())


def _located(macro: Any, line: int, config: Any) -> MacroFrame:
    folders = {name: Path(project.project_root) for name, project in config.load_dependencies().items()}
    here = folders[config.project_name]
    file = folders.get(macro.package_name, here) / macro.original_file_path
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    before, found, _ = text.partition(macro.macro_sql)
    path = file.relative_to(here) if file.is_relative_to(here) else Path(macro.original_file_path)
    return MacroFrame(macro.unique_id, path.as_posix(), line + before.count("\n") if found else line)


def _first_line(macro: Any) -> int:
    """Return the line, in a macro's own text, on which it begins: white space that it strips may stand before it."""
    sql: str = macro.macro_sql
    return 1 + sql[: len(sql) - len(sql.lstrip())].count("\n")


def _last_macro(error: BaseException) -> Any:
    last = None
    for last, _ in _steps(error):  # noqa: B007 - the last one is wanted
        pass
    return last


def _steps(error: BaseException) -> Iterator[tuple[Any, int]]:
    """Yield each macro with the line, in its own text, at which it stood when the error went through it."""
    macros: dict[int, Any] = {}  # by the identity of the template that a macro was compiled to
    called: Any = None  # the macro that dbt calls, as long as its template isn't entered
    inside: Any = None
    for traceback in _tracebacks(error):
        frame = traceback.tb_frame
        template = frame.f_globals.get("__jinja_template__")
        caller: Any = frame.f_locals.get("self")
        if isinstance(caller, MacroGenerator):
            called = caller.macro
        elif frame.f_code is JinjaMacro._invoke.__code__:
            # Also how `caller()` comes back into the macro that has the call block: without a call by dbt.
            entered = id(caller._func.__globals__["__jinja_template__"])
            inside = macros[entered] = macros.get(entered) if called is None else called
            called = None
        elif frame.f_code.co_name in ("root", "top-level template code"):
            inside = None  # what the test itself renders
        elif inside is not None and template is not None:
            yield inside, template.get_corresponding_lineno(traceback.tb_lineno)
        elif inside is not None and "__jinja_exception__" in frame.f_globals:
            # Jinja has put a frame that counts the template's lines in the place of its code's.
            yield inside, traceback.tb_lineno
    if called is not None:
        yield called, _first_line(called)


def _tracebacks(error: BaseException) -> Iterator[TracebackType]:
    """Yield the steps of the traceback, going on in the error that was caught and raised again as this one."""
    cause: BaseException | None = error
    last: TracebackType | None = None
    while cause is not None:
        traceback = cause.__traceback__
        if last is not None and (traceback is None or traceback.tb_frame is not last.tb_frame):
            return  # not caught where this one was raised: something that a test was handling at that time
        while traceback is not None:
            yield traceback
            last, traceback = traceback, traceback.tb_next
        cause = cause.__cause__ or cause.__context__
