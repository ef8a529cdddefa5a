"""A sheet's way into a register: read, its columns found, judged, previewed, confirmed, written; one batch all along.

Each step is one piece of work, done at once for a small file and by the background worker for a large one. Nothing of
the rows is kept between the steps but the file itself: the writing reads and judges again, and writes only what was
seen in the preview.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import content, drop_unused, keep
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, heads
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import Cells, judge
from gongjian.surfaces import jobs, progress
from gongjian.surfaces.progress import Say
from gongjian.surfaces.web.page import today
from gongjian.surfaces.web.registers import places, previews, sheets

BACKGROUND_BYTES = 1_000_000
"""A file from this size on is read by the background worker."""
BACKGROUND_ROWS = 5_000
"""A sheet from this many rows on is judged and written by the background worker."""
UNKNOWN_MOST = 50
"""How many names that are not registered yet are listed for one column."""
KEPT = timedelta(days=7)
"""How long an upload waits for its confirmation."""
State: Any = Batch.State
OPEN = (State.READING, State.MAPPING, State.JUDGED)
"""States in which nothing has been written and an import can go on."""
BUSY = (State.READING, State.WRITING)


def work_name(batch: Batch) -> str:
    """The name under which the batch's work says how far it is."""
    return f"batch-{batch.pk}"


def is_alive(batch: Batch) -> bool:
    """Whether the batch's work is being done or waits for the worker."""
    return batch.state in BUSY and jobs.is_alive(name=work_name(batch))


def receive(*, register: Register, by: Officer, title: str, data: bytes, media: str) -> Batch:
    """Keep a file and begin to read it; a small one that cannot be read is refused and leaves nothing behind."""
    access.require(register=register, by=by, verb="register.import")
    at = clock.now()
    with transaction.atomic():
        stored = keep(name=title, data=data, media=media, at=at)
        batch = Batch.objects.create(
            register=register.name, state=State.READING, file=stored, by=by, at=at, details={"title": title}
        )
    size = len(data)
    _start(batch, in_background=size >= BACKGROUND_BYTES)
    if batch.state == State.FAILED and size < BACKGROUND_BYTES:
        refusal = Refusal(**batch.details["refusal"])
        discard(batch)
        raise refusal
    return batch


def again(*, batch: Batch, by: Officer, place: int | None = None) -> Batch:
    """A new batch from the same file: for another of its tables, or after a failure."""
    if batch.file is None:
        raise Refusal("import.gone", "这一批次没有保存上传的文件", "请重新选择文件上传")
    details: dict[str, Any] = {"title": batch.details.get("title", batch.file.name)}
    if place is not None:
        details["place"] = place
    fresh = Batch.objects.create(
        register=batch.register, state=State.READING, file=batch.file, by=by, at=clock.now(), details=details
    )
    _start(fresh, in_background=batch.file.size >= BACKGROUND_BYTES)
    return fresh


def reread(*, batch: Batch, place: int) -> None:
    """Read another table of the file instead; what was mapped for this one is forgotten."""
    _turn(batch, OPEN, State.READING, details=_without(batch, "mapping", "create") | {"place": place})
    _start(batch, in_background=_is_heavy(batch))


def remap(*, batch: Batch, mapping: Mapping[int, str], at: Any) -> None:
    """Put the columns where the officer says, remember it for the unit, and judge the rows."""
    register = REGISTERS[batch.register]
    places.check(register=register, columns=batch.details["columns"], mapping=mapping)
    labels = {column["index"]: column["head"] for column in batch.details["columns"]}
    learned = {labels[index]: key for index, key in mapping.items() if labels.get(index)}
    heads.remember(register=register, unit=batch.by.unit, heads=learned, at=at)
    details = batch.details | {"mapping": {str(index): key for index, key in mapping.items()}}
    _turn(batch, OPEN, State.READING, details=details)
    _start(batch, in_background=_is_heavy(batch))


def create_missing(*, batch: Batch, names: set[str]) -> None:
    """Judge again, now making the related rows that do not exist yet for these columns."""
    _turn(batch, (State.JUDGED,), State.READING, details=batch.details | {"create": sorted(names)})
    _start(batch, in_background=_is_heavy(batch))


def confirm(*, batch: Batch, seen: str) -> None:
    """Write what was seen; refused when the preview is not the one that stands."""
    turn_confirmed(batch=batch, seen=seen)
    _start(batch, in_background=_is_heavy(batch))


def turn_confirmed(*, batch: Batch, seen: str) -> None:
    """The preview is confirmed, by one officer once; nothing is written yet."""
    if seen != batch.digest:
        raise changed()
    if not batch.created and not batch.changed:
        raise Refusal("take.nothing", "没有需要写入的行", "请改正退回的行后重新上传")
    _turn(batch, (State.JUDGED,), State.WRITING)


def cancel(*, batch: Batch, at: Any) -> None:
    """Give an import up: at once where nothing is being done, else as soon as the work looks up."""
    if is_alive(batch):
        progress.cancel(name=work_name(batch))  # no word to the database, which the work may hold
        return
    _turn(batch, OPEN, State.CANCELLED, finished_at=at)
    previews.drop(pk=batch.pk)
    progress.clear(name=work_name(batch))


def discard(batch: Batch) -> None:
    """Leave no trace of a batch that wrote nothing: row, preview and, unless somebody else has it too, the file."""
    stored = batch.file
    previews.drop(pk=batch.pk)
    progress.clear(name=work_name(batch))
    batch.delete()
    if stored is not None:
        drop_unused(stored=stored)


@jobs.jobs.task()
def work(name: str, pk: int) -> None:
    """Read and judge the batch's file and, once it is confirmed, write it."""
    run(name=name, pk=pk, do=_work)


def run(*, name: str, pk: int, do: Callable[[Batch, Say], None]) -> None:
    """Do a batch's work and tell in the batch how it ended, however it did."""
    batch = Batch.objects.select_related("by", "file").filter(pk=pk).first()
    if batch is None or batch.state not in BUSY:
        return  # cancelled or marked as interrupted while it waited
    try:
        with progress.running(name=name) as say:
            do(batch, say)
    except progress.Cancelled as refusal:
        _end(batch, State.CANCELLED, refusal)
    except Refusal as refusal:
        if refusal.code == "work.running":
            return  # the same job twice: the other one tells how it ends
        _end(batch, State.FAILED, refusal)
    except Exception:
        jobs.log.exception("batch %d", pk)
        cause = "系统出现内部错误,没有写入任何内容"
        _end(batch, State.FAILED, Refusal("page.broken", cause, "请稍后重试;如反复出现,请把批次编号告诉系统管理员"))
    progress.clear(name=name)


def _work(batch: Batch, say: Say) -> None:
    register, started = REGISTERS[batch.register], time.monotonic()
    is_confirmed = batch.state == State.WRITING
    assert batch.file is not None
    say("读取文件", 0, 0)
    details = dict(batch.details)
    learned = heads.recall(register=register, unit=batch.by.unit)
    book = sheets.read(register=register, name=details["title"], data=content(batch.file), learned=learned)
    table = book.table(details.get("place"))
    mapping = {int(index): key for index, key in details.get("mapping", {}).items()}
    details |= book.told(table)
    if not mapping:
        mapping = table.mapping
        if not table.is_known:
            keep_judged(batch, State.MAPPING, details)
            return
    details["mapping"] = {str(index): key for index, key in mapping.items()}
    details |= sheets.explained(book=book, table=table, mapping=mapping)
    say("整理数据", 0, 0)
    read = sheets.cells(table=table, mapping=mapping)
    cells = Cells(numbers=read.numbers, columns=read.columns, units=read.units)
    del book, table  # the columns are enough from here on
    create = frozenset(details.get("create", ()))
    taking = judge(
        register=register,
        cells=cells,
        by=batch.by,
        today=today(),
        create_missing=create,
        progress=lambda done, total: say("逐行核对", done, total),
    )
    if is_confirmed and taking.digest == batch.digest:
        with jobs.turn(say=say):
            taking.write(
                by=batch.by,
                at=clock.now(),
                file=batch.file,
                batch=batch,
                progress=lambda done, total: say("写入台账", done, total),
            )
        previews.settle(pk=batch.pk)
        return
    say("整理预览", 0, 0)
    details |= {
        "sums": sheets.reconciled(register=register, cells=read, taking=taking),
        "unknown": {name: told | {"texts": told["texts"][:UNKNOWN_MOST]} for name, told in taking.unknown.items()},
        "seconds": round(time.monotonic() - started, 1),
    }
    previews.keep(pk=batch.pk, taking=taking, names=list(cells.columns))
    counts = taking.counts()
    keep_judged(
        batch,
        State.JUDGED,
        details,
        digest=taking.digest,
        fault=changed().sentence if is_confirmed else "",
        **{field: counts[verdict] for field, verdict in COUNTS.items()},
    )


COUNTS = {"created": "new", "changed": "changed", "unchanged": "unchanged", "refused": "refused"}


def _start(batch: Batch, *, in_background: bool) -> None:
    jobs.begin(name=work_name(batch), task=work, argument=batch.pk, in_background=in_background)
    batch.refresh_from_db()


def _is_heavy(batch: Batch) -> bool:
    size = batch.file.size if batch.file is not None else 0
    return size >= BACKGROUND_BYTES or batch.details.get("rows", 0) >= BACKGROUND_ROWS


def _turn(batch: Batch, allowed: tuple[str, ...], state: str, **values: Any) -> None:
    """From one of the allowed states to another, by one officer once: a second click finds the state changed."""
    values |= {"state": state, "fault": ""}
    if not Batch.objects.filter(pk=batch.pk, state__in=allowed).update(**values):
        now = Batch.State(Batch.objects.values_list("state", flat=True).get(pk=batch.pk)).label
        raise Refusal("batch.state", f"这一批次现在是“{now}”,不能再这样办理", "请刷新页面查看最新状态")
    batch.refresh_from_db()


def keep_judged(batch: Batch, state: str, details: dict[str, Any], **values: Any) -> None:
    """What was found stands in the batch, unless it was given up meanwhile."""
    Batch.objects.filter(pk=batch.pk, state__in=BUSY).update(state=state, details=details, **values)


def _end(batch: Batch, state: str, refusal: Refusal) -> None:
    told = {"code": refusal.code, "cause": refusal.cause, "remedy": refusal.remedy}
    Batch.objects.filter(pk=batch.pk, state__in=BUSY).update(
        state=state, fault=refusal.sentence, details=batch.details | {"refusal": told}, finished_at=clock.now()
    )
    previews.drop(pk=batch.pk)


def _without(batch: Batch, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in batch.details.items() if key not in keys}


def changed() -> Refusal:
    """The refusal of a confirmation that a change of the register came before."""
    cause = "台账在您预览之后有了变化,下面是重新比对的结果"
    return Refusal("take.stale", cause, "请核对后再次确认,本次没有写入任何内容")
