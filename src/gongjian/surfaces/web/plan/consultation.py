"""征求意见与签发: the supervision office asks and settles, each unit answers for its own rows, in bulk if it agrees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.plan import consultation
from gongjian.kernel.plan.models import Commitment, Consultation, Plan
from gongjian.kernel.plan.tasks import target_now
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.plan.desk import heard, opened, say, status_of, typed_date


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has answered, the objections, and for a unit its own rows; `?unit=` shows one unit's answers."""
    return _page(request, opened(pk=pk, by=officer(request)))


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask every unit, or ask again with another closing date."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    raw = request.POST.get("answer_by", "")
    try:
        day = typed_date(raw, what="反馈截止日")
        awaited = consultation.open_consultation(plan=plan, answer_by=day, by=me, at=clock.now(), today=today())
    except Refusal as refusal:
        return _page(request, plan, refusal=refusal, answer_by=raw)
    say(request, f"已向各责任单位征求意见,{day} 截止,共待反馈 {awaited} 条。")
    return redirect("plan-consultation", pk=plan.pk)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's answers: those of the rows where something was chosen; or all at once with 全部无意见."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    if request.POST.get("all"):
        done = consultation.agree_all(plan=plan, by=me, at=clock.now())
        say(request, f"已反馈:{done} 项无意见。")
        return redirect("plan-consultation", pk=plan.pk)
    done, faults, typed = 0, {}, {}
    for row in consultation.asked(plan=plan, by=me):
        chosen = request.POST.get(f"answer-{row.pk}", "")
        opinion = request.POST.get(f"opinion-{row.pk}", "").strip()
        if chosen not in ("agreed", "objected") or (chosen == row.answer and opinion == row.opinion):
            continue
        try:
            agrees = chosen == "agreed"
            consultation.answer(consultation=row, agrees=agrees, opinion=opinion, by=me, at=clock.now())
            done += 1
        except Refusal as refusal:
            faults[row.pk], typed[row.pk] = refusal, (chosen, opinion)
    if faults:
        return _page(request, plan, faults=faults, typed=typed, status=422)
    say(request, f"已提交 {done} 项反馈。" if done else "没有新的反馈。")
    return redirect("plan-consultation", pk=plan.pk)


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one objection."""
    me = officer(request)
    row = Consultation.objects.select_related("commitment__plan", "unit").filter(pk=pk).first()
    if row is None:
        raise Refusal("consultation.unknown", f"没有编号为 {pk} 的反馈", "请刷新征求意见页")
    plan = row.commitment.plan
    words = request.POST.get("resolution", "")
    try:
        consultation.resolve(consultation=row, resolution=words, by=me, at=clock.now())
    except Refusal as refusal:
        return _page(request, plan, faults={row.pk: refusal}, typed={row.pk: ("", words)}, status=status_of(refusal))
    say(request, f"已处理{row.unit}的意见。")
    return redirect("plan-consultation", pk=plan.pk)


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the task table."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    try:
        consultation.sign_off(plan=plan, by=me, at=clock.now(), today=today())
    except Refusal as refusal:
        return _page(request, plan, refusal=refusal)
    say(request, f"《{plan.title}》任务分解表已签发。")
    return redirect("plan-tasks", pk=plan.pk)


def _page(
    request: HttpRequest,
    plan: Plan,
    *,
    refusal: Refusal | None = None,
    faults: dict[int, Refusal] | None = None,
    typed: dict[int, tuple[str, str]] | None = None,
    answer_by: str = "",
    status: int = 200,
) -> HttpResponse:
    me = officer(request)
    rows = Consultation.objects.filter(commitment__plan=plan, commitment__state=Commitment.State.CONFIRMED)
    rows = rows.select_related("commitment__plan", "unit", "answered_by").order_by("commitment__start", "unit__order")
    raw = request.GET.get("unit", "")
    unit = number_in(raw)
    may_answer = policy.may(by=me, verb="consultation.answer")
    context: dict[str, Any] = {
        "plan": plan,
        "progress": consultation.progress(plan=plan, by=me),
        "objections": [row for row in rows if row.opinion],
        "mine": consultation.asked(plan=plan, by=me) if may_answer else [],
        "one": [row for row in rows if row.unit_id == unit] if unit else [],
        "unit": unit,
        "refusal": refusal,
        "faults": faults or {},
        "typed": typed or {},
        "answer_by": answer_by or (plan.consultation_due_on or _default_day(today())).isoformat(),
        "today": today(),
        "target_now": target_now,
        "notice": heard(request),
    }
    return page(request, "plan/consultation.html", status=status_of(refusal) if refusal else status, **context)


def _default_day(day: date) -> date:
    """A week of working days from `day`."""
    left = 7
    while left:
        day += timedelta(days=1)
        left -= clock.is_workday(day)
    return day
