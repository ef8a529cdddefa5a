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


FIRST = """
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.loader.replace_migrations = False
executor.loader.build_graph()
state = executor.migrate([("kernel", "0001_initial"), ("zone", "0001_initial")])
model = state.apps.get_model
officer = model("kernel", "Officer").objects.create(username="kj", name="经办")
at = "2025-03-03T02:00:00Z"
values = {"credit_code": "91320800MA0000001A", "name": "云岭一号精密制造有限公司", "recorded_at": at}
row = model("zone", "Enterprise").objects.create(**values)
model("zone", "HistoricalEnterprise").objects.create(
    id=row.pk, **values, history_date=at, history_type="+", history_user_id=officer.pk)
model("kernel", "ImportBatch").objects.create(
    register="enterprise", by_id=officer.pk, at=at, created=1, changed=0, unchanged=0, refused=0)
"""


def test_the_first_release_is_brought_up_to_date_with_its_data(tmp_path: Path) -> None:
    """A home of the first release keeps its rows, their history and its batches."""
    place = {
        **os.environ,
        "GONGJIAN_HOME": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
    }
    for command in (["-c", FIRST], ["-m", "django", "migrate", "-v0"]):
        ran = subprocess.run([sys.executable, *command], env=place, capture_output=True, text=True, timeout=300)
        assert (ran.returncode, ran.stderr) == (0, "")
    with sqlite3.connect(tmp_path / "gongjian.sqlite3") as database:
        rows = database.execute("SELECT credit_code, name, extra, industry_code FROM zone_enterprise").fetchall()
        lines = database.execute(
            "SELECT credit_code, history_type, history_user_id, history_batch_id FROM zone_historicalenterprise"
        ).fetchall()
        batches = database.execute("SELECT register, kind, state, created FROM kernel_batch").fetchall()
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert rows == [("91320800MA0000001A", "云岭一号精密制造有限公司", "{}", "")]
    assert lines == [("91320800MA0000001A", "+", 1, None)]
    assert batches == [("enterprise", "sheet", "done", 1)]
