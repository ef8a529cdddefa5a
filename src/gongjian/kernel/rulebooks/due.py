"""What is due: the subjects whose kept verdicts are not up to date, told by the row history and by how far it was read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, models, transaction

from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import settled
from gongjian.kernel.rulebooks.models import Watermark
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.tables import horizon, is_written_elsewhere

FIGURES = "zone-figures"
"""The watermark that says how many acts on the zone's own figures a rulebook's verdicts know: after another all are due."""


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


def due_of(books: Sequence[Rulebook], *, as_of: date, anew: bool) -> list[Due]:
    """The rulebooks that have anything to judge."""
    acts = settled.acts_by_standard()
    read = {book: _registers(book) for book in books}
    lines = {name: _newest(name) for name in sorted(set().union(*read.values()))}
    marks: dict[str, dict[str, Watermark]] = {}
    for mark in Watermark.objects.filter(rulebook__in=[book.name for book in books]):
        marks.setdefault(mark.rulebook, {})[mark.register] = mark
    due = []
    for book in books:
        mine, known = {name: lines[name] for name in read[book]}, marks.get(book.name, {})
        if n := acts.get(book.standard):
            mine[FIGURES] = n
        is_whole = anew or any(name not in known or known[name].judged_on != as_of for name in mine)
        is_whole = is_whole or (FIGURES in mine and known[FIGURES].line != mine[FIGURES])
        if is_whole:
            due.append(Due(book=book, ids=None, lines=mine))
        elif later := {name: known[name].line for name in mine if known[name].line < mine[name]}:
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


def is_settled(*, seconds: float) -> bool:
    """Whether no line below those just read can still turn up: PostgreSQL hands out their numbers before it commits."""
    if connection.vendor == "sqlite":
        return True
    until, before = time.monotonic() + seconds, horizon()
    while is_written_elsewhere(before=before):
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True


def mark(due: Iterable[Due], *, as_of: date) -> None:
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
