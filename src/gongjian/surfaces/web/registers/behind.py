"""The rows behind a figure: exactly those that an indicator counts on a day, with the day and the proof of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest

from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.kinds import Indicator, SumOf
from gongjian.kernel.indicators.question import Fact, Question, question_of
from gongjian.kernel.people import policy
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import as_of, officer


@dataclass(frozen=True, kw_only=True)
class Behind:
    """An indicator on a day: its facts by row, and the commitment that asked, if one did."""

    indicator: Indicator
    as_of: date
    facts: dict[int, Fact]
    commitment: Commitment | None
    amount: Decimal | None
    """The sum over all facts, for sums."""

    @property
    def order(self) -> list[int]:
        """The rows, oldest first."""
        return list(self.facts)


def behind(request: HttpRequest, register: Register) -> Behind | None:
    """What `?indicator=&as_of=&commitment=` asks for; None when no indicator is named."""
    name = request.GET.get("indicator", "")
    if not name:
        return None
    policy.require(by=officer(request), verb="plan.read")
    indicator = INDICATORS.get(name)
    if indicator is None or indicator.register is not register:
        raise Refusal("behind.indicator", f"“{register.label}”没有名为“{name[:60]}”的指标", "请从计划或承诺页重新打开")
    commitment = _commitment(request)
    day = as_of(request, commitment.plan if commitment else None)
    if commitment is not None:
        question = question_of(commitment=commitment, as_of=day)
    else:
        question = Question(since=day.replace(month=1, day=1), as_of=day)
    reading = indicator.read(question=question)
    facts: dict[int, Fact] = {}
    for fact in reading.facts:
        facts.setdefault(fact.entry_id, fact)
    amount = sum((fact.amount for fact in reading.facts), Decimal(0)) if isinstance(indicator, SumOf) else None
    return Behind(indicator=indicator, as_of=day, facts=facts, commitment=commitment, amount=amount)


def is_counted(register: Register) -> bool:
    """Whether some indicator reads this register."""
    return any(one.register is register for one in INDICATORS.values())


def supported(register: Register) -> list[tuple[Indicator, list[Commitment]]]:
    """The indicators that read this register, each with the confirmed commitments of plans in force."""
    indicators = sorted((one for one in INDICATORS.values() if one.register is register), key=lambda one: one.label)
    bound = Commitment.objects.filter(
        indicator__in=[one.name for one in indicators], state=Commitment.State.CONFIRMED
    ).exclude(plan__state=Plan.State.SUPERSEDED)
    commitments = list(bound.order_by("-plan__year", "start")) if indicators else []
    return [(one, [c for c in commitments if c.indicator == one.name]) for one in indicators]


def _commitment(request: HttpRequest) -> Commitment | None:
    raw = request.GET.get("commitment", "")
    if not raw:
        return None
    found = Commitment.objects.select_related("plan").filter(pk=number_in(raw)).first()
    if found is None:
        raise Refusal("behind.commitment", f"没有编号为“{raw[:20]}”的承诺", "请从计划页重新打开")
    if not found.is_tracked:
        policy.require(by=officer(request), verb="plan.review")
    return found
