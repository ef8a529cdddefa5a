"""What an indicator is asked and answers: a value on a day, how much of it is proved, and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind

CLAIMED, EVIDENCED, VERIFIED = str(ProofState.CLAIMED), str(ProofState.EVIDENCED), str(ProofState.VERIFIED)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: facts from `since` to `as_of`, as recorded by `known_at` (None = as known now).

    `named` are the objects whose rows count; empty = all rows.
    """

    since: date
    as_of: date
    known_at: datetime | None = None
    named: tuple[str, ...] = ()


def question_of(*, commitment: Commitment, as_of: date, known_at: datetime | None = None) -> Question:
    """What a commitment asks of its indicator. A milestone that names nothing is looked up by its own words."""
    named = tuple(commitment.named or ())
    if commitment.kind == Kind.MILESTONE and not named:
        named = (commitment.text,)
    return Question(since=commitment.plan.since, as_of=as_of, known_at=known_at, named=named)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How much of a value is proved: figures by proof state, in the unit of the value."""

    claimed: Decimal = Decimal(0)
    evidenced: Decimal = Decimal(0)
    verified: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What happened on one day, summed over the rows of one proof state."""

    on: date
    state: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row's contribution: `amount` on `on`, proved to `state`; `name` is the named object it stands for."""

    on: date
    entry_id: int
    amount: Decimal = Decimal(1)
    state: str = CLAIMED
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What an indicator answers: the value on the asked day, on further days, and its proof.

    `done` says which named objects are done, and since when. `facts` are fetched only when somebody wants to see rows.
    """

    value: Decimal | None
    curve: tuple[Decimal | None, ...]
    proof: Proof = Proof()
    last_on: date | None = None
    done: dict[str, date] = field(default_factory=dict)
    fetch: Callable[[], list[Fact]] = list

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The rows' contributions, oldest first."""
        return tuple(self.fetch())

    @property
    def entry_ids(self) -> list[int]:
        """The rows behind the value, oldest first."""
        return list(dict.fromkeys(fact.entry_id for fact in self.facts))
