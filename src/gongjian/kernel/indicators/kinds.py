"""The kinds of indicators: counts, sums, shares, coverage of named things, positions; `declare` declares them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.indicators import tallies
from gongjian.kernel.indicators.names import Names
from gongjian.kernel.indicators.question import Fact, Proof, Question, Reading, Tally
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import Entry
from gongjian.kernel.registers.query import known
from gongjian.kernel.registers.stages import Stage
from gongjian.kernel.tables import answer

T = TypeVar("T")
Kept = dict[Any, Any]
"""What was fetched already for other commitments of the same plan, day and moment; lives as long as one pass."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """The base of all indicators. `answers` are phrases of plans it answers; `kinds` the commitments it can serve."""

    name: str
    model: type[Entry]
    label: str
    unit: str
    answers: tuple[str, ...]
    kinds: tuple[Kind, ...]
    file: str = ""
    where: Q = field(default_factory=Q)
    proved_by: str = ""
    """The evidence field that proves a dated row; for stages the stage's own `needs` are taken."""
    is_monthly: bool = False
    """Whether its rows come once a month: between month ends it is judged on the day of its last row."""

    @property
    def register(self) -> Register:
        """The register whose rows it reads."""
        return self.model.register

    def tallies(self, question: Question) -> list[Tally]:
        """What happened on each day of the question, oldest first: one query."""
        raise NotImplementedError

    def facts(self, question: Question) -> list[Fact]:
        """The rows that make the value up, oldest first."""
        raise NotImplementedError

    def read(self, *, question: Question, days: Sequence[date] = (), kept: Kept | None = None) -> Reading:
        """The value on the question's day and on each of `days`, with its proof."""
        asked = (question.as_of, *days)
        plain_question = replace(question, named=())
        whole = replace(plain_question, as_of=max(asked))

        def reading() -> Reading:
            found = _once(kept, ("tallies", self.name, whole), lambda: self.tallies(whole))
            current = [tally for tally in found if tally.on <= question.as_of]
            values = self.values(found, asked)
            return Reading(
                value=values[0],
                curve=tuple(values[1:]),
                proof=self.proof(current),
                last_on=current[-1].on if current else None,
                fetch=lambda: self.facts(plain_question),
            )

        return _once(kept, ("reading", self.name, plain_question, asked), reading)

    def values(self, found: Sequence[Tally], days: Sequence[date]) -> list[Decimal | None]:
        """The value on each day: the sum of what had happened by then."""
        dates = [tally.on for tally in found]
        sums = [Decimal(0)]
        for tally in found:
            sums.append(sums[-1] + tally.amount)
        return [sums[bisect_right(dates, day)] for day in days]

    def proof(self, found: Sequence[Tally]) -> Proof:
        """How much of the value is proved."""
        sums = dict.fromkeys(ProofState.values, Decimal(0))
        for tally in found:
            sums[tally.state] += tally.amount
        return Proof(**sums)

    def near(self, question: Question) -> QuerySet[Any]:
        """Rows that nearly count, as they stand now."""
        return self.model._default_manager.none()


def _once(kept: Kept | None, key: tuple[Any, ...], fetch: Callable[[], T]) -> T:
    if kept is None:
        return fetch()
    if key not in kept:
        kept[key] = fetch()
    return kept[key]


@dataclass(frozen=True, kw_only=True)
class Count(Indicator):
    """How many entries reached a stage (`reached`), or are dated (`dated`), since 1 January."""

    reached: Stage | None = None
    dated: str = ""

    def tallies(self, question: Question) -> list[Tally]:
        if self.reached is not None:
            return tallies.reached_tallies(**_staged(self, self.reached), question=question)
        return tallies.dated_tallies(**_columns(self, self.dated), question=question)

    def facts(self, question: Question) -> list[Fact]:
        if self.reached is not None:
            return tallies.reached_facts(**_staged(self, self.reached), question=question)
        return tallies.dated_facts(**_columns(self, self.dated), question=question)

    def near(self, question: Question) -> QuerySet[Any]:
        """The rows that stand one stage before the one that counts."""
        if self.reached is None:
            return self.model._default_manager.none()
        earlier = [s for s in self.register.stages if s.order < self.reached.order and not s.ends]
        if not earlier:
            return self.model._default_manager.none()
        stage_field = self.register.stage_field
        return self.model._default_manager.filter(self.where, **{stage_field.name: earlier[-1].key})  # type: ignore[union-attr]


@dataclass(frozen=True, kw_only=True)
class SumOf(Indicator):
    """The sum of an amount field over entries dated since 1 January."""

    amount: str
    dated: str

    def tallies(self, question: Question) -> list[Tally]:
        return tallies.dated_tallies(**_columns(self, self.dated, self.amount), question=question)

    def facts(self, question: Question) -> list[Fact]:
        return tallies.dated_facts(**_columns(self, self.dated, self.amount), question=question)


def _staged(indicator: Indicator, stage: Stage) -> dict[str, Any]:
    return {"register": indicator.register, "stage": stage, "where": indicator.where}


def _columns(indicator: Indicator, dated: str, amount: str = "") -> dict[str, Any]:
    return {
        "register": indicator.register,
        "dated": dated,
        "amount": amount,
        "proved_by": indicator.proved_by,
        "where": indicator.where,
    }


@dataclass(frozen=True, kw_only=True)
class ShareOf(Indicator):
    """One indicator's value as a percentage of another's; nothing while the whole is zero."""

    part: Indicator
    whole: Indicator

    def facts(self, question: Question) -> list[Fact]:
        return self.part.facts(question)

    def read(self, *, question: Question, days: Sequence[date] = (), kept: Kept | None = None) -> Reading:
        part = self.part.read(question=question, days=days, kept=kept)
        whole = self.whole.read(question=question, days=days, kept=kept)
        percents = [_percent(p, w) for p, w in zip((part.value, *part.curve), (whole.value, *whole.curve), strict=True)]
        proof = {state: _percent(getattr(part.proof, state), whole.value) or Decimal(0) for state in ProofState.values}
        return replace(part, value=percents[0], curve=tuple(percents[1:]), proof=Proof(**proof))


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return part * 100 / whole if part is not None and whole else None


@dataclass(frozen=True, kw_only=True)
class Coverage(Indicator):
    """How many of the named objects (or, with none named, of the whole roster) reached a stage since 1 January.

    Named objects are looked for in the entries' `match` field; when no row bears any of the names there is no value.
    """

    reached: Stage
    match: str = "name"

    def tallies(self, question: Question) -> list[Tally]:
        return tallies.reached_tallies(**_staged(self, self.reached), question=question)

    def facts(self, question: Question) -> list[Fact]:
        if not question.named:
            return tallies.reached_facts(**_staged(self, self.reached), question=question)
        return self._facts_of(question, self._matched(question, None))

    def read(self, *, question: Question, days: Sequence[date] = (), kept: Kept | None = None) -> Reading:
        if not question.named:
            return super().read(question=question, days=days, kept=kept)
        asked = [question.as_of, *days]
        meant = self._matched(question, kept)
        if not meant:
            return Reading(value=None, curve=(None,) * len(days))
        facts = self._facts_of(replace(question, as_of=max(asked)), meant)
        current = [fact for fact in facts if fact.on <= question.as_of]
        found = [Tally(on=fact.on, state=fact.state, amount=fact.amount) for fact in facts]
        values = self.values(found, asked)
        return Reading(
            value=values[0],
            curve=tuple(values[1:]),
            proof=self.proof(found[: len(current)]),
            last_on=current[-1].on if current else None,
            done={fact.name: fact.on for fact in current},
            fetch=lambda: current,
        )

    def near(self, question: Question) -> QuerySet[Any]:
        """The rows of the named objects that are not there yet."""
        meant = self._matched(question, None)
        done = {fact.entry_id for fact in self._facts_of(question, meant)}
        return self.model._default_manager.filter(pk__in=set(meant.values()) - done)

    def _matched(self, question: Question, kept: Kept | None) -> dict[str, int]:
        def names() -> Names:
            entries = known(register=self.register, at=question.known_at).filter(self.where)
            return Names(answer(*entries.values_list("id", self.match).query.sql_with_params()))

        return _once(kept, ("names", self.name, question.known_at), names).matched(question.named)

    def _facts_of(self, question: Question, meant: dict[str, int]) -> list[Fact]:
        names = {pk: name for name, pk in meant.items()}
        facts = tallies.reached_facts(**_staged(self, self.reached), question=question, ids=names)
        return [replace(fact, name=names[fact.entry_id]) for fact in facts]


@dataclass(frozen=True, kw_only=True)
class Ranked(Indicator):
    """An entered position (第2名), standing until the next one is entered."""

    position: str
    dated: str

    def tallies(self, question: Question) -> list[Tally]:
        return [Tally(on=fact.on, state=fact.state, amount=fact.amount) for fact in self.facts(question)]

    def facts(self, question: Question) -> list[Fact]:
        return tallies.dated_facts(**_columns(self, self.dated, self.position), question=question)

    def values(self, found: Sequence[Tally], days: Sequence[date]) -> list[Decimal | None]:
        """The position that was last entered by each day."""
        dates = [tally.on for tally in found]
        return [found[at - 1].amount if (at := bisect_right(dates, day)) else None for day in days]

    def proof(self, found: Sequence[Tally]) -> Proof:
        """The standing position is proved as its own row is."""
        return Proof(**{found[-1].state: found[-1].amount}) if found else Proof()
