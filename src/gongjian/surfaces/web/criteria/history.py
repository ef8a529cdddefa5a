"""历次结论: what one rulebook said of one subject, when and why it changed; a past day as known then and as known now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.http import HttpRequest
from django.utils import timezone

from gongjian.kernel.errors import Refusal
from gongjian.kernel.rulebooks import keeping, reading, rulebook
from gongjian.kernel.rulebooks.judging import Verdict, judge_one
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class Then:
    """A past day: the verdict that stood at its end, and what the rows as they are now say of that day."""

    day: date
    known: Judgement | None
    now: Verdict | None
    fault: str = ""
    """Why there is nothing to compare."""


@dataclass(frozen=True, kw_only=True)
class History:
    """Every verdict, the latest first, and the day that was asked for."""

    book: Rulebook
    lines: list[reading.Crossing]
    then: Then | None


def of(request: HttpRequest, book: Rulebook, pk: int, *, day: date) -> History | None:
    """The history under one rulebook, `?then=2025-05-31` for a past day; None where nothing is kept."""
    if book.facts.personal:
        return None
    then = _then(request.GET.get("then", "").strip(), book, pk, day)
    return History(book=book, lines=reading.history(book, pk), then=then)


def _then(raw: str, book: Rulebook, pk: int, today: date) -> Then | None:
    if not raw:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return Then(day=today, known=None, now=None, fault=f"日期“{raw[:20]}”写法不对,请写成 2025-05-31 这样的日期。")
    if day > today:
        return Then(day=today, known=None, now=None, fault=f"{day}晚于今天{today},还没有结论。请选择今天或以前的日期。")
    known = reading.as_known(book, pk, at=timezone.make_aware(datetime.combine(day, time.max)))
    try:
        edition = rulebook.edition(book.name, as_of=day)
    except Refusal as refusal:
        return Then(day=day, known=known, now=None, fault=f"{refusal.cause}。")
    rows = keeping.facts_of([edition], as_of=day, ids=[pk]).to_dicts()
    facts = {name: rows[0][name] for name in edition.specs} if rows else None
    decided = keeping.overrides(ids=[pk], as_of=day).get((book.name, pk), {})
    now = judge_one(edition, facts, as_of=day, decided=decided) if facts is not None else None
    return Then(day=day, known=known, now=now)
