"""Names of macros that aren't there, and which ones may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from dbt_cutover.testing.errors import HarnessError, did_you_mean

__all__ = ["unknown_macro"]


def unknown_macro(name: str, root: str, packages: Mapping[str, Collection[str]]) -> HarnessError:
    """Return the error for a macro that isn't there, with the nearest one: of the same package, else of any.

    Parameters
    ----------
    name : str
        ``package.macro``, or ``macro`` for one of the project's own.
    root : str
        The project's name.
    packages : mapping
        The names of each package's macros.
    """
    package, _, macro = name.rpartition(".")
    elsewhere = [f"{other}.{macro}" for other, macros in sorted(packages.items()) if macro in macros]
    own = difflib.get_close_matches(macro, sorted(packages.get(package or root, ())), n=1)
    if elsewhere:
        near = did_you_mean(name, elsewhere) or f" Did you mean {elsewhere[0]!r}?"
    elif own:
        near = f" Did you mean {f'{package or root}.{own[0]}'!r}?"
    elif package and package not in packages:
        near = did_you_mean(name, [f"{other}.{each}" for other, macros in packages.items() for each in macros])
    else:
        near = ""
    missing = f"macro {name!r}" if not package or package in packages else f"package {package!r}"
    return HarnessError(f"there is no {missing} in the project {root}.{near}")
