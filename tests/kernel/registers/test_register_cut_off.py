"""A program killed in the middle of a writing leaves the register as it was, and the batch marked as interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import state, venture

from gongjian.kernel.registers import batches
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
WRITER = """
import sys, time, datetime
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.take import Cells, judge

by = Officer.objects.get(username="ducha")
columns = {"name": [f"第{n}项" for n in range(3000)] + ["甲"], "stage": ["入驻在孵"] * 3001, "remark": ["新"] * 3001}
cells = Cells(numbers=range(2, 3003), columns=columns)
taking = judge(register=Venture.register, cells=cells, by=by, today=datetime.date(2025, 6, 30))


def say(done, total):
    if done == total:
        print(Venture.objects.count(), flush=True)
        time.sleep(600)


taking.write(by=by, at=datetime.datetime(2025, 6, 30, 10, tzinfo=datetime.timezone.utc), progress=say)
"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed, so that another program sees it."""
    from tests.kernel.people.cast import make_cast

    return make_cast()


def test_killed_in_the_middle_of_writing(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gongjian.settings", "GONGJIAN_HOME": str(settings.HOME)}
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WRITER, name]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "3001"  # the writer sees its rows, nobody else does
        assert state() == before | {"batches": 1}
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
    assert state() == before | {"batches": 1}
    assert batches.interrupted(at=LATER, dead=[Batch.objects.get().pk]) == 1
    (batch,) = Batch.objects.all()
    assert (batch.state, batch.finished_at, batch.created) == ("interrupted", LATER, 0)
    assert batch.fault == "程序在处理中途停止,没有写入任何内容。请重新导入。"
