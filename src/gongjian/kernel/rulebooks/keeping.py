"""Keeping verdicts: every rulebook over every subject at night, and over those whose rows have changed whenever asked.

What changed is read from the row history: no place that writes has to remember to tell the rulebooks. A verdict row is kept
as long as nothing in it changes, so that who crossed a line, when and why is a question to the database.
"""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import polars as pl
from django.conf import settings

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks import families, frames, rulebook, settled
from gongjian.kernel.rulebooks.due import due_of, is_settled, mark
from gongjian.kernel.rulebooks.judging import Verdict, judge_one
from gongjian.kernel.rulebooks.kept import keep
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.rulebook import Rulebook

STRETCH = 5_000
"""How many subjects are read, judged and kept at a time."""
SETTLE_SECONDS = 2.0


def facts_of(
    rulebooks: Iterable[Rulebook],
    *,
    as_of: date,
    ids: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> pl.DataFrame:
    """The facts of all these rulebooks (of one kind of subject), read once, as recorded at `known_at` (default: now).

    Raises Refusal where they are about people and nobody is named in `ids`.
    """
    books = list(rulebooks)
    if books[0].facts.personal and ids is None:
        raise Refusal(
            code="rulebook.personal",
            cause=f"“{books[0].label}”按个人信息测算,不能一次测算全部人员。",
            remedy="请逐人查询并说明用途,或用文件测算(gongjian judge RULEBOOK --facts FILE.csv)。",
        )
    names = dict.fromkeys(name for one in books for name in one.specs)
    settled.ensure()  # facts, and the judging that follows, go by the zone's own figures as they are now
    return frames.frame(books[0].facts, names, filing_on=as_of, ids=ids, known_at=known_at)


def now(entry: int, *, as_of: date, subject: str = "enterprise") -> list[Verdict]:
    """One subject's verdicts by all rulebooks, worked out exactly from the rows as they are at this moment."""
    books = [book for book in current(as_of=as_of) if book.facts.subject == subject]
    if not books:
        return []
    names = dict.fromkeys(name for book in books for name in book.specs)
    settled.ensure()
    row = frames.row(books[0].facts, names, entry, filing_on=as_of)
    if row is None:
        return []
    decided = overrides(ids=[entry], as_of=as_of)
    found = []
    for book in books:
        facts = {name: row[name] for name in book.specs}
        found.append(judge_one(book, facts, as_of=as_of, decided=decided.get((book.name, entry), {})))
    return found


def current(*, as_of: date) -> list[Rulebook]:
    """The edition in force of every rulebook that has one on this day, in the order of the families."""
    names = sorted(rulebook.names(), key=families.placed)
    return [book for name in names if (book := rulebook.at(name, as_of=as_of)) is not None]


def overrides(*, as_of: date, ids: Collection[int] | None = None) -> dict[tuple[str, int], dict[str, Override]]:
    """The decisions in force on a day, by rulebook and subject, then by criterion; the latest counts."""
    found = Override.objects.filter(withdrawn_at=None, expires_on__gte=as_of).select_related("by").order_by("at", "id")
    if ids is not None:
        found = found.filter(entry__in=listed(tuple(ids)))
    decided: dict[tuple[str, int], dict[str, Override]] = {}
    for one in found:
        decided.setdefault((one.rulebook, one.entry), {})[one.criterion] = one
    return decided


def refresh(
    book: Rulebook,
    *,
    as_of: date,
    at: datetime,
    anew: bool = False,
    ids: Collection[int] | None = None,
    most: int | None = None,
    known_at: datetime | None = None,
) -> int:
    """Bring the kept verdicts of one rulebook up to date; returns how many of them are new or different.

    Judges the subjects whose rows have changed since the last time; all of them on another day than the last time (days
    and periods count from it), or `anew`; only `ids` where they are named (a decision on one of them). Keeps nothing
    about people. With `most`, more subjects than that, or any while another process is judging, are left to the
    background worker (`waiting` says how many). With `known_at` all are judged by the rows as recorded at that moment.
    """
    if book.facts.personal:
        return 0
    if ids is not None or known_at is not None:
        return (_judge_all([book], as_of=as_of, at=at, ids=ids, known_at=known_at) or {})[book.name]
    return _refresh([book], as_of=as_of, at=at, anew=anew, most=most)[book.name]


def refresh_all(*, as_of: date, at: datetime, anew: bool = False) -> dict[str, int]:
    """`refresh` every rulebook, the facts of a subject read once for all; for the worker and the command line."""
    counts: dict[str, int] = {}
    books = current(as_of=as_of)
    for subject in sorted({book.facts.subject for book in books if not book.facts.personal}):
        about = [book for book in books if book.facts.subject == subject and not book.facts.personal]
        counts |= _refresh(about, as_of=as_of, at=at, anew=anew)
    return counts


def waiting(book: Rulebook, *, as_of: date) -> int:
    """How many subjects' kept verdicts are not up to date: their rows have changed, or it is another day."""
    due = [] if book.facts.personal else due_of([book], as_of=as_of, anew=False)
    return due[0].n if due else 0


def _refresh(
    books: Sequence[Rulebook], *, as_of: date, at: datetime, anew: bool, most: int | None = None
) -> dict[str, int]:
    counts = dict.fromkeys((book.name for book in books), 0)
    due = due_of(books, as_of=as_of, anew=anew)
    if most is not None:
        due = [one for one in due if one.n <= most]
    if not due:
        return counts
    is_seen = is_settled(seconds=SETTLE_SECONDS if most is None else 0)
    if not is_seen:  # what is known to have changed is judged, and looked at again when all rows can be seen
        due = [one for one in due if one.ids is not None]
    wholes, parts = [one for one in due if one.ids is None], [one for one in due if one.ids is not None]
    for some, ids in ((wholes, None), (parts, frozenset().union(*(one.ids or () for one in parts)))):
        if not some:
            continue
        kept = _judge_all([one.book for one in some], as_of=as_of, at=at, ids=ids, waits=most is None)
        if kept is None:
            continue
        counts |= kept
        if is_seen:
            mark(some, as_of=as_of)
    return counts


@contextmanager
def _alone(*, waits: bool) -> Iterator[bool]:
    """Whether no other process or thread of this home is keeping verdicts; held until the end."""
    with (Path(settings.HOME) / "verdicts.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _judge_all(
    books: Sequence[Rulebook],
    *,
    as_of: date,
    at: datetime,
    ids: Collection[int] | None,
    known_at: datetime | None = None,
    waits: bool = True,
) -> dict[str, int] | None:
    """Judge the subjects (all, or `ids`) by all these rulebooks of one kind of subject, one stretch after another.

    One process at a time does so, and reads the facts when its turn has come: a verdict is never overwritten by one from
    older rows. None where it is another's turn and this one does not wait.
    """
    counts = dict.fromkeys((book.name for book in books), 0)
    stretches = _stretches(books[0], ids)
    for stretch in stretches:
        with _alone(waits=waits) as is_alone:
            if not is_alone:
                return None
            facts = facts_of(books, as_of=as_of, ids=stretch, known_at=known_at)
            decided = overrides(as_of=as_of, ids=stretch)
            for book in books:
                mine = {entry: one for (name, entry), one in decided.items() if name == book.name}
                counts[book.name] += keep(book, facts, as_of=as_of, at=at, ids=stretch, decided=mine)
    if ids is None and len(stretches) > 1:
        subjects = REGISTERS[books[0].facts.subject].model._default_manager.order_by().values("id")
        names = [book.name for book in books]
        Judgement.objects.filter(rulebook__in=names, until=None).exclude(entry__in=subjects).update(until=at)
    return counts


def _stretches(book: Rulebook, ids: Collection[int] | None) -> list[list[int] | None]:
    if ids is None:
        rows = REGISTERS[book.facts.subject].model._default_manager.order_by("id")
        numbers = list(rows.values_list("id", flat=True))
        if len(numbers) <= STRETCH:
            return [None]
    else:
        numbers = sorted(ids)
    return [numbers[start : start + STRETCH] for start in range(0, len(numbers), STRETCH)]
