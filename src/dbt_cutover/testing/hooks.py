"""The hooks that the plugin adds to pytest's, for other plugins and for ``conftest.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dbt_cutover.testing.engines import Engine

__all__ = ["pytest_dbt_engines"]


@pytest.hookspec
def pytest_dbt_engines(config: pytest.Config) -> list[type[Engine]]:  # type: ignore[empty-body]
    """Return engines beside the plugin's own; one with the name of another takes that one's place.

    Called before the options are checked: by then pytest has loaded its plugins and the ``conftest.py`` of the root
    folder and of the folders that were given to it or that ``testpaths`` names.

    Parameters
    ----------
    config : pytest.Config
        The session's configuration.

    Examples
    --------
    In a ``conftest.py``, an engine that is DuckDB with another time zone::

        from dbt_cutover.testing.engines import DuckDB


        class Tokyo(DuckDB):
            name = "tokyo"

            def output(self, base):
                return super().output({**base, "settings": {"TimeZone": "Asia/Tokyo"}})


        def pytest_dbt_engines(config):
            return [Tokyo]
    """
