"""Importing a plan: the same file is offered as the one that is there; a changed one becomes a new version.

A new version inherits what officers decided on sentences that stand in it unchanged: owner, indicator, schedule.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.deadlines import due_on
from gongjian.kernel.plan.document import Document
from gongjian.kernel.plan.inheritance import ANSWERED, Forerunners, copy
from gongjian.kernel.plan.models import Commitment, Passage, Plan
from gongjian.kernel.plan.proposal import Proposal, Reading


@dataclass(frozen=True, kw_only=True)
class Imported:
    """The plan, and whether it is new here; `previous` is the version before, when there is one."""

    plan: Plan
    is_new: bool
    previous: Plan | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two versions: the old and the new words; empty where one side has none."""

    old: str
    new: str


def import_plan(
    *,
    document: Document,
    reading: Reading,
    by: Officer,
    at: datetime,
    year: int | None = None,
    data: bytes | None = None,
) -> Imported:
    """Store a document and its proposals for review, all or nothing. `year` overrides what the text says of itself."""
    policy.require(by=by, verb="plan.import")
    year = year or reading.year
    if year is None:
        raise Refusal(
            "plan.year", f"“{document.name}”里没有写明是哪一年的计划", "请指定年度后重新导入(命令行用 --year 2025)"
        )
    if not 2000 <= year <= 2100:
        raise Refusal("plan.year_range", f"年度 {year} 不合理", "请填写 2000 到 2100 之间的年度")
    with transaction.atomic():
        same = Plan.objects.filter(year=year, digest=document.digest).order_by("-version").first()
        if same is not None:
            return Imported(plan=same, is_new=False, previous=same.previous)
        previous = Plan.objects.filter(year=year).order_by("-version").first()
        stored = evidence.keep(name=document.name, data=data, media=document.media, at=at) if data else None
        plan = Plan.objects.create(
            year=year,
            version=previous.version + 1 if previous else 1,
            title=reading.title[:120] or f"{year}年工作要点",
            text=document.text,
            digest=document.digest,
            file=stored,
            spots=[[spot.start, spot.paragraph, spot.page] for spot in document.spots],
            notes=list(document.notes),
            previous=previous,
            imported_by=by,
            imported_at=at,
        )
        passages = _save_passages(plan, reading)
        _propose(plan=plan, proposals=reading.proposals, passages=passages, previous=previous)
        acts.record(verb="plan.imported", thing=plan, by=by, at=at, note=f"{document.name} 第{plan.version}版")
    return Imported(plan=plan, is_new=True, previous=previous)


def differences(*, plan: Plan) -> list[Change]:
    """What changed against the previous version, sentence by sentence."""
    if plan.previous is None:
        return []
    old, new = _sentences(plan.previous), _sentences(plan)
    out = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed, added = old[a:b], new[c:d]
            if len(removed) == len(added):
                out += [Change(old=o, new=n) for o, n in zip(removed, added, strict=True)]
            else:
                out.append(Change(old="".join(removed), new="".join(added)))
    return out


def _sentences(plan: Plan) -> list[str]:
    spans = plan.passages.exclude(level="clause").order_by("start").values_list("start", "end")
    return [plan.text[start:end].strip() for start, end in spans if plan.text[start:end].strip()]


def _save_passages(plan: Plan, reading: Reading) -> list[Passage]:
    rows = [
        Passage(plan=plan, level=span.level, order=order, start=span.start, end=span.end)
        for order, span in enumerate(reading.passages)
    ]
    if not rows:
        rows = [Passage(plan=plan, level="sentence", order=0, start=0, end=len(plan.text))]
    Passage.objects.bulk_create(rows, batch_size=500)
    children = []
    for row, span in zip(rows, reading.passages, strict=False):
        if span.parent is not None:
            row.parent = rows[span.parent]
            children.append(row)
    Passage.objects.bulk_update(children, ["parent"], batch_size=500)
    return rows


def passage_at(passages: Iterable[Passage], start: int, end: int) -> Passage:
    """The narrowest passage that holds a span, clauses aside; else the one where the span starts."""
    rows = [p for p in passages if p.level != "clause"]
    holding = [p for p in rows if p.start <= start and end <= p.end]
    if holding:
        return min(holding, key=lambda p: (p.end - p.start, p.order))
    touching = [p for p in rows if p.start <= start < p.end]
    return min(touching, key=lambda p: (p.end - p.start, p.order)) if touching else rows[0]


def _propose(*, plan: Plan, proposals: Iterable[Proposal], passages: list[Passage], previous: Plan | None) -> None:
    forerunners = Forerunners(plan=plan, passages=passages, previous=previous)
    for item in forerunners.unchanged:
        commitment = copy(item=item, plan=plan, passage=passage_at(passages, item.start, item.end))
        commitment._history_user, commitment._history_date = plan.imported_by, plan.imported_at
        commitment.save()
        commitment.co_owners.set(item.before.co_owners.all())
    units = unit_names()
    leaders = {officer.name: officer for officer in Officer.objects.filter(is_active=True)}
    last_year = Plan.objects.filter(year=plan.year - 1).order_by("-version").first()
    remembered = list(last_year.commitments.exclude(owner=None).select_related("owner")) if last_year else []
    for proposal in proposals:
        if forerunners.covers(proposal):
            continue
        owners = list(dict.fromkeys(unit for name in proposal.owners if (unit := find_unit(name, units))))
        commitment = Commitment(
            plan=plan,
            passage=passage_at(passages, proposal.start, proposal.end),
            start=proposal.start,
            end=proposal.end,
            kind=proposal.kind,
            metric=proposal.metric[:120],
            comparator=proposal.comparator or "",
            value=proposal.value,
            value2=proposal.value2,
            unit=(proposal.unit or "")[:16],
            deadline=proposal.deadline or "",
            due_on=due_on(deadline=proposal.deadline, year=plan.year),
            modality=proposal.modality,
            named=list(proposal.named),
            confidence=proposal.confidence,
            leader=leaders.get(proposal.leader),
        )
        reason = proposal.reason
        if (found := forerunners.like(proposal)) is not None:
            before, is_same = found
            commitment.succeeds = before
            reason = f"{reason};承接上一版“{before.metric}”{'' if is_same else ',内容有改动'}"
            for name in ANSWERED:
                setattr(commitment, name, getattr(commitment, name) or getattr(before, name))
            owners = owners or [unit for unit in (before.owner, *before.co_owners.all()) if unit]
        elif not owners and (alike := _alike(proposal.metric, remembered)) is not None:
            owners = [unit for unit in (alike.owner,) if unit]
            reason = f"{reason};责任单位沿用{plan.year - 1}年“{alike.metric}”"
        strange = [name for name in proposal.owners if find_unit(name, units) is None]
        if strange:
            reason = f"{reason};原文责任单位“{'、'.join(strange)}”在本系统没有建立"
        if proposal.leader and commitment.leader is None:
            reason = f"{reason};原文责任领导“{proposal.leader}”没有账号"
        commitment.owner = owners[0] if owners else None
        commitment.reason = reason.lstrip(";")[:200]
        commitment._history_user, commitment._history_date = plan.imported_by, plan.imported_at
        commitment.save()
        commitment.co_owners.set(owners[1:])


def unit_names() -> dict[str, Unit]:
    """Every name that a unit goes by."""
    return {name: unit for unit in Unit.objects.filter(is_active=True) for name in unit.names}


def find_unit(name: str, units: dict[str, Unit]) -> Unit | None:
    """The unit that a plan calls `name`: exactly, or the only one whose name contains it or is contained in it."""
    name = name.strip()
    if name in units:
        return units[name]
    near = {unit.pk: unit for known, unit in units.items() if len(name) >= 2 and (name in known or known in name)}
    return next(iter(near.values())) if len(near) == 1 else None


def _alike(metric: str, remembered: list[Commitment]) -> Commitment | None:
    """Last year's commitment with the most alike metric, if at least 0.6 of the letters agree."""
    best = max(remembered, key=lambda c: difflib.SequenceMatcher(None, metric, c.metric).ratio(), default=None)
    if best is None or difflib.SequenceMatcher(None, metric, best.metric).ratio() < 0.6:
        return None
    return best
