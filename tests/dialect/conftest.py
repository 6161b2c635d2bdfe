from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dbt_cutover.testing.harness import Dbt


@pytest.fixture
def values(dbt: Dbt) -> Callable[[Any], list[dict[str, Any]]]:
    """Return the compared values of a relation's columns, as {sql, family}: what hashes and joins are made of."""

    def of(relation: Any) -> list[dict[str, Any]]:
        found = []
        for column in dbt.call("cutover._relation", "m", "a", relation)["columns"]:
            facts = dbt.call("cutover.dialect_type_facts", column["type"])
            sql = dbt.call("cutover.dialect_comparable", dbt.engine.quote(column["name"]), facts)
            found.append({"sql": sql, "family": facts["family"]})
        return found

    return of
