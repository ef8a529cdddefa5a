"""Keeping verdicts: every rulebook over every subject at night, and over those whose rows have changed whenever asked.

What changed is read from the row history: no place that writes has to remember to tell the rulebooks. A verdict row is kept
as long as nothing in it changes, so that who crossed a line, when and why is a question to the database.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection, models, transaction

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks import effort, frames, rulebook
from gongjian.kernel.rulebooks.judging import Verdict, judge, judge_one
from gongjian.kernel.rulebooks.models import Judgement, Override, Watermark
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.tables import horizon, is_written_elsewhere

CHUNK = 5_000
STRETCH = 5_000
"""How many subjects are read, judged and kept at a time."""
SETTLE_SECONDS = 2.0
COLUMNS = (
    "rulebook", "edition", "entry", "state", "least", "most", "effort", "criteria", "gaps", "alerts", "facts", "since",
)  # fmt: skip


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
    return frames.frame(books[0].facts, names, filing_on=as_of, ids=ids, known_at=known_at)


def now(entry: int, *, as_of: date, subject: str = "enterprise") -> list[Verdict]:
    """One subject's verdicts by all rulebooks, worked out exactly from the rows as they are at this moment."""
    books = [book for book in current(as_of=as_of) if book.facts.subject == subject]
    if not books:
        return []
    rows = facts_of(books, as_of=as_of, ids=[entry]).to_dicts()
    if not rows:
        return []
    decided = overrides(ids=[entry], as_of=as_of)
    found = []
    for book in books:
        facts = {name: rows[0][name] for name in book.specs}
        found.append(judge_one(book, facts, as_of=as_of, decided=decided.get((book.name, entry), {})))
    return found


def current(*, as_of: date) -> list[Rulebook]:
    """The edition in force of every rulebook that has one on this day."""
    return [book for name in rulebook.names() if (book := rulebook.at(name, as_of=as_of)) is not None]


def overrides(*, as_of: date, ids: Collection[int] | None = None) -> dict[tuple[str, int], dict[str, Override]]:
    """The decisions in force on a day, by rulebook and subject, then by criterion; the latest counts."""
    found = Override.objects.filter(withdrawn_at=None, expires_on__gte=as_of).select_related("by").order_by("at", "id")
    if ids is not None:
        found = found.filter(entry__in=listed(tuple(ids)))
    decided: dict[tuple[str, int], dict[str, Override]] = {}
    for one in found:
        decided.setdefault((one.rulebook, one.entry), {})[one.criterion] = one
    return decided


@dataclass(frozen=True, kw_only=True)
class Due:
    """What one rulebook has to judge: the subjects of changed rows, or all (`ids` is None); and how far the rows went."""

    book: Rulebook
    ids: frozenset[int] | None
    lines: Mapping[str, int]

    @property
    def n(self) -> int:
        if self.ids is not None:
            return len(self.ids)
        return int(REGISTERS[self.book.facts.subject].model._default_manager.count())


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
    due = [] if book.facts.personal else _due([book], as_of=as_of, anew=False)
    return due[0].n if due else 0


def _refresh(
    books: Sequence[Rulebook], *, as_of: date, at: datetime, anew: bool, most: int | None = None
) -> dict[str, int]:
    counts = dict.fromkeys((book.name for book in books), 0)
    due = _due(books, as_of=as_of, anew=anew)
    if most is not None:
        due = [one for one in due if one.n <= most]
    if not due:
        return counts
    is_settled = _settled(seconds=SETTLE_SECONDS if most is None else 0)
    if not is_settled:  # what is known to have changed is judged, and looked at again when all rows can be seen
        due = [one for one in due if one.ids is not None]
    wholes, parts = [one for one in due if one.ids is None], [one for one in due if one.ids is not None]
    for some, ids in ((wholes, None), (parts, frozenset().union(*(one.ids or () for one in parts)))):
        if not some:
            continue
        kept = _judge_all([one.book for one in some], as_of=as_of, at=at, ids=ids, waits=most is None)
        if kept is None:
            continue
        counts |= kept
        if is_settled:
            _mark(some, as_of=as_of)
    return counts


def _due(books: Sequence[Rulebook], *, as_of: date, anew: bool) -> list[Due]:
    """The rulebooks that have anything to judge."""
    read = {book: _registers(book) for book in books}
    lines = {name: _newest(name) for name in sorted(set().union(*read.values()))}
    marks: dict[str, dict[str, Watermark]] = {}
    for mark in Watermark.objects.filter(rulebook__in=[book.name for book in books]):
        marks.setdefault(mark.rulebook, {})[mark.register] = mark
    due = []
    for book in books:
        mine, known = {name: lines[name] for name in read[book]}, marks.get(book.name, {})
        is_whole = anew or any(name not in known or known[name].judged_on != as_of for name in mine)
        if is_whole:
            due.append(Due(book=book, ids=None, lines=mine))
        elif later := {name: known[name].line for name in mine if known[name].line < lines[name]}:
            due.append(Due(book=book, ids=frozenset(_changed(book, later)), lines=mine))
    return due


def _registers(book: Rulebook) -> set[str]:
    return {book.facts.subject, *(spec.source.register for spec in book.specs.values() if spec.source)}


def _newest(register: str) -> int:
    history = REGISTERS[register].model.history.model._default_manager
    newest: int | None = history.aggregate(newest=models.Max("history_id"))["newest"]
    return newest or 0


def _changed(book: Rulebook, marks: Mapping[str, int]) -> set[int]:
    """The subjects with a changed row in any register that gives facts; also those to whom it belonged before."""
    found: set[int] = set()
    for name, line in marks.items():
        history = REGISTERS[name].model.history.model._default_manager.order_by()
        lines = history.filter(history_id__gt=line)
        if name != book.facts.subject:
            lines = history.filter(id__in=lines.values("id"))
        column = "id" if name == book.facts.subject else f"{book.facts.link}_id"
        found.update(lines.values_list(column, flat=True).distinct())
    found.discard(None)
    return found


def _settled(*, seconds: float) -> bool:
    """Whether no line below those just read can still turn up: PostgreSQL hands out their numbers before it commits."""
    if connection.vendor == "sqlite":
        return True
    until, before = time.monotonic() + seconds, horizon()
    while is_written_elsewhere(before=before):
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True


def _mark(due: Iterable[Due], *, as_of: date) -> None:
    with transaction.atomic():
        Watermark.objects.bulk_create(
            (
                Watermark(rulebook=one.book.name, register=name, line=line, judged_on=as_of)
                for one in due
                for name, line in one.lines.items()
            ),
            update_conflicts=True,
            unique_fields=["rulebook", "register"],
            update_fields=["line", "judged_on"],
        )


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
                counts[book.name] += _keep(book, facts, as_of=as_of, at=at, ids=stretch, decided=mine)
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


def _keep(
    book: Rulebook,
    read: pl.DataFrame,
    *,
    as_of: date,
    at: datetime,
    ids: Collection[int] | None,
    decided: Mapping[int, Mapping[str, Override]],
) -> int:
    """Judge the subjects whose facts were read, and keep what differs; returns how many verdicts do."""
    facts = read.select("id", *book.specs)
    verdicts = judge(book, facts, as_of=as_of)
    kept = Judgement.objects.filter(rulebook=book.name, until=None)
    if ids is not None:
        kept = kept.filter(entry__in=listed(tuple(ids)))
    columns = ("id", "entry", "edition", "state", "least", "most", "criteria", "gaps", "alerts")
    old = {entry: (pk, *told) for pk, entry, *told in kept.values_list(*columns).iterator(chunk_size=CHUNK)}
    names = [gate.name for gate in book.criteria]
    alerts = [gate.name for gate in book.alerts]
    gaps = [name for name in verdicts.columns if name.rpartition(".")[2] == "next" or name.rpartition(".")[2].isdigit()]
    specs = list(book.specs)
    over: list[int] = []
    fresh: list[tuple[Any, ...]] = []
    seen: set[int] = set()
    for row, given in zip(verdicts.iter_rows(named=True), facts.iter_rows(named=True), strict=True):
        entry = row["id"]
        seen.add(entry)
        criteria = {name: row[name] for name in names}
        state = row["verdict"]
        if entry in decided:
            criteria |= {name: one.state for name, one in decided[entry].items() if name in criteria}
            state = max(criteria.values()) if state != State.NOT_APPLICABLE else state
        told = (
            book.edition, state, row.get("score.least"), row.get("score.most"), criteria,
            {name: row[name] for name in gaps if row[name] is not None},
            [name for name in alerts if row[f"alert.{name}"] == State.MET],
        )  # fmt: skip
        before = old.get(entry)
        if before is not None and before[1:] == told:
            continue
        if before is not None:
            over.append(before[0])
        numbers = {name: given[name] for name in specs if given[name] is not None}
        far = effort.of(book, criteria, told[5], numbers) if state == State.UNMET else None
        kept_as = (_json(criteria), _json(told[5]), _json(told[6]), _json(numbers))
        fresh.append((book.name, told[0], entry, *told[1:4], far, *kept_as, at))
    over += [pk for entry, (pk, *_) in old.items() if entry not in seen]
    if over or fresh:
        with transaction.atomic():
            for start in range(0, len(over), CHUNK):
                Judgement.objects.filter(id__in=listed(over[start : start + CHUNK])).update(until=at)
            _insert(fresh)
    return len(fresh)


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            chunk = [(*row[:-1], adapt(row[-1])) for row in rows[start : start + CHUNK]]
            cursor.executemany(f"INSERT INTO {quote(Judgement._meta.db_table)} ({columns}) VALUES ({marks})", chunk)


def _json(value: Mapping[str, Any] | Sequence[str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
