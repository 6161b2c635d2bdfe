"""What ``@pytest.mark.engines`` and ``@pytest.mark.lacks`` say of a collected test."""

from __future__ import annotations

from typing import Any

import pytest

from dbt_cutover.testing.session import Session

__all__ = ["DESCRIPTIONS", "apply_lacks", "engine_of", "is_wanted"]

DESCRIPTIONS = (
    "engines(name, ...): run this test of the dbt fixture on these engines only",
    "lacks(name, ..., reason, raises=None): on these engines this test of the dbt fixture fails, strictly",
)
"""What ``pytest --markers`` shows."""


def engine_of(item: pytest.Item) -> str | None:
    """Return the engine that a collected test runs on; None when it needs none."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("dbt_engine")


def is_wanted(item: pytest.Item, session: Session) -> bool:
    """Whether the test is to run: its marker names its engine, or it has none and its engine has a database.

    Raises
    ------
    pytest.UsageError
        The marker names no engine, or an unknown one.
    """
    engine = engine_of(item)
    marker = item.get_closest_marker("engines")
    if marker is None:
        return engine is None or session.connects(engine)
    if not marker.args:
        raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.engines needs at least one engine")
    _check_names(item, marker, session)
    return any(name in marker.args for name in (session.engines if engine is None else [engine]))


def apply_lacks(item: pytest.Item, session: Session) -> None:
    """Expect the test to fail where its markers say so, strictly: a fix shows as a failure.

    Raises
    ------
    pytest.UsageError
        A marker names no engine, or an unknown one, or gives no reason, or something else than reason and raises.
    """
    for marker in item.iter_markers("lacks"):
        reason, raises = _checked(item, marker, session)
        if engine_of(item) in marker.args:
            item.add_marker(pytest.mark.xfail(reason=reason, raises=raises, strict=True))


def _checked(item: pytest.Item, marker: pytest.Mark, session: Session) -> tuple[str, Any]:
    where = f"{item.nodeid}: @pytest.mark.lacks"
    if engine_of(item) is None:
        raise pytest.UsageError(f"{where} is for tests of the dbt fixture")
    if not marker.args:
        raise pytest.UsageError(f"{where} needs at least one engine")
    _check_names(item, marker, session)
    reason, raises = marker.kwargs.get("reason"), marker.kwargs.get("raises")
    if not isinstance(reason, str) or not reason.strip():
        raise pytest.UsageError(f"{where} needs a reason, as text; got {reason!r}")
    for name in marker.kwargs:
        if name not in ("reason", "raises"):
            raise pytest.UsageError(f"{where} takes reason and raises; got {name!r}")
    for kind in raises if isinstance(raises, tuple) else () if raises is None else (raises,):
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise pytest.UsageError(f"{where}: raises is an exception class or a tuple of them; got {raises!r}")
    return reason, raises


def _check_names(item: pytest.Item, marker: pytest.Mark, session: Session) -> None:
    for name in marker.args:
        if name not in session.known_engines:
            raise pytest.UsageError(f"{item.nodeid}: {session.unknown_engine(name)}")
