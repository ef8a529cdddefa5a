"""A worker killed in the middle of a large bulk edit or undoing leaves the register as it was; it can be begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import state

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel import clock
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import Cells, judge
from gongjian.surfaces import jobs, progress, sweeping
from gongjian.surfaces.web.registers import large

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LARGE = """
import os, signal, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from gongjian.kernel.registers import bulk, written
from gongjian.surfaces import progress
from gongjian.surfaces.web.registers import large

bulk.STRETCH = written.CHUNK = 100
progress.EVERY = 0
told = progress._write


def fatal(name, said):
    told(name, said)
    if said.phase == sys.argv[3] and said.done >= int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)


progress._write = fatal
large.work.call_local(f"batch-{sys.argv[2]}", int(sys.argv[2]))
"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed, so that another program sees it."""
    from tests.kernel.people.cast import make_cast

    return make_cast()


def _killed(batch: Batch, phase: str, *, done: int) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gongjian.settings", "GONGJIAN_HOME": str(settings.HOME)}
    command = [sys.executable, "-c", LARGE, str(connection.settings_dict["NAME"]), str(batch.pk), phase, str(done)]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    batch.refresh_from_db()
    assert batch.state == "writing"


def _large_edit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A bulk edit of 1,000 ventures that is confirmed and waits for the worker."""
    columns = {"name": [f"第{n}项" for n in range(1000)], "stage": ["入驻在孵"] * 1000}
    cells = Cells(numbers=range(2, 1002), columns=columns)
    judge(register=Venture.register, cells=cells, by=cast.clerk, today=TODAY).write(by=cast.clerk, at=AT)
    monkeypatch.setattr(jobs, "begin", lambda **asked: progress.queue(name=asked["name"]))
    values: dict[str, object] = {"remark": "新"}
    batch = large.begin_bulk(
        register=Venture.register,
        by=cast.clerk,
        address="all=1",
        values=values,
        words=[("备注", "新")],
        reason="",
        purpose=None,
    )
    large.work.call_local(f"batch-{batch.pk}", batch.pk)
    batch.refresh_from_db()
    large.confirm(batch=batch, seen=batch.digest)
    return batch


def test_a_bulk_edit_and_an_undoing_killed_in_the_middle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = _large_edit(cast, monkeypatch)
    before = state()
    _killed(batch, "写入台账", done=500)
    assert state() == before
    assert sweeping.mark_interrupted(at=clock.now() + jobs.WAIT) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.fault) == ("interrupted", "程序在处理中途停止,没有写入任何内容。请重新办理。")

    written = Batch.objects.get(state="done")
    made = large.begin_undo(batch=written, by=cast.clerk, reason="错", skips=False)
    before = state()
    _killed(made, "撤销", done=2500)  # of 3,000: rows have gone by then
    assert state() == before and Venture.objects.count() == 1000
    assert sweeping.mark_interrupted(at=clock.now() + jobs.WAIT) == 1
    made.refresh_from_db()
    written.refresh_from_db()
    assert (made.state, made.fault) == ("interrupted", "程序在处理中途停止,没有写入任何内容。请重新撤销。")
    assert written.state == "done"
    again = large.begin_undo(batch=written, by=cast.clerk, reason="错", skips=False)
    large.work.call_local(f"batch-{again.pk}", again.pk)
    again.refresh_from_db()
    assert (again.state, again.details["removed"], Venture.objects.count()) == ("done", 1000, 0)
