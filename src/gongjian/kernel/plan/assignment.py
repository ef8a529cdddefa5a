"""责任与目标: who answers for a commitment, which indicator counts it, by which schedule, and how its target changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.match import fits
from gongjian.kernel.indicators.schedules import parsed, schedule_of
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.models import Commitment, Share, Target
from gongjian.kernel.plan.proposal import Kind


def assign(
    *,
    commitment: Commitment,
    by: Officer,
    at: datetime,
    owner: Unit | None = None,
    co_owners: Iterable[Unit] = (),
    leader: Officer | None = None,
    mechanism: str = "",
) -> None:
    """Name the owner unit, the units that help, the leader who supervises, and for duties the mechanism."""
    others = [unit for unit in co_owners if unit != owner]
    with transaction.atomic():
        fresh = _locked(commitment, by)
        diff = {
            "责任单位": (fresh.owner, owner),
            "配合单位": ("、".join(map(str, fresh.co_owners.all())), "、".join(map(str, others))),
            "责任领导": (fresh.leader, leader),
            "落实机制": (fresh.mechanism, mechanism.strip()),
        }
        fresh.owner, fresh.leader, fresh.mechanism = owner, leader, mechanism.strip()[:120]
        _save(fresh, by, at)
        fresh.co_owners.set(others)
        changes = {key: pair for key, pair in diff.items() if pair[0] != pair[1]}
        if changes:
            acts.record(verb="commitment.assigned", thing=fresh, by=by, at=at, changes=changes)
    commitment.refresh_from_db()


def bind(*, commitment: Commitment, indicator: str, by: Officer, at: datetime) -> None:
    """Let a declared indicator count the commitment ("" unbinds it: reported values speak again)."""
    if indicator and indicator not in INDICATORS:
        raise Refusal("bind.unknown", f"没有名为“{indicator}”的指标", "请从列出的指标中选择")
    if indicator and commitment.kind not in INDICATORS[indicator].kinds:
        cause = f"指标“{INDICATORS[indicator].label}”不适用于这类承诺"
        raise Refusal("bind.kind", cause, "请另选指标,或继续由责任单位填报")
    if indicator and not fits(indicator=INDICATORS[indicator], commitment=commitment):
        cause = f"指标按“{INDICATORS[indicator].unit}”计数,承诺的单位是“{commitment.unit}”,不能相互换算"
        raise Refusal("bind.unit", cause, "请另选指标,或先更正承诺的计量单位")
    with transaction.atomic():
        fresh = _locked(commitment, by)
        old, fresh.indicator = fresh.indicator, indicator
        if old == indicator:
            return
        _save(fresh, by, at)
        label = {name: item.label for name, item in INDICATORS.items()}
        changes = {"绑定指标": (label.get(old, "填报"), label.get(indicator, "填报"))}
        acts.record(verb="commitment.bound", thing=fresh, by=by, at=at, changes=changes)
    commitment.refresh_from_db()


def bind_many(*, commitments: Iterable[Commitment], chosen: Mapping[int, str], by: Officer, at: datetime) -> int:
    """Bind several commitments, all or none; `chosen` maps ids to indicator names. Returns how many changed."""
    changed = [c for c in commitments if c.pk in chosen and chosen[c.pk] != c.indicator]
    with transaction.atomic():
        for commitment in changed:
            bind(commitment=commitment, indicator=chosen[commitment.pk], by=by, at=at)
    return len(changed)


def set_schedule(*, commitment: Commitment, spec: Mapping[str, Any], by: Officer, at: datetime) -> None:
    """Set the schedule; a spec that does not hold together is refused and nothing changes."""
    with transaction.atomic():
        fresh = _locked(commitment, by)
        moved = fresh.targets.exclude(due_on=None).order_by("since", "set_at", "pk").last()
        due = (moved.due_on if moved else None) or fresh.due_on or fresh.plan.until
        old = parsed(spec=fresh.schedule, since=fresh.plan.since, due=due).describe()
        new = schedule_of(spec=dict(spec), since=fresh.plan.since, due=due).describe()
        fresh.schedule = dict(spec)
        _save(fresh, by, at)
        acts.record(verb="commitment.scheduled", thing=fresh, by=by, at=at, changes={"序时进度": (old, new)})
    commitment.refresh_from_db()


def retarget(
    *,
    commitment: Commitment,
    value: Decimal | None,
    since: date,
    reason: str,
    by: Officer,
    at: datetime,
    value2: Decimal | None = None,
    due_on: date | None = None,
) -> Target:
    """A changed target from `since` on, with its reason; what was in force before stays for earlier days."""
    if not reason.strip():
        raise Refusal("target.reason", "调整目标没有说明原因", "请写明依据,例如会议纪要或上级文件")
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if not fresh.is_tracked:
            raise Refusal("target.unconfirmed", "该承诺尚未确认", "请先在审阅页确认")
        if not fresh.plan.since <= since <= fresh.plan.until:
            raise Refusal("target.since", f"生效日期 {since} 不在{fresh.plan.year}年度内", "请填写年度内的日期")
        if fresh.kind in (Kind.QUANTITY, Kind.RATE) and value is None:
            raise Refusal("target.value", "没有填写新的目标值", "请填写数字;只改时限的,请照填原来的目标值")
        if value is not None and value2 is not None and value2 < value:
            raise Refusal("target.range", f"区间上限 {value2} 小于下限 {value}", "请核对区间目标的上下限")
        if due_on is not None and due_on < since:
            raise Refusal("target.due", f"新的时限 {due_on} 早于生效日期 {since}", "请核对时限和生效日期")
        target = Target.objects.create(
            commitment=fresh,
            value=value,
            value2=value2,
            due_on=due_on,
            since=since,
            reason=reason.strip()[:300],
            set_by=by,
            set_at=at,
        )
        changes = {"目标值": (fresh.value, value), "完成时限": (fresh.due_on, due_on or fresh.due_on)}
        acts.record(verb="commitment.retargeted", thing=fresh, by=by, at=at, note=reason, changes=changes)
    return target


def share_out(
    *,
    commitment: Commitment,
    by: Officer,
    at: datetime,
    units: Mapping[Unit, Decimal] | None = None,
    months: Mapping[date, Decimal] | None = None,
) -> None:
    """Split the target to units (parts that add up to at least the target) and to months (cumulative, never falling)."""
    with transaction.atomic():
        fresh = _locked(commitment, by)
        if units is not None:
            total = sum(units.values(), Decimal(0))
            if units and fresh.value is not None and total < fresh.value:
                raise Refusal("share.short", f"各单位分解值合计 {total},少于目标 {fresh.value}", "请补足差额后保存")
            fresh.shares.filter(month=None).delete()
            Share.objects.bulk_create([Share(commitment=fresh, unit=u, value=v) for u, v in units.items()])
        if months is not None:
            ordered = sorted(months.items())
            if any(a[1] > b[1] for a, b in itertools.pairwise(ordered)):
                raise Refusal("share.falling", "月度分解值是累计数,后一个月不能小于前一个月", "请按累计数填写")
            fresh.shares.exclude(month=None).delete()
            Share.objects.bulk_create([Share(commitment=fresh, month=m.replace(day=1), value=v) for m, v in ordered])
        acts.record(verb="commitment.shared_out", thing=fresh, by=by, at=at)


def _locked(commitment: Commitment, by: Officer) -> Commitment:
    policy.require(by=by, verb="commitment.manage")
    return (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("plan", "owner", "leader")
        .get(pk=commitment.pk)
    )


def _save(commitment: Commitment, by: Officer, at: datetime) -> None:
    commitment._history_user, commitment._history_date = by, at
    commitment.save()
