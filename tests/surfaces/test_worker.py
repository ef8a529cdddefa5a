"""The night's work: yesterday's standings are kept once, and what is kept stays."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.people.models import Officer, Role, Zone
from gongjian.kernel.plan import review
from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.imports import import_plan
from gongjian.kernel.plan.models import Plan
from gongjian.kernel.plan.reader import read

AT = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def plan(db: None) -> Plan:
    """A plan in force with one commitment, in a zone that stands on 1 July."""
    Zone.objects.create(name="试验园区", stands_at=date(2025, 7, 1))
    by = Officer.objects.create(username="ducha", name="督查", role=Role.SUPERVISOR)
    document = plain(name="plan.txt", text="一、攻坚科技创新\n做强高企队伍。确保完成20家高企申报。\n")
    plan = import_plan(document=document, reading=read(document, year=2025), by=by, at=AT, year=2025).plan
    review.confirm_all(plan=plan, by=by, at=AT)
    review.activate(plan=plan, by=by, at=AT)
    return plan


def test_standings_are_kept_each_night_and_stay(plan: Plan) -> None:
    from gongjian.surfaces.worker import keep_standings

    day, first, second = date(2025, 6, 30), datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 7, 2, tzinfo=UTC)
    assert keep_standings(day=day, at=first) == 1
    kept = StoredStanding.objects.get()
    assert (kept.as_of, kept.verdict, kept.target) == (day, "no_data", 20)
    assert keep_standings(day=day, at=first) == 0  # what is stored is never overwritten
    assert keep_standings(day=day, at=second) == 1
    assert list(StoredStanding.objects.values_list("known_at", flat=True).order_by("known_at")) == [first, second]


def test_a_draft_and_a_year_that_is_over_are_left_alone(plan: Plan) -> None:
    from gongjian.surfaces.worker import keep_standings

    asked = {"day": date(2025, 6, 30), "at": datetime(2025, 7, 1, tzinfo=UTC)}
    Plan.objects.update(state=Plan.State.REVIEW)
    assert keep_standings(**asked) == 0
    Plan.objects.update(state=Plan.State.ACTIVE, year=2024)
    assert keep_standings(**asked) == 0
    assert not StoredStanding.objects.exists()


KILLED = """
import os, signal, sys
import django
django.setup()
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces import progress
from gongjian.surfaces.web.registers import intake
written = progress._write
def fatal(name, said):
    written(name, said)
    if said.phase == "写入台账":
        os.kill(os.getpid(), signal.SIGKILL)
progress._write = fatal
batch = Batch.objects.get()
intake.confirm(batch=batch, seen=batch.digest)
"""
RESTARTED = """
import django
django.setup()
from datetime import timedelta
from gongjian.kernel import clock
from gongjian.surfaces.sweeping import mark_interrupted
print(mark_interrupted(at=clock.now() + timedelta(minutes=1)))
"""


@pytest.mark.skipif(os.environ.get("GONGJIAN_TEST_DATABASE", "sqlite") != "sqlite", reason="copies the database's file")
def test_a_worker_killed_in_the_middle_of_writing_leaves_the_database_as_before(
    transactional_db: None, tmp_path: Path, settings: Any
) -> None:
    from tests.kernel.people.cast import make_cast
    from tests.surfaces.web.registers.steps import sheet

    from gongjian.drives.innovation.ventures import Venture
    from gongjian.surfaces.web.registers import intake

    settings.FILES = tmp_path / "files"
    settings.HOME = tmp_path
    cast = make_cast()
    data = sheet(["项目名称", "孵化载体"], *([f"第{n}个项目", "加速器"] for n in range(3000)))
    batch = intake.receive(
        register=Venture.register, by=cast.clerk, title="台账.xlsx", data=data, media="application/vnd.ms-excel"
    )
    assert (batch.state, batch.created) == ("judged", 3000)
    database = tmp_path / "gongjian.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(database) as copy:
        connection.connection.backup(copy)
    environment = {**os.environ, "GONGJIAN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "gongjian.settings"}

    def told(question: str) -> list[Any]:
        with sqlite3.connect(database) as look:
            return look.execute(question).fetchall()

    tables = ("zone_venture", "zone_historicalventure", "kernel_stagemove", "kernel_act")
    before = [told(f"SELECT * FROM {table} ORDER BY 1") for table in tables]
    died = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert told("SELECT state FROM kernel_batch") == [("writing",)]
    assert [told(f"SELECT * FROM {table} ORDER BY 1") for table in tables] == before
    started = subprocess.run([sys.executable, "-c", RESTARTED], env=environment, check=True, capture_output=True)
    assert started.stdout.strip() == b"1"
    ((state, fault),) = told("SELECT state, fault FROM kernel_batch")
    assert state == "interrupted" and "没有写入任何内容" in fault
    assert told("PRAGMA integrity_check") == [("ok",)]


def test_verdicts_follow_the_rows_and_a_fault_does_not_end_the_looking(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from tests.kernel.people.cast import make_cast
    from tests.kernel.registers.entries import enterprise

    from gongjian.kernel.rulebooks.models import Judgement
    from gongjian.surfaces import worker

    cast = make_cast()
    Zone.objects.update(stands_at=date(2025, 6, 30))
    enterprise(by=cast.clerk, unit=cast.science)
    assert worker.keep_verdicts() > 1
    assert Judgement.objects.filter(rulebook="high-tech", until=None).count() == 1
    assert worker.keep_verdicts() == 0

    stop, seen = threading.Event(), []

    def work() -> None:
        seen.append(1)
        if len(seen) == 2:
            stop.set()
        raise ValueError("wrong")

    monkeypatch.setattr(worker, "AFTER_A_FAULT", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.keep_looking(stop, "verdicts", work, every=0.01)
    assert len(seen) == 2


def test_work_in_the_queue_is_told_from_work_that_only_the_worker_knows(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from huey import MemoryHuey
    from huey.registry import Message

    from gongjian.surfaces import jobs, progress

    queue = MemoryHuey("test")
    monkeypatch.setattr(jobs, "jobs", queue)
    by_the_clock = Message("1", "__main__.minutely", None, 0, 0, None, (), {})
    for message in (by_the_clock, by_the_clock._replace(id="2", name="work", args=("batch-21", 21))):
        queue.storage.enqueue(queue.serializer.serialize(message))
    for name in ("batch-2", "batch-21"):
        progress.queue(name=name)
    monkeypatch.setattr(jobs, "WAIT", timedelta(0))
    assert (jobs.is_alive(name="batch-21"), jobs.is_alive(name="batch-2")) == (True, False)
    assert caplog.records == []
    for name in ("batch-2", "batch-21"):
        progress.clear(name=name)
