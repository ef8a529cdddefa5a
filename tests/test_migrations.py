"""The migrations, which the other tests pass over: run from nothing, they make every register with its key and history."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

from gongjian.kernel.registers.declare import registers

if TYPE_CHECKING:
    from pathlib import Path


def test_from_nothing_to_every_table(tmp_path: Path) -> None:
    """On SQLite, in a program of its own; `make lint` sees to it that none is missing."""
    place = {
        **os.environ,
        "GONGJIAN_HOME": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
    }
    command = [sys.executable, "-m", "django", "migrate", "-v0"]
    ran = subprocess.run(command, env=place, capture_output=True, text=True, timeout=300)
    assert (ran.returncode, ran.stderr) == (0, "")
    with sqlite3.connect(tmp_path / "gongjian.sqlite3") as database:
        made = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        indexes = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    for register in registers():
        meta = register.model._meta
        columns = ", ".join(f'"{meta.get_field(name).column}"' for name in register.key)
        key = f'CONSTRAINT "{register.name.replace("-", "_")}_key" UNIQUE ({columns})'
        assert key in made[meta.db_table], register.name
        assert "history_batch_id" in made[register.model.history.model._meta.db_table], register.name
        assert {index.name for index in meta.indexes} <= set(indexes), register.name
