"""专利: the rights with their owners and last days: those of high value, those that end within a year, Ⅱ类 used up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.drives.innovation import patents
from gongjian.drives.innovation.criteria.valuable_patent import VALUABLE_PATENT
from gongjian.ground.facts import VALID
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks import reading
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.outlets.sheet import Column, write_sheet
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.plan.desk import sheet_response

PER_PAGE = 50
MOST = 5_000
VIEWS = {
    "high-value": "高价值发明专利",
    "weigh": "质押金额待评审",
    "expiring": "一年内到期",
    "past": "已过期未改状态",
    "used-up": "Ⅱ类已用于高企",
    "unmarked": "Ⅱ类未填是否用过",
    "all": "全部有效",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One right of the list."""

    right: IntellectualProperty
    grounds: list[str]
    """On which grounds it is of high value."""
    cautions: list[str]


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The list; `?view=expiring&page=2`."""
    me, day = officer(request), today()
    view = _view(request)
    found = _found(view, by=me, day=day)
    text = request.GET.get("page", "1")
    number = max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
    held = patents.portfolio(by=me, as_of=day, at=clock.now())
    rows = list(found[(number - 1) * PER_PAGE : number * PER_PAGE + 1])
    return page(
        request,
        "innovation/patents.html",
        portfolio=held,
        views=VIEWS,
        view=view,
        counts={
            "high-value": held.high_value,
            "weigh": held.open,
            "expiring": held.expiring,
            "past": held.expired,
            "used-up": held.used_up,
            "unmarked": held.unmarked,
            "all": held.valid,
        },
        lines=_lines(rows[:PER_PAGE], day=day),
        number=number,
        more=len(rows) > PER_PAGE,
        day=day,
    )


@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """The list as a sheet."""
    me, day = officer(request), today()
    access.require(register=IntellectualProperty.register, by=me, verb="register.export")
    view = _view(request)
    rows = list(_found(view, by=me, day=day)[: MOST + 1])
    columns = [
        Column(label="序号", width=6, kind="int"),
        Column(label="知识产权名称", width=36),
        Column(label="专利号或登记号", width=20),
        Column(label="种类", width=12),
        Column(label="权利人", width=30),
        Column(label="申请日", width=12, kind="date"),
        Column(label="到期日期", width=12, kind="date"),
        Column(label="高价值情形", width=26),
        Column(label="提醒", width=36),
    ]
    cells = [
        (
            place, one.right.name, one.right.number, one.right.get_kind_display(), str(one.right.enterprise),
            one.right.applied_on, one.right.expires_on, "、".join(one.grounds), ";".join(one.cautions),
        )
        for place, one in enumerate(_lines(rows[:MOST], day=day), 1)
    ]  # fmt: skip
    notes = [f"数据截至{day}。"] + ([f"只列出前{MOST}件。"] if len(rows) > MOST else [])
    title = f"知识产权清单({VIEWS[view]})"
    return sheet_response(
        data=write_sheet(title=title, columns=columns, rows=cells, notes=notes, sheet_name="知识产权"),
        name=f"{title}.xlsx",
    )


def _view(request: HttpRequest) -> str:
    asked = request.GET.get("view", "")
    return asked if asked in VIEWS else "high-value"


def _found(view: str, *, by: Officer, day: date) -> QuerySet[IntellectualProperty]:
    rows = patents.rights(by=by).select_related("enterprise", "unit")
    if view in ("high-value", "weigh"):
        state = State.MET if view == "high-value" else State.OPEN
        kept = patents.high_value(as_of=day, at=clock.now(), state=state)
        rows = rows.filter(pk__in=kept.order_by().values("pk"))
    conditions = {
        "expiring": patents.expiring(as_of=day),
        "past": patents.past(as_of=day),
        "used-up": patents.USED_UP,
        "unmarked": patents.UNMARKED,
        "all": VALID,
    }
    order = ("expires_on", "id") if view in ("expiring", "past") else ("enterprise__name", "id")
    return rows.filter(conditions.get(view, Q())).order_by(*order)


def _lines(rights: list[IntellectualProperty], *, day: date) -> list[Line]:
    ids = [one.pk for one in rights]
    kept = {one.entry: one for one in reading.current(VALUABLE_PATENT).filter(entry__in=listed(ids))}
    verdicts = patents.grounds([one for one in kept.values() if one.state == State.MET], as_of=day)
    return [
        Line(right=one, grounds=verdicts.get(one.pk, []), cautions=patents.cautions(one, as_of=day)) for one in rights
    ]
