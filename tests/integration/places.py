"""Parse a project several ways and say where its nodes would be built.

A program of its own, for dbt keeps state in its process. Usage: ``python places.py PROJECT CASES``, CASES being a JSON
list of mappings with ``target`` and ``vars``. Prints one JSON list: per case the database schema of each model and seed
by name, or the message of the error.
"""

from __future__ import annotations

import json
import sys

from dbt.cli.main import dbtRunner


def places(project: str, target: str, variables: dict[str, object]) -> dict[str, str]:
    """Parse the project once and read each node's schema from the manifest."""
    runner = dbtRunner()
    where = ["--project-dir", project, "--profiles-dir", project, "--target", target]
    answer = runner.invoke(["--quiet", "parse", "--no-partial-parse", *where, "--vars", json.dumps(variables)])
    if answer.exception:
        return {"error": str(answer.exception)}
    nodes = answer.result.nodes.values()
    return {node.name: node.schema for node in nodes if node.resource_type in ("model", "seed")}


if __name__ == "__main__":
    cases = json.loads(sys.argv[2])
    print(json.dumps([places(sys.argv[1], case["target"], case["vars"]) for case in cases]))
