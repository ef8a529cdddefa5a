"""对照标准 on a row's page: its verdict by every rulebook about such rows, with the one gap to begin with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from gongjian.kernel.rulebooks import explaining, families, keeping, reading
from gongjian.kernel.rulebooks.judging import Verdict
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.criteria_parts import SUBJECT, Part
from gongjian.surfaces.web.criteria.book import lacks
from gongjian.surfaces.web.criteria.common import TONES

FAR = 2
"""A rulebook with so many criteria not met is named, no more: the sheet says what is missing."""
FEW = 6
"""Of so few rulebooks each has its line."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rulebook's verdict on the row."""

    book: Rulebook
    state: State
    is_far: bool
    """Not met in so many ways, beside so many others, that it is only named."""
    least: int | None
    most: int | None
    nearest: str
    decided: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The row by all rulebooks: those that apply, the best first; then what is only named."""

    pk: int
    lines: list[Line]
    far: list[Rulebook]
    """Not met in many ways."""
    others: list[str]
    """Those that do not apply, by label."""
    waiting: list[Rulebook]
    """Those that have not judged it yet."""
    whole: str
    """Where all of them are told criterion by criterion; "" for what has no such sheet."""
    is_personal: bool
    tones: dict[State, str]

    def sheet(self, book: Rulebook) -> str:
        """Where one rulebook's verdict is told criterion by criterion."""
        return f"{self.whole}?only={book.name}" if self.whole else reverse("criterion-sheet", args=[book.name, self.pk])


def of(row: Any, *, on: date) -> Standing | None:
    """The panel of a row's page, by the register that rulebooks name as their subject; None for any other register,
    and where no rulebook applies.

    What is kept is read in two queries. About people nothing is kept: who sees the page has said why, and the row is
    judged now.
    """
    known = {book.name: book for book in keeping.current(as_of=on) if book.facts.subject == row.register.name}
    if not known:
        return None
    is_personal = any(book.facts.personal for book in known.values())
    found = _now(row, on) if is_personal else _kept(row.pk, known, on)
    judged = {line.book.name for line in found}
    waiting = [book for name, book in known.items() if name not in judged]
    applying = [line for line in found if line.state is not State.NOT_APPLICABLE]
    if not applying and not waiting:
        return None
    return Standing(
        pk=row.pk,
        lines=[line for line in applying if not line.is_far],
        far=[line.book for line in applying if line.is_far],
        others=[line.book.label for line in found if line.state is State.NOT_APPLICABLE],
        waiting=waiting,
        whole=reverse("gap-sheet", args=[row.pk]) if row.register.name == SUBJECT else "",
        is_personal=is_personal,
        tones=TONES,
    )


def _kept(pk: int, known: dict[str, Rulebook], on: date) -> list[Line]:
    """What is kept, the best first."""
    kept = [one for one in reading.of_entry(pk) if one.rulebook in known]
    if not kept:
        return []
    asked = Override.objects.filter(entry=pk, withdrawn_at=None, expires_on__gte=on, rulebook__in=known)
    decided = Counter(asked.values_list("rulebook", flat=True))
    kept.sort(key=lambda one: (one.state, one.effort or 0, families.placed(one.rulebook)))
    folds = sum(one.state != State.NOT_APPLICABLE for one in kept) > FEW
    return [_line(known[one.rulebook], one, decided[one.rulebook], on, folds) for one in kept]


def _line(book: Rulebook, one: Judgement, decided: int, on: date, folds: bool) -> Line:
    state = State(one.state)
    is_far = folds and state is State.UNMET and sum(code == State.UNMET for code in one.criteria.values()) >= FAR
    told = [] if is_far or state is State.NOT_APPLICABLE else lacks(book, one, book.figures(as_of=on))
    more = f" 等{len(told)}项" if len(told) > 1 else ""
    nearest = f"{told[0]}{more}" if told else "全部条件符合"
    return Line(book=book, state=state, is_far=is_far, least=one.least, most=one.most, nearest=nearest, decided=decided)


def _now(row: Any, on: date) -> list[Line]:
    """The same of a person, by the few rulebooks about people."""
    found = keeping.now(row.pk, as_of=on, subject=row.register.name)
    return [_told(one) for one in sorted(found, key=lambda one: one.state)]


def _told(one: Verdict) -> Line:
    least, most = one.score if one.score is not None else (None, None)
    return Line(
        book=one.rulebook,
        state=one.state,
        is_far=False,
        least=least,
        most=most,
        nearest=Part(verdict=one, lines=explaining.explain(one), window=None, steps=[]).nearest,
        decided=sum(finding.decision is not None for finding in one.findings),
    )
