"""Entering, verifying and returning reported values (填报)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from gongjian.kernel.clock import month_end
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.reports.models import Reported


def enter(
    *,
    commitment: Commitment,
    month: date,
    by: Officer,
    at: datetime,
    today: date,
    value: Decimal | None = None,
    reached: bool | None = None,
    done: Sequence[str] = (),
    progress: str = "",
    happened_on: date | None = None,
) -> Reported:
    """The owner unit's figure and words for one month; an earlier submission for that month is superseded, not lost.

    `value` is in the commitment's unit: cumulative since January for quantities, the level for rates, the position for
    ranks, the visible progress in % for milestones. `happened_on` is the day it speaks of: the month's end unless given.
    """
    policy.require(by=by, verb="commitment.report", thing=commitment)
    if not commitment.is_tracked:
        raise Refusal("reported.unconfirmed", "该承诺尚未确认,不能填报", "请先由督查室在审阅页确认")
    month = month.replace(day=1)
    if month > today:
        raise Refusal("reported.future", f"{month:%Y年%m月}还没有到", "请填报本月或以前月份")
    if month.year != commitment.plan.year:
        raise Refusal("reported.year", f"{month:%Y年%m月}不在{commitment.plan.year}年度计划内", "请选择计划年度内的月份")
    spoken_of = happened_on or min(month_end(month), today)
    if spoken_of > today or spoken_of.replace(day=1) != month:
        raise Refusal("reported.day", f"数据日期 {spoken_of} 不在{month:%Y年%m月}内或晚于今天 {today}", "请填写该月内已经过去的日期")
    unknown = [name for name in done if name not in commitment.named]
    if unknown:
        raise Refusal("reported.names", f"“{'、'.join(unknown)}”不在承诺列名的对象里", f"请从以下对象中选择:{'、'.join(commitment.named)}")
    if value is None and reached is None and not done and not progress.strip():
        raise Refusal("reported.empty", "没有填写任何内容", "请至少填写本年累计数、完成情况或进展文字中的一项")
    if value is not None and value < 0 and commitment.kind in (Kind.QUANTITY, Kind.RANK):
        raise Refusal("reported.negative", f"本年累计数 {value} 是负数", "请核对后填写零或正数")
    with transaction.atomic():
        Reported.objects.select_for_update().filter(commitment=commitment, month=month, superseded_at=None).update(
            superseded_at=at
        )
        reported = Reported.objects.create(
            commitment=commitment,
            month=month,
            happened_on=spoken_of,
            value=value,
            reached=reached,
            done=list(done),
            progress=progress.strip(),
            recorded_at=at,
            reported_by=by,
        )
        note = f"{month:%Y-%m}"
        acts.record(verb="reported.entered", thing=commitment, by=by, at=at, note=note, changes={"本年累计": (None, value)})
    return reported


def verify(*, reported: Reported, by: Officer, at: datetime) -> None:
    """The supervision office has checked the figure; needs evidence, and another person than who reported it."""
    if not Evidence.objects.filter(subject_kind="reported", subject_id=reported.pk).exists():
        raise Refusal("reported.no_evidence", "这条填报没有佐证,不能核实", "请责任单位先上传佐证,或退回并说明需要什么佐证")
    _judge(reported=reported, state=ProofState.VERIFIED, reason="", by=by, at=at)


def send_back(*, reported: Reported, reason: str, by: Officer, at: datetime) -> None:
    """Return a figure to its unit with a reason; it no longer counts."""
    if not reason.strip():
        raise Refusal("reported.reason_required", "退回填报需要说明原因", "请填写退回原因")
    _judge(reported=reported, state=ProofState.RETURNED, reason=reason.strip()[:300], by=by, at=at)


def _judge(*, reported: Reported, state: ProofState, reason: str, by: Officer, at: datetime) -> None:
    with transaction.atomic():
        fresh = Reported.objects.select_for_update().select_related("commitment").get(pk=reported.pk)
        policy.require(by=by, verb="reported.verify", thing=fresh)
        if fresh.reported_by_id == by.pk:
            raise Forbidden("填报不能由填报人自己核实或退回", "请由督查室的另一位人员办理")
        if fresh.superseded_at is not None:
            raise Refusal("reported.superseded", "责任单位已经重新填报该月", "请刷新后核实最新一次填报")
        fresh.state, fresh.reason, fresh.judged_by, fresh.judged_at = state, reason, by, at
        fresh.save(update_fields=["state", "reason", "judged_by", "judged_at"])
        verb = "reported.verified" if state == ProofState.VERIFIED else "reported.returned"
        acts.record(verb=verb, thing=fresh.commitment, by=by, at=at, note=f"{fresh.month:%Y-%m} {reason}".strip())
    reported.refresh_from_db()
