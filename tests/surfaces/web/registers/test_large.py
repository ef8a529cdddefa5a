"""Large bulk edits and undoings: queued for the worker, previewed, confirmed, cancelled; in stretches, as one batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import TODAY
from tests.kernel.registers.entries import state, venture
from tests.surfaces.web.registers.steps import seen, text

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions, bulk, written
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces import jobs, progress, sweeping
from gongjian.surfaces.web.registers import intake, large

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
Waiting = list[tuple[Any, str, int]]
ALL = "/registers/venture/bulk/?all=1&carrier=旧园"
FORM = {"set": ["carrier"], "carrier": "新园", "change_reason": "集中入驻", "step": "preview"}


@pytest.fixture
def waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """More than two rows are many, two are a stretch; what is queued is listed and not done."""
    Zone.objects.update(stands_at=TODAY)
    found: Waiting = []
    monkeypatch.setattr(large, "BACKGROUND_ROWS", 2)
    monkeypatch.setattr(bulk, "STRETCH", 2)
    monkeypatch.setattr(written, "CHUNK", 2)

    def begin(*, name: str, task: Any, argument: int, in_background: bool) -> None:
        assert in_background
        progress.queue(name=name)
        found.append((task, name, argument))

    monkeypatch.setattr(jobs, "begin", begin)
    return found


def work(waiting: Waiting) -> Batch:
    """Do what was queued last; the batch afterwards."""
    task, name, pk = waiting.pop()
    task.call_local(name, pk)
    return Batch.objects.get(pk=pk)


def five(cast: Cast) -> list[Any]:
    """Five ventures of the science office."""
    return [venture(f"第{n}项", by=cast.clerk, unit=cast.science, carrier="旧园") for n in range(5)]


def carriers() -> list[str]:
    """Where each venture sits."""
    return list(Venture.objects.order_by("pk").values_list("carrier", flat=True))


def rows() -> dict[str, Any]:
    """Everything that could be written, without the batches and the log."""
    return {key: value for key, value in state().items() if key not in ("batches", "acts")}


def previewed(client: Client, waiting: Waiting) -> tuple[str, str, Batch]:
    """A bulk edit worked out: the preview's address and text, and the batch."""
    response = client.post(ALL, FORM)
    assert response.status_code == 302
    batch = work(waiting)
    assert batch.state == "judged", batch.fault
    address = f"/registers/venture/batches/{batch.pk}/preview/"
    return address, text(client.get(address)), batch


def test_a_large_bulk_edit_is_worked_out_confirmed_undone_and_done_again(
    cast: Cast, door: Door, waiting: Waiting
) -> None:
    five(cast)
    client, before = door(cast.clerk), rows()
    response = client.post(ALL, FORM)
    address = response.headers["Location"]
    assert "排队等候" in text(client.get(address)) and "取消" in text(client.get(address))
    assert rows() == before
    batch = work(waiting)
    assert (batch.kind, batch.state, batch.changed, batch.reason) == ("bulk", "judged", 5, "集中入驻")
    assert client.get(f"{address}progress/").headers["HX-Redirect"] == f"{address}preview/"
    page = text(client.get(address, follow=True))
    assert (
        "新增 <b>" not in page
        and "确认修改 5 行" in page
        and page.count("<ins>新园</ins>") == 5
        and page.count("<del>旧园</del>") == 5
    )
    assert rows() == before
    assert client.post(f"{address}preview/", {"seen": seen(page)}).headers["Location"] == address
    assert rows() == before and Batch.objects.get().state == "writing"
    batch = work(waiting)
    assert (batch.state, batch.changed, batch.refused) == ("done", 5, 0)
    assert carriers() == ["新园"] * 5  # though no row answered to the list's condition any more
    assert "第 1–5 行,共 5 行" in text(client.get(address))

    undo = f"{address}undo/"
    assert "由后台办理" in text(client.get(undo))
    made = client.post(undo, {"reason": "改回"}).headers["Location"]
    assert "排队等候" in text(client.get(made)) and carriers() == ["新园"] * 5
    undone = work(waiting)
    assert (undone.kind, undone.state, undone.changed) == ("undo", "done", 5)
    assert carriers() == ["旧园"] * 5
    assert Batch.objects.get(pk=batch.pk).state == "undone"
    assert "撤销了" in text(client.get(made))

    client.post(f"{made}undo/", {"reason": "还是新园"})
    again = work(waiting)
    assert (again.state, again.changed, carriers()) == ("done", 5, ["新园"] * 5)
    assert [h.revision for h in Venture.objects.first().history.order_by("history_id")] == [1, 2, 3, 4]


def test_a_register_that_changes_before_the_worker_writes_is_looked_at_again(
    cast: Cast, door: Door, waiting: Waiting
) -> None:
    made = five(cast)
    client = door(cast.clerk)
    address, page, _ = previewed(client, waiting)
    client.post(address, {"seen": seen(page)})
    actions.change(entry=made[4], values={"carrier": "别处"}, revision=1, by=cast.clerk, at=clock.now())
    before = rows()
    batch = work(waiting)
    assert rows() == before
    assert (batch.state, batch.changed) == ("judged", 4)
    page = text(client.get(address))
    assert "台账在您预览之后有了变化" in page and "确认修改 4 行" in page
    assert client.post(address, {"seen": "0" * 64}).status_code == 422
    client.post(address, {"seen": seen(page)})
    assert work(waiting).state == "done"
    assert carriers() == [*["新园"] * 4, "别处"]


def test_rows_that_cannot_be_changed_are_told_by_name(cast: Cast, door: Door, waiting: Waiting) -> None:
    five(cast)
    venture("外单位的", by=cast.trade_clerk, unit=cast.trade, carrier="旧园")
    address, page, batch = previewed(door(cast.clerk), waiting)
    assert (batch.changed, batch.refused) == (5, 1)
    assert "外单位的</a>" in page and "该记录不属于您的单位" in page
    door(cast.clerk).post(address, {"seen": seen(page)})
    assert work(waiting).state == "done"
    assert carriers() == [*["新园"] * 5, "旧园"]


def test_a_bulk_edit_is_given_up_before_and_during_the_writing(
    cast: Cast, door: Door, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    five(cast)
    client, before = door(cast.clerk), rows()
    address, page, batch = previewed(client, waiting)
    client.post(address, {"seen": seen(page)})
    monkeypatch.setattr(progress, "EVERY", 0)
    told = progress._write

    def cancelling(name: str, said: progress.Progress) -> None:
        told(name, said)
        if said.phase == "写入台账" and said.done:
            progress.cancel(name=name)

    monkeypatch.setattr(progress, "_write", cancelling)
    batch = work(waiting)
    assert (batch.state, rows()) == ("cancelled", before)
    page = text(client.get(f"/registers/venture/batches/{batch.pk}/"))
    assert "没有写入任何内容" in page and "重新批量修改" in page
    address, _, batch = previewed(client, waiting)
    client.post(address.replace("preview/", "cancel/"))
    batch.refresh_from_db()
    assert (batch.state, rows()) == ("cancelled", before)


def test_an_undoing_that_is_refused_or_cancelled_changes_nothing_and_is_begun_once(
    cast: Cast, door: Door, waiting: Waiting
) -> None:
    made = five(cast)
    client = door(cast.clerk)
    address, page, batch = previewed(client, waiting)
    client.post(address, {"seen": seen(page)})
    work(waiting)
    undo = f"/registers/venture/batches/{batch.pk}/undo/"
    assert client.post(undo, {"reason": " "}).status_code == 422 and not waiting
    client.post(undo, {"reason": "改回"})
    again = client.post(undo, {"reason": "改回"})
    assert again.status_code == 422 and "正在撤销第" in text(again) and len(waiting) == 1
    progress.cancel(name=waiting[0][1])
    before = rows()
    cancelled = work(waiting)
    assert (cancelled.state, rows()) == ("cancelled", before)
    actions.change(entry=made[0], values={"remark": "后来"}, revision=2, by=cast.clerk, at=clock.now())
    before = rows()
    client.post(undo, {"reason": "改回"})
    failed = work(waiting)
    assert (failed.state, rows()) == ("failed", before)
    assert "1 行在此后又有变动" in failed.fault
    page = text(client.get(f"/registers/venture/batches/{failed.pk}/"))
    assert "没有写入任何内容" in page and f"重新撤销第 {batch.pk} 号批次" in page
    client.post(undo, {"reason": "改回", "skip": "1"})
    done = work(waiting)
    assert (done.state, done.changed, done.details["skipped"]) == ("done", 4, 1)
    assert carriers() == ["新园", *["旧园"] * 4]


def test_nobody_elses_bulk_edit_is_seen_or_confirmed(cast: Cast, door: Door, waiting: Waiting) -> None:
    five(cast)
    address, page, batch = previewed(door(cast.clerk), waiting)
    for officer in (cast.supervisor, cast.trade_clerk):
        assert door(officer).post(address, {"seen": seen(page)}).status_code == 422
    assert not waiting and Batch.objects.get(pk=batch.pk).state == "judged"


def test_a_bulk_edit_that_nobody_confirms_is_given_up_after_a_week(cast: Cast, door: Door, waiting: Waiting) -> None:
    five(cast)
    batch = previewed(door(cast.clerk), waiting)[2]
    sweeping.sweep_uploads(at=batch.at + intake.KEPT + timedelta(hours=1))
    batch.refresh_from_db()
    assert (batch.state, batch.fault) == ("cancelled", "7天没有确认,已自动放弃,没有写入任何内容。需要时请重新开始。")


def test_two_rows_are_changed_and_taken_back_at_once(cast: Cast, door: Door, waiting: Waiting) -> None:
    for n in range(2):
        venture(f"第{n}项", by=cast.clerk, unit=cast.science, carrier="旧园")
    client = door(cast.clerk)
    page = text(client.post(ALL, FORM))
    client.post(ALL, {**FORM, "step": "write", "seen": seen(page)})
    assert carriers() == ["新园"] * 2
    batch = Batch.objects.get()
    client.post(f"/registers/venture/batches/{batch.pk}/undo/", {"reason": "改回"})
    assert carriers() == ["旧园"] * 2 and not waiting
