"""Fact frames: the facts of many subjects read from the registers in a few set-based questions, as whole numbers.

Every register that a rulebook names is asked once, however many facts it gives; the answer has one row per subject, ready for
the columnar judge. As of a past moment the registers answer from their history.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Round

from gongjian.kernel.registers import declare
from gongjian.kernel.registers.asking import known
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks.facts import EPOCH, Facts, FactSpec, Kind, Source

CHUNK = 50_000
LOG = logging.getLogger(__name__)
WIDEST = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Period:
    """The days that a question stands for: the day of filing, and the fiscal years counted back from it."""

    filing_on: date

    def year(self, back: int) -> int:
        """The fiscal year `back` years before the filing year."""
        return self.filing_on.year - back

    def years_before(self, years: int) -> date:
        """The same day some years earlier (28 February for 29 February)."""
        day = self.filing_on
        try:
            return day.replace(year=day.year - years)
        except ValueError:
            return day.replace(year=day.year - years, day=28)


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
    if known_at is None and ids is not None and len(ids) == 1:
        (entry,) = ids
        found = _together(_of_one(facts.subject, facts.link, tuple(specs), filing_on), entry)
    else:
        period = Period(filing_on=filing_on)
        found = _joined(_questions(facts.subject, facts.link, specs, period, known_at=known_at, ids=ids))
    day = (filing_on - EPOCH).days
    given = [pl.lit(day, pl.Int64).alias(spec.name) for spec in specs if spec.given and spec.kind is Kind.DAY]
    lacking = [spec.name for spec in specs if spec.source is None and not spec.given]
    whole = found.with_columns(*given, *(pl.lit(None, pl.Int64).alias(name) for name in lacking))
    return _bounded(whole.select("id", *(spec.name for spec in specs)), specs, facts.subject)


def _joined(questions: Iterable[Question]) -> pl.DataFrame:
    """The answers about many subjects side by side; those of the first say who they are."""
    first, *others = questions
    found = first.answer(ANYBODY)
    for question in others:
        found = found.join(question.answer(ANYBODY), on="id", how="left", maintain_order="left")
        found = found.with_columns(pl.col(question.counted).fill_null(0)) if question.counted else found
    return found.collect()


def _together(questions: Sequence[Question], entry: int) -> pl.DataFrame:
    """The answers about one subject in one row; none where there is no such subject."""
    answers = pl.collect_all([question.answer(entry) for question in questions])
    row: dict[str, int | None] = {}
    for question, answer in zip(questions, answers, strict=True):
        told = next(answer.iter_rows(named=True), dict.fromkeys(answer.columns))
        row |= {
            name: 0 if value is None and name in question.counted else value
            for name, value in told.items()
            if name != "id"
        }
    known = {"id": pl.Series([entry], dtype=pl.Int64)}
    whole = pl.DataFrame(known | {name: pl.Series([value], dtype=pl.Int64) for name, value in row.items()})
    return whole if len(answers[0]) else whole.clear()


ANYBODY = -(2**62)
"""Stands for the subject's number in questions that are kept for the next subject."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What one register is asked: the statement with its values, what its columns are, and what is made of them."""

    sql: str
    values: tuple[Any, ...]
    heads: list[str]
    specs: dict[str, FactSpec]
    finish: Callable[[pl.LazyFrame], pl.LazyFrame]
    counted: list[str]

    def answer(self, entry: int) -> pl.LazyFrame:
        """The facts, one row per subject; of `entry` alone where the question was kept for anybody."""
        values = tuple(entry if value == ANYBODY else value for value in self.values)
        return self.finish(_cells(self.sql, values, self.heads, self.specs).lazy())


@lru_cache(maxsize=64)
def _of_one(subject: str, link: str, specs: tuple[FactSpec, ...], filing_on: date) -> list[Question]:
    """The questions about one subject, whichever: drawing them up takes longer than asking them."""
    return list(_questions(subject, link, specs, Period(filing_on=filing_on), known_at=None, ids=[ANYBODY]))


def _questions(
    subject: str,
    link: str,
    specs: Sequence[FactSpec],
    period: Period,
    *,
    known_at: datetime | None,
    ids: Collection[int] | None,
) -> Iterator[Question]:
    own = [spec for spec in specs if spec.source is not None and spec.source.register == subject]
    yield _asked(_own(known(register=declare.REGISTERS[subject], at=known_at), own, period, ids), [])
    elsewhere: dict[tuple[str, str], list[FactSpec]] = defaultdict(list)
    for spec in specs:
        if spec.source is not None and spec.source.register != subject:
            elsewhere[spec.source.register, _manner(spec.source)].append(spec)
    for (register, manner), wanted in elsewhere.items():
        rows = known(register=declare.REGISTERS[register], at=known_at)
        if ids is not None:
            rows = rows.filter(**{f"{link}_id__in": listed(tuple(ids))})
        counted = [
            spec.name
            for spec in wanted
            if spec.source and spec.source.measure in ("count", "sum", "any") and not spec.source.least
        ]
        drawn_up = {"year": _yearly, "last": _latest, "named": _named, "tally": _tallied}[manner]
        yield _asked(drawn_up(rows, wanted, period, link), counted)


Draft = tuple[QuerySet[Any], list[str], dict[str, FactSpec], Callable[[pl.LazyFrame], pl.LazyFrame]]
"""Rows to be asked for, the heads of their columns, the facts behind the heads, and what is made of the answer."""


def _asked(draft: Draft, counted: list[str]) -> Question:
    rows, heads, specs, finish = draft
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:  # nobody is asked for
        sql, values = "", ()
    return Question(sql=sql, values=values, heads=heads, specs=specs, finish=finish, counted=counted)


def _bounded(found: pl.DataFrame, specs: Iterable[FactSpec], subject: str) -> pl.DataFrame:
    """Amounts beyond any that is judged are missing, and the log says whose: that subject lacks data, the others do not."""
    most = {spec.name: spec.kind.most for spec in specs if spec.kind not in (Kind.DAY, Kind.FLAG, Kind.CHOICE)}
    fits = {name: pl.col(name).is_between(-bound, bound) for name, bound in most.items()}
    if not fits or found.select(fit.all() for fit in fits.values()).row(0) == (True,) * len(fits):
        return found
    for name, fit in fits.items():
        for entry in found.filter(~fit)["id"]:
            LOG.warning("%s %s: the fact %s is beyond %s and counts as missing", subject, entry, name, most[name])
    return found.with_columns(pl.when(fit).then(pl.col(name)).alias(name) for name, fit in fits.items())


def _manner(source: Source) -> str:
    if source.back:
        return "year"
    return source.measure if source.measure in ("last", "named") else "tally"


def _own(rows: QuerySet[Any], specs: list[FactSpec], period: Period, ids: Collection[int] | None) -> Draft:
    if ids is not None:
        rows = rows.filter(id__in=listed(tuple(ids)))
    columns = {
        spec.name: _fits(spec.source, period)
        if spec.source is not None and spec.source.measure == "any"
        else _whole(spec, rows.model)
        for spec in specs
    }
    spans = {spec.name: spec.source.measure for spec in specs if spec.source and spec.source.measure in SPANS}
    more = [_span(name, measure, period) for name, measure in spans.items()]
    asked = rows.order_by("id").values_list("id")
    return *_read(asked, columns, {spec.name: spec for spec in specs}), lambda found: found.with_columns(*more)


def _fits(source: Source, period: Period) -> Any:
    """Whether the subject's own row fits; missing where the column that tells is blank."""
    fits = source.where(period) if callable(source.where) else source.where
    blank = [When(**{source.column: ""}, then=Value(None))] if source.column else []
    return Case(*blank, When(fits, then=Value(1)), default=Value(0), output_field=models.IntegerField())


SPANS = ("years", "full_years", "age", "months")
"""Measures that turn a date into a number of years."""


def _span(name: str, measure: str, period: Period) -> pl.Expr:
    """Years from a day until the filing: begun fiscal years, whole ones until the last year's end, or whole ones."""
    day = pl.from_epoch(pl.col(name), time_unit="d").dt
    if measure == "years":
        return (period.filing_on.year - day.year()).cast(pl.Int64).alias(name)
    until = date(period.year(1), 12, 31) if measure == "full_years" else period.filing_on
    if measure == "months":
        whole = (until.year - day.year()) * 12 + until.month - day.month()
        return (whole - (day.day() > until.day).cast(pl.Int32)).cast(pl.Int64).alias(name)
    before = (day.month() > until.month) | ((day.month() == until.month) & (day.day() > until.day))
    return (until.year - day.year() - before.cast(pl.Int32)).cast(pl.Int64).alias(name)


def _yearly(rows: QuerySet[Any], specs: list[FactSpec], period: Period, subject: str) -> Draft:
    sources = {spec.name: spec.source for spec in specs if spec.source is not None}
    columns = {spec.name: _whole(spec, rows.model) for spec in specs}
    once = {source.column: name for name, source in sources.items()}
    backs = sorted({source.back for source in sources.values()})
    asked = rows.filter(year__in=[period.year(back) for back in backs]).values_list(f"{subject}_id")
    kept = {once[source.column]: columns[once[source.column]] for source in sources.values()}

    year = pl.col("year ")
    each = [
        pl.col(once[source.column]).filter(year == period.year(source.back)).first().alias(f"{name} ")
        for name, source in sources.items()
    ]

    def finish(found: pl.LazyFrame) -> pl.LazyFrame:
        return found.group_by("id", maintain_order=True).agg(each).rename({f"{name} ": name for name in sources})

    return *_read(asked, {"year ": F("year"), **kept}, {spec.name: spec for spec in specs}), finish


def _latest(rows: QuerySet[Any], specs: list[FactSpec], period: Period, subject: str) -> Draft:
    """Of each fact the last one recorded, by the source's `order`, in the rows that count on the day of filing."""
    source = specs[0].source
    assert source is not None
    order = source.order
    narrowed = _where(rows, source, period).filter(**{f"{order}__lte": period.filing_on})
    columns = {spec.name: _whole(spec, rows.model) for spec in specs}
    asked = narrowed.order_by(order, "id").values_list(f"{subject}_id")
    last = pl.all().drop_nulls().last()
    return (
        *_read(asked, columns, {spec.name: spec for spec in specs}),
        lambda found: found.group_by("id", maintain_order=True).agg(last),
    )


def _named(rows: QuerySet[Any], specs: list[FactSpec], period: Period, subject: str) -> Draft:
    """Of each fact the last row recorded under its name that is in force on the day of filing.

    A number with a fraction is none where the fact's smallest unit is a whole one.
    """
    source = specs[0].source
    assert source is not None
    in_force = Q(valid_until=None) | Q(valid_until__gte=period.filing_on)
    begun = Q(**{f"{source.order}__lte": period.filing_on})
    places = {spec.name: place for place, spec in enumerate(specs)}
    asked = rows.filter(in_force & begun, item__in=list(places)).order_by(source.order, "id")
    place = Case(*(When(item=name, then=Value(n)) for name, n in places.items()), output_field=models.IntegerField())
    number = Cast(Round(F("number") * Kind.MONEY.scale), models.BigIntegerField())
    columns = {"place ": place, "number": number, "answer": F("answer")}

    each = []
    for spec in specs:
        value = pl.col("answer")
        if spec.kind is not Kind.FLAG:
            size = Kind.MONEY.scale // spec.kind.scale
            value = pl.when(pl.col("number") % size == 0).then(pl.col("number") // size)
        each.append(value.filter(pl.col("place ") == places[spec.name]).last().alias(spec.name))

    def finish(found: pl.LazyFrame) -> pl.LazyFrame:
        return found.group_by("id", maintain_order=True).agg(each)

    return *_read(asked.values_list(f"{subject}_id"), columns, {}), finish


ROWS = "_rows"
"""Ends the name of a column that counts the rows behind a sum."""


def _tallied(rows: QuerySet[Any], specs: list[FactSpec], period: Period, subject: str) -> Draft:
    columns: dict[str, Any] = {}
    for spec in specs:
        source = spec.source
        assert source is not None
        fits = source.where(period) if callable(source.where) else source.where
        match source.measure:
            case "count" | "any":
                columns[spec.name] = Count("id", filter=fits)
            case "sum":
                columns[spec.name] = Round(Sum(source.column, filter=fits) * spec.kind.scale)
                if source.least:
                    columns[spec.name + ROWS] = Count(source.column, filter=fits)
            case "min":
                columns[spec.name] = Min(source.column, filter=fits)
            case _:
                columns[spec.name] = Max(source.column, filter=fits)
    grouped = rows.order_by().values(f"{subject}_id").annotate(**{f"f_{name}": one for name, one in columns.items()})
    asked = grouped.values_list(f"{subject}_id", *(f"f_{name}" for name in columns))
    short = [
        pl.when(pl.col(spec.name + ROWS) >= spec.source.least).then(pl.col(spec.name)).alias(spec.name)
        for spec in specs
        if spec.source is not None and spec.source.least
    ]
    flags = [spec.name for spec in specs if spec.source is not None and spec.source.measure == "any"]
    rest = [name for name in columns if name.endswith(ROWS)]

    def finish(found: pl.LazyFrame) -> pl.LazyFrame:
        found = found.with_columns(*short) if short else found
        found = found.with_columns(pl.col(flags).clip(0, 1)) if flags else found
        return found.drop(rest) if rest else found

    return asked, ["id", *columns], {spec.name: spec for spec in specs}, finish


def _where(rows: QuerySet[Any], source: Source, period: Period) -> QuerySet[Any]:
    fits = source.where(period) if callable(source.where) else source.where
    return rows.filter(fits) if isinstance(fits, Q) else rows


def _whole(spec: FactSpec, model: Any) -> Any:
    """The column as whole numbers of the fact's smallest unit, made by the database."""
    assert spec.source is not None
    column = F(spec.source.column)
    if spec.kind in (Kind.MONEY, Kind.QUANTITY, Kind.PEOPLE):
        return Cast(Round(column * spec.kind.scale), models.BigIntegerField())
    return column


def _read(
    rows: QuerySet[Any], columns: dict[str, Any], specs: dict[str, FactSpec]
) -> tuple[QuerySet[Any], list[str], dict[str, FactSpec]]:
    asked = rows.annotate(**{f"f_{name.strip()}": one for name, one in columns.items()})
    asked = asked.values_list(*rows.query.values_select, *(f"f_{name.strip()}" for name in columns))
    return asked, ["id", *columns], specs


def _cells(sql: str, values: tuple[Any, ...], heads: list[str], specs: dict[str, FactSpec]) -> pl.DataFrame:
    """What the question answers, straight from the cursor: as one Int64 column a head."""
    if not sql:
        return pl.DataFrame(schema=dict.fromkeys(heads, pl.Int64))
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while got := cursor.fetchmany(CHUNK):
            columns = [
                _numbers(specs.get(head), column) for head, column in zip(heads, zip(*got, strict=True), strict=True)
            ]
            try:
                whole = [pl.Series(head, column, pl.Int64) for head, column in zip(heads, columns, strict=True)]
            except (OverflowError, TypeError):  # a sum that 64 bits do not hold: as far as they go, _bounded finds it
                cut = [[None if n is None else max(-WIDEST, min(WIDEST, n)) for n in column] for column in columns]
                whole = [pl.Series(head, column, pl.Int64) for head, column in zip(heads, cut, strict=True)]
            parts.append(pl.DataFrame(whole))
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(heads, pl.Int64))


def _numbers(spec: FactSpec | None, values: Iterable[Any]) -> Iterable[Any]:
    is_day = spec is not None and (spec.kind is Kind.DAY or (spec.source is not None and spec.source.measure in SPANS))
    if not is_day and (spec is None or spec.kind in (Kind.MONEY, Kind.QUANTITY, Kind.PEOPLE, Kind.COUNT)):
        return [None if value is None else int(value) for value in values]
    if spec is not None and spec.kind is Kind.CHOICE:
        places = {option: number for number, option in enumerate(spec.options)}
        return [places.get(str(value)) for value in values]
    if spec is not None and spec.kind is Kind.FLAG:
        return [None if value is None else int(value) for value in values]
    return [
        None if value is None else ((date.fromisoformat(value) if isinstance(value, str) else value) - EPOCH).days
        for value in values
    ]
