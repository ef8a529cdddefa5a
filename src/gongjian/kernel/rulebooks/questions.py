"""Questions to the registers: one statement each, however many facts of however many subjects it gives.

The database narrows, counts and sums; what an answered row says of each fact is read here, as a whole number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Round
from django.db.models.lookups import GreaterThanOrEqual

from gongjian.kernel.registers.asking import known
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks.facts import EPOCH, Facts, FactSpec, Kind, Source
from gongjian.kernel.rulebooks.period import SPANS, Period

ANYBODY = -(2**62)
"""Stands for the subject's number in questions that are kept for the next subject."""
Told = dict[int, int | None]
"""One fact by subject, in its smallest unit."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One fact of an answer: in which column it is, in the rows of which key, and how its cell is read."""

    spec: FactSpec
    column: int
    key: Any = None
    number: Callable[[Any], int | None] = int
    is_counted: bool = False
    """Whether a subject without rows has none of it, rather than a missing figure."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What one register is asked: the statement with its values; the first column of the answer is the subject."""

    rows: QuerySet[Any]
    parts: tuple[Part, ...]
    is_keyed: bool = False
    """Whether the second column is a key: of each fact only the rows of its own count."""
    skips_blanks: bool = False
    """Whether a blank cell leaves what an earlier row said."""

    @cached_property
    def statement(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its values; no SQL where nobody is asked for."""
        try:
            return self.rows.query.sql_with_params()
        except EmptyResultSet:
            return "", ()

    def read(self, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[Part, Told]]:
        """Of each fact what the rows say, by subject; of several rows the last counts."""
        kept: dict[Any, list[Sequence[Any]]] = defaultdict(list)
        for row in rows:
            kept[row[1] if self.is_keyed else None].append(row)
        columns = {key: list(zip(*some, strict=True)) for key, some in kept.items()}
        for part in self.parts:
            if part.key not in columns:
                yield part, {}
                continue
            found = columns[part.key]
            cells = [None if cell is None else part.number(cell) for cell in found[part.column]]
            told = zip(found[0], cells, strict=True)
            yield part, {entry: n for entry, n in told if n is not None} if self.skips_blanks else dict(told)


@lru_cache(maxsize=64)
def of_one(facts: Facts, names: tuple[str, ...], filing_on: date) -> list[Question]:
    """The questions about one subject (ANYBODY): drawing them up takes longer than asking them."""
    specs = [facts[name] for name in names]
    return list(drawn_up(facts, specs, Period(filing_on=filing_on), known_at=None, ids=[ANYBODY]))


def drawn_up(
    facts: Facts, specs: Sequence[FactSpec], period: Period, *, known_at: datetime | None, ids: Collection[int] | None
) -> Iterator[Question]:
    """The questions that give these facts of all subjects (or of `ids`); the first is to the subjects' own register."""
    asked: dict[tuple[str, str], list[FactSpec]] = {(facts.subject, "own"): []}
    for spec in specs:
        if spec.source is not None:
            manner = "own" if spec.source.register == facts.subject else _manner(spec.source)
            asked.setdefault((spec.source.register, manner), []).append(spec)
    manners = {"own": _own, "year": _yearly, "last": _latest, "named": _named, "tally": _tallied}
    for (register, manner), wanted in asked.items():
        link = "id" if manner == "own" else f"{facts.link}_id"
        rows = known(register=REGISTERS[register], at=known_at)
        if ids is not None:
            rows = rows.filter(**{f"{link}__in": listed(ids)})
        yield manners[manner](rows, wanted, period, link)


def _manner(source: Source) -> str:
    if source.back:
        return "year"
    return source.measure if source.measure in ("last", "named") else "tally"


def _own(rows: QuerySet[Any], specs: list[FactSpec], period: Period, link: str) -> Question:
    columns = [_fits(_source(spec), period) if _source(spec).measure == "any" else _whole(spec) for spec in specs]
    parts = (Part(spec=spec, column=n, number=_number(spec, period)) for n, spec in enumerate(specs, start=1))
    return Question(rows=_columns(rows.order_by("id"), [F(link), *columns]), parts=tuple(parts))


def _fits(source: Source, period: Period) -> Any:
    """Whether the subject's own row fits; missing where the column that tells is blank."""
    blank = [When(**{source.column: ""}, then=Value(None))] if source.column else []
    fits = When(_where(source, period), then=Value(1))
    return Case(*blank, fits, default=Value(0), output_field=models.IntegerField())


def _yearly(rows: QuerySet[Any], specs: list[FactSpec], period: Period, link: str) -> Question:
    columns = {_source(spec).column: _whole(spec) for spec in specs}
    places = {column: place for place, column in enumerate(columns, start=2)}
    parts = [
        Part(
            spec=spec,
            column=places[_source(spec).column],
            key=period.year(_source(spec).back),
            number=_number(spec, period),
        )
        for spec in specs
    ]
    rows = rows.filter(year__in=sorted({part.key for part in parts}))
    return Question(rows=_columns(rows, [F(link), F("year"), *columns.values()]), parts=tuple(parts), is_keyed=True)


def _latest(rows: QuerySet[Any], specs: list[FactSpec], period: Period, link: str) -> Question:
    """Of each fact the last one recorded, by the source's `order`, in the rows that count on the day of filing."""
    source = _source(specs[0])
    rows = rows.filter(_where(source, period) or Q(), **{f"{source.order}__lte": period.filing_on})
    asked = _columns(rows.order_by(source.order, "id"), [F(link), *(_whole(spec) for spec in specs)])
    parts = (Part(spec=spec, column=n, number=_number(spec, period)) for n, spec in enumerate(specs, start=1))
    return Question(rows=asked, parts=tuple(parts), skips_blanks=True)


def _named(rows: QuerySet[Any], specs: list[FactSpec], period: Period, link: str) -> Question:
    """Of each fact the last row recorded under its name that is in force on the day of filing.

    A number with a fraction is none where the fact's smallest unit is a whole one. Rows under other names are left to the
    reading: asked for one subject, several names and days up to one, SQLite 3.40 also gives later days.
    """
    order = _source(specs[0]).order
    in_force = Q(valid_until=None) | Q(valid_until__gte=period.filing_on)
    begun = Q(**{f"{order}__lte": period.filing_on})
    rows = rows.filter(in_force & begun).order_by(order, "id")
    number = Cast(Round(F("number") * Kind.MONEY.scale), models.BigIntegerField())
    parts = (
        Part(spec=spec, column=3, key=spec.name)
        if spec.kind is Kind.FLAG
        else Part(spec=spec, column=2, key=spec.name, number=_in_units(spec.kind))
        for spec in specs
    )
    asked = _columns(rows, [F(link), F("item"), number, F("answer")])
    return Question(rows=asked, parts=tuple(parts), is_keyed=True)


def _in_units(kind: Kind) -> Callable[[int], int | None]:
    size = Kind.MONEY.scale // kind.scale
    return lambda number: None if number % size else number // size


def _tallied(rows: QuerySet[Any], specs: list[FactSpec], period: Period, link: str) -> Question:
    columns: list[Any] = []
    for spec in specs:
        source = _source(spec)
        fits = _where(source, period)
        match source.measure:
            case "count" | "any":
                columns.append(Count("id", filter=fits))
            case "sum":
                amount = Round(Sum(source.column, filter=fits) * spec.kind.scale)
                told = GreaterThanOrEqual(Count(source.column, filter=fits), source.least)
                columns.append(Case(When(told, then=amount)) if source.least else amount)
            case "min":
                columns.append(Min(source.column, filter=fits))
            case _:
                columns.append(Max(source.column, filter=fits))
    grouped = rows.order_by().values(link).annotate(**{f"f{n}": one for n, one in enumerate(columns)})
    parts = (
        Part(spec=spec, column=n, number=_number(spec, period), is_counted=_is_counted(_source(spec)))
        for n, spec in enumerate(specs, start=1)
    )
    return Question(rows=grouped.values_list(link, *(f"f{n}" for n in range(len(columns)))), parts=tuple(parts))


def _is_counted(source: Source) -> bool:
    return source.measure in ("count", "sum", "any") and not source.least


def _columns(rows: QuerySet[Any], columns: Sequence[Any]) -> QuerySet[Any]:
    named = {f"f{n}": column for n, column in enumerate(columns)}
    return rows.annotate(**named).values_list(*named)


def _source(spec: FactSpec) -> Source:
    assert spec.source is not None
    return spec.source


def _where(source: Source, period: Period) -> Any:
    return source.where(period) if callable(source.where) else source.where


def _whole(spec: FactSpec) -> Any:
    """The column as whole numbers of the fact's smallest unit, made by the database."""
    column = F(_source(spec).column)
    if spec.kind in (Kind.MONEY, Kind.QUANTITY, Kind.PEOPLE):
        return Cast(Round(column * spec.kind.scale), models.BigIntegerField())
    return column


def _number(spec: FactSpec, period: Period) -> Callable[[Any], int | None]:
    """How a cell of the fact is read, as the database gives it."""
    measure = _source(spec).measure
    if measure in SPANS:
        return lambda cell: period.since(_day(cell), measure)
    if measure == "any":
        return lambda cell: min(int(cell), 1)
    if spec.kind is Kind.DAY:
        return lambda cell: (_day(cell) - EPOCH).days
    if spec.kind is Kind.CHOICE:
        return {option: number for number, option in enumerate(spec.options)}.get
    return int


def _day(cell: Any) -> date:
    return date.fromisoformat(cell) if isinstance(cell, str) else cell
