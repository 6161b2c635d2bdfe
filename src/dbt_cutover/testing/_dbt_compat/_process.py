"""What dbt keeps in globals of the process: adapters, flags, the environment, who listens to its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import dbt.flags
from dbt.adapters.factory import FACTORY
from dbt.deprecations import active_deprecations
from dbt_common.context import set_invocation_context, try_get_invocation_context
from dbt_common.events.event_manager_client import get_event_manager

__all__ = ["GlobalState", "Logged"]


class GlobalState:
    """What dbt keeps in globals of the process, to be put back after the session: the tests too may use dbt."""

    def __init__(self) -> None:
        self._adapters = dict(FACTORY.adapters)
        self._flags = dbt.flags.get_flags()  # type: ignore[no-untyped-call]
        self._environment = try_get_invocation_context()
        self._deprecations = dict(active_deprecations)
        manager = get_event_manager()
        self._listeners = list(manager.loggers), list(manager.callbacks)

    def restore(self) -> None:
        """Put everything back."""
        FACTORY.adapters.clear()
        FACTORY.adapters.update(self._adapters)
        dbt.flags.set_flags(self._flags)  # type: ignore[no-untyped-call]
        # Which ones dbt has told of: when it has, it asks the flags whether to do so again, and the old may not know.
        active_deprecations.clear()
        active_deprecations.update(self._deprecations)
        if self._environment is not None:
            set_invocation_context({**self._environment.env, **self._environment.env_private})
        manager = get_event_manager()
        manager.loggers[:], manager.callbacks[:] = self._listeners


@dataclass
class Logged:
    """Listens to dbt's events: what macros gave to ``log()`` and ``print()``."""

    logs: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Take dbt's events from now on, alone: nothing goes to standard output or to a log file."""
        manager = get_event_manager()
        manager.loggers[:], manager.callbacks[:] = [], [self]

    def __call__(self, event: Any) -> None:
        """Take one event of dbt."""
        if event.info.name == "PrintEvent":
            self.printed.append(event.data.msg)
        elif event.info.name in ("JinjaLogInfo", "JinjaLogDebug", "JinjaLogWarning"):
            self.logs.append(event.data.msg)
