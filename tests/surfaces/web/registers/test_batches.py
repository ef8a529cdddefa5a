"""Batches: the list, what one changed, its file, taking it back as a whole, and imports that wait, stop or break off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import TODAY
from tests.kernel.registers.entries import state, venture
from tests.surfaces.web.registers.steps import confirm, preview, seen, sheet, text, upload

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel import clock
from gongjian.kernel.evidence.files import path_of
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces import jobs, progress, sweeping
from gongjian.surfaces.web.registers import intake, previews

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
DATA = sheet(["项目名称", "孵化载体"], ["甲", "加速器"], ["乙", "孵化园"], ["", "无名"])


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


@pytest.fixture
def in_background(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every step is heavy and only queued; the list holds what waits."""
    waiting: list[tuple[str, int]] = []
    monkeypatch.setattr(intake, "BACKGROUND_BYTES", 1)

    def begin(*, name: str, task: Any, argument: int, in_background: bool) -> None:
        assert in_background
        progress.queue(name=name)
        waiting.append((name, argument))

    monkeypatch.setattr(jobs, "begin", begin)
    return waiting


def rows() -> dict[str, Any]:
    """Everything an import could write, without the batches themselves."""
    return {key: value for key, value in state().items() if key not in ("batches", "acts")}


def test_a_batch_tells_what_it_changed_and_is_taken_back_as_a_whole(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="园区三期")
    client = door(cast.clerk)
    address = confirm(client, "venture", DATA).headers["Location"]
    batch = Batch.objects.get()
    page = text(client.get(address))
    assert "台账.xlsx" in page and "乔若谷" in page and "孵化载体 → 孵化载体" in page
    assert "<del>园区三期</del>" in page and "<ins>加速器</ins>" in page and "孵化园" in page
    assert client.get(f"{address}file/").content == DATA
    listed = text(client.get("/registers/venture/batches/"))
    assert address in listed and "已写入" in listed
    assert address not in text(door(cast.supervisor).get("/registers/venture/batches/", {"whose": "mine"}))

    assert "将要恢复的内容" in text(client.get(f"{address}undo/"))
    before = state()
    response = client.post(f"{address}undo/", {"reason": " "})
    assert response.status_code == 422 and "撤销批次需要说明原因" in text(response)
    assert state() == before
    response = client.post(f"{address}undo/", {"reason": "传错了文件"})
    assert response.headers["Location"] == address
    made.refresh_from_db()
    assert made.carrier == "园区三期" and not Venture.objects.filter(name="乙").exists()
    page = text(client.get(address))
    other = Batch.objects.get(kind=Batch.Kind.UNDO)
    assert "已撤销" in page and f"/registers/venture/batches/{other.pk}/" in page
    assert f"/registers/venture/batches/{batch.pk}/" in text(client.get(f"/registers/venture/batches/{other.pk}/"))
    assert client.get(f"{address}undo/").status_code == 302  # once only


def test_the_sheet_itself_is_for_the_importer_and_the_supervision_office(cast: Cast, door: Door) -> None:
    address = confirm(door(cast.clerk), "venture", DATA).headers["Location"]
    assert door(cast.supervisor).get(f"{address}file/").status_code == 200
    response = door(cast.trade_clerk).get(f"{address}file/")
    assert response.status_code == 422 and "没有可以下载的文件" in text(response)
    assert door(cast.trade_clerk).get(address).status_code == 200


def test_a_large_file_is_read_judged_and_written_by_the_worker(
    cast: Cast, door: Door, in_background: list[tuple[str, int]]
) -> None:
    client = door(cast.clerk)
    address = upload(client, "venture", DATA).headers["Location"]
    page = text(client.get(address))
    assert "正在读取" in page and "排队等候" in page and "可以离开这一页" in page
    assert address in text(client.get("/registers/venture/batches/", {"whose": "mine"}))
    intake.work.call_local(*in_background.pop())
    response = client.get(f"{address}progress/")
    assert response["HX-Redirect"] == f"{address}preview/"
    page = text(client.get(f"{address}preview/"))
    response = client.post(f"{address}preview/", {"seen": seen(page)})
    assert response.headers["Location"] == address and "正在写入" in text(client.get(address))
    assert not Venture.objects.exists()
    intake.work.call_local(*in_background.pop())
    assert Venture.objects.count() == 2 and "已写入" in text(client.get(address))
    assert progress.read(name=f"batch-{Batch.objects.get().pk}") is None


def test_an_import_is_cancelled_between_two_portions_and_writes_nothing(
    cast: Cast, door: Door, in_background: list[tuple[str, int]]
) -> None:
    client = door(cast.clerk)
    address = upload(client, "venture", DATA).headers["Location"]
    intake.work.call_local(*in_background.pop())
    page = text(client.get(f"{address}preview/"))
    client.post(f"{address}preview/", {"seen": seen(page)})
    before = rows()
    client.post(f"{address}cancel/")
    assert Batch.objects.get().state == "writing"  # the mark lies beside the database, which may be busy
    intake.work.call_local(*in_background.pop())
    batch = Batch.objects.get()
    assert (batch.state, rows()) == ("cancelled", before)
    assert "没有写入任何内容" in text(client.get(address))
    again = client.post(f"{address}again/").headers["Location"]
    intake.work.call_local(*in_background.pop())
    assert again != address and client.get(again).headers["Location"] == f"{again}preview/"


def test_a_waiting_import_is_given_up_at_once(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    address, page = preview(client, "venture", DATA)
    before = rows()
    client.post(address.replace("preview/", "cancel/"))
    assert (Batch.objects.get().state, rows()) == ("cancelled", before)
    response = client.post(address, {"seen": seen(page)})
    assert response.status_code == 302 and rows() == before
    assert previews.lines(pk=Batch.objects.get().pk, verdict="new") == []


def test_what_broke_off_is_marked_and_what_goes_on_is_not(
    cast: Cast, door: Door, in_background: list[tuple[str, int]]
) -> None:
    client = door(cast.clerk)
    lost = upload(client, "venture", DATA).headers["Location"]
    going = upload(client, "venture", sheet(["项目名称"], ["丙"])).headers["Location"]
    progress.clear(name=in_background[0][0])  # the process died; the other one holds its lock
    Batch.objects.update(at=clock.now() - timedelta(minutes=5))
    with progress.running(name=in_background[1][0]) as say:
        say("逐行核对", 1, 2)
        assert sweeping.mark_interrupted(at=clock.now()) == 1
        page = text(client.get(going))
        assert "逐行核对" in page and "1 / 2" in page
    page = text(client.get(lost))
    assert "已中断" in page and "没有写入任何内容" in page and "用同一文件重新开始" in page
    before = rows()
    intake.work.call_local(*in_background[0])  # a job that comes back from the dead finds the batch closed
    assert rows() == before and Batch.objects.get(pk=in_background[0][1]).state == "interrupted"


def test_uploads_that_nobody_confirmed_are_swept_away_after_a_week(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    kept = confirm(client, "venture", DATA).headers["Location"]
    preview(client, "venture", sheet(["项目名称"], ["丙"]))
    old = Batch.objects.get(state="judged")
    Batch.objects.update(at=clock.now() - timedelta(days=8))
    digest = old.file.digest  # type: ignore[union-attr]
    assert sweeping.sweep_uploads(at=clock.now()) == 1
    old.refresh_from_db()
    assert (old.state, old.file) == ("cancelled", None) and "7天没有确认" in old.fault
    assert not path_of(digest).exists() and not StoredFile.objects.filter(digest=digest).exists()
    assert client.get(f"{kept}file/").content == DATA  # what a written batch points at stays
    assert sweeping.sweep_uploads(at=clock.now()) == 0
