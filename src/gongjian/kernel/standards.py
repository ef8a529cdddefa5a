"""Standards: dated, sourced values from standards/*.toml. Data, never imported as code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "standards"


@cache
def standard(name: str) -> dict[str, Any]:
    """The parsed content of standards/`name`.toml."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
