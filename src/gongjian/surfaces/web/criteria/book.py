"""One rulebook: text and sources, distribution, funnel of gates, lists by verdict, nearest misses, who crossed the line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongjian.kernel import standards
from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers import access
from gongjian.kernel.rulebooks import coverage, parameters, reading, windows
from gongjian.kernel.rulebooks.arithmetic import Exact
from gongjian.kernel.rulebooks.closings import closing
from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.facts import plain
from gongjian.kernel.rulebooks.judging import Gap, gaps_of
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook
from gongjian.kernel.rulebooks.scores import Earned
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import World
from gongjian.surfaces.web.criteria import worked
from gongjian.surfaces.web.criteria.common import (
    HINTS,
    ORDER,
    TONES,
    book_of,
    pending,
    rows_of,
    seen,
    shares,
    subject_of,
)
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import number_of

PER_PAGE = 20
NEAREST = 10
WORDS = {state.word: state for state in State}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One subject in a list: what it lacks, the worst first; how many of its criteria an officer has decided."""

    judgement: Judgement
    row: Any
    lacks: list[str]
    decided: int


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The rulebook's page; `?verdict=not_met&page=2` chooses the list, `?unit=3` whose subjects count."""
    me, book, day = officer(request), book_of(name), today()
    subject, figures = subject_of(book), book.figures(as_of=day)
    whole = seen(book, by=me)
    found, unit = _of_unit(whole, book, request.GET.get("unit", ""))
    counts = reading.distribution(found)
    chosen = WORDS.get(request.GET.get("verdict", "")) or next((s for s in ORDER if counts[s]), State.MET)
    number = number_of(request.GET.get("page"), default=1)
    listed = found.filter(state=chosen).order_by("effort" if chosen is State.UNMET else "-least", "entry")
    judgements = list(listed[(number - 1) * PER_PAGE : number * PER_PAGE])
    near = reading.nearest(found, most=NEAREST) if chosen is not State.UNMET else []
    since = timezone.make_aware(datetime.combine(day.replace(day=1) - timedelta(days=1), time.max))
    crossings = [one for one in reading.crossed(book, since=since, most=50, within=found) if one.before is not None]
    decisions = list(
        Override.objects.filter(
            rulebook=book.name, withdrawn_at=None, expires_on__gte=day, entry__in=found.values("entry")
        )
        .select_related("by", "evidence")
        .order_by("expires_on", "id")
    )
    rows = rows_of(book, {one.entry for one in (*judgements, *near, *decisions, *(each.now for each in crossings))})
    decided = {entry: sum(one.entry == entry for one in decisions) for entry in {one.entry for one in decisions}}

    def lines(some: Iterable[Judgement]) -> list[Line]:
        return [
            Line(
                judgement=one,
                row=rows.get(one.entry),
                lacks=lacks(book, one, figures),
                decided=decided.get(one.entry, 0),
            )
            for one in some
        ]

    return page(
        request, "criteria/book.html", book=book, title=standards.standard(book.standard).get("title", book.label),
        subject=subject.register, closed=subject.closed, waiting=0 if subject.closed else pending(book),
        shares=shares(counts), counts=counts, total=sum(counts.values()), chosen=chosen, lines=lines(judgements),
        near=lines(near), number=number, more=counts[chosen] > number * PER_PAGE, per_page=PER_PAGE,
        falls=reading.funnel(book, found),
        demands={gate.name: demand(gate.demands, figures) for gate in book.criteria},
        unsure={gate.name: unsure(gate, figures) for gate in book.criteria},
        gates={gate.name: gate for gate in book.criteria}, figures=[figures[key] for key in book.asked],
        confidence=parameters.SURE, crossings=crossings, decisions=decisions, rows=rows, since=since,
        filing=windows.filing(book, as_of=day), ahead=windows.ahead(book, as_of=day), cases=worked.of(book),
        articles=coverage.of(book), labels=coverage.words(book), tones=TONES, hints=HINTS, order=ORDER, states=State,
        shows_files=access.may(register=subject.register, by=me, verb="evidence.read"),
        may_export=access.may(register=subject.register, by=me, verb="register.export"),
        units=Unit.objects.order_by("order", "id"), unit=unit, day=day,
    )  # fmt: skip


def lacks(book: Rulebook, judgement: Judgement, figures: Mapping[str, Parameter]) -> list[str]:
    """What a kept verdict lacks, in a few words a criterion: the worst first."""
    world = World(sums=Exact(judgement.facts), parameters=figures)
    told = []
    for gate in sorted(book.criteria, key=lambda one: -judgement.criteria.get(one.name, 0)):
        state = State(judgement.criteria.get(gate.name, State.MET))
        if state in (State.MET, State.NOT_APPLICABLE):
            continue
        told.append(f"{gate.label}:{_short(book, gate, state, judgement, world)}")
    return told


def unsure(gate: Gate, figures: Mapping[str, Parameter]) -> list[Parameter]:
    """The figures without a confirmed source that decide a criterion."""
    asked = [figures[name] for name in dict.fromkeys(gate.demands.parameters())]
    return [one for one in asked if one.confidence != "sourced"]


def _short(book: Rulebook, gate: Gate, state: State, judgement: Judgement, world: World) -> str:
    if isinstance(gate.demands, Earned) and judgement.least is not None:
        mark = next((world.parameters[name].value for name in gate.demands.mark.parameters()), None)
        points = f"{judgement.least}" if judgement.least == judgement.most else f"{judgement.least}至{judgement.most}"
        return f"{points}分,须{plain(mark)}分" if mark is not None else f"{points}分"
    if state is not State.UNMET:
        return state.label
    names = [(f"{gate.name}.{number}", lever) for number, (_, lever) in enumerate(gaps_of(gate))]
    gaps = [
        Gap(name=name, lever=lever, steps=judgement.gaps[name])
        for name, lever in names
        if judgement.gaps.get(name) is not None
    ]
    told = [closing(gap, gate, judgement.facts, book=book, world=world, as_of=today()).brief for gap in gaps]
    return "或".join(dict.fromkeys(told)) if told else "不符合"


def _of_unit(found: QuerySet[Judgement], book: Rulebook, asked: str) -> tuple[QuerySet[Judgement], int | None]:
    """The verdicts of one unit's subjects, where a unit is asked for."""
    if not asked.isdecimal() or len(asked) > 9:
        return found, None
    rows = subject_of(book).register.model._default_manager.filter(unit_id=int(asked))
    return found.filter(entry__in=rows.order_by().values("id")), int(asked)
