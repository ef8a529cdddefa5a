"""政策 list: every policy in force, how many can have it, what it would cost, and what has been paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.drives.innovation import policies, policy_files
from gongjian.drives.innovation.grants import Grant
from gongjian.drives.innovation.policies import Policy
from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import parameters, reading
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.windows import Window
from gongjian.surfaces.web.page import officer, page, today

JUDGED = 5_000
"""So many changed subjects are judged while a page is made (a policy asks for few facts); more are left to the worker."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One policy of the list."""

    policy: Policy
    counts: dict[State, int]
    cost: Fraction | None
    """What those that can have it would be given together, in 万元; None where it is no money or not set."""
    window: Window | None
    granted: int
    paid: int


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """All policies in force today."""
    me, day = officer(request), today()
    lines = [line_of(one, by=me, day=day) for one in policies.every(as_of=day) if may_read(one, by=me)]
    return page(
        request,
        "policies/shelf.html",
        lines=lines,
        faults=policy_files.read().faults,
        confidence=parameters.CONFIDENCE,
        words=policies.WORDS,
        order=policies.ORDER,
        day=day,
    )


def may_read(policy: Policy, *, by: Officer) -> bool:
    """Whether the officer may see whom the policy is for."""
    register = REGISTERS[policy.subject]
    return access.may(register=register, by=by, verb="register.read") and not register.sensitive


def line_of(policy: Policy, *, by: Officer, day: date) -> Line:
    """One policy with its figures."""
    found = policies.judged(policy, by=by, as_of=day, at=clock.now(), most=JUDGED)
    grants = access.visible(register=Grant.register, by=by, rows=Grant.objects.all())
    stages = dict(
        grants.filter(policy=policy.label, year=day.year).order_by().values_list("stage").annotate(n=Count("id"))
    )
    return Line(
        policy=policy,
        counts=reading.distribution(found),
        cost=cost_of(policy, found.filter(state=State.MET)),
        window=policy.window(on=day),
        granted=sum(n for key, n in stages.items() if key != Grant.Steps.DECLINED.key),
        paid=stages.get(Grant.Steps.PAID.key, 0),
    )


def cost_of(policy: Policy, found: Iterable[Judgement]) -> Fraction | None:
    """The sum of what these would be given; None where none of it can be told."""
    if policy.benefit.amount is None and policy.benefit.share is None:
        return None
    return sum((policy.benefit.estimate(one.facts) or Fraction(0) for one in found), Fraction(0))
