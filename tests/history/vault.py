"""A vault in plain Python: what hubs, links and satellites hold after each load. Knows nothing of the macros' SQL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dbt_cutover.testing import Rows
from dbt_cutover.testing.harness import Dbt

Row = Mapping[str, Any]


def digest(*values: object) -> str:
    """Hash values by the rule of generate_surrogate_key's docs: length, colon and text of each, a dash for NULL."""
    texts = ["-" if value is None else f"{len(str(value))}:{value}" for value in values]
    return hashlib.md5("".join(texts).encode()).hexdigest()


def is_known(row: Row, keys: Sequence[str]) -> bool:
    """Whether a business key names anything."""
    return any(row[key] is not None for key in keys)


def call(macro: str, arguments: Mapping[str, Any]) -> str:
    """Write a model's body that loads from the table news."""
    given = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"select * from {{{{ cutover.{macro}('test.news', {given}) }}}} as body"


def load(dbt: Dbt, macro: str, rows: Iterable[Row], types: Mapping[str, str], **arguments: Any) -> Rows:
    """Run an incremental model, whose body is a call of the macro, over these rows; return what its table holds."""
    dbt.table("news", rows, types=types)
    [made] = dbt.materialize("incremental", call(macro, arguments), "vault", incremental_strategy="append")
    return dbt.query("select * from {{ made }}", made=made)


class Target:
    """A table as an incremental model has it from its second run on; a load is what the strategy append does."""

    def __init__(self, dbt: Dbt, macro: str, types: Mapping[str, str], columns: Mapping[str, str]) -> None:
        self.dbt, self.macro, self.types = dbt, macro, types
        self.this = dbt.incremental_this("vault", types=columns).relation

    def load(self, rows: Iterable[Row], **arguments: Any) -> Rows:
        """Add what the macro gives for these rows; return all that the table then holds."""
        self.dbt.table("news", rows, types=self.types)
        self.dbt.execute(f"insert into {{{{ this }}}} {call(self.macro, arguments)}", this=self.this)
        return self.dbt.query("select * from {{ this }}", this=self.this)


def scans(dbt: Dbt, macro: str, arguments: Mapping[str, Any]) -> list[str]:
    """Name the tables that the engine's plan for a load scans, as often as it does."""
    plan = dbt.query(f"explain {call(macro, arguments)}")
    text = " ".join(str(value) for row in plan for value in row.values())
    return sorted(re.findall(r"(?:Table:|Scan on)[\s\w.]*?\b(news|vault)\b", text))


def first_seen(table: dict[Any, Row], rows: Iterable[Row], keys: Sequence[str]) -> None:
    """Add to a hub or a link the keys that it lacks, each with its earliest row of the load."""
    known = set(table)
    for row in sorted(rows, key=lambda row: (row["load_date"], row["record_source"])):
        key = tuple(row[name] for name in keys)
        if key not in known:
            table.setdefault(key, row)


class Satellite:
    """For each key its states by load date; a state is what each child key holds."""

    def __init__(self, key: str, payload: Sequence[str], children: Sequence[str] = ()) -> None:
        self.key, self.payload, self.children = key, payload, children
        self.states: dict[Any, dict[Any, dict[Any, Any]]] = {}

    def load(self, rows: Iterable[Row]) -> None:
        """Take up each state that differs from the one before it, unless something is known of that moment."""
        loaded: dict[Any, dict[Any, dict[Any, Any]]] = {}
        for row in sorted(rows, key=lambda row: row["seq"]):
            if row[self.key] is not None:
                state = loaded.setdefault(row[self.key], {}).setdefault(row["load_date"], {})
                state[tuple(row[name] for name in self.children)] = tuple(row[name] for name in self.payload)
        for key, states in loaded.items():
            kept = self.states.setdefault(key, {})
            line = states | kept
            before = None
            for moment in sorted(line):
                if moment not in kept and line[moment] != before:
                    kept[moment] = line[moment]
                before = line[moment]

    def rows(self) -> set[tuple[Any, ...]]:
        """List key, load date, child keys and payload of all that it holds."""
        return {
            (key, moment, *child, *values)
            for key, states in self.states.items()
            for moment, state in states.items()
            for child, values in state.items()
        }


def as_of(states: Mapping[Any, Any], moment: Any) -> Any:
    """Return the state at a moment: that of the last load date up to it."""
    dates = [known for known in states if known <= moment]
    return states[max(dates)] if dates else None
