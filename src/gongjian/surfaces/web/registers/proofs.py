"""佐证 on the pages: upload to a row, download, verify, send back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence import actions
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.surfaces.web.page import officer
from gongjian.surfaces.web.registers import detail, purpose
from gongjian.surfaces.web.registers.common import attachment, register_of, say
from gongjian.surfaces.web.registers.reading import row_of


@require_POST
def upload(request: HttpRequest, name: str, pk: int, part: str) -> HttpResponse:
    """Offer a file as proof of one part of a row."""
    me, register = officer(request), register_of(name)
    try:
        row = row_of(request, register, pk)
        file = request.FILES.get("file")
        if file is None:
            raise Refusal("evidence.none", "没有选择文件", "请先选择要上传的佐证文件")
        # one byte over the limit is enough to refuse it: a huge file is never read whole
        data = file.read(actions.LIMIT + 1)
        if file.size is not None and file.size > actions.LIMIT:
            size = file.size / 2**20
            cause = f"文件“{file.name}”有 {size:.1f} MB,超过 {actions.LIMIT // 2**20} MB 的上限"
            raise Refusal("evidence.too_large", cause, "请压缩图片或拆分后上传")
        made = actions.attach(thing=row, part=part, name=file.name or "", data=data, by=me, at=clock.now())
    except Refusal as refusal:
        return detail.render(request, register, pk, refusal=refusal, place=f"evidence-{part}")
    say(request, f"已上传佐证“{made.name}”,等待督查室核实。")
    return redirect("entry", name=register.name, pk=pk)


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for who may read evidence and the row that it proves."""
    found, why = _evidence(pk), None
    if found.subject_kind in REGISTERS:
        why = purpose.of(request, REGISTERS[found.subject_kind], what=f"第{found.subject_id}号记录的佐证")
    data = actions.read(evidence=found, by=officer(request), purpose=why)
    return attachment(data=data, name=found.name, media=found.file.media)


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The file proves what it is offered for."""
    found = _evidence(pk)
    actions.verify(evidence=found, by=officer(request), at=clock.now())
    say(request, f"已核实佐证“{found.name}”。")
    return _back(found)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The file proves nothing, for a reason."""
    found = _evidence(pk)
    try:
        reason = request.POST.get("reason", "")
        actions.send_back(evidence=found, reason=reason, by=officer(request), at=clock.now())
    except Refusal as refusal:
        if found.subject_kind == "reported":
            raise
        register = register_of(found.subject_kind)
        return detail.render(request, register, found.subject_id, refusal=refusal, place=f"evidence-{found.part}")
    say(request, f"已退回佐证“{found.name}”。")
    return _back(found)


def _evidence(pk: int) -> Evidence:
    found = Evidence.objects.select_related("file").filter(pk=pk).first()
    if found is None:
        raise Refusal("evidence.missing", f"没有编号为 {pk} 的佐证", "请从记录或承诺页重新打开")
    return found


def _back(found: Evidence) -> Any:
    thing = actions.subject_of(found)
    if found.subject_kind == "reported":
        return redirect(f"/commitment/{thing.commitment_id}/")
    return redirect("entry", name=found.subject_kind, pk=found.subject_id)
