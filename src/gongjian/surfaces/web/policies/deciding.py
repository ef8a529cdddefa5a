"""One subject by one policy, condition by condition, and 人工认定 of one: with reason, file and end; or taking that back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.drives.innovation import policies
from gongjian.drives.innovation.policies import Policy
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import access
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import explaining, keeping
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.criteria.common import TONES
from gongjian.surfaces.web.criteria.deciding import recorded, taken_back
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.policies.one import policy_of
from gongjian.surfaces.web.registers.common import heard, say, status_of
from gongjian.surfaces.web.registers.reading import row_of


@require_GET
def show(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """The subject's conditions one by one, with the decisions on them."""
    policy = policy_of(name, officer(request))
    return _render(request, policy, row_of(request, REGISTERS[policy.subject], pk))


@require_POST
def decide(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Record a decision; what is wrong with it is said at its condition, with what was typed."""
    policy = policy_of(name, officer(request))
    row = row_of(request, REGISTERS[policy.subject], pk)
    try:
        made = recorded(request, policy.rulebook, row)
    except NoPurpose:
        raise
    except Refusal as refusal:
        return _render(request, policy, row, refusal=refusal)
    say(request, f"已登记人工认定,有效期至 {made.expires_on}。")
    return redirect(reverse("policy-one", args=[name, pk]))


@require_POST
def withdraw(request: HttpRequest, name: str, pk: int, decision: int) -> HttpResponse:
    """Take a decision back."""
    policy = policy_of(name, officer(request))
    taken_back(request, policy.rulebook, row_of(request, REGISTERS[policy.subject], pk), decision)
    say(request, "已撤回人工认定,按数据重新测算。")
    return redirect(reverse("policy-one", args=[name, pk]))


def _render(request: HttpRequest, policy: Policy, row: Any, *, refusal: Refusal | None = None) -> HttpResponse:
    me, day, book = officer(request), today(), policy.rulebook
    match = policies.match(policy, row, as_of=day)
    lines = explaining.explain(match.verdict)
    made = keeping.overrides(as_of=day, ids=[row.pk]).get((book.name, row.pk), {})
    worded = {gate.name for gate in book.criteria}
    place = request.POST.get("criterion", "") if refusal else ""
    return page(
        request,
        "policies/one.html",
        status=status_of(refusal) if refusal else 200,
        policy=policy,
        row=row,
        subject=REGISTERS[policy.subject],
        match=match,
        lines=lines,
        lapsed=[one for name, one in made.items() if name not in worded],
        may_decide=access.may(register=row.register, by=me, verb="register.write", entry=row),
        shows_files=access.may(register=row.register, by=me, verb="evidence.read", entry=row),
        refusal=refusal,
        place=place,
        is_placed=place in worded,
        typed=request.POST,
        notice=heard(request),
        tones=TONES,
        states=State,
        day=day,
    )
