"""What is compared with what: the arguments of ``cutover.reconcile`` for each table that moves over.

They are written as files that a person could have written, and handed to dbt from there. A pair of columns goes by the
legacy's name; `column_map` says what the migrated side calls it. In the condition of an accepted difference each side's
columns go by their own names.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

PAIRS: dict[str, dict[str, Any]] = {
    "fct_flights": {
        "legacy": "source('legacy', 'fct_flights')",
        "migrated": "ref('fct_flights')",
        "keys": ["carrier", "flight_no", "origin_cd", "fl_date", "crs_dep_time"],
        "column_map": {
            "flight_no": "flight_number",
            "origin_cd": "origin",
            "dest_cd": "destination",
            "fl_date": "flight_date",
            "crs_dep_time": "scheduled_local_time",
            "sched_dep_utc": "scheduled_departure_utc",
            "tail_no": "tailnum",
            "mfr": "manufacturer",
            "no_seats": "seats",
        },
        "expressions": {"is_cancelled": {"legacy": "canc_flag = 'Y'"}},
        "exclude": ["canc_flag", "flight_key", "built_by"],
    },
    "dim_planes": {
        "legacy": "source('legacy', 'dim_planes')",
        "migrated": "ref('dim_planes')",
        "keys": ["tail_no"],
        "column_map": {
            "tail_no": "tailnum",
            "year_mfr": "year_built",
            "mfr": "manufacturer",
            "no_eng": "engines",
            "no_seats": "seats",
        },
        "exclude": ["built_by"],
    },
    "daily_carrier_delays": {
        "legacy": "source('legacy', 'daily_carrier_delays')",
        "migrated": "ref('daily_carrier_delays')",
        "keys": ["carrier", "fl_date"],
        "column_map": {"fl_date": "flight_date", "avg_delay": "avg_dep_delay", "max_delay": "max_dep_delay"},
        "exclude": ["built_by"],
    },
}


def declared(pair: str, today: date) -> dict[str, Any]:
    """Declare what the team knows about a pair once it has seen where the differences come from.

    Parameters
    ----------
    pair : str
        A key of :data:`PAIRS`.
    today : datetime.date
        The day from which the declarations hold, for 90 days: until then the legacy must be gone.

    Returns
    -------
    dict
        Arguments to add to the pair's own.
    """
    until = (today + timedelta(days=90)).isoformat()
    if pair == "dim_planes":
        # No difference to accept: it is the same plane, once the legacy's key is read without its padding.
        return {"expressions": {"tail_no": {"legacy": "trim(tail_no)"}}}
    if pair == "daily_carrier_delays":
        return {
            "accepted_differences": [
                {
                    "column": "avg_delay",
                    "where": "abs(legacy.avg_delay - migrated.avg_dep_delay) < 1",
                    "reason": "The legacy cuts averages to whole minutes; the new ones keep hundredths.",
                    "until": until,
                }
            ]
        }
    return {
        "accepted_differences": [
            {
                "status": "only_in_migrated",
                "where": "migrated.manufacturer is null",
                "reason": "The legacy lost the flights whose plane is not in the register.",
                "until": until,
            },
            {
                "column": "dep_delay",
                "where": "legacy.dep_delay = 0 and migrated.dep_delay is null and migrated.is_cancelled",
                "reason": "A cancelled flight has no delay; the legacy counted it as on time.",
                "until": until,
            },
            {
                "column": "sched_dep_utc",
                "where": "legacy.sched_dep_utc = migrated.scheduled_departure_utc + interval 1 hour",
                "reason": "The legacy knows no daylight saving time.",
                "until": until,
            },
            {
                "column": "tail_no",
                "where": "trim(legacy.tail_no) = migrated.tailnum",
                "reason": "CHAR(6) in the legacy: shorter tail numbers are padded.",
                "until": until,
            },
        ]
    }


def as_yaml(arguments: dict[str, Any]) -> str:
    """Write arguments as a file has them.

    Parameters
    ----------
    arguments : dict
        Names and values.

    Returns
    -------
    str
        YAML of many lines.
    """
    return str(yaml.safe_dump(arguments, sort_keys=False, width=110, allow_unicode=True))


def as_flow(arguments: dict[str, Any]) -> str:
    """Write arguments as a command line has them.

    Parameters
    ----------
    arguments : dict
        Names and values.

    Returns
    -------
    str
        YAML of one line.
    """
    return str(yaml.safe_dump(arguments, sort_keys=False, width=10_000, default_flow_style=True)).strip()


def write(path: Path, arguments: dict[str, Any]) -> None:
    """Keep arguments in a file, as ``dbt run-operation --args "$(cat file)"`` takes them.

    Parameters
    ----------
    path : Path
        The file.
    arguments : dict
        What goes into it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_yaml(arguments), encoding="utf-8")
