"""What all suites share."""

from __future__ import annotations

# Tests of the harness run pytest inside pytest.
pytest_plugins = ["pytester"]
