"""The compiled templates of macros: dbt asks one cache for them whenever it calls a macro, wherever from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients.jinja import TemplateCache, get_environment

__all__ = ["MacroTemplates", "macro_environment", "package_folders"]


def macro_environment(macro: Any) -> jinja2.Environment:
    """Return a new environment such as dbt compiles this macro's template with."""
    return get_environment(macro)


def package_folders(config: Any) -> dict[str, Path]:
    """Return the folder of the project and of each package that it has, dbt's own too, by name."""
    return {name: Path(package.project_root) for name, package in config.load_dependencies().items()}


class MacroTemplates:
    """Gives dbt other templates for the macros that it calls, until :meth:`restore`.

    While dbt parses a project it gets its own: what parsing calls isn't what a test calls.

    Parameters
    ----------
    choose : callable
        The template for a macro; None for dbt's own.
    """

    def __init__(self, choose: Callable[[Any], jinja2.Template | None]) -> None:
        self._parsing = 0
        # Another session of pytest in this process may have put its own there.
        self._get, self._load = TemplateCache.get_node_template, ManifestLoader.load
        get, load = self._get, self._load

        def get_node_template(cache: TemplateCache, node: Any) -> jinja2.Template:
            chosen = None if self._parsing else choose(node)
            return get(cache, node) if chosen is None else chosen

        def load_without(loader: ManifestLoader) -> Any:
            self._parsing += 1
            try:
                return load(loader)
            finally:
                self._parsing -= 1

        TemplateCache.get_node_template = get_node_template  # type: ignore[assignment, method-assign]
        ManifestLoader.load = load_without  # type: ignore[assignment, method-assign]

    def restore(self) -> None:
        """Put back what was there."""
        TemplateCache.get_node_template = self._get  # type: ignore[method-assign]
        ManifestLoader.load = self._load  # type: ignore[method-assign]
