"""The plan page: the document is the dashboard; every promise carries today's figure, schedule and verdict."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.match import candidates
from gongjian.kernel.indicators.standing import Standing, standings, term
from gongjian.kernel.indicators.verdicts import LABELS, Verdict
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Unit
from gongjian.kernel.plan.models import Plan
from gongjian.surfaces.web.page import as_of, current_plan, officer, page, today
from gongjian.surfaces.web.plan.charts import draw
from gongjian.surfaces.web.plan.figures import tag
from gongjian.surfaces.web.plan.layout import layout


@require_safe
def show(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The current plan (or that of `year`) as of a day, filtered by verdict, unit, drive."""
    me = officer(request)
    policy.require(by=me, verb="plan.read")
    plan = current_plan(year)
    if plan is None:
        drafts = (
            Plan.objects.filter(state=Plan.State.REVIEW)
            if policy.may(by=me, verb="plan.review")
            else Plan.objects.none()
        )
        return page(request, "plan/none.html", drafts=list(drafts), year=year)
    day = as_of(request, plan)
    found = standings(plan=plan, as_of=day)
    blocks, drives = layout(plan=plan, passages=plan.passages.all(), standings=found)
    mine = policy.subtree(me.unit) if me.unit_id else set()
    chosen = _chosen(request, found, mine)
    drive = _number(request.GET.get("drive", ""))
    counts = Counter(s.verdict for s in found)
    charts = {}
    for s in found:
        charts[s.commitment.pk] = draw(standing=s, term=term(commitment=s.commitment, as_of=day), width=76, height=32)
    units = Unit.objects.filter(pk__in={s.commitment.owner_id for s in found if s.commitment.owner_id})
    return page(
        request,
        "plan/plan.html",
        plan=plan,
        as_of=day,
        day_number=(day - plan.since).days,
        last_number=(min(max(today(), plan.since), plan.until) - plan.since).days,
        days=(plan.until - plan.since).days,
        month_ends=[d.isoformat() for d in clock.month_ends(plan.since, min(max(today(), plan.since), plan.until))],
        marks=[((d - plan.since).days, f"{d.month}月") for d in clock.month_ends(plan.since, plan.until)],
        previous=max(plan.since, clock.last_month_end(day)),
        following=min(plan.until, clock.month_end(day + timedelta(days=1))),
        blocks=[b for b in blocks if not drive or b.drive == drive],
        drives=drives,
        drive=drive,
        standings=found,
        chosen=chosen,
        is_filtered=len(chosen) < len(found) or any(request.GET.get(k) for k in ("verdict", "unit", "mine")),
        counts=[(verdict, LABELS[verdict], counts[verdict]) for verdict in Verdict if counts[verdict]],
        tags={s.commitment.pk: tag(s) for s in found},
        charts=charts,
        units=units,
        has_mine=any(_is_mine(s, mine) for s in found),
        open_proposals=plan.commitments.filter(state="proposed").count()
        if policy.may(by=me, verb="plan.review")
        else 0,
        bindable=_bindable(found) if policy.may(by=me, verb="commitment.manage") else 0,
        years=sorted(set(Plan.objects.exclude(state__in=["review", "superseded"]).values_list("year", flat=True))),
    )


def _chosen(request: HttpRequest, found: list[Standing], mine: set[int]) -> set[int]:
    """The commitments that the filters leave."""
    verdicts = [v for v in request.GET.getlist("verdict") if v]
    unknown = [v for v in verdicts if v not in set(Verdict)]
    if unknown:
        raise Refusal("page.verdict", f"没有“{unknown[0][:20]}”这种态势", "请点选页面上的态势")
    unit = _number(request.GET.get("unit", ""))
    family = policy.subtree(Unit.objects.filter(pk=unit).first()) if unit else set()
    out = set()
    for s in found:
        owners = {s.commitment.owner_id, *(u.pk for u in s.commitment.co_owners.all())}
        if verdicts and s.verdict not in verdicts:
            continue
        if unit and not owners & family:
            continue
        if request.GET.get("mine") and not _is_mine(s, mine):
            continue
        out.add(s.commitment.pk)
    return out


def _bindable(found: list[Standing]) -> int:
    """How many commitments without an indicator have one whose words match."""
    open_ones = [s.commitment for s in found if not s.commitment.indicator]
    return sum(1 for c in open_ones if (matches := candidates(commitment=c)) and matches[0].score == 1)


def _is_mine(s: Standing, mine: set[int]) -> bool:
    return bool({s.commitment.owner_id, *(u.pk for u in s.commitment.co_owners.all())} & mine)


def _number(raw: str) -> int:
    return int(raw) if raw.isdecimal() and len(raw) < 10 else 0
