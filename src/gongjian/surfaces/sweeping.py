"""What must not lie about for ever: uploads never confirmed, files nobody points at, progress, drafts, dead imports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from gongjian.kernel.evidence.files import drop_unused
from gongjian.kernel.registers import batches
from gongjian.kernel.registers.models import Batch, Draft
from gongjian.surfaces import jobs, orders, progress
from gongjian.surfaces.web.registers import intake, previews

DRAFTS_KEPT = timedelta(days=30)
"""How long a form that was begun and never saved is kept."""
State: Any = Batch.State


def mark_interrupted(*, at: datetime) -> int:
    """Mark imports that are said to be read or written and that no living process works on; returns how many."""
    busy = list(Batch.objects.filter(state__in=intake.BUSY))
    dead = [batch for batch in busy if not intake.is_alive(batch) and batch.at <= at - jobs.WAIT]
    marked = batches.interrupted(at=at, dead=[batch.pk for batch in dead])
    for batch in dead:
        previews.drop(pk=batch.pk)
        progress.clear(name=intake.work_name(batch))
    return marked


def sweep(*, at: datetime) -> dict[str, int]:
    """Delete what is past its time; returns how much of each kind went."""
    return {
        "uploads": sweep_uploads(at=at),
        "progress": progress.sweep(before=(at - timedelta(days=2)).timestamp()),
        "exports": orders.sweep(at=at),
        "drafts": Draft.objects.filter(saved_at__lt=at - DRAFTS_KEPT).delete()[0],
    }


def sweep_uploads(*, at: datetime) -> int:
    """Uploads and bulk edits that waited a week for their confirmation, or came to nothing: the batch stays, the file goes."""
    waiting = (*intake.OPEN, State.FAILED, State.CANCELLED, State.INTERRUPTED)
    old = Batch.objects.filter(state__in=waiting, at__lt=at - intake.KEPT).select_related("file")
    old = old.filter(Q(file__isnull=False) | Q(kind=Batch.Kind.BULK, state__in=intake.OPEN))
    gone = 0
    for batch in old:
        if intake.is_alive(batch):
            continue
        stored = batch.file
        values: dict[str, Any] = {"file": None}
        if batch.state in intake.OPEN:
            days = intake.KEPT.days
            sentence = f"{days}天没有确认,已自动放弃,没有写入任何内容。需要时请重新开始。"
            if stored is not None:
                sentence = f"上传后{days}天没有确认,已自动放弃,没有写入任何内容。需要时请重新上传。"
            values |= {"state": State.CANCELLED, "fault": sentence, "finished_at": at}
        Batch.objects.filter(pk=batch.pk).update(**values)
        previews.drop(pk=batch.pk)
        gone += stored is not None and drop_unused(stored=stored)
    return gone
