"""台账 import: a sheet is read and judged, shown row by row, and written only when the officer confirms."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import content, keep, plain_name
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people import policy
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import workbook
from gongjian.surfaces.web.registers.common import XLSX, attachment, heard, register_of, say, status_of

SHOWN_MOST = 200
"""How many rows of one verdict a preview lists; all of them are written."""
KEPT_MOST = 20
KINDS = {".xlsx": XLSX, ".xls": "application/vnd.ms-excel", ".csv": "text/csv"}


@require_GET
def template(request: HttpRequest, name: str) -> HttpResponse:
    """An empty sheet with the register's heads."""
    register = register_of(name)
    policy.require(by=officer(request), verb="register.import")
    return attachment(data=workbook.blank(register=register), name=f"{register.label}_模板.xlsx")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Choose a file; a readable one leads to its preview, another is refused with what is there and what is needed."""
    me, register = officer(request), register_of(name)
    policy.require(by=me, verb="register.import")
    if request.method == "GET":
        return _choose(request, register)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise Refusal("import.none", "没有选择文件", "请选择 .xlsx、.xls 或 .csv 文件")
        title = plain_name(file.name or "")
        if file.size is not None and file.size > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // 2**20
            cause = f"文件“{title}”有 {file.size / 2**20:.1f} MB,超过 {limit} MB 的上限"
            raise Refusal("import.too_large", cause, "请删除图片和多余的工作表,或拆分后分次导入")
        data = file.read()
        workbook.read(register=register, name=title, data=data, by=me, today=today())
    except Refusal as refusal:
        return _choose(request, register, refusal=refusal)
    ending = next((kind for kind in KINDS if title.lower().endswith(kind)), ".xlsx")
    stored = keep(name=title, data=data, media=KINDS[ending], at=clock.now())
    kept = dict(request.session.get("registers_imports", {}))
    kept.pop(stored.digest, None)
    kept[stored.digest] = title
    request.session["registers_imports"] = dict(list(kept.items())[-KEPT_MOST:])
    return redirect("register-import-confirm", name=register.name, digest=stored.digest)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """The preview of a kept file; confirming judges it again and writes what was seen, or says what changed."""
    me, register = officer(request), register_of(name)
    policy.require(by=me, verb="register.import")
    stored, title, data = _kept(request, digest)
    intake = workbook.read(register=register, name=title, data=data, by=me, today=today())
    mark = _fingerprint(intake)
    if request.method == "GET":
        return _preview(request, register, digest, title, intake, mark)
    try:
        if request.POST.get("seen") != mark:
            cause = "台账在您预览之后有了变化,下面是重新比对的结果"
            raise Refusal("take.stale", cause, "请核对后再次确认,本次没有写入任何内容")
        if not intake.taking.of("new") and not intake.taking.of("changed"):
            raise Refusal("take.nothing", "没有需要写入的行", "请改正退回的行后重新上传")
        batch = intake.taking.write(by=me, at=clock.now(), file=stored)
    except Refusal as refusal:
        fresh = workbook.read(register=register, name=title, data=data, by=me, today=today())
        return _preview(request, register, digest, title, fresh, _fingerprint(fresh), refusal=refusal)
    counts = f"新增 {batch.created} 行,修改 {batch.changed} 行,未变 {batch.unchanged} 行,退回 {batch.refused} 行"
    say(request, f"已导入“{title}”:{counts}。")
    if batch.refused:
        return redirect("register-import-confirm", name=register.name, digest=digest)
    return redirect("register", name=register.name)


@require_GET
def refused(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """The clerk's own workbook with the refused rows marked."""
    me, register = officer(request), register_of(name)
    policy.require(by=me, verb="register.import")
    _, title, data = _kept(request, digest)
    intake = workbook.read(register=register, name=title, data=data, by=me, today=today())
    marked = workbook.marked(register=register, name=title, data=data, intake=intake)
    return attachment(data=marked, name=f"{title.rsplit('.', 1)[0]}_退回.xlsx")


def _kept(request: HttpRequest, digest: str) -> tuple[StoredFile, str, bytes]:
    """A file that this officer uploaded in this session."""
    title = request.session.get("registers_imports", {}).get(digest)
    stored = StoredFile.objects.filter(digest=digest).first() if title else None
    if stored is None or title is None:
        raise Refusal("import.gone", "没有找到您刚才上传的文件", "请重新上传后预览")
    return stored, title, content(stored)


def _fingerprint(intake: workbook.Intake) -> str:
    """What the officer has seen, as a digest: verdicts, differences and the revisions they were made against."""
    seen = [
        [
            *(row.number, row.verdict, getattr(row.entry, "pk", None), getattr(row.entry, "revision", None)),
            *(sorted(row.diff.items()), row.stage, str(row.stage_on), [fault.sentence for fault in row.faults]),
        ]
        for row in intake.taking.rows
    ]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def _preview(
    request: HttpRequest,
    register: Register,
    digest: str,
    title: str,
    intake: workbook.Intake,
    mark: str,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    taking = intake.taking
    official = workbook.heads(register)
    return page(
        request,
        "registers/preview.html",
        status=409 if refusal else 200,
        register=register,
        digest=digest,
        file=title,
        intake=intake,
        counts=taking.counts(),
        most=SHOWN_MOST,
        mark=mark,
        refusal=refusal,
        warned=[row for row in taking.rows if row.warnings],
        mapped=[(label, official[key][0]) for key, label in intake.table.labels.items() if key != workbook.ROW_KEY],
        keyed=workbook.ROW_KEY in intake.table.columns,
        notice=heard(request),
    )


def _choose(request: HttpRequest, register: Register, *, refusal: Refusal | None = None) -> HttpResponse:
    official = [(key, names) for key, names in workbook.heads(register).items() if key != workbook.ROW_KEY]
    evidence = {f.name for f in register.evidence}
    return page(
        request,
        "registers/import.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        refusal=refusal,
        heads=[(names[0], names[1:], key in register.key) for key, names in official if key not in evidence],
        batches=list(Batch.objects.filter(register=register.name).select_related("by", "file")[:10]),
        limit=settings.UPLOAD_LIMIT // 2**20,
        notice=heard(request),
    )
