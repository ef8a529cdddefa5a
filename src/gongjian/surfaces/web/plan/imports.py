"""Importing a plan: a file goes in, its proposals wait for review; and the list of all plans and versions."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import content
from gongjian.kernel.people import policy
from gongjian.kernel.plan import imports, review
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.reader import read
from gongjian.surfaces.inlets.document import ACCEPTED, open_document
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.plan.desk import heard, say, status_of, uploaded

ENDINGS = ".docx,.pdf,.txt,.md,.html,.htm"


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The form; on success the review page of the new plan, for a known file a link to the plan that is there."""
    me = officer(request)
    if request.method == "GET":
        policy.require(by=me, verb="plan.import")
        return _form(request, year="")
    raw = request.POST.get("year", "").strip()
    try:
        policy.require(by=me, verb="plan.import")
        year = _year(raw)
        name, data = uploaded(request, "file")
        document = open_document(name=name, data=data)
        reading = read(document, year=year)
        done = imports.import_plan(document=document, reading=reading, by=me, at=clock.now(), year=year, data=data)
    except Refusal as refusal:
        return _form(request, status=status_of(refusal), refusal=refusal, year=raw)
    if not done.is_new:
        return _form(request, status=200, same=done.plan, year=raw)
    count = done.plan.commitments.filter(state=Commitment.State.PROPOSED).count()
    words = f"已导入《{done.plan.title}》第{done.plan.version}版,读出 {count} 项承诺,请逐项审阅。"
    if count == 0:
        words = f"已导入《{done.plan.title}》,没有读出承诺。请确认文件是工作要点,或在正文中选中文字后按 a 补录。"
    say(request, words)
    return redirect("plan-review", pk=done.plan.pk)


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """All plans and versions, newest first; drafts for those who review."""
    me = officer(request)
    policy.require(by=me, verb="plan.read")
    plans = Plan.objects.select_related("imported_by", "file").annotate(
        open=Count("commitments", filter=Q(commitments__state=Commitment.State.PROPOSED)),
        confirmed=Count("commitments", filter=Q(commitments__state=Commitment.State.CONFIRMED)),
        rejected=Count("commitments", filter=Q(commitments__state=Commitment.State.REJECTED)),
    )
    if not policy.may(by=me, verb="plan.review"):
        plans = plans.exclude(state=Plan.State.REVIEW)
    return page(request, "plan/versions.html", plans=plans.order_by("-year", "-version"), notice=heard(request))


@require_GET
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that was imported, byte for byte."""
    me = officer(request)
    policy.require(by=me, verb="plan.read")
    plan = Plan.objects.select_related("file").filter(pk=pk).first()
    if plan is None or plan.file is None:
        raise Refusal("plan.no_file", "这份工作要点没有保存源文件", "请在“计划版本”列表核对")
    if plan.state == Plan.State.REVIEW:
        review.draft(pk=pk, by=me)
    response = HttpResponse(content(plan.file), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, plan.file.name) or ""
    return response


def _year(raw: str) -> int | None:
    if not raw:
        return None
    if not raw.isdecimal() or len(raw) > 9:
        raise Refusal("plan.year_range", f"年度“{raw[:10]}”不是数字", "请填写四位年度,例如 2025,或留空由系统从正文判断")
    return int(raw)


def _form(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    given = {"refusal": None, "same": None, "accepted": ACCEPTED, "endings": ENDINGS, "this_year": today().year}
    plans = Plan.objects.order_by("-year", "-version")[:6]
    return page(request, "plan/import.html", status=status, **{**given, "plans": plans, **context})
