"""对照标准 on an enterprise's page: its kept verdict by every rulebook that applies, with the one gap to begin with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongjian.kernel.rulebooks import reading
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.criteria_parts import SUBJECT, books
from gongjian.surfaces.web.criteria.book import lacks
from gongjian.surfaces.web.criteria.common import TONES
from gongjian.surfaces.web.criteria.families import placed

FAR = 2
"""A rulebook with so many criteria not met is named, no more: the sheet says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rulebook's verdict on the enterprise."""

    book: Rulebook
    state: State
    least: int | None
    most: int | None
    nearest: str
    decided: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The enterprise by all rulebooks: those that apply, the best first; the labels of those that do not."""

    lines: list[Line]
    far: list[Rulebook]
    """Not met in many ways."""
    others: list[str]
    tones: dict[State, str]


def of(row: Any, *, on: date) -> Standing | None:
    """The panel of an enterprise's page in two queries; None for a row of any other register."""
    if row.register.name != SUBJECT:
        return None
    known = {book.name: book for book in books(as_of=on)}
    kept = [one for one in reading.of_entry(row.pk) if one.rulebook in known]
    asked = Override.objects.filter(entry=row.pk, withdrawn_at=None, expires_on__gte=on, rulebook__in=known)
    decided = Counter(asked.values_list("rulebook", flat=True))
    kept.sort(key=lambda one: (one.state, one.effort or 0, placed(one.rulebook)))
    off = State.NOT_APPLICABLE
    far = {one.rulebook for one in kept if one.state == State.UNMET and _unmet(one) >= FAR}
    return Standing(
        lines=[
            _line(known[one.rulebook], one, decided[one.rulebook], on)
            for one in kept
            if one.state != off and one.rulebook not in far
        ],
        far=[known[one.rulebook] for one in kept if one.rulebook in far],
        others=[known[one.rulebook].label for one in kept if one.state == off],
        tones=TONES,
    )


def _unmet(one: Judgement) -> int:
    return sum(code == State.UNMET for code in one.criteria.values())


def _line(book: Rulebook, one: Judgement, decided: int, on: date) -> Line:
    told = lacks(book, one, book.figures(as_of=on))
    more = f" 等{len(told)}项" if len(told) > 1 else ""
    return Line(
        book=book,
        state=State(one.state),
        least=one.least,
        most=one.most,
        nearest=f"{told[0]}{more}" if told else "全部条件符合",
        decided=decided,
    )
