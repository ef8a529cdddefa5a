"""导入记录: every batch of a register, what it changed row by row, its file, and how it is taken back as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import content
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, batches
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers import importing, intake, large, places, previews, purpose
from gongjian.surfaces.web.registers.common import attachment, heard, number_of, register_of, say, status_of

PER_PAGE = 30
CHANGES_PER_PAGE = 50
TONES = {
    **{"reading": "go", "mapping": "warn", "judged": "warn", "writing": "go", "done": "ok"},
    **{"undone": "", "failed": "bad", "cancelled": "", "interrupted": "bad"},
}


@require_GET
def index(request: HttpRequest, name: str) -> HttpResponse:
    """The register's batches, newest first: all that the officer may see, or the own ones."""
    me, register = officer(request), register_of(name)
    found = batches.visible(register=register, by=me).select_related("by__unit", "file")
    whose = request.GET.get("whose", "all")
    if whose == "mine":
        found = found.filter(by=me)
    number = number_of(request.GET.get("page"), default=1)
    start = (number - 1) * PER_PAGE
    rows = list(found[start : start + PER_PAGE + 1])
    return page(
        request,
        "registers/batches.html",
        register=register,
        whose=whose,
        rows=[(one, may_open(one, me)) for one in rows[:PER_PAGE]],
        tones=TONES,
        page_number=number,
        has_more=len(rows) > PER_PAGE,
        notice=heard(request),
    )


@require_GET
def show(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """One batch: while it is worked on, how far; afterwards what it changed."""
    me, register, batch = _of(request, name, pk)
    if batch.by_id == me.pk and batch.state in ("mapping", "judged"):
        return redirect(importing.where_next(batch))
    context: dict[str, Any] = {"register": register, "batch": batch, "tones": TONES, "notice": heard(request)}
    if batch.state in intake.BUSY:
        context |= importing.progress_of(batch)
        return page(request, "registers/working.html", **context)
    number = number_of(request.GET.get("page"), default=1)
    start = (number - 1) * CHANGES_PER_PAGE
    wrote = batch.state in ("done", "undone")
    rows: list[Any] = []
    if wrote:
        why = purpose.of(request, register, what=f"第{batch.pk}号批次")
        rows = batches.changes(batch, by=me, start=start, most=CHANGES_PER_PAGE + 1, purpose=why)
    return page(
        request,
        "registers/batch.html",
        **context,
        is_mine=batch.by_id == me.pk,
        rows=rows[:CHANGES_PER_PAGE],
        has_more=len(rows) > CHANGES_PER_PAGE,
        page_number=number,
        start=start,
        refused=previews.lines(pk=batch.pk, verdict="refused", most=CHANGES_PER_PAGE) if batch.by_id == me.pk else [],
        undone_in=Batch.objects.filter(details__undoes=batch.pk, state__in=("done", "undone")).first()
        if batch.state == "undone"
        else None,
        undoes=Batch.objects.filter(pk=batch.details.get("undoes")).first() if batch.details.get("undoes") else None,
        may_undo=batch.state == "done" and access.may(register=register, by=me, verb="register.undo"),
        columns=batch.details.get("columns", []),
        lacking=places.lacking(register=register, by=me) if wrote and not register.sensitive else None,
        fields={key: label for _, key, label in places.targets(register)},
    )


@require_GET
def progress(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """How far the work is, asked again and again by the page; when it is over the page goes on by itself."""
    me, register, batch = _of(request, name, pk)
    if batch.state not in intake.BUSY:
        response = HttpResponse(status=200)
        response["HX-Redirect"] = importing.where_next(batch) if batch.by_id == me.pk else request.path
        return response
    context = importing.progress_of(batch)
    return page(request, "registers/progress.html", register=register, batch=batch, **context)


@require_GET
def source(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """The file as it was uploaded, byte for byte; for the officer who did, and the supervision office."""
    me, _, batch = _of(request, name, pk)
    if batch.file is None or not may_open(batch, me):
        raise Refusal("import.gone", "这一批次没有可以下载的文件", "文件由导入人和督查室下载")
    return attachment(
        data=content(batch.file), name=batch.details.get("title", batch.file.name), media="application/octet-stream"
    )


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """What taking the batch back would do, and doing it, with a reason."""
    me, register, batch = _of(request, name, pk)
    access.require(register=register, by=me, verb="register.undo")
    if batch.state != Batch.State.DONE:
        return redirect("batch", name=name, pk=pk)
    if request.method == "GET":
        return _undo(request, register, batch)
    reason, skips = request.POST.get("reason", ""), request.POST.get("skip") == "1"
    try:
        if large.is_large(batch):
            made = large.begin_undo(batch=batch, by=me, reason=reason, skips=skips)
            return redirect("batch", name=name, pk=made.pk)
        made = batches.undo(batch=batch, by=me, at=clock.now(), reason=reason, skip_changed=skips)
    except Refusal as refusal:
        return _undo(request, register, batch, refusal=refusal)
    say(request, f"已撤销第 {batch.pk} 号批次,撤销本身是第 {made.pk} 号批次。")
    return redirect("batch", name=name, pk=pk)


@require_POST
def again(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Begin anew with the same file, after a failure, an interruption or a cancellation."""
    me, register, batch = _of(request, name, pk)
    access.require(register=register, by=me, verb="register.import")
    if batch.by_id != me.pk:
        raise Refusal("import.gone", "没有找到您上传的这份表格", "请从“导入记录”里打开,或重新上传")
    return redirect(importing.where_next(intake.again(batch=batch, by=me)))


def may_open(batch: Batch, me: Officer) -> bool:
    """Whether an officer may download the sheet itself, which holds what others see masked."""
    return batch.file is not None and (batch.by_id == me.pk or me.role == "supervisor")


def _of(request: HttpRequest, name: str, pk: int) -> tuple[Officer, Register, Batch]:
    me, register = officer(request), register_of(name)
    found = batches.visible(register=register, by=me).select_related("by__unit", "file", "undone_by")
    batch = found.filter(pk=pk).first()
    if batch is None:
        raise Refusal(
            "batch.missing", f"“{register.label}”没有第 {pk} 号批次,或它不属于您可以查看的范围", "请返回导入记录核对"
        )
    return me, register, batch


def _undo(request: HttpRequest, register: Register, batch: Batch, *, refusal: Refusal | None = None) -> HttpResponse:
    me = officer(request)
    why = purpose.of(request, register, what=f"第{batch.pk}号批次")
    return page(
        request,
        "registers/undo.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        batch=batch,
        refusal=refusal,
        reason=request.POST.get("reason", ""),
        skips=request.POST.get("skip") == "1",
        in_background=large.is_large(batch),
        rows=batches.changes(batch, by=me, most=CHANGES_PER_PAGE, purpose=why),
        most=CHANGES_PER_PAGE,
    )
