"""审阅: an officer confirms, corrects, adds, rejects, splits and merges proposals. Only this tracks a promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.deadlines import due_on
from gongjian.kernel.plan.imports import passage_at
from gongjian.kernel.plan.inheritance import hand_over
from gongjian.kernel.plan.models import Commitment, Plan, Target
from gongjian.kernel.plan.proposal import Comparator, Kind, Modality

EDITABLE = (
    "kind",
    "metric",
    "comparator",
    "value",
    "value2",
    "unit",
    "deadline",
    "modality",
    "named",
    "owner",
    "start",
    "end",
    "mechanism",
)


BINDING = frozenset({"kind", "comparator", "value", "value2", "unit", "deadline"})
"""What a confirmed commitment is judged by; changed only through `assignment.retarget` or after reopening."""


def draft(*, pk: int, by: Officer) -> Plan:
    """A plan as the review page shows it: drafts and proposals are for the supervision office and the administrator."""
    policy.require(by=by, verb="plan.review")
    plan = Plan.objects.select_related("previous", "file", "imported_by").filter(pk=pk).first()
    if plan is None:
        raise Refusal("plan.unknown", f"没有编号为 {pk} 的工作要点", "请从“计划版本”列表打开")
    return plan


def confirm(*, commitment: Commitment, by: Officer, at: datetime) -> Commitment:
    """Track a proposed commitment from now on; its target history begins with the plan's own words."""
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if fresh.state == Commitment.State.CONFIRMED:
            return fresh
        _check(fresh)
        fresh.state, fresh.confirmed_by, fresh.confirmed_at, fresh.rejected_for = Commitment.State.CONFIRMED, by, at, ""
        _save(fresh, by, at)
        if not fresh.targets.exists():
            Target.objects.create(
                commitment=fresh,
                value=fresh.value,
                value2=fresh.value2,
                due_on=fresh.due_on,
                since=fresh.plan.since,
                reason="工作要点原文",
                set_by=by,
                set_at=at,
            )
        acts.record(verb="commitment.confirmed", thing=fresh, by=by, at=at)
    commitment.refresh_from_db()
    return commitment


def confirm_all(*, plan: Plan, by: Officer, at: datetime, at_least: float = 0.0) -> int:
    """Confirm the open proposals whose confidence is `at_least` (0 to 1); returns how many.

    A proposal that contradicts itself (a quantity without a value) stays open for an officer.
    """
    done = 0
    with transaction.atomic():
        for commitment in ready(plan=plan, by=by, at_least=at_least):
            confirm(commitment=commitment, by=by, at=at)
            done += 1
    return done


def ready(*, plan: Plan, by: Officer, at_least: float = 0.0) -> list[Commitment]:
    """The open proposals that `confirm_all` would confirm, in the text's order."""
    policy.require(by=by, verb="plan.review")
    rows = plan.commitments.filter(state=Commitment.State.PROPOSED, confidence__gte=at_least).select_related("plan")
    return [commitment for commitment in rows if fault(commitment) is None]


def correct(
    *, commitment: Commitment, values: Mapping[str, Any], by: Officer, at: datetime, reason: str = ""
) -> Commitment:
    """Correct what was read. After confirmation a changed target needs `assignment.retarget`, which keeps history."""
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise KeyError(f"not editable in review: {sorted(unknown)}")
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if fresh.is_tracked and BINDING & {name for name, value in values.items() if getattr(fresh, name) != value}:
            cause = "已确认承诺的类型、目标值、单位和时限不能在审阅页直接改"
            raise Refusal("review.target", cause, "请在承诺页“调整目标”并说明原因,或先退回审阅")
        diff = {}
        for name, new in values.items():
            old = getattr(fresh, name)
            if old != new:
                diff[str(Commitment._meta.get_field(name).verbose_name)] = (old, new)
                setattr(fresh, name, new)
        if not diff:
            return commitment
        fresh.due_on = due_on(deadline=fresh.deadline, year=fresh.plan.year)
        if {"start", "end"} & set(values):
            fresh.passage = passage_at(fresh.plan.passages.all(), fresh.start, fresh.end)
        _check(fresh)
        fresh._change_reason = reason[:100]
        _save(fresh, by, at)
        acts.record(verb="commitment.corrected", thing=fresh, by=by, at=at, note=reason, changes=diff)
    commitment.refresh_from_db()
    return commitment


def add(
    *,
    plan: Plan,
    start: int,
    end: int,
    values: Mapping[str, Any],
    by: Officer,
    at: datetime,
    reason: str = "人工补录",
) -> Commitment:
    """A commitment that the reader missed, from a span that the officer selected; it waits for confirmation as well."""
    policy.require(by=by, verb="plan.review")
    with transaction.atomic():
        commitment = Commitment(plan=plan, start=start, end=end, confidence=1.0, reason=reason, **values)
        _current(commitment)
        commitment.due_on = due_on(deadline=commitment.deadline, year=plan.year)
        _check(commitment)
        commitment.passage = passage_at(plan.passages.all(), start, end)
        _save(commitment, by, at)
        acts.record(verb="commitment.proposed", thing=commitment, by=by, at=at)
    return commitment


def reject(*, commitment: Commitment, by: Officer, at: datetime, reason: str = "") -> None:
    """Not a promise to track. The proposal stays on record and can be reopened."""
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if fresh.is_tracked and fresh.reports.exists():
            raise Refusal(
                "review.reported", "该承诺已有填报,不能直接不立项", "请先与责任单位处理已有填报,或在承诺页调整目标"
            )
        if fresh.is_tracked:
            _unsigned(fresh)
            fresh.targets.all().delete()
            fresh.confirmed_at, fresh.confirmed_by = None, None
        fresh.state, fresh.rejected_for = Commitment.State.REJECTED, reason.strip()[:200]
        _save(fresh, by, at)
        acts.record(verb="commitment.rejected", thing=fresh, by=by, at=at, note=reason)
    commitment.refresh_from_db()


def reopen(*, commitment: Commitment, by: Officer, at: datetime) -> None:
    """Back to the open proposals (undo of confirm and reject)."""
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if fresh.is_tracked and fresh.reports.exists():
            raise Refusal("review.reported", "该承诺已有填报,不能退回审阅", "请在承诺页调整目标或责任")
        if fresh.targets.count() > 1:
            raise Refusal("review.retargeted", "该承诺的目标已经调整过,不能退回审阅", "请在承诺页继续调整目标")
        _unsigned(fresh)
        fresh.state, fresh.confirmed_at, fresh.confirmed_by = Commitment.State.PROPOSED, None, None
        fresh.rejected_for = ""
        fresh.targets.all().delete()
        _save(fresh, by, at)
        acts.record(verb="commitment.reopened", thing=fresh, by=by, at=at)
    commitment.refresh_from_db()


def split(*, commitment: Commitment, parts: Sequence[Mapping[str, Any]], by: Officer, at: datetime) -> list[Commitment]:
    """One proposal becomes several; each part gives at least `start`, `end`, `metric`; the rest is taken over."""
    if len(parts) < 2:
        raise Refusal("review.split", "拆分后少于两项", "请至少给出两项")
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if fresh.is_tracked:
            raise Refusal("review.confirmed", "已确认的承诺不能拆分", "请先退回审阅")
        taken = {name: getattr(fresh, name) for name in EDITABLE}
        made: list[Commitment] = []
        for part in parts:
            values = {**taken, **part}
            span = values.pop("start"), values.pop("end")
            values |= {"leader": fresh.leader, "succeeds": None if made else fresh.succeeds}
            part_made = add(
                plan=fresh.plan, start=span[0], end=span[1], values=values, by=by, at=at, reason="由一项拆分"
            )
            part_made.co_owners.set(fresh.co_owners.all())
            made.append(part_made)
        fresh.state, fresh.rejected_for = Commitment.State.REJECTED, "已拆分"
        _save(fresh, by, at)
        acts.record(verb="commitment.split", thing=fresh, by=by, at=at, note="、".join(str(c.pk) for c in made))
    commitment.refresh_from_db()
    return made


def merge(*, commitments: Sequence[Commitment], by: Officer, at: datetime) -> Commitment:
    """Several proposals become one over their joint span; names are joined, the first one's other values stand."""
    if len({c.pk for c in commitments}) < 2:
        raise Refusal("review.merge", "合并需要至少两项", "请选择两项或更多")
    if len({c.plan_id for c in commitments}) > 1:
        raise Refusal("review.merge_plans", "不同计划的承诺不能合并", "请选择同一计划内的承诺")
    with transaction.atomic():
        rows = sorted((_locked(c, by) for c in commitments), key=lambda c: (c.start, c.pk))
        if any(c.is_tracked for c in rows):
            raise Refusal("review.confirmed", "已确认的承诺不能合并", "请先退回审阅")
        first = rows[0]
        values = {name: getattr(first, name) for name in EDITABLE if name not in ("start", "end")}
        values["named"] = list(dict.fromkeys(name for c in rows for name in c.named))
        values["metric"] = "、".join(dict.fromkeys(c.metric for c in rows))[:120]
        values |= {"leader": first.leader, "succeeds": first.succeeds}
        values["owner"] = next((c.owner for c in rows if c.owner), None)
        end = max(c.end for c in rows)
        merged = add(
            plan=first.plan, start=first.start, end=end, values=values, by=by, at=at, reason=f"由 {len(rows)} 项合并"
        )
        helping = {unit for c in rows for unit in (c.owner, *c.co_owners.all()) if unit and unit != merged.owner}
        merged.co_owners.set(helping)
        for c in rows:
            c.state, c.rejected_for = Commitment.State.REJECTED, "已合并"
            _save(c, by, at)
        note = "、".join(str(c.pk) for c in rows)
        acts.record(verb="commitment.merged", thing=merged, by=by, at=at, note=note)
    return merged


def activate(*, plan: Plan, by: Officer, at: datetime) -> None:
    """The reviewed plan becomes the one everybody sees; the version before is superseded and its reports move over."""
    policy.require(by=by, verb="plan.review")
    with transaction.atomic():
        fresh = Plan.objects.select_for_update().get(pk=plan.pk)
        if not fresh.commitments.filter(state=Commitment.State.CONFIRMED).exists():
            raise Refusal("plan.empty", "还没有确认任何承诺,不能启用", "请先在审阅页确认至少一项")
        if fresh.state != Plan.State.REVIEW:
            return
        fresh.state = Plan.State.ACTIVE
        fresh.save(update_fields=["state"])
        Plan.objects.filter(year=fresh.year, version__lt=fresh.version).update(state=Plan.State.SUPERSEDED)
        hand_over(plan=fresh)
        acts.record(verb="plan.activated", thing=fresh, by=by, at=at)
    plan.refresh_from_db()


def owner_options() -> list[Unit]:
    """The units that may own a commitment."""
    return list(Unit.objects.filter(is_active=True))


def fault(commitment: Commitment) -> Refusal | None:
    """Why a proposal cannot be confirmed as it is; None when it can."""
    try:
        _check(commitment)
    except Refusal as refusal:
        return refusal
    return None


def _locked(commitment: Commitment, by: Officer) -> Commitment:
    policy.require(by=by, verb="plan.review")
    fresh = Commitment.objects.select_for_update(of=("self",)).select_related("plan").get(pk=commitment.pk)
    _current(fresh)
    return fresh


def _current(commitment: Commitment) -> None:
    if commitment.plan.state == Plan.State.SUPERSEDED:
        raise Refusal("review.superseded", "这一版工作要点已被新版取代,不能再审阅", "请打开最新一版")


def _unsigned(commitment: Commitment) -> None:
    if commitment.plan.state == Plan.State.SIGNED:
        cause = "任务分解表已经签发,已确认的承诺不能退回审阅或改为不立项"
        raise Refusal("review.signed", cause, "请在承诺页调整目标或责任;文件有修订的,请导入新版")


def _save(commitment: Commitment, by: Officer, at: datetime) -> None:
    commitment._history_user, commitment._history_date = by, at
    commitment.save()


def _check(c: Commitment) -> None:
    """Refuse a commitment whose parts contradict each other."""
    length = len(c.plan.text)
    if not 0 <= c.start < c.end <= length:
        raise Refusal("review.span", f"选中的位置 {c.start}-{c.end} 不在正文之内", "请在正文中重新选中这句话")
    if not c.plan.text[c.start : c.end].strip():
        raise Refusal("review.blank", "选中的只有空白", "请在正文中选中承诺的文字")
    if not c.metric.strip():
        raise Refusal("review.metric", "指标名称没有填写", "请填写这项承诺考核的是什么")
    for name, words in (("metric", "指标名称"), ("unit", "计量单位"), ("mechanism", "落实机制")):
        limit = Commitment._meta.get_field(name).max_length
        if len(getattr(c, name)) > limit:
            raise Refusal("review.length", f"{words}超过 {limit} 个字", "请缩短后保存")
    if any(v is not None and (not v.is_finite() or abs(v) >= 10**15) for v in (c.value, c.value2)):
        raise Refusal("review.number", "目标值过大或不是数", "请核对数字和单位")
    if c.kind not in set(Kind) or c.modality not in set(Modality):
        raise Refusal("review.kind", "承诺类型或力度不在可选范围", "请从列表中选择")
    if c.comparator and c.comparator not in set(Comparator):
        raise Refusal("review.comparator", f"比较方式“{c.comparator}”不在可选范围", "请从列表中选择")
    if c.kind in (Kind.QUANTITY, Kind.RATE) and c.value is None:
        raise Refusal("review.value", "数量或比率类承诺没有目标值", "请填写目标值,或改为节点、常态等类型")
    if c.comparator == Comparator.RANGE and (c.value2 is None or c.value is None or c.value2 < c.value):
        raise Refusal("review.range", "区间目标的上限缺失或小于下限", "请填写下限和上限")
    if c.kind == Kind.RANK and c.value is not None and (c.value < 1 or c.value != Decimal(int(c.value))):
        raise Refusal("review.rank", f"位次 {c.value} 不是正整数", "请填写第几名")
    if c.kind == Kind.ROSTER and not c.named:
        raise Refusal("review.roster", "清单类承诺没有列名对象", "请填写列名的对象,每行一个")
