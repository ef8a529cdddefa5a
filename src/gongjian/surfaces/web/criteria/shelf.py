"""标准 list: every rulebook in force by family, what its subjects come to, and the next date for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import keeping, windows
from gongjian.kernel.rulebooks.families import grouped
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.criteria_parts import SUBJECT
from gongjian.surfaces.web.criteria.common import HINTS, ORDER, TONES, Share, Subject, may_open, shares, subject_of
from gongjian.surfaces.web.page import officer, page, today


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rulebook of the list; without shares where nothing is listed or nothing has been judged yet."""

    book: Rulebook
    subject: Subject
    shares: list[Share]
    n: int
    filing: windows.Filing


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """All rulebooks in force today whose subjects the officer may read."""
    me, day = officer(request), today()
    books = [book for book in keeping.current(as_of=day) if may_open(book, by=me)]
    counts = distributions(books, by=me)
    families = [(title, [_line(book, counts[book.name], day) for book in named]) for title, named in grouped(books)]
    return page(
        request, "criteria/shelf.html", families=families, tones=TONES, hints=HINTS, order=ORDER, states=State, day=day,
        may_export=access.may(register=REGISTERS[SUBJECT], by=me, verb="register.export"),
    )  # fmt: skip


def distributions(books: list[Rulebook], *, by: Officer) -> dict[str, dict[State, int]]:
    """How many of the subjects that the officer may see come to what, by rulebook: one question a kind of subject."""
    found: dict[str, dict[State, int]] = {book.name: dict.fromkeys(State, 0) for book in books}
    subjects = {book.facts.subject: subject_of(book) for book in books}
    for name, subject in subjects.items():
        if subject.closed:
            continue
        rows = access.visible(register=subject.register, by=by, rows=subject.register.model._default_manager.all())
        about = [book.name for book in books if book.facts.subject == name]
        asked = Judgement.objects.filter(rulebook__in=about, until=None, entry__in=rows.order_by().values("id"))
        for rulebook, state, n in asked.order_by().values_list("rulebook", "state").annotate(n=Count("id")):
            found[rulebook][State(state)] = n
    return found


def _line(book: Rulebook, counts: dict[State, int], day: date) -> Line:
    return Line(
        book=book,
        subject=subject_of(book),
        shares=shares(counts),
        n=sum(counts.values()),
        filing=windows.filing(book, as_of=day),
    )
