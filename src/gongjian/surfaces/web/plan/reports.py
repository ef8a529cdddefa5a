"""填报: a unit reports its month in one sheet; the supervision office verifies or returns, and sees who is missing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.review import owner_options
from gongjian.kernel.plan.tasks import target_now
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.reports import actions, query
from gongjian.kernel.reports.models import Reported
from gongjian.surfaces.web.page import current_plan, officer, page, today
from gongjian.surfaces.web.plan import report_forms as forms
from gongjian.surfaces.web.plan.desk import heard, say, status_of

STATES = {"todo": "待核实", "verified": "已核实", "returned": "已退回", "none": "未填报", "all": "全部"}


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The month: a unit's own sheet to fill in, for everybody else what the units have said."""
    me = officer(request)
    plan = current_plan()
    if plan is None:
        return page(request, "plan/reports_none.html")
    month = _month(request, plan)
    is_unit = me.role == Role.UNIT_OFFICER
    if request.method == "POST" or is_unit or (request.GET.get("fill") and me.role == Role.SUPERVISOR):
        return _sheet(request, plan, month, me)
    return _queue(request, plan, month, me)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for one commitment, with all that was said about it before."""
    me = officer(request)
    c = Commitment.objects.select_related("plan", "owner").filter(pk=pk, state=Commitment.State.CONFIRMED).first()
    if c is None:
        raise Refusal("commitment.unknown", f"没有编号为 {pk} 的已确认承诺", "请从计划页重新打开")
    if c.plan.state == Plan.State.REVIEW:
        policy.require(by=me, verb="plan.review")
    month = _month(request, c.plan)
    found = query.rows(plan=c.plan, month=month, by=me, today=today(), ids=[c.pk])
    entries = [forms.blank(row) for row in found]
    status = 200
    if request.method == "POST":
        entries, done, failed = _save(request, found, me)
        if not failed:
            say(request, "已保存。" if done else "没有改动。")
            return redirect(f"/commitment/{c.pk}/report/?month={month:%Y-%m}")
        status = status_of(failed[0])
    history = c.reports.select_related("reported_by", "judged_by").order_by("-month", "-recorded_at", "-pk")
    return page(
        request,
        "plan/report.html",
        status=status,
        commitment=c,
        history=history,
        entries=entries,
        may_report=policy.may(by=me, verb="commitment.report", thing=c),
        **_common(request, c.plan, month),
    )


@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Verify the ticked submissions, or one; or return one with its reason."""
    me = officer(request)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/reports/"
    returned = request.POST.get("return", "") or _reasoned(request)
    one = returned or request.POST.get("verify", "")
    picked = [one] if one else [] if request.POST.get("typed") else request.POST.getlist("pick")
    rows = Reported.objects.select_related("commitment__plan").filter(
        pk__in=[n for p in picked if (n := number_in(p)) is not None]
    )
    done, faults = 0, {}
    reason = request.POST.get(f"reason-{returned}", "")
    for row in rows:
        try:
            if returned:
                actions.send_back(reported=row, reason=reason, by=me, at=clock.now())
            else:
                actions.verify(reported=row, by=me, at=clock.now())
            done += 1
        except Refusal as refusal:
            faults[row.commitment_id] = refusal
    if faults:
        plan = rows[0].commitment.plan
        status = status_of(next(iter(faults.values())))
        month = rows[0].month
        return _queue(request, plan, month, me, faults=faults, reason=reason, status=status, done=done)
    what = "退回" if returned else "核实"
    say(request, f"已{what} {done} 条填报。" if done else "没有选择填报。")
    return redirect(back)


def _reasoned(request: HttpRequest) -> str:
    """Enter in a reason returns that submission, if it is the only reason that was typed."""
    if not request.POST.get("typed"):
        return ""
    found = [name.removeprefix("reason-") for name in request.POST if name.startswith("reason-")]
    typed = [pk for pk in found if request.POST[f"reason-{pk}"].strip()]
    return typed[0] if len(typed) == 1 else ""


def _sheet(request: HttpRequest, plan: Plan, month: date, me: Officer) -> HttpResponse:
    policy.require(by=me, verb="commitment.report")
    units = policy.subtree(me.unit) if me.role == Role.UNIT_OFFICER else None
    raw = request.GET.get("unit", "")
    if units is None and (number := number_in(raw)) is not None:
        units = {number}
    found = query.rows(plan=plan, month=month, by=me, today=today(), units=units)
    if request.method == "POST":
        entries, done, failed = _save(request, found, me)
        if not failed:
            say(request, f"已保存 {done} 项填报。" if done else "没有改动。")
            return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
        saved, status = done, status_of(failed[0])
    else:
        entries, saved, status = [forms.blank(row) for row in found], 0, 200
    order = {"returned": 0, "none": 1, "claimed": 2, "evidenced": 3, "verified": 4}
    entries.sort(key=lambda e: (e.row.is_counted, e.refusal is None, e.row.state != "returned", e.row.commitment.start))
    counts = Counter(e.row.state for e in entries if not e.row.is_counted)
    return page(
        request,
        "plan/reports.html",
        status=status,
        entries=entries,
        saved=saved,
        counts=sorted(counts.items(), key=lambda item: order[item[0]]),
        **_common(request, plan, month),
    )


def _queue(
    request: HttpRequest,
    plan: Plan,
    month: date,
    me: Officer,
    *,
    faults: dict[int, Refusal] | None = None,
    reason: str = "",
    status: int = 200,
    done: int = 0,
) -> HttpResponse:
    found = query.rows(plan=plan, month=month, by=me, today=today())
    tallies = query.tallies(found)
    raw = request.GET.get("unit", "")
    if (number := number_in(raw)) is not None:
        found = [row for row in found if row.commitment.owner_id == number]
    groups = {
        "todo": [row for row in found if row.state in ("claimed", "evidenced")],
        "verified": [row for row in found if row.state == "verified"],
        "returned": [row for row in found if row.state == "returned"],
        "none": [row for row in found if row.state == "none" and not row.is_counted],
        "all": found,
    }
    state = request.GET.get("state", "todo")
    state = state if state in groups else "todo"
    shown = groups[state]
    if faults:
        shown = [*shown, *(row for row in found if row.commitment.pk in faults and row not in shown)]
    return page(
        request,
        "plan/reports_queue.html",
        status=status,
        shown=shown,
        state=state,
        states=[(key, label, len(groups[key])) for key, label in STATES.items()],
        tallies=tallies,
        faults=faults or {},
        reason=reason,
        done=done,
        may_judge=policy.may(by=me, verb="reported.verify"),
        **_common(request, plan, month),
    )


def _save(request: HttpRequest, found: list[query.Row], me: Officer) -> tuple[list[forms.Entry], int, list[Refusal]]:
    """Save the rows that were touched, or the one whose button was pressed."""
    entries, failed, done = [], [], 0
    only = request.POST.get("only", "")
    for row in found:
        start, key = forms.blank(row), str(row.commitment.pk)
        if f"was-{key}" not in request.POST:
            entries.append(start)
            continue
        entry = forms.typed(row, request)
        if (only and only == key) or (not only and forms.is_touched(entry, start, request)):
            try:
                forms.save(entry, request, by=me, at=clock.now(), today=today())
                done += 1
            except Refusal as refusal:
                entry.refusal = refusal
                failed.append(refusal)
        entries.append(entry)
    return entries, done, failed


def _month(request: HttpRequest, plan: Plan) -> date:
    raw = request.GET.get("month", "") or request.POST.get("month", "")
    if not raw:
        return query.usual_month(plan=plan, today=today())
    try:
        found = date.fromisoformat(f"{raw}-01")
    except ValueError as error:
        raise Refusal("reported.month", f"月份“{raw[:10]}”写法不对", "请写成 2025-06 这样的月份") from error
    if found.year != plan.year:
        raise Refusal("reported.month", f"{found:%Y年%m月}不在{plan.year}年度计划内", "请选择计划年度内的月份")
    return found


def _common(request: HttpRequest, plan: Plan, month: date) -> dict[str, Any]:
    return {
        "plan": plan,
        "month": month,
        "months": query.months(plan=plan, today=today()),
        "units": owner_options(),
        "target_now": target_now,
        "state_words": forms.STATE_WORDS,
        "state_tones": forms.STATE_TONES,
        "today": today(),
        "notice": heard(request),
    }
