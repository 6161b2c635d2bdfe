"""The demo's modules, importable as they are for demo/run.py."""

from __future__ import annotations

import sys
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "demo"

sys.path.insert(0, str(DEMO))
