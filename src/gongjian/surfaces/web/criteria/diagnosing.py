"""问诊安排: the pool of this year beside its verdicts and the expected filings; many enterprises get one diagnosis at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjian.drives.innovation import diagnoses, high_tech
from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.drives.innovation.diagnoses import Diagnosis
from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.asking import Ask
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.criteria.book import lacks
from gongjian.surfaces.web.criteria.common import ORDER, TONES, book_of, pending, promised, rows_of, seen
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import say, status_of

NEAREST = 12


@dataclass(frozen=True, kw_only=True)
class Line:
    """One enterprise of the pool: its verdict, what it lacks, whether it is chosen."""

    row: Any
    judgement: Judgement | None
    lacks: list[str]
    is_chosen: bool = False

    @property
    def state(self) -> State | None:
        return State(self.judgement.state) if self.judgement else None


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, name: str) -> HttpResponse:
    """Choose enterprises in stage 入库培育, name an adviser and a day; POST writes one batch of diagnoses."""
    me, book, day = officer(request), book_of(name), today()
    if book is not HIGH_TECH:
        raise Http404
    access.require_role(register=Diagnosis.register, by=me, verb="register.read")
    ask = Ask(register=Application.register, by=me, filters={"stage": ("seeded",), "year": (str(day.year),)})
    firms = [one.enterprise for one in query.rows(ask).select_related("enterprise")]
    chosen = {number_in(one) for one in request.POST.getlist("pick")}
    refusal, status = None, 200
    if request.method == "POST":
        try:
            batch = _appoint(request, [one for one in firms if one.pk in chosen], by=me)
        except Refusal as found:
            refusal, status = found, status_of(found)
        else:
            say(request, f"已为 {batch.created:,} 家企业安排问诊。",
                href=reverse("batch", args=[Diagnosis.register.name, batch.pk]), label="查看名单或撤销")  # fmt: skip
            return redirect(reverse("register", args=[Diagnosis.register.name]))
    verdicts = seen(book, by=me)
    forecast = high_tech.expected(
        year=day.year, target=promised(high_tech.filed, year=day.year), within=verdicts, most=NEAREST
    )
    kept = {one.entry: one for one in verdicts.filter(entry__in=[one.pk for one in firms])}
    figures = book.figures(as_of=day)
    near_rows = rows_of(book, {one.entry for one in forecast.nearest})

    def line(row: Any, judgement: Judgement | None) -> Line:
        told = lacks(book, judgement, figures) if judgement else []
        return Line(row=row, judgement=judgement, lacks=told, is_chosen=row is not None and row.pk in chosen)

    lines = [line(firm, kept.get(firm.pk)) for firm in firms]
    lines.sort(key=lambda one: (one.state or State.UNMET, one.judgement.effort or 0 if one.judgement else 0))
    return page(
        request, "criteria/diagnose.html", status=status, book=book, forecast=forecast, lines=lines,
        nearest=[line(near_rows.get(one.entry), one) for one in forecast.nearest], waiting=pending(book),
        may_write=access.may(register=Diagnosis.register, by=me, verb="register.import"), refusal=refusal,
        typed={key: request.POST.get(key, "") for key in ("adviser", "employer")},
        graded_on=request.POST.get("graded_on", day.isoformat()), tones=TONES, order=ORDER, states=State, day=day,
    )  # fmt: skip


def _appoint(request: HttpRequest, firms: list[Enterprise], *, by: Officer) -> Any:
    graded_on = to_date(request.POST.get("graded_on", ""))
    if graded_on is None:
        raise Refusal("diagnosis.day", "没有填写问诊日期", "请填写约定的日期,如2025-07-08")
    return diagnoses.appoint(
        enterprises=firms, adviser=request.POST.get("adviser", ""), employer=request.POST.get("employer", ""),
        graded_on=graded_on, by=by, at=clock.now(), today=today(),
    )  # fmt: skip
