"""Run the project's unit tests by dbt in this process, and print how long it took as JSON.

Importing dbt, parsing and making the input's table come first and aren't counted; the timed call gets what was parsed.
"""

from __future__ import annotations

import json
import sys
import time

from dbt.cli.main import dbtRunner

__all__ = ["main"]


def main(folder: str) -> None:
    """Time ``dbt test --select test_type:unit`` on the project in a folder."""
    options = ["--quiet", "--project-dir", folder, "--profiles-dir", folder]
    manifest = dbtRunner().invoke(["parse", *options]).result
    made = dbtRunner(manifest=manifest).invoke(["run", *options, "--select", "orders"])
    start = time.perf_counter()
    tested = dbtRunner(manifest=manifest).invoke(["test", *options, "--select", "test_type:unit"])
    seconds = time.perf_counter() - start
    for outcome in (made, tested):
        if not outcome.success:
            raise SystemExit(str(outcome.exception or outcome.result))
    print(json.dumps({"seconds": seconds, "passed": sum(result.status == "pass" for result in tested.result)}))


if __name__ == "__main__":
    main(sys.argv[1])
