"""科创培育: research platforms beside the verdicts of their criteria, the gradient of smart factories, patents in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.drives.innovation import patents, platforms
from gongjian.drives.innovation.platforms import Platform, Pool
from gongjian.drives.innovation.smart_factories import SmartFactory
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.criteria.book import lacks
from gongjian.surfaces.web.criteria.common import TONES, promised
from gongjian.surfaces.web.innovation import titles
from gongjian.surfaces.web.page import officer, page, today

MOST = 12


@dataclass(frozen=True, kw_only=True)
class Near:
    """One enterprise to look at next."""

    row: Any
    state: State
    lacks: list[str]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One sort of platform."""

    pool: Pool
    ready: list[Near]
    nearest: list[Near]


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Platforms, smart factories and patents today."""
    me, day = officer(request), today()
    factories = access.visible(register=SmartFactory.register, by=me, rows=SmartFactory.objects.all())
    stages = dict(factories.order_by().values_list("stage").annotate(n=Count("id")))
    return page(
        request,
        "innovation/overview.html",
        sections=[_section(sort, by=me, day=day) for sort in platforms.CRITERIA],
        gradient=[(stage, stages.get(stage.key, 0)) for stage in SmartFactory.Steps.all],
        portfolio=patents.portfolio(by=me, as_of=day, at=clock.now()),
        owed=titles.groups(by=me, on=day),
        tones=TONES,
        states=State,
        day=day,
    )


def _section(sort: Platform.Sort, *, by: Officer, day: date) -> Section:
    indicator = platforms.PROMISED.get(sort)
    target = promised(indicator, year=day.year) if indicator is not None else None
    pool = platforms.pool(sort=sort, by=by, as_of=day, at=clock.now(), target=target, most=MOST)
    found = [*pool.ready, *pool.nearest]
    rows = {row.pk: row for row in Enterprise.objects.filter(pk__in=listed([one.entry for one in found]))}
    figures = pool.book.figures(as_of=day)

    def near(judgements: list[Judgement]) -> list[Near]:
        return [
            Near(row=rows[one.entry], state=State(one.state), lacks=lacks(pool.book, one, figures))
            for one in judgements
            if one.entry in rows
        ]

    return Section(pool=pool, ready=near(pool.ready), nearest=near(pool.nearest))
