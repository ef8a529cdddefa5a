"""What stands in a column where the sheet says nothing about the field: an empty cell of a clerk's own sheet."""

from __future__ import annotations

from typing import Any

SILENT: Any = type("Silent", (), {"__repr__": lambda self: "SILENT"})()
