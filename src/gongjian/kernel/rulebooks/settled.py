"""What the zone has set, as the database holds it: the settings that count, and how this process hears of later ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.signals import request_finished, request_started
from django.db.models import Count, Max, Q
from django.utils import timezone

from gongjian.kernel.rulebooks import own, parameters
from gongjian.kernel.rulebooks.models import ZoneFigure
from gongjian.kernel.rulebooks.own import Known, Own

SET, CONFIRMED, ENDED, WITHDRAWN = SORTS = ("set", "confirmed", "ended", "withdrawn")
"""What an act does: the values of ZoneFigure.Sort."""
SETS = (SET, CONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One act as the history shows it: a setting with its end, and who withdrew it."""

    act: ZoneFigure
    until: date | None
    withdrawn: ZoneFigure | None = None
    ended: ZoneFigure | None = None

    @property
    def counts(self) -> bool:
        return self.withdrawn is None


def _look(held: Known) -> Known:
    """What the database says now; read again only where there is a later act."""
    counted = ZoneFigure.objects.values("standard").annotate(
        last=Max("id"), n=Count("id"), figures=Count("id", filter=Q(year=0))
    )
    done = {one["standard"]: (one["last"], one["n"], one["figures"]) for one in counted}
    if done == held.acts:
        return held
    figures: dict[str, dict[str, tuple[Own, ...]]] = {}
    dates: dict[tuple[str, str, int], Own] = {}
    for line in reversed(lines()):
        one = line.act
        if not line.counts:
            continue
        mine = Own(
            pk=one.pk,
            values=tuple(parameters.number(value) for value in one.values),
            since=one.since,
            until=line.until,
            source=one.source,
            set_by=told_by(one),
        )
        if one.year:
            dates[one.standard, one.name, one.year] = mine  # the latest counts
        else:
            found = figures.setdefault(one.standard, {})
            found[one.name] = (*found.get(one.name, ()), mine)
    return Known(acts=done, figures=figures, windows=dates)


own.read_by(_look)
request_started.connect(lambda **_: own.begin(), weak=False, dispatch_uid="zone-figures-begin")
request_finished.connect(lambda **_: own.end(), weak=False, dispatch_uid="zone-figures-end")


def ensure() -> Known:
    """What counts now, looked up once in a piece of work: for all that reads facts or keeps verdicts."""
    return own.ensure()


def acts_by_standard() -> dict[str, int]:
    """How many acts on figures there have been, by standard."""
    return {standard: figures for standard, (_, _, figures) in ensure().acts.items()}


def lines(*, standard: str = "", name: str = "", year: int | None = None) -> list[Line]:
    """The settings, latest first, with their ends and withdrawals: all, or those of one figure or window."""
    found = ZoneFigure.objects.select_related("by__unit", "file").order_by("id")
    if standard:
        found = found.filter(standard=standard)
    if name:
        found = found.filter(name=name, year=year or 0)
    rows = list(found)
    later: dict[tuple[int, str], ZoneFigure] = {(one.about_id or 0, one.sort): one for one in rows if one.about_id}
    made = []
    for one in rows:
        if one.sort in SETS:
            ended = later.get((one.pk, ENDED))
            made.append(
                Line(
                    act=one,
                    until=ended.until if ended is not None else one.until,
                    withdrawn=later.get((one.pk, WITHDRAWN)),
                    ended=ended,
                )
            )
    return made[::-1]


def told_by(one: ZoneFigure) -> str:
    """Who did it and when."""
    return f"{one.by.unit or ''}{one.by.name} {timezone.localdate(one.at).isoformat()}"
