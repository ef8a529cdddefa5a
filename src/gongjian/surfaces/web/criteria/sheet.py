"""一企一策: one subject by every rulebook: what is demanded, what is so, what is missing, what to do by when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.drives.innovation import policies
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import explaining, keeping, windows
from gongjian.kernel.rulebooks.closings import raising
from gongjian.kernel.rulebooks.families import grouped
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces import whereabouts
from gongjian.surfaces.criteria_parts import SUBJECT, Part, parts
from gongjian.surfaces.web.criteria import history
from gongjian.surfaces.web.criteria.common import ORDER, TONES, book_of
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import heard
from gongjian.surfaces.web.registers.reading import row_of


@dataclass(frozen=True, kw_only=True)
class Title:
    """A title that the enterprise holds and that ends: by when renewing it has to be prepared."""

    title: Recognition
    window: windows.Window
    steps: list[windows.Step]


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of one enterprise; `?only=high-tech` for some rulebooks."""
    return render(request, None, pk)


@require_GET
def one(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """One subject by one rulebook, criterion by criterion: a patent, a carrier, a talent project, an enterprise."""
    return render(request, book_of(name), pk)


def render(
    request: HttpRequest, book: Rulebook | None, pk: int, *, refusal: Refusal | None = None, place: str = ""
) -> HttpResponse:
    """The sheet, with a refusal at the criterion that it answers and what was typed there."""
    me, day = officer(request), today()
    subject = SUBJECT if book is None else book.facts.subject
    row: Any = row_of(request, REGISTERS[subject], pk)
    only = request.GET.getlist("only") if book is None else [book.name]
    found = parts(pk, as_of=day, only=only) if subject == SUBJECT else _parts(book, pk, day)
    if only and not found:
        raise Http404
    by_name = {part.verdict.rulebook.name: part for part in found}
    return page(
        request,
        "criteria/sheet.html",
        status=422 if refusal else 200,
        row=row,
        subject=REGISTERS[subject],
        parts=[part for part in found if part.verdict.state is not State.NOT_APPLICABLE],
        families=[
            (title, [by_name[one.name] for one in books]) for title, books in grouped(p.verdict.rulebook for p in found)
        ],
        counts=_counts(found),
        filings={name: windows.filing(part.verdict.rulebook, as_of=day) for name, part in by_name.items()},
        labels={one.finding.gate.name: one.finding.gate.label for part in found for one in part.lines} if only else {},
        raising=raising,
        recorded=partial(whereabouts.of, as_of=day),
        ungraded=whereabouts.ungraded,
        nearest={name: part.nearest for name, part in by_name.items()},
        folded={name for name, part in by_name.items() if not only and part.is_far},
        titles=titles(row, by=me, on=day) if subject == SUBJECT else [],
        matches=policies.of(row, day) if subject == SUBJECT else [],
        only=only,
        history=history.of(request, found[0].verdict.rulebook, pk, day=day) if len(only) == 1 else None,
        may_decide=access.may(register=row.register, by=me, verb="register.write", entry=row),
        may_export=access.may(register=row.register, by=me, verb="register.export"),
        shows_files=access.may(register=row.register, by=me, verb="evidence.read", entry=row),
        refusal=refusal,
        place=place,
        is_placed=place in {f"{p.verdict.rulebook.name}.{one.finding.gate.name}" for p in found for one in p.lines},
        typed=request.POST,
        notice=heard(request),
        tones=TONES,
        states=State,
        day=day,
    )


def _counts(found: list[Part]) -> list[tuple[State, str, int]]:
    """How many rulebooks come to each verdict, those that call it otherwise apart; the best first."""
    counts = Counter((one.verdict.state, one.verdict.rulebook.says(one.verdict.state)) for one in found)
    return [(state, words, n) for (state, words), n in sorted(counts.items(), key=lambda one: ORDER.index(one[0][0]))]


def titles(row: Any, *, by: Officer, on: date) -> list[Title]:
    """The titles in force that end some day, the earliest first."""
    register = REGISTERS["recognition"]
    if not access.may(register=register, by=by, verb="register.read"):
        return []
    held = access.visible(register=register, by=by, rows=Recognition.objects.filter(enterprise=row))
    found = []
    for held_one in held.filter(valid_to__gte=on, valid_from__lte=on).order_by("valid_to", "id"):
        if held_one.is_valid(on=on):
            window = windows.expiry(label=f"{held_one.get_kind_display()}到期", on=held_one.valid_to)
            found.append(Title(title=held_one, window=window, steps=windows.steps(window)))
    return found


def _parts(book: Rulebook | None, pk: int, day: date) -> list[Part]:
    """The part of one rulebook about something else than an enterprise."""
    assert book is not None
    found = [one for one in keeping.now(pk, as_of=day, subject=book.facts.subject) if one.rulebook is book]
    return [Part(verdict=one, lines=explaining.explain(one), window=None, steps=[]) for one in found]
