"""The demo's invented policies: put beside the data as the zone's own file, unless the zone has one already."""

from __future__ import annotations

from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "policies.toml"


def load_policies(path: Path) -> bool:
    """Write the demo's policies to `path`; returns whether there was none yet."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(SOURCE.read_text(encoding="utf-8"))
    except FileExistsError:
        return False
    return True
