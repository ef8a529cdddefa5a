"""Deciding otherwise: an officer's reasoned decision on one criterion; it shows as such everywhere, and it expires."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import check_file, keep, plain_name
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.rulebooks import keeping
from gongjian.kernel.rulebooks.models import Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

LONGEST = timedelta(days=366)
"""No decision holds longer than a year: figures change, and who decided may have moved on."""
PART = "decision"
"""What a decision's file proves: the decision, not one of the entry's own slots."""


def decide(
    *,
    book: Rulebook,
    criterion: str,
    entry: Any,
    state: State,
    reason: str,
    expires_on: date | None,
    by: Officer,
    at: datetime,
    today: date,
    evidence: Evidence | None = None,
) -> Override:
    """Record that a criterion is met (or not met) in spite of what the figures say. Refused without reason or end."""
    access.require(register=entry.register, by=by, verb="register.write", entry=entry)
    gate = next((one for one in book.criteria if one.name == criterion), None)
    if gate is None:
        raise Refusal("decision.criterion", f"“{book.label}”没有名为“{criterion}”的条件", "请从页面上的条件中选择")
    if state not in (State.MET, State.UNMET):
        raise Refusal("decision.state", "人工认定只能是“符合”或“不符合”", "请选择其中之一")
    if len(reason.strip()) < 5:
        raise Refusal("decision.reason", "没有写明认定的理由", "请写明依据的材料和判断,至少5个字")
    if expires_on is None or expires_on <= today:
        raise Refusal("decision.expiry", "没有填写晚于今天的有效期", "请填写到哪一天为止按人工认定处理")
    if expires_on > today + LONGEST:
        raise Refusal("decision.expiry", f"有效期至{expires_on},超过一年", "请填写一年以内的日期,到期后重新认定")
    with transaction.atomic():
        for old in Override.objects.filter(
            rulebook=book.name, criterion=criterion, entry=entry.pk, withdrawn_at=None, expires_on__gte=today
        ):
            old.withdrawn_at, old.withdrawn_by = at, by
            old.save(update_fields=["withdrawn_at", "withdrawn_by"])
        made = Override.objects.create(
            rulebook=book.name,
            criterion=criterion,
            entry=entry.pk,
            state=int(state),
            reason=reason.strip(),
            evidence=evidence,
            by=by,
            at=at,
            expires_on=expires_on,
        )
        note = f"{book.label}“{gate.label}”认定为{state.label},有效期至{expires_on}:{made.reason}"
        acts.record(verb="verdict.decided", thing=entry, by=by, at=at, note=note)
    return made


def in_force(book: Rulebook, *, as_of: date, ids: Collection[int] | None = None) -> dict[int, dict[str, Override]]:
    """The decisions in force on a day by this rulebook, by subject and criterion."""
    found = keeping.overrides(as_of=as_of, ids=ids)
    return {entry: made for (name, entry), made in found.items() if name == book.name}


def proof(*, entry: Any, name: str, data: bytes, by: Officer, at: datetime) -> Evidence:
    """Keep a file as what a decision on this entry rests on. Refused for a file that evidence may not be."""
    access.require(register=entry.register, by=by, verb="register.write", entry=entry)
    access.require_role(register=entry.register, by=by, verb="evidence.upload", entry=entry)
    name = plain_name(name)
    media = check_file(name=name, data=data)
    with transaction.atomic():
        stored = keep(name=name, data=data, media=media, at=at)
        made: Evidence = Evidence.objects.create(
            subject_kind=entry.register.name,
            subject_id=entry.pk,
            part=PART,
            file=stored,
            name=name,
            uploaded_by=by,
            uploaded_at=at,
        )
        acts.record(verb="evidence.uploaded", thing=entry, by=by, at=at, note=name)
    return made


def withdraw(*, decision: Override, entry: Any, by: Officer, at: datetime) -> None:
    """Take a decision back; the figures decide again."""
    access.require(register=entry.register, by=by, verb="register.write", entry=entry)
    if decision.withdrawn_at is not None:
        raise Refusal("decision.gone", "这条人工认定已经撤回", "请刷新页面")
    with transaction.atomic():
        decision.withdrawn_at, decision.withdrawn_by = at, by
        decision.save(update_fields=["withdrawn_at", "withdrawn_by"])
        acts.record(
            verb="verdict.withdrawn", thing=entry, by=by, at=at, note=f"{decision.rulebook} {decision.criterion}"
        )
