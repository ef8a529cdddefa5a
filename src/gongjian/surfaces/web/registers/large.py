"""Large bulk edits and undoings: done by the background worker, with the progress page of an import.

A bulk edit is previewed and confirmed like a sheet, an undoing begins at once; each is one batch all along. Only what
was asked for is kept between the steps: the rows are read again by the work, some thousand at a time.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, bulk, query, undoing
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces import jobs
from gongjian.surfaces.progress import Say
from gongjian.surfaces.web.page import today
from gongjian.surfaces.web.registers import intake, previews
from gongjian.surfaces.web.registers.address import Address

BACKGROUND_ROWS = 2_000
"""A bulk edit, or an undoing, of more rows is done by the background worker."""
State: Any = Batch.State


def is_large(batch: Batch) -> bool:
    """Whether undoing the batch is work for the worker."""
    return batch.created + batch.changed > BACKGROUND_ROWS


def begin_undo(*, batch: Batch, by: Officer, reason: str, skips: bool) -> Batch:
    """Have a batch taken back; returns the batch of the undoing. One that is under way already is not begun again."""
    going = Batch.objects.filter(kind=Batch.Kind.UNDO, state=State.WRITING, details__undoes=batch.pk).select_related(
        "by"
    )
    if (found := next((one for one in going if intake.is_alive(one)), None)) is not None:
        cause = f"{found.by}正在撤销第{batch.pk}号批次(第{found.pk}号批次)"
        raise Refusal("batch.undoing", cause, "请等它完成,在导入记录里查看结果")
    made = undoing.begun(batch=batch, by=by, at=clock.now(), reason=reason)
    made.details |= {"title": f"撤销第 {batch.pk} 号批次", "skips": skips}
    made.save(update_fields=["details"])
    _start(made)
    return made


def begin_bulk(
    *,
    register: Register,
    by: Officer,
    address: str,
    values: dict[str, object],
    words: list[tuple[str, str]],
    reason: str,
    purpose: Purpose | None,
) -> Batch:
    """Have the difference of a bulk edit worked out; `address` is the list's, `words` what is set, as it prints."""
    access.require(register=register, by=by, verb="register.bulk")
    details = {
        **{"title": f"批量修改{register.label}:{'、'.join(label for label, _ in words)}"[:100], "address": address},
        **{"values": values, "words": words, "purpose": purpose.text if purpose else ""},
    }
    batch = Batch.objects.create(
        register=register.name,
        kind=Batch.Kind.BULK,
        state=State.READING,
        by=by,
        at=clock.now(),
        reason=reason.strip()[:200],
        details=details,
    )
    _start(batch)
    return batch


def confirm(*, batch: Batch, seen: str) -> None:
    """Write a bulk edit as it was seen; refused when the preview is not the one that stands."""
    intake.turn_confirmed(batch=batch, seen=seen)
    _start(batch)


def asked(
    *, given: QueryDict, register: Register, by: Officer, purpose: Purpose | None = None
) -> tuple[Address, query.Ask]:
    """The list's address, and the rows that were picked in it or, with `all=1`, every row that it shows.

    Refused when there are none, or when the list shows the past.
    """
    address = Address.of(register=register, by=by, given=given, today=today())
    if address.known_on is not None:
        raise Refusal("bulk.past", "列表现在显示的是过去某一天的内容,不能修改", "请先回到现在")
    if given.get("all") == "1":
        return address, address.ask(by=by, purpose=purpose)
    picked = tuple(int(one) for one in given.getlist("pick") if one.isdecimal() and len(one) < 19)
    if not picked:
        raise Refusal("bulk.none", "没有选择要修改的行", "请返回列表,勾选要修改的行,或选择“批量修改全部”")
    return address, query.Ask(register=register, by=by, sort=address.sort, ids=picked, purpose=purpose)


@jobs.jobs.task()
def work(name: str, pk: int) -> None:
    """Work out or write a bulk edit, or take a batch back."""
    intake.run(name=name, pk=pk, do=_work)


def _work(batch: Batch, say: Say) -> None:
    if batch.kind == Batch.Kind.UNDO:
        _undo(batch, say)
    elif batch.state == State.WRITING:
        _write(batch, say)
    else:
        _judge(batch, say, fault="")


def _undo(made: Batch, say: Say) -> None:
    with jobs.turn(say=say):
        undoing.undo(
            batch=Batch.objects.get(pk=made.details["undoes"]),
            by=made.by,
            at=clock.now(),
            reason=made.reason,
            skip_changed=made.details["skips"],
            made=made,
            progress=lambda done, total: say("撤销", done, total),
        )


def _judge(batch: Batch, say: Say, *, fault: str) -> None:
    say("核对各行", 0, 0)
    ask, values = _ask(batch), batch.details["values"]
    seal, counts = bulk.Seal(), dict.fromkeys(previews.VERDICTS, 0)
    total = query.rows(ask).order_by().count()
    with previews.keeping(pk=batch.pk) as kept:
        for taking in bulk.stretches(ask=ask, values=values, by=batch.by, today=today()):
            seal.add(taking)
            counts = {verdict: counts[verdict] + n for verdict, n in taking.counts().items()}
            kept.add(taking=taking, names=list(values), is_named=True)
            say("核对各行", sum(counts.values()), total)
    found = {field: counts[verdict] for field, verdict in intake.COUNTS.items()}
    intake.keep_judged(batch, State.JUDGED, batch.details, digest=seal.digest, fault=fault, **found)


def _write(batch: Batch, say: Say) -> None:
    total = batch.changed + batch.unchanged + batch.refused
    say("写入台账", 0, total)
    details = dict(batch.details)
    try:
        with jobs.turn(say=say):
            bulk.write(
                ask=_ask(batch),
                values=details["values"],
                by=batch.by,
                today=today(),
                at=clock.now(),
                batch=batch,
                progress=lambda done: say("写入台账", done, total),
            )
    except Refusal as refusal:
        if refusal.code != "take.stale":
            raise
        batch.details = details
        _judge(batch, say, fault=intake.changed().sentence)
    else:
        previews.settle(pk=batch.pk)


def _ask(batch: Batch) -> query.Ask:
    register, text = REGISTERS[batch.register], batch.details["purpose"]
    purpose = Purpose(register=register.name, officer=batch.by.pk, text=text) if text else None
    given = QueryDict(batch.details["address"])
    return asked(given=given, register=register, by=batch.by, purpose=purpose)[1]


def _start(batch: Batch) -> None:
    jobs.begin(name=intake.work_name(batch), task=work, argument=batch.pk, in_background=True)
