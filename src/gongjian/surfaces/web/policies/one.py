"""One policy: its text and conditions, 名单 by verdict, the list as a sheet, and 推送 for 免申即享."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.drives.innovation import grants, policies
from gongjian.drives.innovation.grants import Grant
from gongjian.drives.innovation.policies import Policy
from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks import keeping, parameters, reading
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.outlets.sheet import Column, write_sheet
from gongjian.surfaces.web.criteria.book import lacks
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.plan.desk import sheet_response
from gongjian.surfaces.web.policies.shelf import JUDGED, cost_of, line_of, may_read
from gongjian.surfaces.web.registers.common import heard, say, status_of

PER_PAGE = 50
MOST = 5_000
"""How many rows a downloaded list holds; it says so where there are more."""
STATES = {state.word: state for state in State}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One subject of the list."""

    row: Any
    amount: Fraction | None
    lacks: list[str]
    grant: Grant | None
    decisions: list[Override]
    """The conditions that an officer has decided otherwise."""


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The policy's page; `?verdict=ready&page=2` chooses the list."""
    return _render(request, policy_of(name, officer(request)))


@require_GET
def download(request: HttpRequest, name: str) -> HttpResponse:
    """名单 as a sheet; `?verdict=` as on the page."""
    me, day = officer(request), today()
    policy = policy_of(name, me)
    access.require(register=REGISTERS[policy.subject], by=me, verb="register.export")
    state = _chosen(request)
    found = policies.judged(policy, by=me, as_of=day, at=clock.now(), most=JUDGED).filter(state=state).order_by("entry")
    judgements = list(found[: MOST + 1])
    label = policies.WORDS[state]
    columns = [
        Column(label="序号", width=6, kind="int"),
        Column(label=REGISTERS[policy.subject].label, width=34),
        Column(label="统一社会信用代码", width=22),
        Column(label="责任单位", width=16),
        Column(label="测算金额", unit="万元", width=12, kind="decimal"),
        Column(label="尚缺", width=46),
        Column(label="兑现阶段", width=12),
        Column(label="人工认定", width=60),
    ]
    found_lines = _lines(policy, judgements[:MOST], by=me)
    decided = sum(bool(line.decisions) for line in found_lines)
    rows = [
        (
            number,
            str(line.row),
            getattr(line.row, "credit_code", "") or "",
            str(line.row.unit or ""),
            None if line.amount is None else Decimal(line.amount.numerator) / line.amount.denominator,
            ";".join(line.lacks),
            line.grant.get_stage_display() if line.grant else "",
            "\n".join(policies.told(policy, one) for one in line.decisions),
        )
        for number, line in enumerate(found_lines, 1)
    ]
    notes = [f"依据:{policy.document}{policy.article}({_confidence(policy)})。测算截至{day}。"]
    notes += ["演示政策,内容虚构,不作任何依据。"] if policy.is_synthetic else []
    notes += [f"其中{decided}条有人工认定,见末栏;到期后按数据重新测算。"] if decided else []
    notes += [f"只列出前{MOST}家。"] if len(judgements) > MOST else []
    data = write_sheet(title=f"{policy.label}名单({label})", columns=columns, rows=rows, notes=notes, sheet_name="名单")
    return sheet_response(data=data, name=f"{policy.label}名单({label}).xlsx")


@require_POST
def push(request: HttpRequest, name: str) -> HttpResponse:
    """Push the list to the enterprises: a row of 政策兑现 for each."""
    me = officer(request)
    policy = policy_of(name, me)
    try:
        batch = grants.push(policy, by=me, as_of=today(), at=clock.now())
    except Refusal as refusal:
        return _render(request, policy, refusal=refusal)
    number = Grant.history.model._default_manager.filter(history_batch=batch).count()
    say(
        request,
        f"已推送{number}家,登记到政策兑现台账。",
        href=reverse("batch", args=["grant", batch.pk]),
        label="查看本批",
    )
    return redirect(reverse("policy", args=[name]))


def _render(request: HttpRequest, policy: Policy, *, refusal: Refusal | None = None) -> HttpResponse:
    me, day = officer(request), today()
    found = policies.judged(policy, by=me, as_of=day, at=clock.now(), most=JUDGED)
    chosen = _chosen(request)
    text = request.GET.get("page", "1")
    number = max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
    some = found.filter(state=chosen).order_by("effort", "entry")
    judgements = list(some[(number - 1) * PER_PAGE : number * PER_PAGE])
    counts = reading.distribution(found)
    may_push = policy.is_automatic and access.may(register=Grant.register, by=me, verb="register.import")
    return page(
        request,
        "policies/policy.html",
        status=status_of(refusal) if refusal else 200,
        policy=policy,
        line=line_of(policy, by=me, day=day),
        lines=_lines(policy, judgements, by=me),
        gates={gate.name: gate for gate in policy.rulebook.criteria},
        decided=found.filter(entry__in=listed(policies.decisions(policy, as_of=day))).count(),
        counts=counts,
        cost=cost_of(policy, found.filter(state=State.MET)),
        chosen=chosen,
        number=number,
        more=counts[chosen] > number * PER_PAGE,
        left=len(grants.open_list(policy, by=me, as_of=day, at=clock.now(), most=JUDGED)) if may_push else 0,
        may_push=may_push,
        waiting=keeping.waiting(policy.rulebook, as_of=day),
        subject=REGISTERS[policy.subject],
        confidence=parameters.CONFIDENCE,
        words=policies.WORDS,
        order=policies.ORDER,
        states=State,
        refusal=refusal,
        notice=heard(request),
        day=day,
    )


def policy_of(name: str, me: Officer) -> Policy:
    """A policy in force today whose subjects the officer may read; else the page does not exist."""
    found = next((one for one in policies.every(as_of=today()) if one.name == name), None)
    if found is None or not may_read(found, by=me):
        raise Http404
    return found


def _chosen(request: HttpRequest) -> State:
    return STATES.get(request.GET.get("verdict", ""), State.MET)


def _lines(policy: Policy, judgements: Sequence[Judgement], *, by: Officer) -> list[Line]:
    ids = [one.entry for one in judgements]
    figures = policy.rulebook.figures(as_of=today())
    model = REGISTERS[policy.subject].model
    rows = {row.pk: row for row in model._default_manager.filter(pk__in=listed(ids)).select_related("unit")}
    given: dict[int, Grant] = {}
    if policy.subject == "enterprise":
        kept = access.visible(register=Grant.register, by=by, rows=Grant.objects.all())
        kept = kept.filter(policy=policy.label, year=today().year, enterprise_id__in=listed(ids))
        given = {one.enterprise_id: one for one in kept}
    decided = policies.decisions(policy, as_of=today(), ids=ids)
    return [
        Line(
            row=rows[one.entry],
            amount=policy.benefit.estimate(one.facts),
            lacks=lacks(policy.rulebook, one, figures),
            grant=given.get(one.entry),
            decisions=decided.get(one.entry, []),
        )
        for one in judgements
        if one.entry in rows
    ]


def _confidence(policy: Policy) -> str:
    return "演示" if policy.is_synthetic else parameters.CONFIDENCE[policy.confidence]
