"""台账 import, page by page: choose a file or paste cells, say which column is what, look through, confirm."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import plain_name
from gongjian.kernel.registers import access, heads
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces import jobs, progress
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers import handback, intake, large, places, previews, purpose
from gongjian.surfaces.web.registers.common import XLSX, attachment, heard, number_of, register_of, say, status_of

PER_PAGE = 50
KINDS = {
    ".xlsx": XLSX,
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
}
State = Batch.State


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Choose a file or paste cells; what can be read leads on, another is refused with what is there and is needed."""
    me, register = officer(request), register_of(name)
    access.require(register=register, by=me, verb="register.import")
    if request.method == "GET":
        return _choose(request, register)
    try:
        title, data, media = _pasted(request) if request.POST.get("how") == "paste" else _file(request)
        batch = intake.receive(register=register, by=me, title=title, data=data, media=media)
    except Refusal as refusal:
        return _choose(request, register, refusal=refusal)
    return redirect(where_next(batch))


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Which column of the sheet goes where, with samples; what is decided here is remembered for the unit."""
    register, batch = register_of(name), _mine(request, name, pk)
    if batch.state not in (State.MAPPING, State.JUDGED):
        return redirect("batch", name=name, pk=pk)
    if request.method == "GET":
        return _map(request, register, batch)
    chosen = {column["index"]: request.POST.get(f"column-{column['index']}", "") for column in batch.details["columns"]}
    try:
        intake.remap(batch=batch, mapping=chosen, at=clock.now())
    except Refusal as refusal:
        return _map(request, register, batch, chosen=chosen, refusal=refusal)
    return redirect(where_next(batch))


@require_POST
def table(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Read another table of the same file; after the writing, as a new batch."""
    batch = _mine(request, name, pk)
    place = number_of(request.POST.get("place"), default=0, least=0)
    if batch.state in intake.OPEN:
        intake.reread(batch=batch, place=place)
    else:
        batch = intake.again(batch=batch, by=batch.by, place=place)
    return redirect(where_next(batch))


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """What would become of each row; confirming judges again and writes what was seen, or says what changed."""
    register, batch = register_of(name), _mine(request, name, pk)
    if batch.state != State.JUDGED:
        if request.method == "POST" and batch.state not in intake.BUSY:
            say(request, f"这一批次现在是“{batch.get_state_display()}”,没有重复写入。")
        return redirect("batch", name=name, pk=pk)
    purpose.must(request, register, what=f"第{batch.pk}号批次预览")  # it shows what the rows hold now
    if request.method == "GET":
        return _preview(request, register, batch)
    try:
        if request.POST.get("what") == "create" and batch.kind == Batch.Kind.SHEET:
            intake.create_missing(
                batch=batch, names=set(request.POST.getlist("create")) & set(batch.details["unknown"])
            )
        else:
            does = large if batch.kind == Batch.Kind.BULK else intake
            does.confirm(batch=batch, seen=request.POST.get("seen", ""))
    except Refusal as refusal:
        batch.refresh_from_db()
        return _preview(request, register, batch, refusal=refusal)
    if batch.state == State.JUDGED and batch.fault:
        return _preview(request, register, batch, status=409)
    return redirect(where_next(batch))


@require_POST
def cancel(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Give an import up; nothing is written."""
    batch = _mine(request, name, pk)
    intake.cancel(batch=batch, at=clock.now())
    return redirect("batch", name=name, pk=pk)


@require_POST
def forget(request: HttpRequest, name: str) -> HttpResponse:
    """Forget where the own unit's headings went."""
    me, register = officer(request), register_of(name)
    access.require(register=register, by=me, verb="register.import")
    count = heads.forget(register=register, unit=me.unit)
    say(request, f"已清除本单位记住的 {count} 个表头对照,下次导入会重新对照。")
    return redirect("register-import", name=name)


@require_GET
def refused(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """The clerk's own workbook with the refused rows marked."""
    register, batch = register_of(name), _mine(request, name, pk)
    lines = previews.lines(pk=pk, verdict="refused")
    data, ending = handback.marked(register=register, batch=batch, lines=lines)
    title = str(batch.details.get("title", "表格"))
    return attachment(data=data, name=f"{title.rsplit('.', 1)[0]}_退回{ending}")


def where_next(batch: Batch) -> str:
    """The address at which an import goes on."""
    step = {State.MAPPING: "batch-mapping", State.JUDGED: "batch-preview"}.get(State(batch.state), "batch")
    return reverse(step, args=[batch.register, batch.pk])


def progress_of(batch: Batch) -> dict[str, Any]:
    """What a page says of a batch whose work is being done: how far, and whether anybody does it."""
    said = progress.read(name=intake.work_name(batch))
    return {
        "said": said,
        "is_alive": intake.is_alive(batch),
        "is_ending": progress.is_cancelled(name=intake.work_name(batch)),
        "has_worker": jobs.worker_is_here() or said is None or not said.is_queued or said.seconds < 10,
    }


def _mine(request: HttpRequest, name: str, pk: int) -> Batch:
    """A batch that this officer began; what is in an unconfirmed sheet is nobody else's."""
    me, register = officer(request), register_of(name)
    access.require(register=register, by=me, verb="register.import")
    batch = Batch.objects.select_related("by__unit", "file").filter(pk=pk, register=name, by=me).first()
    if batch is None:
        raise Refusal("import.gone", "没有找到您上传的这份表格", "请从“导入记录”里打开,或重新上传")
    return batch


def _file(request: HttpRequest) -> tuple[str, bytes, str]:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("import.none", "没有选择文件", "请选择 .xlsx、.xls 或 .csv 文件")
    title = plain_name(file.name or "")
    if file.size is not None and file.size > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 2**20
        cause = f"文件“{title}”有 {file.size / 2**20:.1f} MB,超过 {limit} MB 的上限"
        raise Refusal("import.too_large", cause, "请删除图片和多余的工作表,或拆分后分次导入")
    ending = next((kind for kind in KINDS if title.lower().endswith(kind)), ".xlsx")
    return title, file.read(), KINDS[ending]


def _pasted(request: HttpRequest) -> tuple[str, bytes, str]:
    text, html = request.POST.get("text", ""), request.POST.get("html", "")
    if not text.strip() and not html.strip():
        raise Refusal("import.none", "没有粘贴任何内容", "请在表格里选中带表头的区域,复制后粘贴到文本框")
    return handback.PASTED, handback.workbook_of_pasted(text=text, html=html), XLSX


def _choose(request: HttpRequest, register: Register, *, refusal: Refusal | None = None) -> HttpResponse:
    me = officer(request)
    mine = Batch.objects.filter(register=register.name, by=me, kind=Batch.Kind.SHEET).select_related("file")
    return page(
        request,
        "registers/import.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        refusal=refusal,
        typed=request.POST.get("text", ""),
        heads=places.accepted(register),
        learned=places.learned(register=register, unit=me.unit),
        lacking=None if register.sensitive else places.lacking(register=register, by=me),
        batches=list(mine[:8]),
        where_next=where_next,
        limit=settings.UPLOAD_LIMIT // 2**20,
        notice=heard(request),
    )


def _map(
    request: HttpRequest,
    register: Register,
    batch: Batch,
    *,
    chosen: dict[int, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    details = batch.details
    kept = {int(index): key for index, key in details.get("mapping", {}).items()}
    proposed = {column["index"]: kept.get(column["index"], column["key"]) for column in details["columns"]}
    return page(
        request,
        "registers/mapping.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        batch=batch,
        details=details,
        chosen=chosen if chosen is not None else proposed,
        targets=places.targets(register),
        keys=[register.known_by],
        refusal=refusal,
    )


def _preview(
    request: HttpRequest, register: Register, batch: Batch, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    counts = {
        "new": batch.created,
        "changed": batch.changed,
        "refused": batch.refused,
        "unchanged": batch.unchanged,
        previews.WARNED: previews.counted(pk=batch.pk, verdict=previews.WARNED),
    }
    first = next((verdict for verdict in ("refused", "changed", "new", "unchanged") if counts[verdict]), "new")
    show = request.GET.get("show", first)
    show = show if show in counts else first
    number = number_of(request.GET.get("page"), default=1)
    kept = previews.counted(pk=batch.pk, verdict=show)
    pages = max(1, -(-kept // PER_PAGE))
    number = min(number, pages)
    lines = previews.lines(pk=batch.pk, verdict=show, start=(number - 1) * PER_PAGE, most=PER_PAGE)
    return page(
        request,
        "registers/bulk_preview.html" if batch.kind == Batch.Kind.BULK else "registers/preview.html",
        status=status_of(refusal) if refusal else status,
        register=register,
        batch=batch,
        details=batch.details,
        counts=counts,
        looked_at=min(batch.created, previews.KEPT_MOST) + min(batch.changed, previews.KEPT_MOST),
        show=show,
        lines=lines,
        labels=list(dict.fromkeys(label for line in lines for label, _ in line.values)) if show == "new" else [],
        kept=kept,
        page_number=number,
        pages=pages,
        start=(number - 1) * PER_PAGE,
        fields={f.name: str(f.verbose_name) for f in register.fields},
        refusal=refusal,
        notice=heard(request),
    )
