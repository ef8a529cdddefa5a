"""任务分解表: the table on screen, owners assigned in it, out as a sheet and back again, and 进度表 as of any day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan import assignment, task_edits, tasks
from gongjian.kernel.plan.models import Plan
from gongjian.kernel.plan.review import owner_options
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import as_of, officer, page, today
from gongjian.surfaces.web.plan.desk import heard, opened, say, sheet_response, status_of, uploaded
from gongjian.surfaces.web.plan.review_forms import owner_of
from gongjian.surfaces.web.plan.task_sheets import answers, progress_sheet, read_task_sheet, task_sheet

SALT = "gongjian.tasks"


@dataclass(kw_only=True)
class Line:
    """One row on screen: its cells, what the forms hold, and a refusal if it could not be saved."""

    row: tasks.TaskRow
    owner: str
    co_owners: str
    leader: str
    refusal: Refusal | None = None

    @property
    def was(self) -> str:
        """The cells as they stood when the page was made, to notice what was changed and by whom."""
        c = self.row.commitment
        return f"{c.owner_id or ''}|{self.row.co_owners}|{c.leader_id or ''}"


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The table; `?unit=` and `?mine=1` narrow it, `?edit=1` lets the supervision office assign."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    return _page(request, plan, [_line(row) for row in tasks.table(plan=plan, by=me)])


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the owners, co-owners and leaders changed in the table; rows that fail are shown with the reason."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    policy.require(by=me, verb="commitment.manage")
    done, lines, failed = 0, [], 0
    for row in tasks.table(plan=plan, by=me):
        line, key = _line(row), row.commitment.pk
        was = request.POST.get(f"was-{key}")
        if was is not None:
            typed = [request.POST.get(f"{name}-{key}", "").strip() for name in ("owner", "co_owners", "leader")]
            if "|".join(typed) != was:
                now, (line.owner, line.co_owners, line.leader) = line.was, typed
                try:
                    if was != now:
                        raise Stale(f"“{row.task[:20]}”的责任在您打开页面之后已被改动")
                    _assign(row, typed, by=me)
                    done += 1
                except Refusal as refusal:
                    line.refusal = refusal
                    failed += 1
        lines.append(line)
    if failed:
        return _page(request, plan, lines, status=422, is_editing=True, saved=done)
    say(request, f"已保存 {done} 项责任分工。" if done else "没有改动。")
    return redirect("plan-tasks", pk=plan.pk)


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """任务分解表.xlsx; `?mine=1` only the own unit's rows."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    mine = policy.subtree(me.unit) if request.GET.get("mine") else None
    return sheet_response(data=task_sheet(plan=plan, by=me, mine=mine), name=f"{plan.title}任务分解表.xlsx")


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """进度表.xlsx as of `?as_of=`."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    day = as_of(request, plan)
    return sheet_response(data=progress_sheet(plan=plan, as_of=day, by=me), name=f"{plan.title}进度表_{day}.xlsx")


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """An edited sheet: upload, see every cell that would change, then apply."""
    me = officer(request)
    plan = opened(pk=pk, by=me)
    policy.require(by=me, verb="commitment.manage")
    empty: dict[str, Any] = {
        "plan": plan,
        "found": None,
        "token": "",
        "refusal": None,
        "tasks_by_id": {},
        "labels": tasks.LABELS,
    }
    if request.method == "GET":
        return page(request, "plan/tasks_back.html", **empty)
    try:
        if token := request.POST.get("token"):
            return _apply(request, plan, token, by=me)
        name, data = uploaded(request, "file")
        found = task_edits.compare(plan=plan, rows=read_task_sheet(name=name, data=data), by=me)
    except Refusal as refusal:
        return page(request, "plan/tasks_back.html", status=status_of(refusal), **{**empty, "refusal": refusal})
    token = signing.dumps([plan.pk, [asdict(edit) for edit in found.edits]], salt=SALT)
    names = {row.commitment.pk: row for row in tasks.table(plan=plan, by=me)}
    return page(request, "plan/tasks_back.html", **{**empty, "found": found, "token": token, "tasks_by_id": names})


def _apply(request: HttpRequest, plan: Plan, token: str, *, by: Officer) -> HttpResponse:
    try:
        number, edits = signing.loads(token, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature as error:
        raise Refusal("tasks.token", "预览已经过期或被改动", "请重新上传表格") from error
    if number != plan.pk:
        raise Refusal("tasks.token", "预览属于另一份计划", "请重新上传表格")
    done = task_edits.apply(
        plan=plan, edits=[task_edits.Edit(**edit) for edit in edits], by=by, at=clock.now(), today=today()
    )
    say(request, f"已回导 {done} 处改动,目标和时限的调整原因记为“{task_edits.REASON}”。")
    return redirect("plan-tasks", pk=plan.pk)


def _assign(row: tasks.TaskRow, typed: list[str], *, by: Officer) -> None:
    leaders = {str(leader.pk): leader for leader in tasks.leader_options()}
    if typed[2] and typed[2] not in leaders and typed[2] != str(row.commitment.leader_id or ""):
        raise Refusal("tasks.leader", "选择的责任领导不存在或已停用", "请从列表中重新选择")
    assignment.assign(
        commitment=row.commitment,
        by=by,
        at=clock.now(),
        owner=owner_of(typed[0]),
        co_owners=task_edits.units_named(typed[1]),
        leader=leaders.get(typed[2], row.commitment.leader if typed[2] else None),
        mechanism=row.commitment.mechanism,
    )


def _line(row: tasks.TaskRow) -> Line:
    c = row.commitment
    return Line(row=row, owner=str(c.owner_id or ""), co_owners=row.co_owners, leader=str(c.leader_id or ""))


def _page(
    request: HttpRequest, plan: Plan, lines: list[Line], *, status: int = 200, is_editing: bool = False, saved: int = 0
) -> HttpResponse:
    me = officer(request)
    mine = policy.subtree(me.unit)
    raw = request.GET.get("unit", "")
    wanted = {n} if (n := number_in(raw)) is not None else mine if request.GET.get("mine") else None
    shown = [line for line in lines if wanted is None or answers(line.row, wanted)]
    return page(
        request,
        "plan/tasks.html",
        status=status,
        plan=plan,
        lines=shown,
        total=len(lines),
        ownerless=sum(line.row.commitment.owner_id is None for line in lines),
        is_editing=(is_editing or bool(request.GET.get("edit"))) and policy.may(by=me, verb="commitment.manage"),
        saved=saved,
        units=owner_options(),
        leaders=tasks.leader_options(),
        has_mine=any(answers(line.row, mine) for line in lines),
        today=today(),
        notice=heard(request),
    )
