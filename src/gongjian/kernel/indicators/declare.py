"""Indicators: a number as of a day with the rows behind it, declared once beside the register that it counts.

An indicator answers a `Question`: for which year, as of which day, as known at which moment, about which named objects.
`read` gives its value on several days in one pass, with its proof and the rows that make it up.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, QuerySet

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import Entry
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.query import known
from gongjian.kernel.registers.stages import Stage

INDICATORS: dict[str, Indicator] = {}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: facts from `since` to `as_of`, as recorded by `known_at` (None = as known now)."""

    since: date
    as_of: date
    known_at: datetime | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How much of a value is proved: figures by proof state, in the indicator's unit."""

    claimed: Decimal = Decimal(0)
    evidenced: Decimal = Decimal(0)
    verified: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row's contribution: `amount` on `on`, proved to `state`; `name` for rosters."""

    on: date
    entry_id: int
    amount: Decimal = Decimal(1)
    state: str = ProofState.CLAIMED
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What an indicator answers: the value on the asked day, on further days, its proof, the facts behind it."""

    value: Decimal | None
    curve: tuple[Decimal | None, ...]
    proof: Proof
    facts: tuple[Fact, ...]

    @property
    def entry_ids(self) -> list[int]:
        """The rows behind the value, oldest first."""
        return list(dict.fromkeys(fact.entry_id for fact in self.facts))

    @property
    def done(self) -> dict[str, date]:
        """For rosters: which named objects are done, and since when."""
        return {fact.name: fact.on for fact in self.facts if fact.name}


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """The base of all indicators. `answers` are phrases of plans that it answers; `kinds` the commitments it can serve."""

    name: str
    model: type[Entry]
    label: str
    unit: str
    answers: tuple[str, ...]
    kinds: tuple[Kind, ...]
    file: str = ""
    is_level: bool = False
    """A level (position, share) stands as last known; otherwise the value accumulates from 1 January."""
    where: Q = field(default_factory=Q)
    proved_by: str = ""
    """The evidence field that proves a row; for stages the stage's own `needs` are taken."""

    @property
    def register(self) -> Register:
        """The register whose rows it reads."""
        return self.model.register

    def facts(self, question: Question) -> list[Fact]:
        """The dated contributions up to `as_of`, oldest first."""
        raise NotImplementedError

    def read(self, *, question: Question, days: Sequence[date] = ()) -> Reading:
        """The value on the question's day and on each of `days`, with its proof and its rows, in one pass."""
        facts = self.facts(replace(question, as_of=max([question.as_of, *days])))
        values = self.values(facts, [question.as_of, *days])
        current = [fact for fact in facts if fact.on <= question.as_of]
        return Reading(value=values[0], curve=tuple(values[1:]), proof=self.proof(current), facts=tuple(current))

    def values(self, facts: Sequence[Fact], days: Sequence[date]) -> list[Decimal | None]:
        """The value on each day: the sum of what had happened by then."""
        return _accumulate(facts, days)

    def proof(self, facts: Sequence[Fact]) -> Proof:
        """How much of the value is proved."""
        sums = dict.fromkeys(ProofState.values, Decimal(0))
        for fact in facts:
            sums[fact.state] += fact.amount
        return Proof(**sums)

    def near(self, question: Question) -> QuerySet[Any]:
        """Rows that nearly count."""
        return self.model._default_manager.none()


def _accumulate(facts: Iterable[Fact], days: Sequence[date]) -> list[Decimal | None]:
    dates: list[date] = []
    sums: list[Decimal] = []
    total = Decimal(0)
    for fact in facts:
        total += fact.amount
        dates.append(fact.on)
        sums.append(total)
    out: list[Decimal | None] = []
    for day in days:
        at = bisect_right(dates, day)
        out.append(sums[at - 1] if at else Decimal(0))
    return out


def _reached(indicator: Indicator, stage: Stage, question: Question) -> list[Fact]:
    """When each entry first reached `stage` or beyond, within the question's dates."""
    register = indicator.register
    steps = register.stage_field.steps if register.stage_field else None
    if steps is None:
        raise TypeError(f"indicator {indicator.name}: register {register.name} has no stages")
    moves = StageMove.objects.filter(
        register=register.name, stage__in=steps.at_or_beyond(stage), happened_on__lte=question.as_of
    )
    if question.known_at is None:
        moves = moves.filter(withdrawn_at=None)
    else:
        moves = moves.filter(recorded_at__lte=question.known_at).filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=question.known_at)
        )
    first = dict(moves.order_by().values_list("entry_id").annotate(on=Min("happened_on")).values_list("entry_id", "on"))
    entries = known(register=register, at=question.known_at).filter(indicator.where)
    needs = stage.needs
    facts = []
    for row in entries.values_list("id", *needs):
        on = first.get(row[0])
        if on is not None and on >= question.since:
            facts.append(Fact(on=on, entry_id=row[0], state=_weakest(row[1:])))
    return sorted(facts, key=lambda f: (f.on, f.entry_id))


def _weakest(states: Sequence[str]) -> str:
    order = (ProofState.RETURNED, ProofState.CLAIMED, ProofState.EVIDENCED, ProofState.VERIFIED)
    return min(states, key=order.index) if states else ProofState.CLAIMED  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Count(Indicator):
    """How many entries reached a stage (`reached`), or are dated (`dated`) within the year."""

    reached: Stage | None = None
    dated: str = ""

    def facts(self, question: Question) -> list[Fact]:
        if self.reached is not None:
            return _reached(self, self.reached, question)
        return _dated(self, question, amount="")

    def near(self, question: Question) -> QuerySet[Any]:
        if self.reached is None or self.reached.order == 0:
            return self.model._default_manager.none()
        register = self.register
        field = register.stage_field
        before = [s.key for s in register.stages if s.order == self.reached.order - 1]
        return self.model._default_manager.filter(self.where, **{f"{field.name}__in": before})  # type: ignore[union-attr]


@dataclass(frozen=True, kw_only=True)
class SumOf(Indicator):
    """The sum of an amount field over dated entries."""

    amount: str
    dated: str

    def facts(self, question: Question) -> list[Fact]:
        return _dated(self, question, amount=self.amount)


def _dated(indicator: Indicator, question: Question, *, amount: str) -> list[Fact]:
    dated: str = indicator.dated  # type: ignore[attr-defined]
    entries = known(register=indicator.register, at=question.known_at).filter(
        indicator.where, **{f"{dated}__gte": question.since, f"{dated}__lte": question.as_of}
    )
    columns = ["id", dated, *([indicator.proved_by] if indicator.proved_by else []), *([amount] if amount else [])]
    facts = []
    for row in entries.values(*columns):
        value = row[amount] if amount else Decimal(1)
        if value is not None:
            state = row[indicator.proved_by] if indicator.proved_by else ProofState.CLAIMED
            facts.append(Fact(on=row[dated], entry_id=row["id"], amount=Decimal(value), state=state))
    return sorted(facts, key=lambda f: (f.on, f.entry_id))


@dataclass(frozen=True, kw_only=True)
class ShareOf(Indicator):
    """One indicator's value as a percentage of another's; nothing while the whole is zero."""

    part: Indicator
    whole: Indicator

    def facts(self, question: Question) -> list[Fact]:
        return self.part.facts(question)

    def read(self, *, question: Question, days: Sequence[date] = ()) -> Reading:
        part = self.part.read(question=question, days=days)
        whole = self.whole.read(question=question, days=days)
        pairs = zip((part.value, *part.curve), (whole.value, *whole.curve), strict=True)
        values = [p * 100 / w if p is not None and w else None for p, w in pairs]
        return replace(part, value=values[0], curve=tuple(values[1:]))


@dataclass(frozen=True, kw_only=True)
class Coverage(Indicator):
    """How many of the named objects (or, with none named, of the counted roster) reached a stage.

    A name matches an entry when the entry's `match` field contains it: plans shorten names.
    """

    reached: Stage
    match: str = "name"

    def facts(self, question: Question) -> list[Fact]:
        facts = _reached(self, self.reached, question)
        if not question.named:
            return facts
        ids = [fact.entry_id for fact in facts]
        entries = known(register=self.register, at=question.known_at)
        names = {}
        for at in range(0, len(ids), 500):
            names.update(dict(entries.filter(id__in=ids[at : at + 500]).values_list("id", self.match)))
        out, seen = [], set()
        for fact in facts:
            own = str(names.get(fact.entry_id, ""))
            name = next((n for n in question.named if n not in seen and n in own), None)
            if name is not None:
                seen.add(name)
                out.append(replace(fact, name=name))
        return out

    def near(self, question: Question) -> QuerySet[Any]:
        condition = Q()
        done = {fact.name for fact in self.facts(question)}
        for name in question.named:
            if name not in done:
                condition |= Q(**{f"{self.match}__contains": name})
        return self.model._default_manager.filter(self.where & condition) if condition else (
            self.model._default_manager.none()
        )


@dataclass(frozen=True, kw_only=True)
class Ranked(Indicator):
    """An entered position (第2名), standing until the next one is entered."""

    position: str
    dated: str

    def facts(self, question: Question) -> list[Fact]:
        return _dated(self, question, amount=self.position)

    def values(self, facts: Sequence[Fact], days: Sequence[date]) -> list[Decimal | None]:
        dates = [fact.on for fact in facts]
        return [facts[at - 1].amount if (at := bisect_right(dates, day)) else None for day in days]

    def proof(self, facts: Sequence[Fact]) -> Proof:
        return Proof(**{facts[-1].state: facts[-1].amount}) if facts else Proof()


def _declare(indicator: Indicator) -> Any:
    if indicator.name in INDICATORS:
        raise ValueError(f"indicator {indicator.name!r} is declared twice")
    INDICATORS[indicator.name] = indicator
    return indicator


def _caller() -> str:
    return str(sys._getframe(2).f_globals["__name__"]).replace(".", "/") + ".py"


def count(
    name: str,
    model: type[Entry],
    *,
    label: str,
    unit: str,
    reached: Stage | None = None,
    dated: str = "",
    where: Q | None = None,
    proved_by: str = "",
    answers: tuple[str, ...] = (),
) -> Count:
    """Declare a count of entries that reached a stage, or that are dated within the year."""
    return _declare(
        Count(
            name=name,
            model=model,
            label=label,
            unit=unit,
            reached=reached,
            dated=dated,
            where=where or Q(),
            proved_by=proved_by,
            answers=answers,
            kinds=(Kind.QUANTITY,),
            file=_caller(),
        )
    )


def sum_of(
    name: str,
    model: type[Entry],
    amount: str,
    *,
    dated: str,
    label: str,
    unit: str,
    where: Q | None = None,
    proved_by: str = "",
    answers: tuple[str, ...] = (),
) -> SumOf:
    """Declare a sum of `amount` over entries dated within the year."""
    return _declare(
        SumOf(
            name=name,
            model=model,
            amount=amount,
            dated=dated,
            label=label,
            unit=unit,
            where=where or Q(),
            proved_by=proved_by,
            answers=answers,
            kinds=(Kind.QUANTITY,),
            file=_caller(),
        )
    )


def share(name: str, *, part: Indicator, whole: Indicator, label: str, answers: tuple[str, ...] = ()) -> ShareOf:
    """Declare one indicator as a percentage of another."""
    return _declare(
        ShareOf(
            name=name,
            model=part.model,
            part=part,
            whole=whole,
            label=label,
            unit="%",
            answers=answers,
            kinds=(Kind.RATE,),
            is_level=True,
            file=_caller(),
        )
    )


def coverage(
    name: str,
    model: type[Entry],
    *,
    reached: Stage,
    label: str,
    match: str = "name",
    where: Q | None = None,
    answers: tuple[str, ...] = (),
) -> Coverage:
    """Declare how many of a commitment's named objects reached a stage."""
    return _declare(
        Coverage(
            name=name,
            model=model,
            reached=reached,
            match=match,
            label=label,
            unit="个",
            where=where or Q(),
            answers=answers,
            kinds=(Kind.ROSTER,),
            file=_caller(),
        )
    )


def milestone(
    name: str,
    model: type[Entry],
    *,
    reached: Stage,
    label: str,
    match: str = "name",
    where: Q | None = None,
    answers: tuple[str, ...] = (),
) -> Coverage:
    """Declare whether a commitment's named thing reached a stage: a roster of one."""
    return _declare(
        Coverage(
            name=name,
            model=model,
            reached=reached,
            match=match,
            label=label,
            unit="个",
            where=where or Q(),
            answers=answers,
            kinds=(Kind.MILESTONE,),
            file=_caller(),
        )
    )


def ranked(
    name: str,
    model: type[Entry],
    position: str,
    *,
    dated: str,
    label: str,
    where: Q | None = None,
    proved_by: str = "",
    answers: tuple[str, ...] = (),
) -> Ranked:
    """Declare an entered position."""
    return _declare(
        Ranked(
            name=name,
            model=model,
            position=position,
            dated=dated,
            label=label,
            unit="名",
            where=where or Q(),
            proved_by=proved_by,
            answers=answers,
            kinds=(Kind.RANK,),
            is_level=True,
            file=_caller(),
        )
    )


