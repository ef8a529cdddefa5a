"""What the offices' pages share: a sentence kept for the next page, the status of a refusal, uploads, sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Plan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Notice:
    """A sentence kept for the next page; `tone` is the class of its box."""

    text: str = ""
    tone: str = "notice"

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def say(request: HttpRequest, text: str, *, tone: str = "notice") -> None:
    """Keep a sentence for the page that follows an act; `tone` is notice or refusal."""
    request.session["office_notice"] = [text, tone]


def heard(request: HttpRequest) -> Notice:
    """The sentence kept for this page, once."""
    kept = request.session.pop("office_notice", None)
    return Notice(*kept) if kept else Notice()


def status_of(refusal: Refusal) -> int:
    """The status of an answer that carries a refusal."""
    return 403 if isinstance(refusal, Forbidden) else 409 if isinstance(refusal, Stale) else 422


def opened(*, pk: int, by: Officer) -> Plan:
    """A plan that everybody may read: reviewed and put to use. Drafts are refused."""
    policy.require(by=by, verb="plan.read")
    plan = Plan.objects.select_related("previous").filter(pk=pk).first()
    if plan is None:
        raise Refusal("plan.unknown", f"没有编号为 {pk} 的工作要点", "请从“计划版本”列表打开")
    if plan.state == Plan.State.REVIEW:
        policy.require(by=by, verb="plan.review")
        raise Refusal("plan.in_review", f"《{plan.title}》还在审阅,没有启用", "请先在审阅页确认承诺并启用")
    return plan


def uploaded(request: HttpRequest, field: str) -> tuple[str, bytes]:
    """The name and bytes of an uploaded file; a file over the limit is refused before it is read whole."""
    file = request.FILES.get(field)
    if not isinstance(file, UploadedFile):
        raise Refusal("upload.none", "没有选择文件", "请先选择要上传的文件")
    limit = settings.UPLOAD_LIMIT
    if file.size is not None and file.size > limit:
        cause = f"文件“{file.name}”有 {file.size / 2**20:.0f} MB,超过 {limit // 2**20} MB 的上限"
        raise Refusal("document.too-large", cause, "请删去图片或拆分后再上传")
    return file.name or "", file.read()


def typed_date(raw: str, *, what: str) -> date:
    """A date from a form."""
    try:
        return date.fromisoformat(raw.strip())
    except ValueError as error:
        shown = raw.strip()[:20] or "空"
        raise Refusal("form.date", f"{what}“{shown}”不是日期", "请写成 2025-06-30 这样的日期") from error


def sheet_response(*, data: bytes, name: str) -> HttpResponse:
    """A workbook to download."""
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "no-store"
    return response
