"""How registers are summed: per day and proof state in SQL, so that a hundred thousand rows cost one query.

Stage moves give the day an entry first reached a stage; rows give amounts on a dated field. Both are read as known now,
or as recorded by a past moment (withdrawn moves and row history).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Min, Q, QuerySet, Sum

from gongjian.kernel.indicators.question import CLAIMED, Fact, Question, Tally
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.query import known
from gongjian.kernel.registers.stages import Stage

WEAKEST_FIRST: tuple[str, ...] = ("returned", "claimed", "evidenced", "verified")
"""The proof states, from what proves nothing to what another person has verified."""


def weakest(states: Sequence[str]) -> str:
    """The state of a row that needs several proofs; without any it is only claimed."""
    return min(states, key=WEAKEST_FIRST.index) if states else CLAIMED


def reached_tallies(*, register: Register, stage: Stage, where: Q, question: Question) -> list[Tally]:
    """How many rows first reached `stage` (or beyond) on each day of the question, oldest day first."""
    rows = _reached(register=register, stage=stage, where=where, question=question, grouped=True)
    return [Tally(on=_day(row[0]), state=weakest(row[1:-1]), amount=Decimal(row[-1])) for row in rows]


def reached_facts(
    *, register: Register, stage: Stage, where: Q, question: Question, ids: Iterable[int] | None = None
) -> list[Fact]:
    """The rows that first reached `stage` (or beyond) in the question's days, oldest first; of `ids` only, if given."""
    rows = _reached(register=register, stage=stage, where=where, question=question, grouped=False, ids=ids)
    return [Fact(on=_day(row[0]), entry_id=row[-1], state=weakest(row[1:-1])) for row in rows]


def dated_tallies(
    *, register: Register, dated: str, amount: str, proved_by: str, where: Q, question: Question
) -> list[Tally]:
    """The count of rows, or the sum of `amount`, on each day of the question, oldest day first."""
    rows = _dated(register=register, dated=dated, where=where, question=question)
    by = [dated, *([proved_by] if proved_by else [])]
    if amount:
        summed = rows.exclude(**{amount: None}).order_by(dated).values_list(*by).annotate(total=Sum(amount))
        places = Decimal(1).scaleb(-getattr(register.field(amount), "decimal_places", 0))
    else:
        summed, places = rows.order_by(dated).values_list(*by).annotate(total=Count("id")), Decimal(1)
    return [
        # SQLite sums in binary: a day's sum is right to the field's own places
        Tally(on=row[0], state=row[1] if proved_by else CLAIMED, amount=Decimal(row[-1]).quantize(places))
        for row in summed
    ]


def dated_facts(
    *, register: Register, dated: str, amount: str, proved_by: str, where: Q, question: Question
) -> list[Fact]:
    """The rows dated within the question, oldest first; those without an amount left out."""
    columns = ["id", dated, *([proved_by] if proved_by else []), *([amount] if amount else [])]
    facts = []
    rows = _dated(register=register, dated=dated, where=where, question=question).order_by(dated, "id")
    for row in rows.values(*columns):
        value = row[amount] if amount else 1
        if value is not None:
            state = row[proved_by] if proved_by else CLAIMED
            facts.append(Fact(on=row[dated], entry_id=row["id"], amount=Decimal(value), state=state))
    return facts


def _dated(*, register: Register, dated: str, where: Q, question: Question) -> QuerySet[Any]:
    days = {f"{dated}__gte": question.since, f"{dated}__lte": question.as_of}
    return known(register=register, at=question.known_at).filter(where, **days)


def _moves(*, register: Register, stage: Stage, question: Question) -> QuerySet[Any]:
    """Each entry's first day at the stage or beyond, as known; years before the question's are left out."""
    field = register.stage_field
    if field is None or field.steps is None:
        raise TypeError(f"register {register.name} has no stages")
    moves = StageMove.objects.filter(
        register=register.name, stage__in=field.steps.at_or_beyond(stage), happened_on__lte=question.as_of
    )
    if question.known_at is None:
        moves = moves.filter(withdrawn_at=None)
    else:
        standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=question.known_at)
        moves = moves.filter(standing, recorded_at__lte=question.known_at)
    first = moves.order_by().values("entry_id").annotate(reached_on=Min("happened_on"))
    return first.filter(reached_on__gte=question.since)


def _reached(
    *,
    register: Register,
    stage: Stage,
    where: Q,
    question: Question,
    grouped: bool,
    ids: Iterable[int] | None = None,
) -> list[tuple[Any, ...]]:
    """(day, a state for each needed proof, count or entry id): moves joined to the rows that they speak of."""
    moves = _moves(register=register, stage=stage, question=question)
    entries = known(register=register, at=question.known_at).filter(where)
    if ids is not None:
        wanted = list(ids)
        if not wanted:
            return []
        moves, entries = moves.filter(entry_id__in=wanted), entries.filter(id__in=wanted)
    states = {f"state_{place}": F(need) for place, need in enumerate(stage.needs)}
    moves_sql, moves_with = moves.query.sql_with_params()
    rows_sql, rows_with = entries.order_by().values("id", **states).query.sql_with_params()
    by = ", ".join(["m.reached_on", *(f"e.{name}" for name in states)])
    tail = f"COUNT(*) {{}} GROUP BY {by} ORDER BY {by}" if grouped else "e.id {} ORDER BY m.reached_on, e.id"
    joined = f"FROM ({moves_sql}) m JOIN ({rows_sql}) e ON e.id = m.entry_id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {by}, {tail.format(joined)}", [*moves_with, *rows_with])
        return list(cursor.fetchall())


def _day(raw: object) -> date:
    return date.fromisoformat(raw) if isinstance(raw, str) else raw  # type: ignore[return-value]
