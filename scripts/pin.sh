#!/bin/sh
# Write requirements/*.txt: every package that a run installs, the indirect ones too, at one version each, for Python 3.11 to 3.13.
# Needs uv (UV=path/to/uv when it isn't on the PATH). Pins that still fit are kept; UPGRADE=1 takes the newest of everything.
set -eu
cd "$(dirname "$0")/.."

uv=${UV:-uv}
if ! command -v "$uv" >/dev/null; then
    echo "pin.sh: uv is needed: install it, or say where it is by UV=path/to/uv." >&2
    exit 1
fi

# compile FILE PURPOSE ARGUMENT...
compile() {
    file=requirements/$1
    purpose=$2
    shift 2
    "$uv" pip compile --universal --python-version 3.11 --quiet --no-header ${UPGRADE:+--upgrade} \
        --no-emit-index-url --no-emit-find-links --output-file "$file" "$@"
    {
        echo "# $purpose"
        echo "# Made by \`make pins\` (scripts/pin.sh) from pyproject.toml: change the names there, never the pins here."
        grep -v '^# [A-Z]' "$file"
    } >"$file.new"
    mv "$file.new" "$file"
}

project="pyproject.toml --extra duckdb --extra postgres --extra snapshots --group test"
compile dbt-1.11.txt "What \`make demo\` and \`make test\` install: dbt 1.11, DuckDB, Postgres' driver and the test tools." $project
compile dbt-1.10.txt "The same with the oldest dbt that the package supports: \`make test DBT=1.10\`, and a part of \`make test-all\`." \
    $project --constraint requirements/oldest.txt
compile check.txt "What \`make lint\` and \`make test-all\` add to dbt-1.11.txt." --group check --constraint requirements/dbt-1.11.txt
compile bench.txt "What \`make bench-harness\` installs: the same as dbt-1.11.txt, and dbt-tests-adapter." \
    $project --group bench --constraint requirements/dbt-1.11.txt
compile bench-duckdb.txt "What \`make bench-harness\` installs for pytest-dbt-duckdb, which needs an older DuckDB." --group bench-duckdb
