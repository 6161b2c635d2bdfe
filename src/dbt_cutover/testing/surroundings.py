"""What macros see: vars, target, flags, graph, environment, and the names inside a model or a hook."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from dbt_cutover.testing._dbt_compat import ParsedProject
from dbt_cutover.testing.errors import HarnessError, did_you_mean
from dbt_cutover.testing.overrides import Override

__all__ = ["Surroundings", "context_names"]

_GRAPH_PARTS = ("nodes", "sources", "exposures", "metrics", "groups", "semantic_models", "saved_queries")


class Surroundings:
    """Changes what macros see, to the end of the test or of a block.

    Parameters
    ----------
    project : ParsedProject
        The project, parsed for the engine.
    """

    def __init__(self, project: ParsedProject) -> None:
        self.project = project
        self._cleanup = ExitStack()

    def _lasting(self, change: AbstractContextManager[object]) -> Override:
        override = Override(change)
        self._cleanup.callback(override.end)
        return override

    def vars(self, values: Mapping[str, Any], /) -> Override:
        """Give vars as ``--vars`` would, without another parse: what was decided at parse time stays as it was."""
        return self._lasting(self.project.vars(values))

    def target(self, **values: Any) -> Override:
        """Replace fields of ``target``: `name`, `schema`, `database`, `type` ... The connection stays the same."""
        target = {**self.project.names["target"], **values}
        if "name" in values:
            target["target_name"] = values["name"]
        names = {"target": target} | {name: values[name] for name in ("schema", "database") if name in values}
        return self._lasting(self.project.context(names, everywhere=True))

    def flags(self, **values: Any) -> Override:
        """Set flags of dbt's command line, such as `full_refresh`, for ``flags`` and for dbt itself.

        Raises
        ------
        HarnessError
            dbt has no such flag.
        """
        known = self.project.flag_names
        for name in values:
            if name.lower() not in known:
                raise HarnessError(f"dbt has no flag {name!r}.{did_you_mean(name.lower(), known)}")
        return self._lasting(self.project.flags(values))

    def graph(self, values: Mapping[str, Any], /) -> Override:
        """Replace ``graph``: `nodes`, `sources` and so on, each a dict by unique id; what isn't given is empty."""
        unknown = [part for part in values if part not in _GRAPH_PARTS]
        if unknown:
            raise HarnessError(f"graph has no {unknown[0]!r}.{did_you_mean(unknown[0], _GRAPH_PARTS)}")
        graph = {part: {} for part in _GRAPH_PARTS} | dict(values)
        return self._lasting(self.project.context({"graph": graph}, everywhere=True))

    def env(self, values: Mapping[str, str | None], /) -> Override:
        """Set environment variables for ``env_var``; None unsets one."""
        return self._lasting(self.project.env(values))

    def context(self, **values: Any) -> Override:
        """Set names that macros see inside a model or a hook: `this`, `model`, `config`, `execute`, `results` ...

        For :meth:`call`, whose named arguments are the macro's own; :meth:`render` takes them directly. A `model` with
        a `config` gives macros that config too.
        """
        return self._lasting(self.project.context(context_names(values)))


def context_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what macros see under each name: a `model` brings its `config`, and a `config` can be called and asked."""
    names = dict(values)
    model = names.get("model")
    if isinstance(model, Mapping) and "config" in model:
        names.setdefault("config", model["config"])
    if isinstance(names.get("config"), Mapping):
        names["config"] = _Config(names["config"])
    return names


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
