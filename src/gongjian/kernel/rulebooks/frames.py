"""Fact frames: the facts of many subjects, or of one, read from the registers in a few questions, as whole numbers.

Every register that a rulebook names is asked once, however many facts it gives. As of a past moment the registers answer from
their history.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import polars as pl

from gongjian.kernel.registers.asking import known
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks.facts import EPOCH, Facts, FactSpec, Kind
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.questions import ANYBODY, Question, Told, drawn_up, of_one
from gongjian.kernel.tables import answer

LOG = logging.getLogger(__name__)
STRETCH = 20_000
"""How many subjects are asked for at a time."""


def frame(
    facts: Facts,
    names: Iterable[str],
    *,
    filing_on: date,
    known_at: datetime | None = None,
    ids: Collection[int] | None = None,
) -> pl.DataFrame:
    """The facts `names` of all subjects (or of `ids`): a column `id` and one Int64 column each, null where missing."""
    specs = [facts[name] for name in names]
    if ids is None:
        everybody = known(register=REGISTERS[facts.subject], at=known_at).order_by("id").values_list("id", flat=True)
        if len(numbers := list(everybody)) > STRETCH:
            parts = [numbers[start : start + STRETCH] for start in range(0, len(numbers), STRETCH)]
            asked = [spec.name for spec in specs]
            return pl.concat(frame(facts, asked, filing_on=filing_on, known_at=known_at, ids=part) for part in parts)
    if known_at is None and ids is not None and len(ids) == 1:
        (entry,) = ids
        questions: Iterable[Question] = of_one(facts, tuple(spec.name for spec in specs), filing_on)
    else:
        entry = ANYBODY
        questions = drawn_up(facts, specs, Period(filing_on=filing_on), known_at=known_at, ids=ids)
    entries: list[int] = []
    columns: dict[str, Any] = {}
    for n, question in enumerate(questions):
        rows = _rows(question, entry)
        if not n:
            entries = [row[0] for row in rows]
        for spec, told, lacking in _told(question, rows, facts.subject):
            columns[spec.name] = pl.Series([told.get(entry, lacking) for entry in entries], dtype=pl.Int64)
    whole = pl.DataFrame({"id": pl.Series(entries, dtype=pl.Int64)} | columns)
    rest = {spec.name: _without_source(spec, filing_on) for spec in specs if spec.name not in columns}
    whole = whole.with_columns(pl.lit(value, pl.Int64).alias(name) for name, value in rest.items())
    return whole.select("id", *(spec.name for spec in specs))


def row(facts: Facts, names: Iterable[str], entry: int, *, filing_on: date) -> dict[str, int | None] | None:
    """The facts `names` of one subject, as a row of `frame` has them; None where there is no such subject."""
    specs = [facts[name] for name in names]
    found: dict[str, int | None] = {spec.name: _without_source(spec, filing_on) for spec in specs}
    for n, question in enumerate(of_one(facts, tuple(found), filing_on)):
        rows = _rows(question, entry)
        if not n and not rows:
            return None
        for spec, told, lacking in _told(question, rows, facts.subject):
            found[spec.name] = told.get(entry, lacking)
    return found


def _rows(question: Question, entry: int) -> list[tuple[Any, ...]]:
    """The answer as the database gives it; about `entry` where the question was kept for anybody."""
    sql, values = question.statement
    given = tuple(entry if value == ANYBODY else value for value in values)
    return answer(sql, given, often=entry != ANYBODY) if sql else []


def _told(question: Question, rows: list[tuple[Any, ...]], subject: str) -> Iterator[tuple[FactSpec, Told, int | None]]:
    """Of each fact what the rows say, by subject, and what a subject without rows has.

    Amounts beyond any that is judged are missing, and the log says whose: that subject lacks data, the others do not.
    """
    for part, told in question.read(rows):
        spec, lacking = part.spec, 0 if part.is_counted else None
        if lacking is not None:
            told = {entry: number or 0 for entry, number in told.items()}
        if spec.kind not in (Kind.DAY, Kind.FLAG, Kind.CHOICE):
            most = spec.kind.most
            for entry in [entry for entry, number in told.items() if number is not None and abs(number) > most]:
                LOG.warning("%s %s: the fact %s is beyond %s and counts as missing", subject, entry, spec.name, most)
                told[entry] = None
        yield spec, told, lacking


def _without_source(spec: FactSpec, filing_on: date) -> int | None:
    return (filing_on - EPOCH).days if spec.given and spec.kind is Kind.DAY else None
